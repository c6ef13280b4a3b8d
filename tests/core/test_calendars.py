"""Hong Kong business days, against the published lists and against what must hold of any calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendars import HONG_KONG, HongKongCalendar, general_holidays

CALENDAR = HongKongCalendar()
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)

days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
closures = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=20)


def listed(year: int, *months: tuple[int, list[int]]) -> set[date]:
    return {date(year, month, day) for month, in_month in months for day in in_month}


@pytest.mark.parametrize(
    "year, expected",
    [
        (
            2026,
            listed(
                2026,
                (1, [1]),
                (2, [17, 18, 19]),
                (4, [3, 4, 6, 7]),
                (5, [1, 25]),
                (6, [19]),
                (7, [1]),
                (9, [26]),
                (10, [1, 19]),
                (12, [25, 26]),
            ),
        ),
        (
            2027,
            listed(
                2027,
                (1, [1]),
                (2, [6, 8, 9]),
                (3, [26, 27, 29]),
                (4, [5]),
                (5, [1, 13]),
                (6, [9]),
                (7, [1]),
                (9, [16]),
                (10, [1, 8]),
                (12, [25, 27]),
            ),
        ),
    ],
)
def test_general_holidays_other_than_sundays_are_those_of_the_list(year, expected):
    assert general_holidays(year) == expected


@pytest.mark.parametrize("year", [2026, 2027])
def test_every_other_weekday_of_the_year_is_a_business_day(year):
    for day in (date(year, 1, 1) + timedelta(days=n) for n in range(365)):
        expected = day.weekday() < 5 and day not in general_holidays(year)
        assert CALENDAR.is_business_day(day) is expected, day


def test_good_friday_and_boxing_day_which_are_not_statutory_are_no_business_days():
    assert not CALENDAR.is_business_day(date(2026, 4, 3))
    assert not CALENDAR.is_business_day(date(2027, 12, 27))


def test_a_warning_day_is_no_business_day():
    closed = HongKongCalendar(frozenset({FRIDAY}))
    assert CALENDAR.is_business_day(FRIDAY)
    assert not closed.is_business_day(FRIDAY)
    assert closed.next_business_day(date(2026, 11, 19)) == MONDAY


def test_moving_over_lunar_new_year():
    assert CALENDAR.next_business_day(date(2026, 2, 16)) == date(2026, 2, 20)
    assert CALENDAR.previous_business_day(date(2026, 2, 20)) == date(2026, 2, 16)
    assert CALENDAR.add_business_days(date(2026, 2, 13), 3) == date(2026, 2, 23)
    assert CALENDAR.add_business_days(date(2026, 2, 23), -3) == date(2026, 2, 13)
    assert CALENDAR.business_days_between(date(2026, 2, 13), date(2026, 2, 23)) == 3
    assert CALENDAR.business_days_between(date(2026, 2, 23), date(2026, 2, 13)) == -3


def test_no_business_days_on_is_the_day_itself_even_on_a_sunday():
    sunday = date(2026, 11, 22)
    assert CALENDAR.add_business_days(sunday, 0) == sunday
    assert CALENDAR.on_or_after(sunday) == MONDAY
    assert CALENDAR.on_or_before(sunday) == FRIDAY
    assert CALENDAR.on_or_after(FRIDAY) == FRIDAY == CALENDAR.on_or_before(FRIDAY)


def test_last_business_day_of_month_and_quarter():
    assert CALENDAR.last_business_day_of_month(date(2026, 10, 5)) == date(2026, 10, 30)
    assert CALENDAR.last_business_day_of_month(date(2026, 12, 31)) == date(2026, 12, 31)
    assert CALENDAR.last_business_day_of_month(date(2026, 2, 1)) == date(2026, 2, 27)
    assert CALENDAR.last_business_day_of_quarter(date(2027, 1, 31)) == date(2027, 3, 31)
    assert CALENDAR.last_business_day_of_quarter(date(2026, 5, 31)) == date(2026, 6, 30)
    assert HongKongCalendar(frozenset({date(2026, 6, 30)})).last_business_day_of_quarter(date(2026, 6, 30)) == date(
        2026, 6, 29
    )


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=HONG_KONG)


@pytest.mark.parametrize(
    "deadline, now, hours",
    [
        (at(FRIDAY, 10), at(FRIDAY, 10), 0),
        (at(FRIDAY, 10), at(FRIDAY, 9), 0),
        (at(FRIDAY, 10), at(FRIDAY, 10, 59), 0),
        (at(FRIDAY, 10), at(FRIDAY, 11), 1),
        (at(FRIDAY, 22), at(date(2026, 11, 22), 23), 2),
        (at(FRIDAY, 22), at(MONDAY, 9), 11),
        (at(FRIDAY, 22), at(date(2026, 11, 24), 0), 26),
        (at(date(2026, 11, 21), 12), at(date(2026, 11, 22), 23), 0),
        (at(FRIDAY, 10).astimezone(UTC), at(FRIDAY, 12).astimezone(UTC), 2),
    ],
)
def test_hours_late_count_on_business_days_only(deadline, now, hours):
    assert CALENDAR.business_hours_late(deadline, now) == hours


def test_hours_of_a_warning_day_do_not_count():
    assert HongKongCalendar(frozenset({FRIDAY})).business_hours_late(at(date(2026, 11, 19), 23), at(MONDAY, 2)) == 3


@given(days, closures)
def test_next_and_previous_are_the_nearest_business_days(day, closed):
    calendar = HongKongCalendar(closed)
    after, before = calendar.next_business_day(day), calendar.previous_business_day(day)
    assert before < day < after
    assert calendar.is_business_day(after)
    assert calendar.is_business_day(before)
    assert list(calendar.business_days(before, after)) == [before, *[day] * calendar.is_business_day(day), after]


@given(days, st.integers(-30, 30), closures)
def test_adding_business_days_and_counting_them_agree(day, count, closed):
    calendar = HongKongCalendar(closed)
    start = calendar.on_or_after(day)
    assert calendar.business_days_between(start, calendar.add_business_days(start, count)) == count


@given(days, days, days, closures)
def test_business_days_of_two_adjoining_spans_add_up(a, b, c, closed):
    calendar = HongKongCalendar(closed)
    a, b, c = sorted([a, b, c])
    assert calendar.business_days_between(a, c) == calendar.business_days_between(
        a, b
    ) + calendar.business_days_between(b, c)


@given(days, st.integers(0, 23), st.integers(0, 200), closures)
def test_hours_late_are_those_that_begin_on_a_business_day(day, hour, later, closed):
    calendar, deadline = HongKongCalendar(closed), at(day, hour)
    hours = [deadline + timedelta(hours=n) for n in range(later)]
    assert calendar.business_hours_late(deadline, deadline + timedelta(hours=later)) == sum(
        calendar.is_business_day(hour.date()) for hour in hours
    )
