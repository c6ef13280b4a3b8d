"""Time limits end as Cap. 1 s. 71 says, service clocks count the business days on which they run."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendars import HONG_KONG, HongKongCalendar
from core.deadlines import Unit, anniversary, day_of, days_until, end_of, last_day, roll, service_due

CALENDAR = HongKongCalendar()
DAYS = st.dates(date(2025, 8, 1), date(2028, 12, 31))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HONG_KONG)


@pytest.mark.parametrize(
    ("start", "count", "unit", "ends", "why"),
    [
        ("2026-11-02", 14, Unit.DAYS, "2026-11-16", "the day of the event does not count"),
        ("2026-11-07", 14, Unit.DAYS, "2026-11-21", "a Saturday is no public holiday: the period ends on it"),
        ("2026-11-08", 14, Unit.DAYS, "2026-11-23", "a Sunday is one: the period runs on to Monday"),
        ("2026-12-11", 14, Unit.DAYS, "2026-12-28", "Christmas, the first weekday after it, Sunday, then Monday"),
        ("2026-11-05", 6, Unit.DAYS, "2026-11-12", "in up to six days Sunday is not reckoned"),
        ("2026-11-05", 7, Unit.DAYS, "2026-11-12", "in seven days it is"),
        ("2026-08-31", 6, Unit.MONTHS, "2027-03-01", "28 February 2027 is a Sunday"),
        ("2026-11-20", 1, Unit.BUSINESS_DAYS, "2026-11-23", "Friday to Monday"),
        ("2026-02-16", 1, Unit.BUSINESS_DAYS, "2026-02-20", "over Lunar New Year"),
        ("2028-02-29", 1, Unit.YEARS, "2029-02-28", "a leap day's anniversary in a common year"),
    ],
)
def test_a_period_ends(start, count, unit, ends, why):
    assert last_day(date.fromisoformat(start), count, unit, CALENDAR) == date.fromisoformat(ends), why


def test_a_warning_day_moves_the_end_and_is_not_foreseen():
    assert last_day(date(2026, 9, 1), 7, Unit.DAYS, CALENDAR) == date(2026, 9, 8)
    closed = HongKongCalendar(frozenset({date(2026, 9, 8)}))
    assert last_day(date(2026, 9, 1), 7, Unit.DAYS, closed) == date(2026, 9, 9)


@given(DAYS, st.integers(1, 60))
def test_a_period_never_ends_early_nor_on_an_excluded_day(start, count):
    end = last_day(start, count, Unit.DAYS, CALENDAR)
    assert end >= start + timedelta(days=count)
    assert not CALENDAR.is_excluded(end)
    assert roll(end, CALENDAR) == end


@given(DAYS, st.integers(1, 60))
def test_a_service_clock_without_pause_counts_business_days(start, count):
    opened = end_of(start)
    assert service_due(opened, count, (), CALENDAR) == end_of(CALENDAR.add_business_days(start, count))


@given(DAYS, st.integers(1, 20), st.integers(0, 10), st.integers(0, 20))
def test_a_pause_moves_a_service_clock_by_the_business_days_it_stood(start, count, after, stood):
    """The clock stops in the morning of one day and starts in the morning of another."""
    stop = CALENDAR.add_business_days(start, after + 1)
    begin = stop + timedelta(days=stood)
    pause = (at(f"{stop}T09:00:00"), at(f"{begin}T09:00:00"))
    lost = len(list(CALENDAR.business_days(stop, begin - timedelta(days=1))))
    due = service_due(end_of(start), count, [pause], CALENDAR)
    wanted = count if after >= count else count + lost
    assert due == end_of(CALENDAR.add_business_days(start, wanted))


def test_while_a_clock_stands_nobody_knows_when_it_ends():
    opened = at("2026-11-02T10:00:00")
    assert service_due(opened, 5, [(at("2026-11-04T10:00:00"), None)], CALENDAR) is None
    # It had run out before it was stopped.
    assert service_due(opened, 5, [(at("2026-11-10T10:00:00"), None)], CALENDAR) == end_of(date(2026, 11, 9))


def test_the_end_of_a_day_is_its_last_second_in_hong_kong():
    assert end_of(date(2026, 11, 23)).astimezone(UTC) == datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)
    assert day_of(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) == date(2026, 11, 23)
    assert days_until(at("2026-11-26T00:00:00"), at("2026-11-23T23:00:00")) == 3


def test_a_leap_day_has_its_anniversary_on_the_28th_where_there_is_no_29th():
    assert anniversary(date(2028, 2, 29), 1) == date(2029, 2, 28)
    assert anniversary(date(2028, 2, 29), 4) == date(2032, 2, 29)
