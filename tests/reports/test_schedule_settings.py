"""What officers set and ask for: each setting on record, each refusal with its reason; the commands and the API."""

from __future__ import annotations

import json
from datetime import date, datetime, time

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.test import Client

from core.audit import sentence
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Closure
from core.roles import Role
from reports.models import Occasion, ReportRun, Schedule, ScheduleVersion
from reports.selectors.schedules import last_occasions, next_of
from reports.services import occasions
from reports.services.occasions import ask_occasion, do_occasion, sweep_occasions
from reports.services.production import PRODUCTIONS
from reports.services.schedules import enter_default_schedules
from reports.timetable import Cadence, Period, Rhythm
from tests.reports.occasions import DIGEST, MONTHLY, at, change, late_case, said, sweep

S = Occasion.Status


# Asking

def test_run_now_does_a_period_once_and_says_what_there_is(stand_in, set_clock, bo):
    schedule = Schedule.objects.get(name=MONTHLY)
    asked = ask_occasion(schedule, actor=bo)
    assert (asked.first, asked.asked_by, asked.status) == (date(2026, 10, 1), bo, S.DUE)
    assert do_occasion(asked.pk).status == S.PRODUCED
    again = ask_occasion(schedule, actor=bo)
    assert (again.pk, again.status) == (asked.pk, S.DUE)
    assert do_occasion(again.pk).status == S.PRODUCED
    assert do_occasion(again.pk) is None
    assert ReportRun.objects.count() == 2
    older = ask_occasion(schedule, period=Period(date(2026, 6, 1), date(2026, 6, 30)), actor=bo)
    do_occasion(older.pk)
    set_clock("2026-12-07T09:00")
    sweep()
    assert [period for period, _status in said(MONTHLY)] == ["2026-06-01", "2026-10-01", "2026-11-01"]


def test_what_cannot_be_asked_for(schedules, bo, ops):
    schedule = Schedule.objects.get(name=MONTHLY)
    with pytest.raises(NotPermitted):
        ask_occasion(schedule, actor=ops)
    with pytest.raises(Refused, match="not over yet"):
        ask_occasion(schedule, period=Period(date(2026, 11, 1), date(2026, 11, 30)), actor=bo)
    with pytest.raises(Refused, match="as soon as there is something"):
        ask_occasion(Schedule.objects.get(name="daily_reserve"), actor=bo)
    yesterday = Period(date(2026, 11, 20), date(2026, 11, 20))
    with pytest.raises(Refused, match="another day"):
        ask_occasion(Schedule.objects.get(name=DIGEST), period=yesterday, actor=bo)
    assert Occasion.objects.count() == 0


def test_what_is_asked_for_is_done_on_a_closed_day_too(stand_in, set_clock, bo):
    set_clock("2026-11-28T12:00")
    asked = ask_occasion(Schedule.objects.get(name=MONTHLY), actor=bo)
    assert [row.pk for row in sweep_occasions()] == [asked.pk]


# Setting

def test_an_officer_sets_a_schedule_and_both_settings_stay_on_record(schedules, bo):
    version = change(MONTHLY, bo, business_day=3, at=time(10, 30))
    assert (version.number, version.set_by, version.set_by_label, version.reason) == (2, bo, "Bo Chan",
                                                                                     "The meeting moved.")
    first = ScheduleVersion.objects.get(schedule__name=MONTHLY, number=1)
    assert (first.business_day, first.at, first.set_by_label) == (5, time(9, 0), "Assay")
    assert version.since == first.since
    event = AuditEvent.objects.get(verb="reports.schedule.set")
    assert event.actor == bo
    assert sentence(event) == "set schedule Monthly supervisory report 2: The meeting moved."


def test_a_setting_is_never_changed_or_deleted(schedules):
    with pytest.raises(DatabaseError, match="append-only"):
        ScheduleVersion.objects.filter(number=1).update(business_day=9)


@pytest.mark.parametrize(("changed", "reason"), [
    ({"cadence": "weekly"}, "cannot be done that often"),
    ({"business_day": 21}, "from 1 to 20"),
    ({"business_day": 0}, "from 1 to 20"),
    ({}, "set like this already"),
    ({"number": 7, "business_day": 4}, "meanwhile"),
])
def test_a_setting_that_is_refused_changes_nothing(schedules, bo, changed, reason):
    with pytest.raises(Refused, match=reason):
        change(MONTHLY, bo, **changed)
    assert ScheduleVersion.objects.filter(schedule__name=MONTHLY).count() == 1
    assert not AuditEvent.objects.filter(verb="reports.schedule.set").exists()


def test_who_may_not_set_schedules(schedules, ops, dee, ann):
    for actor in (ops, dee, ann):
        with pytest.raises(NotPermitted):
            change(MONTHLY, actor, business_day=4)


def test_an_earlier_hour_runs_at_once_and_not_twice(schedules, set_clock, bo, issuer):
    late_case(issuer, at("2026-11-24T12:00"))
    change(DIGEST, bo, at=time(12, 0))
    set_clock("2026-11-23T10:00")
    assert DIGEST not in [row.schedule.name for row in sweep()]
    change(DIGEST, bo, at=time(9, 0))
    sweep()
    change(DIGEST, bo, at=time(11, 0))
    set_clock("2026-11-23T12:00")
    sweep()
    assert said(DIGEST) == [("2026-11-23", S.PRODUCED)]


