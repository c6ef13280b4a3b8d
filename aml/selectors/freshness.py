"""How fresh each list is: said on the pages of lists and wherever what they gave is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from aml.models import ListLoad, ListVersion, Source
from aml.parsers.description import Description, describe
from aml.selectors.watchlists import versions_in_force
from core import clock

GOOD = (ListLoad.Outcome.LOADED, ListLoad.Outcome.UNCHANGED)
FRESH, OLD, MISSING = "fresh", "old", "missing"


@dataclass(frozen=True, slots=True)
class Freshness:
    """One list: its version in force, when it was last known to be the publisher's, and whether that is too long ago.

    ``days`` counts from the publisher's day, of a list that its publisher dates anew with each export; of any other
    from the last good load. ``last_try`` is the latest load; ``is_failing`` says that it was refused.
    """

    source: str
    label: Any
    described: Description
    version: ListVersion | None
    checked_at: datetime | None
    since: date | None
    days: int | None
    allowed: int
    state: str
    last_try: ListLoad | None
    is_failing: bool
    is_fetched: bool

    @property
    def is_old(self) -> bool:
        return self.state == OLD

    @property
    def is_missing(self) -> bool:
        return self.state == MISSING


def list_freshness() -> list[Freshness]:
    """Return how fresh every list is, in the order of Source."""
    versions = {version.source: version for version in versions_in_force()}
    tries = ListLoad.objects.order_by("source", "-tried_at", "-pk").distinct("source").select_related("tried_by")
    latest = {load.source: load for load in tries}
    good = {load.source: load for load in tries.filter(outcome__in=GOOD)}
    return [_freshness(source, versions.get(source), latest.get(source), good.get(source)) for source in Source.values]


def old_lists(lists: Iterable[Freshness] | None = None) -> list[Freshness]:
    """Return the lists that are older than they may be or were never loaded: what a result has to be shown with.

    The authority's own list may be empty. ``lists`` are those of ``list_freshness``, if they are at hand.
    """
    return [each for each in (list_freshness() if lists is None else lists)
            if each.is_old or (each.is_missing and not each.described.by_two_officers)]


def _freshness(
    source: str, version: ListVersion | None, last_try: ListLoad | None, good: ListLoad | None
) -> Freshness:
    described, allowed = describe(source), settings.WATCHLIST_AGE_DAYS[source]
    checked = good.tried_at if good else None
    since = None
    if version is not None:
        since = version.published_on if described.is_dated else None
        since = since or (checked or version.loaded_at).astimezone(clock.HONG_KONG).date()
    days = (clock.today() - since).days if since else None
    state = MISSING if days is None else OLD if allowed and days > allowed else FRESH
    return Freshness(
        source=source, label=Source(source).label, described=described, version=version, checked_at=checked,
        since=since, days=days, allowed=allowed, state=state, last_try=last_try,
        is_failing=bool(last_try and last_try.outcome == ListLoad.Outcome.REFUSED),
        is_fetched=bool(settings.WATCHLIST_URLS.get(source)),
    )
