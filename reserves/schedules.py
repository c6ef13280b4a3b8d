"""Which files a coin's day waits for: from whom, on which days, by what hour.

The platform's default is holdings and books on business days and supply every day, each by the authority's hour on the
business day after. A dated row of a coin changes that for a feed, adds a feed, or names a sender whose file is expected
besides. Feeds that no row and no default names are welcome and not waited for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from core.calendars import HONG_KONG, HongKongCalendar

BUSINESS, CALENDAR = DAYS = ("business", "calendar")


class Scheduled(NamedTuple):
    """A file that is expected: from ``sender`` (a slug), or from whoever sends the feed if that is None.

    ``on_request`` says that the authority has asked for it under SUP 2.7.2: a day not sent by its hour is a breach.
    """

    feed: str
    days: str
    due: time
    sender: str | None = None
    on_request: bool = False

    def falls_on(self, day: date, calendar: HongKongCalendar) -> bool:
        """Say whether a file for the day itself is expected, not one that carries over."""
        return self.days == CALENDAR or calendar.is_business_day(day)

    def due_at(self, day: date, calendar: HongKongCalendar) -> datetime:
        """Return when the file for the day is due: on the business day after it."""
        return datetime.combine(calendar.next_business_day(day), self.due, HONG_KONG)


@dataclass(frozen=True, slots=True)
class Schedule:
    """All files that one coin's day waits for."""

    entries: tuple[Scheduled, ...]

    def of(self, feed: str) -> Scheduled | None:
        """Return what is expected of the feed, whoever sends it."""
        return next((each for each in self.entries if each.feed == feed and each.sender is None), None)

    def named(self, feed: str) -> Iterator[Scheduled]:
        """Yield what named senders are expected to send of the feed."""
        return (each for each in self.entries if each.feed == feed and each.sender is not None)

    def expecting(self, feed: str, sender: str | None) -> Scheduled | None:
        """Return the entry by which the sender's file of the feed is expected: its own, or the feed's."""
        own = (each for each in self.named(feed) if each.sender == sender)
        return next(own, None) or self.of(feed)

    def carries_over(self, feed: str) -> bool:
        """Say whether the file of the last business day counts until the next one."""
        found = self.of(feed)
        return found is not None and found.days == BUSINESS

    def due_at(self, feed: str, sender: str | None, day: date, calendar: HongKongCalendar) -> datetime:
        """Return when the sender's file of the feed is due for the day; one that no entry names, with the last."""
        found = self.expecting(feed, sender)
        return found.due_at(day, calendar) if found else self.waits_until(day, calendar)

    def waits_until(self, day: date, calendar: HongKongCalendar) -> datetime:
        """Return when the last file that the day waits for is due: then it is judged without those that are missing."""
        return max(each.due_at(day, calendar) for each in self.entries)


def merged(default: Iterable[Scheduled], rows: Iterable[Scheduled]) -> Schedule:
    """Return the default with the rows in force put in its place; of two rows for one file the later counts."""
    found = {(each.feed, each.sender): each for each in (*default, *rows)}
    return Schedule(tuple(found.values()))
