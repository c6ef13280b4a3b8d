"""Hong Kong business days: what is one, how to move along them, and how late something is measured in them.

A business day is any day but a Saturday, a general holiday (Cap. 149; every Sunday is one) and a gale warning or black
rainstorm warning day (Cap. 1 s. 71(2)): SUP glossary. Warning days are not foreseeable, so they are passed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
DAY = timedelta(days=1)

# The package's default category holds statutory (employment) holidays only, without Good Friday for one;
# the general holidays of Cap. 149 are both categories together.
GENERAL_HOLIDAYS = ("public", "optional")
SATURDAY, SUNDAY = 5, 6


@lru_cache(maxsize=256)
def general_holidays(year: int, categories: tuple[str, ...] = GENERAL_HOLIDAYS) -> frozenset[date]:
    """The year's general holidays other than Sundays."""
    return frozenset(
        day for day in holidays.country_holidays("HK", years=year, categories=categories) if day.weekday() != SUNDAY
    )


def coming_holidays(day: date, count: int) -> list[date]:
    """The next ``count`` general holidays other than Sundays, from ``day`` on."""
    years = general_holidays(day.year) | general_holidays(day.year + 1)
    return sorted(holiday for holiday in years if holiday >= day)[:count]


@dataclass(frozen=True, slots=True)
class HongKongCalendar:
    """Business days of Hong Kong, less the ``closures`` (warning days) that are passed in."""

    closures: frozenset[date] = frozenset()
    categories: tuple[str, ...] = GENERAL_HOLIDAYS

    def is_business_day(self, day: date) -> bool:
        return (
            day.weekday() < SATURDAY
            and day not in self.closures
            and day not in general_holidays(day.year, self.categories)
        )

    def is_excluded(self, day: date) -> bool:
        """Whether a period of law does not end on the day: a public holiday (Sundays are) or a warning day.

        Cap. 1 s. 71(1)(b); Saturdays are not excluded.
        """
        return (
            day.weekday() == SUNDAY
            or day in self.closures
            or day in general_holidays(day.year, self.categories)
        )

    def on_or_after(self, day: date) -> date:
        """``day`` if it is a business day, else the next one."""
        while not self.is_business_day(day):
            day += DAY
        return day

    def on_or_before(self, day: date) -> date:
        """``day`` if it is a business day, else the one before."""
        while not self.is_business_day(day):
            day -= DAY
        return day

    def next_business_day(self, day: date) -> date:
        """The first business day after ``day``."""
        return self.on_or_after(day + DAY)

    def previous_business_day(self, day: date) -> date:
        """The last business day before ``day``."""
        return self.on_or_before(day - DAY)

    def add_business_days(self, day: date, count: int) -> date:
        """The ``count``-th business day after ``day`` (before it, if negative); ``day`` itself for 0."""
        step = self.next_business_day if count > 0 else self.previous_business_day
        for _ in range(abs(count)):
            day = step(day)
        return day

    def business_days_between(self, start: date, end: date) -> int:
        """How many business days lie after ``start`` and up to and including ``end``; negative if ``end`` is earlier.

        The age in business days, at ``end``, of what happened on ``start``.
        """
        if end < start:
            return -self.business_days_between(end, start)
        return sum(1 for _ in self.business_days(start + DAY, end))

    def business_days(self, start: date, end: date) -> Iterable[date]:
        """The business days from ``start`` to ``end``, both included."""
        for offset in range((end - start).days + 1):
            if self.is_business_day(day := start + offset * DAY):
                yield day

    def business_hours_late(self, deadline: datetime, now: datetime) -> int:
        """Whole hours since ``deadline`` (aware) that fall on business days, Hong Kong time; 0 if not late.

        Every hour of a business day counts, no hour of another day does.
        """
        start, end = deadline.astimezone(HONG_KONG), now.astimezone(HONG_KONG)
        late = timedelta()
        for day in self.business_days(start.date(), end.date()):
            opens = datetime.combine(day, time(), HONG_KONG)
            late += max(timedelta(), min(end, opens + DAY) - max(start, opens))
        return late // timedelta(hours=1)

    def last_business_day_of_month(self, day: date) -> date:
        """The last business day of the month of ``day``."""
        first_of_next = (day.replace(day=28) + 4 * DAY).replace(day=1)
        return self.previous_business_day(first_of_next)

    def last_business_day_of_quarter(self, day: date) -> date:
        """The last business day of the calendar quarter of ``day``."""
        return self.last_business_day_of_month(day.replace(month=3 * ((day.month - 1) // 3) + 3, day=1))
