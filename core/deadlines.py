"""When a time limit ends: periods of law counted as the law counts them, service clocks in running business days.

A period of days excludes the day of the event; if its last day is a public holiday (Sundays are) or a gale or black
rainstorm warning day it runs on to the next day that is neither; in a period of up to six days such days do not count
at all (Interpretation and General Clauses Ordinance, Cap. 1 s. 71(1)(a), (b), (d)). Saturdays count. What must be done
on or before a day may be done on the next such day (s. 71(1)(c)). A month is a calendar month.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from core.calendars import DAY, HONG_KONG, HongKongCalendar
from core.rulebook.periods import add_months

#: Cap. 1 s. 71(1)(d): in periods up to this many days, excluded days are not reckoned.
SHORT_PERIOD_DAYS = 6

Pauses = Iterable[tuple[datetime, datetime | None]]


class Unit(StrEnum):
    """What a time limit is counted in."""

    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    BUSINESS_DAYS = "business_days"


def last_day(start: date, count: int, unit: Unit, calendar: HongKongCalendar) -> date:
    """Return the last day on which an act is in time, ``count`` units after the day of the event."""
    if unit is Unit.BUSINESS_DAYS:
        return calendar.add_business_days(start, count)
    if unit is Unit.DAYS and count <= SHORT_PERIOD_DAYS:
        day = start
        for _ in range(count):
            day = roll(day + DAY, calendar)
        return day
    if unit is Unit.DAYS:
        return roll(start + count * DAY, calendar)
    return roll(add_months(start, count if unit is Unit.MONTHS else 12 * count), calendar)


def roll(day: date, calendar: HongKongCalendar) -> date:
    """Return the day itself, or the next that is neither a public holiday nor a warning day."""
    while calendar.is_excluded(day):
        day += DAY
    return day


def anniversary(day: date, years: int) -> date:
    """Return the day's anniversary; that of 29 February falls on the 28th where there is no 29th."""
    return add_months(day, 12 * years)


def end_of(day: date) -> datetime:
    """Return the last second of a day in Hong Kong: the instant by which a thing due that day is in time."""
    return datetime.combine(day, time(23, 59, 59), HONG_KONG)


def day_of(instant: datetime) -> date:
    """Return the calendar day in Hong Kong."""
    return instant.astimezone(HONG_KONG).date()


def service_due(opened_at: datetime, business_days: int, pauses: Pauses, calendar: HongKongCalendar) -> datetime | None:
    """Return when a service clock ends: the close of the last of ``business_days`` on which it ran.

    A business day counts if the clock runs at its close; the day of opening does not. None while a pause is open and
    the clock has not run out before it: nobody knows when it will.
    """
    stood = list(pauses)
    day, left = day_of(opened_at), business_days
    while left:
        day = calendar.next_business_day(day)
        close = end_of(day)
        if any(paused <= close and resumed is None for paused, resumed in stood):
            return None
        if not any(paused <= close and resumed is not None and resumed > close for paused, resumed in stood):
            left -= 1
    return end_of(day)


def days_until(instant: datetime, now: datetime) -> int:
    """Return how many calendar days in Hong Kong lie between the days of two instants; negative when past."""
    return (day_of(instant) - day_of(now)) // timedelta(days=1)
