"""Playing one coin's days: files arrive, days are run, and people answer for what went wrong, each at its time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import QuerySet

from core import feeds
from core.access import SYSTEM
from core.calendars import HongKongCalendar
from core.models import ApiKey, FeedFile, Organisation, User
from issuers.models import Breach, Coin
from issuers.services.breaches import answer_breach, close_breach, notify_breach, require_remedy
from issuers.workflows import BREACH
from reports.demo.files import DayFile
from reports.services.demo_clock import PlayedClock, hong_kong
from reserves.services.days import run_day

#: So many days of a coin share a transaction.
BATCH = 25
ARRIVES = {"holdings": (20, 40, 0), "ledger": (21, 10, 0), "redemptions": (21, 20, 0), "issuance": (21, 25, 0),
           "supply": (0, 0, 1)}
#: After so many batches the planner learns how large the tables have become.
ANALYZED_AFTER = (1, 5)


@dataclass(frozen=True, slots=True)
class PlayedDay:
    """A day of a coin with its files in the order in which they arrive; ``late`` if its statements never do."""

    as_of: date
    files: Sequence[DayFile]
    late: bool


def send_files(
    coin: Coin, days: Iterable[PlayedDay], *, key: ApiKey, senders: dict[str, Organisation], clock: PlayedClock
) -> int:
    """Put every file of the days in the queue, as large files are; return how many. The same file is sent once."""
    owner, count = coin.issuer.organisation, 0
    for day in days:
        for file in day.files:
            clock.set(hong_kong(day.as_of, *ARRIVES[file.feed]))
            feeds.receive(file.feed, file.raw, filename=file.filename, subject=coin.symbol, owner=owner, actor=key,
                          sender=senders.get(file.sender, owner), as_of=day.as_of)
            count += 1
    return count


def play_coin(
    coin: Coin, days: Sequence[PlayedDay], *, people: dict[str, User], spokesman: User | None,
    calendar: HongKongCalendar, clock: PlayedClock, say: Callable[[int], None],
) -> None:
    """Judge the files of the days and run the days, in order; ``say`` hears how many are done.

    Raises:
        ValueError: a file is refused, which none of the world's is.
    """
    waiting = dict(FeedFile.objects.filter(subject=coin.symbol, status=FeedFile.Status.RECEIVED)
                   .values_list("filename", "pk"))
    story = _Story(coin, people, spokesman, calendar, clock, days[-1].as_of)
    for number, start in enumerate(range(0, len(days), BATCH)):
        with transaction.atomic():
            for day in days[start:start + BATCH]:
                _judge_files(day, waiting, clock)
                if day.late:
                    clock.set(hong_kong(calendar.next_business_day(day.as_of), 9, 5))
                else:
                    clock.set(hong_kong(day.as_of, 0, 41, days_later=1))
                result = run_day(coin, day.as_of, actor=SYSTEM)
                story.tell(day.as_of, result)
        if number in ANALYZED_AFTER:
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE core_feedfile, core_finding, reserves_holding, reserves_ledgerline")
        say(min(len(days), start + BATCH))


def _judge_files(day: PlayedDay, waiting: dict[str, int], clock: PlayedClock) -> None:
    for file in day.files:
        if file.filename in waiting:
            clock.set(hong_kong(day.as_of, *ARRIVES[file.feed]))
            judged = feeds.advance(waiting[file.filename])
            if judged is None or judged.status != FeedFile.Status.ACCEPTED:
                raise ValueError(f"{file.filename} is not accepted: {judged and judged.problems[:3]}")


class _Story:
    """What people do about breaches: they are told of the next morning, and closed once the rule is met again."""

    def __init__(self, coin: Coin, people: dict[str, User], spokesman: User | None, calendar: HongKongCalendar,
                 clock: PlayedClock, last: date) -> None:
        self.coin, self.people, self.spokesman = coin, people, spokesman
        self.calendar, self.clock, self.last = calendar, clock, last
        self.breached: frozenset[str] = frozenset()

    def tell(self, as_of: date, result: dict) -> None:
        now = frozenset(found["rule"] for found in result["findings"] if found["verdict"] == "breached")
        started, ended = sorted(now - self.breached), sorted(self.breached - now)
        self.breached = now
        # What began on the very last day nobody has answered yet.
        if started and self.spokesman and as_of != self.last:
            self.clock.set(hong_kong(self.calendar.next_business_day(as_of), 7, 48))
            for breach in self._open(started).filter(status=Breach.Status.OPEN):  # a day played again is told once
                notify_breach(breach, actor=self.spokesman, note="Found in the morning check of the reserve.")
        if ended:
            self._close(as_of, ended)

    def _open(self, rules: Sequence[str]) -> QuerySet[Breach]:
        standing = Breach.objects.filter(subject=self.coin.symbol, rule__in=rules).exclude(status__in=BREACH.final)
        return standing.order_by("pk")

    def _close(self, as_of: date, rules: Sequence[str]) -> None:
        answered_on = self.calendar.next_business_day(as_of)
        for breach in self._open(rules):
            self.clock.set(hong_kong(answered_on, 10, 20))
            if self.spokesman:
                answer_breach(breach, actor=self.spokesman, note="Put right: statements and books agree again.")
            else:
                require_remedy(breach, actor=self.people["bo"], note="Show how this is kept from happening again.")
            self.clock.set(hong_kong(self.calendar.next_business_day(answered_on), 15, 5))
            close_breach(breach, actor=self.people["bo"], note="The rule is met again and the cause is explained.")
