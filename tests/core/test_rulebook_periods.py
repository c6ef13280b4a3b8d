"""Months, quarters and years as the law counts them: by the calendar, not by days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rulebook.periods import add_months, month_end, quarter_start, within_months, within_years

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    "start, months, end",
    [
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_on_is_the_corresponding_day_or_the_last_of_a_short_month(start, months, end):
    assert add_months(start, months) == end


@given(days, st.integers(1, 36))
def test_a_period_ends_with_the_corresponding_day_included(start, months):
    end = add_months(start, months)
    assert within_months(start, end, months)
    assert not within_months(start, end + timedelta(days=1), months)


@given(days, st.integers(-36, 36))
def test_months_on_lands_in_the_month_so_many_on(start, months):
    end = add_months(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == min(start.day, month_end(end).day)


@given(days)
def test_a_year_is_twelve_months(start):
    assert within_years(start, add_months(start, 12), 1)
    assert not within_years(start, add_months(start, 12) + timedelta(days=1), 1)


@given(days)
def test_a_day_lies_in_its_quarter(day):
    start, after = quarter_start(day), quarter_start(day, 1)
    assert start <= day < after
    assert (start.day, start.month % 3) == (1, 1)
    assert quarter_start(after, -1) == start


def test_the_quarter_before_the_first_is_in_the_year_before():
    assert quarter_start(date(2026, 2, 14), -1) == date(2025, 10, 1)
