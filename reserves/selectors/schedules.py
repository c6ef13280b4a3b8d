"""Reading which files a coin's days wait for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from core import clock
from core.business_days import hong_kong_calendar
from core.calendars import DAY
from core.feeds import FEEDS
from core.models import FeedFile
from core.shared_reads import shared_of_each
from issuers.models import Coin
from reserves.models import FeedSchedule
from reserves.schedules import BUSINESS, CALENDAR, Schedule, Scheduled, merged

#: From and until when an entry is in force.
Dated = tuple[date, date | None, Scheduled]


def default_entries() -> tuple[Scheduled, ...]:
    """Return what is expected where no row says otherwise: the authority's hour, which no law sets."""
    due = time.fromisoformat(settings.SERVICE_CLOCKS["feed_due_time"])
    # Custodians report and books close on business days; tokens exist every day.
    return Scheduled("holdings", BUSINESS, due), Scheduled("ledger", BUSINESS, due), Scheduled("supply", CALENDAR, due)


@dataclass(frozen=True, slots=True)
class Schedules:
    """The schedules of some coins, day by day."""

    rows: dict[Coin, list[Dated]]
    default: tuple[Scheduled, ...]

    def on(self, coin: Coin, day: date) -> Schedule:
        """Return what the coin's day waits for."""
        in_force = (row for since, until, row in self.rows.get(coin, ())
                    if since <= day and (until is None or day <= until))
        return merged(self.default, in_force)

    @property
    def feeds(self) -> set[str]:
        """The feeds that any of the coins waits for on any day."""
        return {each.feed for each in self.default} | {row.feed for rows in self.rows.values() for *_days, row in rows}


def schedules_of(coins: Iterable[Coin]) -> Schedules:
    """Return the approved schedules of the coins, in one query."""
    return Schedules(_approved(list(coins)), default_entries())


def schedules_of_coin(coin: Coin) -> Schedules:
    """Return the approved schedules of one coin; a batch of days reads those of all its coins at once."""
    return Schedules({coin: _approved_of(coin)}, default_entries())


def _approved(coins: list[Coin]) -> dict[Coin, list[Dated]]:
    found: dict[int, list[Dated]] = {coin.pk: [] for coin in coins}
    approved = FeedSchedule.objects.filter(coin__in=found, status="approved")
    for row in approved.select_related("sender").order_by("valid_from", "pk"):
        slug = row.sender.slug if row.sender else None
        entry = Scheduled(row.feed, row.days, row.due, slug, row.on_request)
        found[row.coin_id].append((row.valid_from, row.valid_until, entry))
    return {coin: found[coin.pk] for coin in coins}


_approved_of = shared_of_each(_approved)


def schedule_on(coin: Coin, day: date) -> Schedule:
    """Return what one day of one coin waits for."""
    return schedules_of_coin(coin).on(coin, day)


class DueFeed(NamedTuple):
    """One line of what a coin owes: what is expected, of whom, for which day next, by when, and whether it is there."""

    feed: str
    sender: str | None
    days: str
    due: time
    on_request: bool
    by_default: bool
    as_of: date
    due_at: datetime
    state: str

    @property
    def title(self) -> Any:
        return FEEDS[self.feed].title

    @property
    def tone(self) -> str:
        """How the state is to be read: what is missing is late once its hour has passed."""
        if self.state == "missing":
            return "bad" if self.due_at <= clock.now() else "warn"
        return {"accepted": "good", "refused": "bad"}.get(self.state, "warn")

    @property
    def label(self) -> Any:
        if self.state != "missing":
            return FeedFile.Status(self.state).label
        return _("Late") if self.due_at <= clock.now() else _("Not received")


def account_of_schedule(coin: Coin, today: date) -> list[DueFeed]:
    """Return what the coin's schedule expects and where the file stands that is due next, in three queries.

    The day that is due next is the latest for which a file can be there: yesterday, or the last business day before.
    ``state`` is that of the newest file for it, or "missing".
    """
    calendar = hong_kong_calendar()
    yesterday = today - DAY
    entries = schedule_on(coin, yesterday).entries
    wanted = {entry: yesterday if entry.days == CALENDAR else calendar.on_or_before(yesterday) for entry in entries}
    sent = FeedFile.objects.filter(subject=coin.symbol, as_of__in=set(wanted.values())).order_by("pk")
    states = list(sent.values_list("feed", "sender__slug", "as_of", "status"))
    default = set(default_entries())

    def state_of(entry: Scheduled, day: date) -> str:
        found = [state for feed, slug, as_of, state in states
                 if feed == entry.feed and as_of == day and entry.sender in (None, slug)]
        ranked = (FeedFile.Status.ACCEPTED, FeedFile.Status.QUARANTINED, *found[-1:])
        return next((state for state in ranked if state in found), "missing")

    return [DueFeed(entry.feed, entry.sender, entry.days, entry.due, entry.on_request, entry in default, day,
                    entry.due_at(day, calendar), state_of(entry, day)) for entry, day in wanted.items()]
