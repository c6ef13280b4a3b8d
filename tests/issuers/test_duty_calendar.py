"""The calendar of duties: properties that hold for every licensee, and days worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendars import HongKongCalendar
from issuers.duty_calendar import (
    DUTIES,
    MONTHS_OF_FREQUENCY,
    CoinOwed,
    ConditionOwed,
    Known,
    entries,
    not_dated,
)
from issuers.services.reminders import REMINDERS, is_to_be_reminded, reminder_day

DAYS = st.dates(date(2025, 8, 1), date(2027, 6, 30))
CLOSURES = st.frozensets(st.dates(date(2025, 8, 1), date(2028, 6, 30)), max_size=6)


@st.composite
def known(draw) -> Known:
    effective = draw(DAYS)
    after = st.dates(effective, effective + timedelta(days=300))
    chained = [kind for kind, duty in DUTIES.items() if duty.chained]
    return Known(
        effective_on=effective,
        complaint_return_days=draw(st.integers(1, 60)),
        aml_return_days=draw(st.integers(1, 60)),
        attestation_frequency=draw(st.sampled_from([None, *MONTHS_OF_FREQUENCY])),
        year_end=draw(st.none() | st.dates(date(2024, 8, 1), date(2027, 6, 30))),
        coins=tuple(CoinOwed(pk, draw(st.none() | after)) for pk in range(draw(st.integers(0, 2)))),
        conditions=tuple(
            ConditionOwed(pk, "ORD s. 17", draw(after), draw(st.none() | st.integers(1, 12)), draw(st.none() | after))
            for pk in range(draw(st.integers(0, 2)))
        ),
        last_done=draw(st.dictionaries(st.sampled_from(chained), after, max_size=3)),
    )


def identity(entry):
    return entry.kind, entry.key, entry.coin


@settings(max_examples=120, deadline=None)
@given(known(), CLOSURES, st.integers(0, 300))
def test_every_entry_is_one_in_its_horizon_and_on_a_day_that_is_open(licensee, closures, ahead):
    calendar, until = HongKongCalendar(closures), licensee.effective_on + timedelta(days=ahead)
    found = entries(licensee, until=until, calendar=calendar)
    assert len({identity(each) for each in found}) == len(found)
    assert [each.due_on for each in found] == sorted(each.due_on for each in found)
    for each in found:
        assert each.due_on <= until
        assert not calendar.is_excluded(each.due_on)
        assert each.began_on <= each.due_on
        assert DUTIES[each.kind].kind == each.kind


@settings(max_examples=60, deadline=None)
@given(known(), st.integers(0, 200), st.integers(0, 100))
def test_looking_further_ahead_adds_and_changes_nothing(licensee, ahead, more):
    calendar, until = HongKongCalendar(), licensee.effective_on + timedelta(days=ahead)
    near = entries(licensee, until=until, calendar=calendar)
    far = entries(licensee, until=until + timedelta(days=more), calendar=calendar)
    assert set(near) == {each for each in far if each.due_on <= until}


@settings(max_examples=60, deadline=None)
@given(known(), CLOSURES)
def test_a_closure_only_ever_makes_a_day_later_and_no_period_another(licensee, closures):
    until = licensee.effective_on + timedelta(days=250)
    usual = {identity(each): each for each in entries(licensee, until=until, calendar=HongKongCalendar())}
    closed = {identity(each): each for each in entries(licensee, until=until, calendar=HongKongCalendar(closures))}
    assert set(closed) <= set(usual)
    # The month to file an attestation runs from the last business day, which a closure makes earlier.
    assert all(closed[key].due_on >= usual[key].due_on for key in closed if key[0] != "attestation")


@settings(max_examples=60, deadline=None)
@given(known())
def test_weeks_follow_each_other_without_a_gap(licensee):
    until = licensee.effective_on + timedelta(days=120)
    weeks = [each for each in entries(licensee, until=until, calendar=HongKongCalendar())
             if each.kind == "weekly_statement"]
    assert [each.began_on for each in weeks] == [licensee.effective_on + timedelta(days=7 * n) for n in range(len(weeks))]


@given(st.dates(date(2026, 1, 5), date(2027, 12, 31)), CLOSURES)
def test_reminders_go_out_on_business_days_and_never_after_the_last_day(due_on, closures):
    calendar = HongKongCalendar(closures)
    for days in REMINDERS:
        day = reminder_day(due_on, days, calendar)
        assert calendar.is_business_day(day)
        assert day <= due_on - timedelta(days=days)
    first, final = (reminder_day(due_on, days, calendar) for days in (10, 0))
    assert not is_to_be_reminded(due_on, REMINDERS, None, first - timedelta(days=1), calendar)
    assert is_to_be_reminded(due_on, REMINDERS, None, first, calendar)
    assert not is_to_be_reminded(due_on, REMINDERS, final, due_on, calendar)
    assert not is_to_be_reminded(due_on, REMINDERS, None, due_on + timedelta(days=1), calendar)


def test_what_is_not_on_record_is_not_set_and_never_guessed():
    bare = Known(effective_on=date(2025, 12, 15), complaint_return_days=30, aml_return_days=30)
    assert [duty.kind for duty in not_dated(bare)] == ["attestation", "accounts"]
    found = {each.kind for each in entries(bare, until=date(2027, 1, 1), calendar=HongKongCalendar())}
    assert not found & {"attestation", "accounts", "stress_test", "condition"}


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [
        # (period to, last day): 31 January 2026 is a Saturday, 28 February's business day is Friday the 27th.
        ("monthly", [("2025-12-31", "2026-01-31"), ("2026-01-31", "2026-02-28"), ("2026-02-28", "2026-03-27")]),
        ("quarterly", [("2025-12-31", "2026-01-31"), ("2026-03-31", "2026-04-30")]),
        ("half_yearly", [("2025-12-31", "2026-01-31")]),
        ("yearly", [("2025-12-31", "2026-01-31")]),
    ],
)
def test_attestation_periods_end_with_calendar_months(frequency, expected):
    licensee = Known(date(2025, 12, 15), 30, 30, attestation_frequency=frequency)
    found = entries(licensee, until=date(2026, 4, 30 if frequency != "monthly" else 29), calendar=HongKongCalendar())
    assert [(each.key, str(each.due_on)) for each in found if each.kind == "attestation"][:3] == expected


def test_a_financial_year_that_ends_in_february_ends_with_it_in_a_leap_year():
    licensee = Known(date(2026, 1, 1), 30, 30, year_end=date(2027, 2, 28))
    found = [each for each in entries(licensee, until=date(2028, 12, 31), calendar=HongKongCalendar())
             if each.kind == "accounts"]
    assert [each.key for each in found] == ["2027-02-28", "2028-02-29"]
