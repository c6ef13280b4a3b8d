"""Calendar arithmetic in months, quarters and years, as the law counts them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def add_months(start: date, months: int) -> date:
    """The corresponding day so many months on, or the last day of a month that is too short.

    31 January plus three months is 30 April.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    month += 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def within_months(start: date, end: date, limit: int) -> bool:
    """Whether ``end`` is no later than the corresponding day ``limit`` months after ``start``, that day included."""
    return end <= add_months(start, limit)


def within_years(start: date, end: date, limit: int) -> bool:
    """Whether ``end`` is no later than the corresponding day ``limit`` years after ``start``, that day included."""
    return within_months(start, end, 12 * limit)


def quarter_start(day: date, quarters: int = 0) -> date:
    """First day of the calendar quarter of ``day``, or of one so many quarters later (earlier if negative)."""
    return add_months(date(day.year, 3 * ((day.month - 1) // 3) + 1, 1), 3 * quarters)


def month_end(day: date) -> date:
    """Last day of the month of ``day``."""
    return day.replace(day=monthrange(day.year, day.month)[1])
