"""The month or quarter that a report is about: its days, its moments in Hong Kong, and whether it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.calendars import HONG_KONG
from core.rulebook.periods import add_months, month_end, quarter_start

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """The moment at which it begins."""
        return datetime.combine(self.first, time(), HONG_KONG)

    @property
    def ends(self) -> datetime:
        """The moment at which it is over; what happens then is no part of it."""
        return datetime.combine(self.last + DAY, time(), HONG_KONG)

    def days(self, since: date | None = None) -> list[date]:
        """Return its days, those before ``since`` left out."""
        start = max(self.first, since or self.first)
        return [start + DAY * count for count in range((self.last - start).days + 1)]


def month_to(last: date) -> Period | None:
    """Return the month that ends on the day, None if none does."""
    return Period(last.replace(day=1), last) if month_end(last) == last else None


def month_after(period: Period) -> Period:
    """Return the month that follows a period."""
    first = period.last + DAY
    return Period(first, month_end(first))


def quarter_to(last: date) -> Period | None:
    """Return the calendar quarter that ends on the day, None if none does."""
    following = last + DAY
    return Period(add_months(following, -3), last) if quarter_start(following) == following else None


def quarter_before(period: Period) -> Period:
    """Return the calendar quarter before one."""
    return Period(add_months(period.first, -3), period.first - DAY)
