"""Playing one coin's days: files arrive and are judged, days are run, and people answer for what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from core.access import SYSTEM
from core.calendars import HongKongCalendar
from core.feeds import advance
from core.models import ApiKey, FeedFile, Organisation
from issuers.models import Coin
from reports.demo.files import DayFile
from reports.services.demo_clock import PlayedClock, hong_kong
from reserves.services.days import run_day
from reserves.services.intake import receive_file

#: So many days share a transaction.
BATCH = 25
ARRIVES = {"holdings": (20, 40, 0), "ledger": (21, 10, 0), "supply": (0, 0, 1)}


@dataclass(frozen=True, slots=True)
class PlayedDay:
    """A day of a coin with its files in the order in which they arrive; ``late`` if one never comes."""

    as_of: date
    files: list[DayFile]
    late: bool


@dataclass(slots=True)
class Tally:
    """What was done."""

    files: int = 0
    days: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)


def send_files(
    coin: Coin, days: Iterable[PlayedDay], *, key: ApiKey, senders: dict[str, Organisation], clock: PlayedClock
) -> int:
    """Send every file of the days and have it judged; return how many. What was sent before is not sent twice.

    Raises:
        ValueError: a file is refused, which none of the world's is.
    """
    count = 0
    for day in days:
        for file in day.files:
            clock.set(hong_kong(day.as_of, *ARRIVES[file.feed]))
            received = receive_file(coin, file.feed, file.raw, filename=file.filename, actor=key,
                                    sender=senders.get(file.sender), as_of=day.as_of)
            judged = advance(received.pk) or received
            if judged.status != FeedFile.Status.ACCEPTED:
                raise ValueError(f"{file.filename} is {judged.status}: {judged.problems[:3]}")
            count += 1
    return count


def run_days(
    coin: Coin, days: Iterable[PlayedDay], *, calendar: HongKongCalendar, clock: PlayedClock
) -> Iterator[tuple[date, str, str]]:
    """Run each day at its time; yield day, verdict and digest."""
    for day in days:
        if day.late:
            clock.set(hong_kong(calendar.next_business_day(day.as_of), 9, 5))
        else:
            clock.set(hong_kong(day.as_of, 0, 41, days_later=1))
        result = run_day(coin, day.as_of, actor=SYSTEM)
        yield day.as_of, result["verdict"], result["digest"]


def batches(days: list[PlayedDay]) -> Iterator[list[PlayedDay]]:
    for start in range(0, len(days), BATCH):
        yield days[start:start + BATCH]


def in_one_transaction(work):
    """Run the work in a transaction of its own and return what it returns."""
    with transaction.atomic():
        return work()
