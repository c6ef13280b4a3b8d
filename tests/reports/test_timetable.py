"""When what is regular falls due: on business days only, never early, each period once, whatever is entered later."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendars import HONG_KONG, HongKongCalendar
from reports.timetable import (
    MOST,
    Cadence,
    Period,
    Rhythm,
    due_at,
    dues,
    latest_period,
    next_due,
    next_period,
    period_named,
    period_of,
)

CALENDAR = HongKongCalendar()
TIMED = [cadence for cadence in Cadence if cadence != Cadence.ON_EVENT]
DAYS = st.dates(date(2026, 1, 1), date(2028, 6, 30))
CLOSURES = st.frozensets(DAYS, max_size=40)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HONG_KONG)


@st.composite
def rhythms(draw):
    cadence = draw(st.sampled_from(TIMED))
    return Rhythm(cadence, draw(st.times()), draw(st.integers(1, MOST[cadence])))


@pytest.mark.parametrize(("cadence", "day", "first", "last"), [
    (Cadence.DAILY, date(2026, 11, 27), date(2026, 11, 27), date(2026, 11, 27)),
    (Cadence.WEEKLY, date(2026, 11, 29), date(2026, 11, 23), date(2026, 11, 29)),
    (Cadence.WEEKLY, date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 29)),
    (Cadence.MONTHLY, date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
    (Cadence.MONTHLY, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
    (Cadence.QUARTERLY, date(2026, 11, 27), date(2026, 10, 1), date(2026, 12, 31)),
])
def test_a_day_lies_in_its_period(cadence, day, first, last):
    assert period_of(cadence, day) == Period(first, last)


@pytest.mark.parametrize(("rhythm", "period", "moment"), [
    (Rhythm(Cadence.WEEKLY, time(8)), date(2026, 11, 16), "2026-11-23T08:00"),
    (Rhythm(Cadence.WEEKLY, time(8)), date(2026, 10, 12), "2026-10-20T08:00"),  # Chung Yeung's day in lieu is Monday
    (Rhythm(Cadence.MONTHLY, time(9), 5), date(2026, 10, 1), "2026-11-06T09:00"),
    (Rhythm(Cadence.MONTHLY, time(9), 5), date(2026, 9, 1), "2026-10-08T09:00"),  # National Day is the 1st
    (Rhythm(Cadence.QUARTERLY, time(9), 10), date(2026, 7, 1), "2026-10-15T09:00"),
])
def test_the_business_day_after_a_period(rhythm, period, moment):
    assert due_at(rhythm, period_of(rhythm.cadence, period), CALENDAR) == at(moment)


def test_a_closed_day_has_no_daily_occasion_and_an_event_no_day():
    saturday = Period(date(2026, 11, 28), date(2026, 11, 28))
    assert due_at(Rhythm(Cadence.DAILY, time(8)), saturday, CALENDAR) is None
    assert due_at(Rhythm(Cadence.ON_EVENT, time(8)), saturday, CALENDAR) is None
    on_event = Rhythm(Cadence.ON_EVENT, time(8))
    assert dues(on_event, CALENDAR, since=at("2026-01-01"), until=at("2026-12-31")) == []
    assert next_due(on_event, CALENDAR, since=at("2026-01-01"), now=at("2026-12-31")) is None


def test_a_closure_that_is_entered_later_moves_what_is_to_come():
    monthly, october = Rhythm(Cadence.MONTHLY, time(9), 5), Period(date(2026, 10, 1), date(2026, 10, 31))
    typhoon = HongKongCalendar(frozenset({date(2026, 11, 4)}))
    assert due_at(monthly, october, typhoon) == at("2026-11-09T09:00")
    now = at("2026-11-05T10:00")
    assert next_due(monthly, typhoon, since=at("2026-01-01"), now=now).at == at("2026-11-09T09:00")


@given(rhythm=rhythms(), start=DAYS, length=st.integers(0, 300), closures=CLOSURES)
@settings(max_examples=60, deadline=None)
def test_every_occasion_is_on_an_open_day_at_its_hour_after_its_period_and_each_once(rhythm, start, length, closures):
    calendar = HongKongCalendar(closures)
    since = datetime.combine(start, time(), HONG_KONG)
    until = since + timedelta(days=length)
    found = dues(rhythm, calendar, since=since, until=until)
    for due in found:
        local = due.at.astimezone(HONG_KONG)
        assert calendar.is_business_day(local.date())
        assert local.timetz().replace(tzinfo=None) == rhythm.at
        assert since <= due.at <= until
        if rhythm.cadence != Cadence.DAILY:
            assert local.date() > due.period.last
    periods = [due.period for due in found]
    assert len(set(periods)) == len(periods)
    for before, after in zip(periods, periods[1:], strict=False):
        if rhythm.cadence == Cadence.DAILY:
            between = calendar.business_days(before.first + timedelta(days=1), after.first - timedelta(days=1))
            assert list(between) == []
        else:
            assert next_period(rhythm.cadence, before) == after


@given(rhythm=rhythms(), start=DAYS, steps=st.lists(st.integers(0, 20 * 24), min_size=1, max_size=12),
       closures=CLOSURES)
@settings(max_examples=60, deadline=None)
def test_looking_at_any_times_finds_the_same_as_looking_once(rhythm, start, steps, closures):
    calendar = HongKongCalendar(closures)
    since = now = datetime.combine(start, time(), HONG_KONG)
    seen, after = [], None
    for step in steps:
        now += timedelta(hours=step)
        coming = next_due(rhythm, calendar, since=since, now=now, after=after)
        for due in dues(rhythm, calendar, since=since, until=now, after=after):
            seen.append(due)
            after = due.period
        assert coming is None or coming.at > now
    assert seen == dues(rhythm, calendar, since=since, until=now)


@given(start=DAYS, closed=CLOSURES, more=CLOSURES, rhythm=rhythms())
@settings(max_examples=40, deadline=None)
def test_closures_entered_while_it_runs_leave_each_period_exactly_once(start, closed, more, rhythm):
    """No day that is known to be closed has an occasion, and what was done is not done again after a closure."""
    since = datetime.combine(start, time(), HONG_KONG)
    middle, until = since + timedelta(days=90), since + timedelta(days=200)
    calendar = HongKongCalendar(frozenset(day for day in closed if day < middle.date()))
    later = HongKongCalendar(calendar.closures | frozenset(day for day in more if day >= middle.date()))
    first = dues(rhythm, calendar, since=since, until=middle)
    second = dues(rhythm, later, since=since, until=until, after=first[-1].period if first else None)
    assert all(later.is_business_day(due.at.astimezone(HONG_KONG).date()) for due in second)
    periods = [due.period for due in (*first, *second)]
    assert len(set(periods)) == len(periods)
    assert periods == sorted(periods)


def test_what_was_last_and_what_somebody_names():
    today = date(2026, 11, 27)
    assert latest_period(Cadence.DAILY, today) == Period(today, today)
    assert latest_period(Cadence.WEEKLY, today) == Period(date(2026, 11, 16), date(2026, 11, 22))
    assert latest_period(Cadence.MONTHLY, today) == Period(date(2026, 10, 1), date(2026, 10, 31))
    assert latest_period(Cadence.QUARTERLY, today) == Period(date(2026, 7, 1), date(2026, 9, 30))
    assert period_named(Cadence.MONTHLY, "2026-10") == Period(date(2026, 10, 1), date(2026, 10, 31))
    assert period_named(Cadence.QUARTERLY, "2026-q3") == Period(date(2026, 7, 1), date(2026, 9, 30))
    assert period_named(Cadence.WEEKLY, "2026-11-22") == Period(date(2026, 11, 16), date(2026, 11, 22))
    for cadence, text in ((Cadence.MONTHLY, "2026-Q3"), (Cadence.DAILY, "2026-10"), (Cadence.MONTHLY, "2026-13"),
                          (Cadence.DAILY, "yesterday"), (Cadence.QUARTERLY, "2026-Q5")):
        with pytest.raises(ValueError):
            period_named(cadence, text)
