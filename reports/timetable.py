"""When what is regular falls due: periods, business days and hours of Hong Kong. Knows neither database nor web.

What is daily belongs to a business day. What is weekly, monthly or quarterly belongs to a period that is over, and is
due on the n-th business day after it. A calendar that learns of a closure later moves what is still to come.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from core.calendars import DAY, HONG_KONG, HongKongCalendar

#: How far back a period may end whose day is still to come: a quarter's, with every business day that can be set.
LOOK_BACK = timedelta(days=150)
#: How far ahead the next occasion is looked for.
LOOK_AHEAD = timedelta(days=400)
#: The most business days after a period that can be set, by cadence.
MOST = {"daily": 1, "weekly": 5, "monthly": 20, "quarterly": 40, "on_event": 1}


class Cadence(StrEnum):
    """How often something is done."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    ON_EVENT = "on_event"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days that an occasion is about, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often, at what time of day in Hong Kong, on the how-manieth business day after the period."""

    cadence: Cadence
    at: time
    business_day: int = 1


@dataclass(frozen=True, slots=True)
class Due:
    """One occasion: its period and the moment from which it is due."""

    period: Period
    at: datetime


def period_of(cadence: Cadence, day: date) -> Period:
    """Return the period of the cadence in which the day lies."""
    if cadence == Cadence.WEEKLY:
        monday = day - day.weekday() * DAY
        return Period(monday, monday + 6 * DAY)
    if cadence in (Cadence.MONTHLY, Cadence.QUARTERLY):
        months = 1 if cadence == Cadence.MONTHLY else 3
        first = day.replace(month=months * ((day.month - 1) // months) + 1, day=1)
        after = first.year * 12 + first.month - 1 + months
        return Period(first, date(after // 12, after % 12 + 1, 1) - DAY)
    return Period(day, day)


def next_period(cadence: Cadence, period: Period) -> Period:
    """Return the period that follows."""
    return period_of(cadence, period.last + DAY)


def latest_period(cadence: Cadence, today: date) -> Period:
    """Return the period that ended last; of what is daily, today."""
    current = period_of(cadence, today)
    return current if current.first == current.last else period_of(cadence, current.first - DAY)


def due_at(rhythm: Rhythm, period: Period, calendar: HongKongCalendar) -> datetime | None:
    """Return when the period's occasion is due, or None: a closed day has no daily one, an event no day."""
    if rhythm.cadence == Cadence.ON_EVENT:
        return None
    if rhythm.cadence == Cadence.DAILY:
        day = period.first
        if not calendar.is_business_day(day):
            return None
    else:
        day = calendar.add_business_days(calendar.on_or_after(period.last + DAY), rhythm.business_day - 1)
    return datetime.combine(day, rhythm.at, HONG_KONG)


def dues(
    rhythm: Rhythm, calendar: HongKongCalendar, *, since: datetime, until: datetime, after: Period | None = None
) -> list[Due]:
    """Return what fell due from ``since`` until ``until``, both included, of periods later than ``after``."""
    return [due for due in _from(rhythm, calendar, since, after, until) if since <= due.at <= until]


def next_due(
    rhythm: Rhythm, calendar: HongKongCalendar, *, since: datetime, now: datetime, after: Period | None = None
) -> Due | None:
    """Return what falls due first after ``now``, or None if only an event brings it."""
    earliest = max(since, now)
    coming = _from(rhythm, calendar, earliest, after, now + LOOK_AHEAD)
    return next((due for due in coming if due.at > now and due.at >= since), None)


def _from(
    rhythm: Rhythm, calendar: HongKongCalendar, since: datetime, after: Period | None, until: datetime
) -> Iterator[Due]:
    """Yield the occasions of one period after another, begun early enough that none from ``since`` on is left out."""
    if rhythm.cadence == Cadence.ON_EVENT:
        return
    begin = since.astimezone(HONG_KONG).date()
    period = period_of(rhythm.cadence, begin if rhythm.cadence == Cadence.DAILY else begin - LOOK_BACK)
    if after is not None and after.last >= period.first:
        period = period_of(rhythm.cadence, after.last + DAY)
    while period.first <= until.astimezone(HONG_KONG).date():
        if (moment := due_at(rhythm, period, calendar)) is not None:
            yield Due(period, moment)
        period = next_period(rhythm.cadence, period)


def period_named(cadence: Cadence, text: str) -> Period:
    """Return the period that somebody names: 2026-11-23 (the one it lies in), 2026-10 or 2026-Q3.

    Raises:
        ValueError: nothing of the kind is named, or it is no period of the cadence.
    """
    if quarter := re.fullmatch(r"(\d{4})-[Qq]([1-4])", text):
        if cadence != Cadence.QUARTERLY:
            raise ValueError(text)
        return period_of(cadence, date(int(quarter[1]), 3 * int(quarter[2]), 1))
    if month := re.fullmatch(r"(\d{4})-(\d{2})", text):
        if cadence not in (Cadence.MONTHLY, Cadence.QUARTERLY):
            raise ValueError(text)
        return period_of(cadence, date(int(month[1]), int(month[2]), 1))
    return period_of(cadence, date.fromisoformat(text))