def test_switched_off_means_not_done_and_not_caught_up(stand_in, set_clock, bo):
    change(MONTHLY, bo, active=False)
    set_clock("2027-02-15T10:00")
    sweep()
    assert said(MONTHLY) == []
    change(MONTHLY, bo, active=True)
    sweep()
    assert said(MONTHLY) == []
    set_clock("2027-03-05T09:00")
    sweep()
    assert said(MONTHLY) == [("2027-02-01", S.PRODUCED)]


def test_what_waits_when_it_is_switched_off_is_not_done(stand_in, set_clock, bo):
    set_clock("2026-12-07T09:00")
    sweep_occasions()
    change(MONTHLY, bo, active=False)
    assert said(MONTHLY) == [("2026-11-01", S.MISSED)]
    sweep()
    assert ReportRun.objects.count() == 0


def test_weekly_digests_come_on_monday_or_the_next_business_day(schedules, set_clock, bo, issuer):
    late_case(issuer, at("2026-12-24T12:00"))
    change(DIGEST, bo, cadence=Cadence.WEEKLY)
    set_clock("2026-11-23T08:30")
    sweep()
    assert said(DIGEST) == [("2026-11-16", S.NOTHING_DUE)]  # nothing is due within a week
    Closure.objects.create(day=date(2026, 11, 30), warning="black_rain")
    set_clock("2026-11-30T09:00")
    assert sweep() == []
    version = ScheduleVersion.objects.filter(schedule__name=DIGEST).latest("number")
    coming = next_of(version, last_occasions([version.schedule_id])[version.schedule_id], occasions.hong_kong_calendar())
    assert coming.at == at("2026-12-01T08:00")


def test_the_defaults_are_entered_once_and_are_the_platforms(schedules):
    enter_default_schedules()
    rows = ScheduleVersion.objects.order_by("schedule").values_list("schedule__name", "cadence", "set_by_label")
    assert {name: cadence for name, cadence, _by in rows} == {
        "daily_reserve": "on_event", "weekly_statement": "on_event", "monthly_supervision": "monthly",
        "quarterly_overview": "quarterly", "breach_dossier": "on_event", "attestation_comparison": "on_event",
        "morning_digest": "daily", "reminders": "daily",
    }
    assert {by for _name, _cadence, by in rows} == {"Assay"}
    assert [PRODUCTIONS[name].default for name in (DIGEST, MONTHLY, "quarterly_overview")] == [
        Rhythm(Cadence.DAILY, time(8)), Rhythm(Cadence.MONTHLY, time(9), 5), Rhythm(Cadence.QUARTERLY, time(9), 10)]


# Commands

def answer_of(capsys, *arguments: str) -> dict:
    call_command(*arguments, "--json")
    return json.loads(capsys.readouterr().out)


def test_the_command_prints_the_timetable(schedules, capsys):
    rows = {row["name"]: row for row in answer_of(capsys, "schedules")["schedules"]}
    assert rows[MONTHLY]["when"] == "Every month, on business day 5 of the month after, at 09:00"
    assert datetime.fromisoformat(rows[MONTHLY]["next"]) == at("2026-12-07T09:00")
    assert rows["daily_reserve"]["next"] is None
    call_command("schedules")
    assert "morning_digest" in capsys.readouterr().out


def test_programs_of_the_authority_read_the_timetable(schedules, authority, issuer, key_for):
    officers = Client(headers={"Authorization": f"Bearer {key_for(authority, Role.CASE_OFFICER)}"})
    rows = {row["name"]: row for row in officers.get("/api/v1/schedules/").json()["schedules"]}
    assert (rows[MONTHLY]["at"], rows[MONTHLY]["business_day"], rows[MONTHLY]["next"]) == (
        "09:00", 5, "2026-12-07T09:00:00+08:00")
    assert (rows["daily_reserve"]["next"], rows[DIGEST]["last"]) == (None, None)
    issuers = Client(headers={"Authorization": f"Bearer {key_for(issuer.organisation)}"})
    assert issuers.get("/api/v1/schedules/").status_code == 403


def test_the_command_runs_a_period_once(stand_in, capsys, set_clock):
    first = answer_of(capsys, "run_schedule", MONTHLY, "--period", "2026-10")
    assert (first["status"], first["done_before"], first["made"], first["period"]) == ("produced", False, 2, "Oct 2026")
    set_clock("2026-11-23T07:05")
    again = answer_of(capsys, "run_schedule", MONTHLY)
    assert (again["done_before"], again["made_anew"], again["reports"]) == (True, 0, first["reports"])


@pytest.mark.parametrize("arguments", [("nothing",), (MONTHLY, "--period", "soon"), (MONTHLY, "--period", "2099-01")])
def test_the_command_refuses_what_it_cannot_mean(schedules, capsys, arguments):
    with pytest.raises(CommandError) as refused:
        call_command("run_schedule", *arguments)
    assert refused.value.returncode == 2
