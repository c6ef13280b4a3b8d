"""Reading what licensed issuers owe: which days of which coins are due, which files are not there, which are late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet, prefetch_related_objects

from core import clock, feeds
from core.calendars import DAY, HongKongCalendar
from core.models import Case, Organisation
from core.rulebook import load
from issuers.models import Coin, Licence
from reserves.schedules import Schedule
from reserves.selectors.chain import READER, coins_read
from reserves.selectors.day_files import (
    SUPPLY,
    Missing,
    accepted_files,
    calendar_on,
    choose_files,
    expected_by,
    first_needed,
    need_of,
)
from reserves.selectors.schedules import schedules_of

#: Kinds of the cases about what did not come: a file that the issuer owes, a reading that the platform owes itself.
LATE = ("reserves.late_feed", "reserves.late_reading")


class DueFile(NamedTuple):
    """A file of a licensed issuer's coin that has not been accepted, and when it is due.

    ``sender`` is who is to send it by the coin's schedule, None if anybody's would do; ``on_request`` says that the
    authority has asked for it under SUP 2.7.2; ``reader`` owes a reading.
    """

    coin: Coin
    feed: str
    as_of: date
    due_at: datetime
    sender: str | None = None
    on_request: bool = False
    reader: str = ""

    @property
    def key(self) -> str:
        return late_key(self.coin.symbol, self.feed, self.as_of, self.reader or self.sender)

    @property
    def title(self) -> Any:
        return feeds.FEEDS[self.feed].title


def late_key(symbol: str, feed: str, as_of: date | None, sender: str | None = None) -> str:
    """Return the key of the case about a file that is late."""
    return f"{symbol}:{feed}:{as_of}" + (f":{sender}" if sender else "")


def supervised_coins() -> list[Coin]:
    """Return the coins of licensed issuers, whose files are due every day from their launch."""
    licensed = Coin.objects.filter(issuer__licences__status__in=[Licence.Status.ACTIVE, Licence.Status.SUSPENDED])
    licensed = licensed.exclude(launched_on=None).select_related("issuer__organisation")
    return list(licensed.prefetch_related("issuer__licences"))


def supervised_days(coin: Coin, first: date, last: date) -> list[date]:
    """Return the days from first to last on which a licensed issuer's coin exists, so that its files are due."""
    licence = coin.issuer.licence
    if coin.launched_on is None or licence is None:
        return []
    start = max(first, coin.launched_on, licence.effective_on)
    return [start + DAY * count for count in range((last - start).days + 1)]


def look_back(now: datetime) -> date:
    """Return the first day that is still looked at: the authority's number of days ago, Hong Kong time."""
    return now.astimezone(clock.HONG_KONG).date() - timedelta(days=settings.SERVICE_CLOCKS["late_feed_look_back_days"])


def files_not_there(coins: Iterable[Coin], now: datetime) -> list[DueFile]:
    """Return the files of the coins that are not there for days that have ended, late or not yet; in five queries.

    On a day without business the statement of the business day before is owed, which is asked for there. Of a coin
    that is read from its chains a reading is owed for every day, whatever the issuer states.
    """
    coins = list(coins)
    prefetch_related_objects(coins, "issuer__licences")
    first, last = look_back(now), now.astimezone(clock.HONG_KONG).date() - DAY
    calendar = calendar_on(load(), last)
    schedules = schedules_of(coins)
    accepted = accepted_files(coins, first_needed(first, calendar), last, besides=schedules.feeds)
    found: list[DueFile] = []
    for coin in coins:
        of_coin = [file for file in accepted if file.subject == coin.symbol]
        for day in supervised_days(coin, first, last):
            schedule = schedules.on(coin, day)
            files = choose_files(day, of_coin, calendar, issuer_id=coin.owner_id, schedule=schedule)
            found += _owed(coin, day, files.missing, calendar, schedule)
    for coin in coins_read(coins):
        read = {file.as_of for file in accepted
                if file.subject == coin.symbol and file.sender.kind == Organisation.Kind.READER}
        found += [DueFile(coin, SUPPLY, day, expected_by(day, calendar), reader=READER)
                  for day in supervised_days(coin, first, last) if day not in read]
    return found


def _owed(
    coin: Coin, day: date, missing: Iterable[Missing], calendar: HongKongCalendar, schedule: Schedule
) -> Iterator[DueFile]:
    """Yield what is owed for the day itself: one file a feed, and one for each sender that the schedule names."""
    owed = {}
    for each in missing:
        entry = schedule.expecting(need_of(each.feed), each.sender)
        if entry.falls_on(day, calendar) if entry else calendar.is_business_day(day):
            named = (entry.sender, entry.on_request) if entry else ()
            due = DueFile(coin, each.feed, day, each.expected_by, *named)
            owed[due.key] = due
    yield from owed.values()


def due_files(coins: Iterable[Coin]) -> list[DueFile]:
    """Return the files that are due next and not there, the soonest first; what is late has a case."""
    now = clock.now()
    return sorted((each for each in files_not_there(coins, now) if each.due_at > now and not each.reader),
                  key=lambda each: (each.due_at, each.as_of, each.coin.symbol, each.feed))


def open_late_cases() -> QuerySet[Case]:
    """Return the open cases about late files and readings, the longest due first."""
    return Case.objects.filter(kind__in=LATE, status=Case.Status.OPEN).order_by("due_at", "pk")
