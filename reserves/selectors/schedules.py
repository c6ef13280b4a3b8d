"""Reading which files a coin's days wait for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from django.conf import settings
from django.db.models import Q

from core.models import FeedFile
from issuers.models import Coin
from reserves.models import FeedSchedule
from reserves.schedules import BUSINESS, CALENDAR, Schedule, Scheduled, merged


def default_entries() -> tuple[Scheduled, ...]:
    """Return what is expected where no row says otherwise: the authority's hour, which no law sets."""
    due = time.fromisoformat(settings.SERVICE_CLOCKS["feed_due_time"])
    # Custodians report and books close on business days; tokens exist every day.
    return Scheduled("holdings", BUSINESS, due), Scheduled("ledger", BUSINESS, due), Scheduled("supply", CALENDAR, due)


@dataclass(frozen=True, slots=True)
class Schedules:
    """The schedules of some coins, day by day."""

    rows: dict[int, list[tuple[date, date | None, Scheduled]]]
    default: tuple[Scheduled, ...]

    def on(self, coin: Coin, day: date) -> Schedule:
        """Return what the coin's day waits for."""
        found = self.rows.get(coin.pk, ())
        return merged(self.default, (row for since, until, row in found if since <= day and (not until or day <= until)))

    @property
    def feeds(self) -> set[str]:
        """The feeds that any of the coins waits for on any day."""
        return {each.feed for each in self.default} | {row.feed for rows in self.rows.values() for *_days, row in rows}


def schedules_of(coins: Iterable[Coin]) -> Schedules:
    """Return the approved schedules of the coins, in one query."""
    found: dict[int, list[tuple[date, date | None, Scheduled]]] = {}
    approved = FeedSchedule.objects.filter(coin__in=[coin.pk for coin in coins], status="approved")
    for row in approved.select_related("sender").order_by("valid_from", "pk"):
        slug = row.sender.slug if row.sender else None
        entry = Scheduled(row.feed, row.days, row.due, slug, row.on_request)
        found.setdefault(row.coin_id, []).append((row.valid_from, row.valid_until, entry))
    return Schedules(found, default_entries())


def schedule_on(coin: Coin, day: date) -> Schedule:
    """Return what one day of one coin waits for."""
    return schedules_of([coin]).on(coin, day)


def is_scheduled(feed_file: FeedFile) -> bool:
    """Say whether a row makes the day of the file wait for it."""
    rows = FeedSchedule.objects.in_force(feed_file.as_of).filter(coin__symbol=feed_file.subject, feed=feed_file.feed)
    return rows.filter(Q(sender=None) | Q(sender=feed_file.sender_id)).exists()
