"""Every dated case of ``clock_cases.toml``: what was worked out by hand is what the platform says."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path

import pytest

from core.calendars import HongKongCalendar
from core.deadlines import Unit, anniversary, end_of, last_day, roll, service_due
from issuers.time_limits import time_limit

CASES = tomllib.loads(Path(__file__).with_name("clock_cases.toml").read_text(encoding="utf-8"))


def calendar_of(case: dict) -> HongKongCalendar:
    return HongKongCalendar(frozenset(date.fromisoformat(day) for day in case.get("closures", [])))


def due_of(case: dict) -> datetime | None:
    return datetime.fromisoformat(case["due"]) if case["due"] else None


def named(kind: str) -> list:
    return [pytest.param(case, id=case["why"]) for case in CASES[kind]]


@pytest.mark.parametrize("case", named("limit"))
def test_a_time_limit_ends_when_the_law_says(case):
    limit = time_limit(case["limit"], case["event"])
    assert limit.due(case["event"], calendar_of(case)) == due_of(case)


@pytest.mark.parametrize("case", named("period"))
def test_a_period_ends_when_it_is_counted_out(case):
    last = last_day(case["event"], case["count"], Unit(case["unit"]), calendar_of(case))
    assert end_of(last) == due_of(case)


@pytest.mark.parametrize("case", named("service"))
def test_a_service_clock_runs_on_business_days_only(case):
    pauses = [tuple(map(datetime.fromisoformat, pause)) for pause in case.get("pauses", [])]
    pauses = [(pause[0], pause[1] if len(pause) > 1 else None) for pause in pauses]
    assert service_due(case["opened"], case["business_days"], pauses, calendar_of(case)) == due_of(case)


@pytest.mark.parametrize("case", named("anniversary"))
def test_an_anniversary_may_be_kept_on_the_next_open_day(case):
    assert end_of(roll(anniversary(case["day"], case["years"]), calendar_of(case))) == due_of(case)


def test_there_are_enough_cases_and_none_stands_twice():
    reasons = [case["why"] for kind in CASES.values() for case in kind]
    assert len(reasons) >= 40
    assert len(set(reasons)) == len(reasons)
