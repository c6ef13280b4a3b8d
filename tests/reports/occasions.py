"""Schedules as the platform enters them, a report to schedule that costs nothing, and sweeps without a broker."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from core.access import SYSTEM
from core.calendars import HONG_KONG
from core.cases import open_case
from core.errors import Refused
from reports.models import Occasion, ReportRun, Schedule, ScheduleVersion
from reports.services.occasions import do_occasion, sweep_occasions
from reports.services.production import PRODUCTIONS, Production, Unit
from reports.services.schedules import change_schedule, enter_default_schedules
from reports.timetable import Period

DIGEST, MONTHLY = "morning_digest", "monthly_supervision"


@pytest.fixture
def schedules(db, set_clock) -> dict[str, ScheduleVersion]:
    """The platform started on Monday 23 November 2026 at 07:00, with nothing set yet."""
    set_clock("2026-11-23T07:00")
    return enter_default_schedules()


def sweep() -> list[Occasion]:
    """Find what is due and do it, as the sweep of a minute and the workers would."""
    return [done for found in sweep_occasions() if (done := do_occasion(found.pk))]


def said(name: str) -> list[tuple[str, str]]:
    rows = Occasion.objects.filter(schedule__name=name).order_by("last")
    return [(row.first.isoformat(), row.status) for row in rows]


def late_case(issuer, due_at):
    params = {"feed": "supply", "as_of": "2026-11-22", "day": "2026-11-22", "coin": "LRHKD", "sender": "",
              "expected_by": ""}
    return open_case("reserves.late_feed", subject="LRHKD", owner=issuer.organisation, key="LRHKD:supply:2026-11-22",
                     as_of=date(2026, 11, 22), due_at=due_at, params=params, actor=SYSTEM)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HONG_KONG)


@pytest.fixture
def stand_in(monkeypatch, schedules, authority):
    """Lets the monthly schedule make plain runs of the subjects in the list that it returns; no mail is scheduled."""
    subjects: list[str] = ["a", "b"]

    def make(period: Period, subject: str) -> ReportRun:
        if subject.startswith("refused"):
            raise Refused("There is nothing to say.")
        if subject.startswith("broken"):
            raise ValueError("a figure is no figure")
        return ReportRun.objects.get_or_create(
            reference=f"T-{subject}-{period.last}", defaults={
                "kind": "monthly_supervision", "subject": subject, "owner": authority, "as_of": period.last,
                "version": 1, "facts": {}, "digest": "0" * 64},
        )[0]

    def reports(period: Period) -> list[Unit]:
        return [Unit(period, each, lambda actor, each=each: make(period, each)) for each in subjects]

    for other in (DIGEST, "reminders", "quarterly_overview"):
        monkeypatch.delitem(PRODUCTIONS, other)
    monthly = PRODUCTIONS[MONTHLY]
    monkeypatch.setitem(PRODUCTIONS, MONTHLY, Production(
        MONTHLY, monthly.title, monthly.text, monthly.default, monthly.cadences, reports=reports))
    return subjects


def change(name: str, actor, **changed):
    schedule = Schedule.objects.get(name=name)
    now = schedule.versions.latest("number")
    kept = {field: getattr(now, field) for field in ("cadence", "at", "business_day", "active", "number")}
    return change_schedule(schedule, **(kept | {"reason": "The meeting moved."} | changed), actor=actor)
