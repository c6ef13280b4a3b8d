"""Occasions of schedules: found when due, done once whatever happens, kept; and what officers set."""

from __future__ import annotations

import json
import random
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import Client

from core.access import SYSTEM
from core.calendars import HONG_KONG, HongKongCalendar
from core.cases import case_summary, cases_for, open_case
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, Closure, Message
from core.roles import Role
from reports import tasks
from reports.models import Occasion, OccasionPart, ReportRun, Schedule, ScheduleVersion
from reports.selectors.schedules import last_occasions, next_of, progress_of
from reports.services import occasions
from reports.services.occasions import ask_occasion, do_occasion, note_failure, retry_occasion, sweep_occasions
from reports.services.production import PRODUCTIONS, Production, Unit
from reports.services.schedules import change_schedule, enter_default_schedules
from reports.timetable import Cadence, Period, Rhythm

S = Occasion.Status
DIGEST, MONTHLY = "morning_digest", "monthly_supervision"
KEPT = PRODUCTIONS[DIGEST]


@pytest.fixture
def began(db, set_clock):
    """The platform started on Monday 23 November 2026 at 07:00, with nothing set yet."""
    set_clock("2026-11-23T07:00")
    enter_default_schedules()


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
def stand_in(monkeypatch, began, authority):
    """Lets the monthly schedule make plain runs of the subjects in the list that it returns; no mail is scheduled."""
    subjects: list[str] = ["a", "b"]

    def make(period: Period, subject: str) -> ReportRun:
        if subject.startswith("refused"):
            raise Refused("There is nothing to say.")
        if subject.startswith("broken"):
            raise ValueError("a figure is no figure")
        return ReportRun.objects.create(
            reference=f"T-{subject}-{period.last}", kind="monthly_supervision", subject=subject, owner=authority,
            as_of=period.last, version=1, facts={}, digest="0" * 64,
        )

    def reports(period: Period) -> list[Unit]:
        return [Unit(period, each, lambda actor, each=each: make(period, each)) for each in subjects]

    for other in (DIGEST, "reminders", "quarterly_overview"):
        monkeypatch.delitem(PRODUCTIONS, other)
    monthly = PRODUCTIONS[MONTHLY]
    monkeypatch.setitem(PRODUCTIONS, MONTHLY, Production(
        MONTHLY, monthly.title, monthly.text, monthly.default, monthly.cadences, reports=reports))
    return subjects


# Mails

def test_the_digest_goes_out_once_from_eight_on_and_not_before(began, set_clock, bo, issuer):
    late_case(issuer, at("2026-11-24T12:00"))
    set_clock("2026-11-23T07:59")
    assert sweep() == []
    set_clock("2026-11-23T08:00")
    done = {row.schedule.name: row for row in sweep()}
    assert (done[DIGEST].status, done[DIGEST].mailed) == (S.PRODUCED, 1)
    assert done["reminders"].status == S.NOTHING_DUE
    assert Message.objects.filter(recipient=bo, notice="reports/morning_digest").count() == 1
    set_clock("2026-11-23T08:01")
    assert sweep() == []
    assert AuditEvent.objects.filter(verb="reports.occasion.produced").count() == 1


def test_a_day_without_anything_due_is_remembered_as_that(began, set_clock, bo):
    set_clock("2026-11-23T08:00")
    sweep()
    assert said(DIGEST) == [("2026-11-23", S.NOTHING_DUE)]
    assert Message.objects.count() == 0


def test_of_digests_that_were_missed_only_todays_is_sent(began, set_clock, bo, issuer):
    late_case(issuer, at("2026-11-30T12:00"))
    set_clock("2026-11-27T15:20")
    sweep()
    assert said(DIGEST) == [("2026-11-23", S.MISSED), ("2026-11-24", S.MISSED), ("2026-11-25", S.MISSED),
                            ("2026-11-26", S.MISSED), ("2026-11-27", S.PRODUCED)]
    assert Message.objects.filter(notice="reports/morning_digest").count() == 1
    missed = Occasion.objects.filter(status=S.MISSED).first()
    assert missed.reason == "nothing ran on its day"
    set_clock("2026-11-28T15:20")  # Saturday
    assert sweep() == []
    assert len(said(DIGEST)) == 5


def test_a_typhoon_that_is_entered_before_the_hour_moves_what_has_not_run(began, set_clock, bo, issuer):
    late_case(issuer, at("2026-11-24T12:00"))
    Closure.objects.create(day=date(2026, 11, 23), warning="gale")
    set_clock("2026-11-23T09:00")
    assert sweep() == []
    set_clock("2026-11-24T08:00")
    sweep()
    assert said(DIGEST) == [("2026-11-24", S.PRODUCED)]


def test_a_closure_entered_while_a_digest_waits_leaves_it_missed(began, set_clock, bo, issuer):
    late_case(issuer, at("2026-11-24T12:00"))
    set_clock("2026-11-23T08:00")
    waiting = sweep_occasions()
    assert {row.schedule.name for row in waiting} == {DIGEST, "reminders"}
    Closure.objects.create(day=date(2026, 11, 23), warning="gale")
    assert sweep_occasions() == []
    set_clock("2026-11-24T08:00")
    sweep()
    assert said(DIGEST) == [("2026-11-23", S.MISSED), ("2026-11-24", S.PRODUCED)]


# Reports

def test_every_missed_period_of_a_report_is_caught_up_once_on_an_open_day(stand_in, set_clock):
    set_clock("2027-03-13T10:00")  # a Saturday, after three months without any run
    assert sweep() == []
    assert [period for period, _status in said(MONTHLY)] == ["2026-11-01", "2026-12-01", "2027-01-01", "2027-02-01"]
    set_clock("2027-03-15T07:00")
    sweep()
    assert {status for _period, status in said(MONTHLY)} == {S.PRODUCED}
    assert ReportRun.objects.count() == 8
    assert sweep() == []


def test_a_period_before_the_schedule_was_set_is_not_caught_up(stand_in, set_clock):
    set_clock("2026-12-07T08:59")
    sweep()
    assert said(MONTHLY) == []
    set_clock("2026-12-07T09:00")  # business day 5 of December
    sweep()
    assert said(MONTHLY) == [("2026-11-01", S.PRODUCED)]
    occasion = Occasion.objects.get(schedule__name=MONTHLY)
    progress = progress_of(occasion)
    assert (progress.expected, progress.made, progress.rendered, progress.is_under_way) == (2, 2, 0, True)


def test_nobody_to_report_on_is_nothing_due(stand_in, set_clock):
    stand_in.clear()
    set_clock("2026-12-07T09:00")
    sweep()
    assert said(MONTHLY) == [("2026-11-01", S.NOTHING_DUE)]


def test_one_refusal_holds_up_no_other_and_is_tried_again_when_asked(stand_in, set_clock, bo, ops):
    stand_in[:] = ["a", "refused", "z"]
    set_clock("2026-12-07T09:00")
    sweep()
    occasion = Occasion.objects.get(schedule__name=MONTHLY)
    assert (occasion.status, occasion.reason) == (S.FAILED, "refused: There is nothing to say.")
    case = Case.objects.get(kind="reports.occasion")
    assert case_summary(case) == "Monthly supervisory report, Nov 2026: refused: There is nothing to say."
    assert list(cases_for(ops)) == [case]
    assert sorted(ReportRun.objects.values_list("subject", flat=True)) == ["a", "z"]
    assert sweep() == []
    with pytest.raises(NotPermitted):
        retry_occasion(occasion, actor=ops)
    stand_in[:] = ["a", "z"]
    occasion.parts.filter(run=None).update(subject="z2")
    stand_in.append("z2")
    again = retry_occasion(occasion, actor=bo)
    assert (again.status, again.asked_by) == (S.DUE, bo)
    sweep()
    occasion.refresh_from_db()
    assert (occasion.status, occasion.reason) == (S.PRODUCED, "")
    case.refresh_from_db()
    assert (case.status, case.outcome) == (Case.Status.CLOSED, "closed")
    assert ReportRun.objects.count() == 3
    with pytest.raises(Refused, match="did not fail"):
        retry_occasion(occasion, actor=bo)


def test_a_worker_that_dies_in_the_middle_leaves_whole_reports_and_the_rest_due(stand_in, set_clock):
    stand_in[:] = ["a", "broken", "z"]
    set_clock("2026-12-07T09:00")
    [found] = [each for each in sweep_occasions() if each.schedule.name == MONTHLY]
    with pytest.raises(ValueError):
        do_occasion(found.pk)
    found.refresh_from_db()
    assert (found.status, found.expected, OccasionPart.objects.count()) == (S.DUE, 3, 1)
    stand_in[:] = ["a", "mended", "z"]
    assert do_occasion(found.pk).status == S.PRODUCED
    assert sorted(ReportRun.objects.values_list("subject", flat=True)) == ["a", "mended", "z"]


def test_an_error_is_kept_tried_again_later_and_left_to_a_person_in_the_end(stand_in, set_clock):
    set_clock("2026-12-07T09:00")
    [found] = [each for each in sweep_occasions() if each.schedule.name == MONTHLY]
    waiting = note_failure(found.pk, "ValueError: a figure is no figure")
    assert (waiting.status, waiting.attempts, waiting.next_attempt_at) == (S.DUE, 1, at("2026-12-07T09:02"))
    assert [each for each in sweep_occasions() if each.schedule.name == MONTHLY] == []
    for _again in range(5):
        failed = note_failure(found.pk, "ValueError: a figure is no figure")
    assert (failed.status, failed.reason) == (S.FAILED, "ValueError: a figure is no figure")
    assert note_failure(found.pk, "once more") is None


def test_the_task_keeps_the_error_that_it_ends_in(stand_in, set_clock):
    stand_in[:] = ["broken"]
    set_clock("2026-12-07T09:00")
    [found] = [each for each in sweep_occasions() if each.schedule.name == MONTHLY]
    result = tasks.do_occasion.apply(args=[found.pk])
    assert isinstance(result.result, ValueError)
    found.refresh_from_db()
    assert (found.status, found.attempts, found.reason) == (S.DUE, 1, "ValueError: a figure is no figure")


def test_the_sweep_hands_mails_to_those_that_send_and_reports_to_those_that_render(began, set_clock, monkeypatch):
    handed = []
    for task in (tasks.do_occasion, tasks.send_occasion):
        monkeypatch.setattr(task, "delay", lambda pk, task=task: handed.append((task.name, pk)))
    set_clock("2026-12-07T09:00")
    tasks.sweep_schedules()
    names = {row.pk: row.schedule.name for row in Occasion.objects.filter(status=S.DUE)}
    assert sorted((task, names[pk]) for task, pk in handed) == [
        ("reports.tasks.do_occasion", MONTHLY), ("reports.tasks.send_occasion", DIGEST),
        ("reports.tasks.send_occasion", "reminders")]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_make_each_report_once(stand_in, set_clock):
    stand_in[:] = [f"issuer-{number}" for number in range(8)]
    set_clock("2026-12-07T09:00")
    start, failures = threading.Barrier(3), []

    def worker() -> None:
        start.wait()
        try:
            for _round in range(3):
                sweep()
        except Exception as error:  # noqa: BLE001 - the thread reports it to the test
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sweep()
    assert failures == []
    assert ReportRun.objects.count() == 8
    assert said(MONTHLY) == [("2026-11-01", S.PRODUCED)]
    assert AuditEvent.objects.filter(verb="reports.occasion.produced").count() == 1


def test_two_weeks_with_a_machine_that_stops_and_fails_at_random(stand_in, set_clock, monkeypatch, bo, issuer):
    """Whatever runs when: every business day that had a run has its digest, every week its reports, each once."""
    monthly, chance = PRODUCTIONS[MONTHLY], random.Random(20261123)
    monkeypatch.setitem(PRODUCTIONS, MONTHLY, replace(monthly, cadences=(Cadence.WEEKLY, Cadence.MONTHLY)))
    monkeypatch.setitem(PRODUCTIONS, DIGEST, KEPT)
    change(MONTHLY, bo, cadence=Cadence.WEEKLY, business_day=2, at=time(9, 0))
    late_case(issuer, at("2026-12-08T12:00"))
    Closure.objects.create(day=date(2026, 12, 1), warning="gale")
    now, ran = at("2026-11-23T07:30"), set()
    while now < at("2026-12-07T00:00"):
        now += timedelta(minutes=chance.randrange(20, 60 * 14))
        set_clock(now.replace(tzinfo=None).isoformat())
        stand_in[:] = ["a", "broken", "b"] if chance.random() < 0.5 else ["a", "b"]
        for found in sweep_occasions():
            assert found.due_at <= now
            if chance.random() < 0.3:
                continue  # the worker was killed before it began
            with suppress(ValueError):  # or in the middle
                do_occasion(found.pk)
        ran.add((now.date(), now.hour >= 8))
    set_clock("2026-12-08T10:00")
    stand_in[:] = ["a", "b"]
    sweep()
    assert said(MONTHLY) == [(monday, S.PRODUCED) for monday in ("2026-11-16", "2026-11-23", "2026-11-30")]
    assert sorted(ReportRun.objects.values_list("subject", "as_of")) == [
        (subject, sunday) for subject in "ab" for sunday in (date(2026, 11, 22), date(2026, 11, 29), date(2026, 12, 6))]
    days = {row.first: row.status for row in Occasion.objects.filter(schedule__name=DIGEST)}
    assert sorted(days) == list(HongKongCalendar(frozenset({date(2026, 12, 1)})).business_days(
        date(2026, 11, 23), date(2026, 12, 8)))
    mails = [row.key.split(":")[1] for row in Message.objects.filter(notice="reports/morning_digest", recipient=bo)]
    assert sorted(mails) == sorted(day.isoformat() for day, status in days.items() if status == S.PRODUCED)
    assert {status for day, status in days.items() if (day, True) not in ran} <= {S.MISSED, S.PRODUCED}
    assert S.MISSED in days.values()


# Asking

def test_run_now_does_a_period_once_and_says_what_there_is(stand_in, set_clock, bo):
    schedule = Schedule.objects.get(name=MONTHLY)
    asked = ask_occasion(schedule, actor=bo)
    assert (asked.first, asked.asked_by, asked.status) == (date(2026, 10, 1), bo, S.DUE)
    assert do_occasion(asked.pk).status == S.PRODUCED
    again = ask_occasion(schedule, actor=bo)
    assert (again.pk, again.status) == (asked.pk, S.PRODUCED)
    assert do_occasion(again.pk) is None
    assert ReportRun.objects.count() == 2
    older = ask_occasion(schedule, period=Period(date(2026, 6, 1), date(2026, 6, 30)), actor=bo)
    do_occasion(older.pk)
    set_clock("2026-12-07T09:00")
    sweep()
    assert [period for period, _status in said(MONTHLY)] == ["2026-06-01", "2026-10-01", "2026-11-01"]


def test_what_cannot_be_asked_for(began, bo, ops):
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

def change(name: str, actor, **changed):
    schedule = Schedule.objects.get(name=name)
    now = schedule.versions.latest("number")
    kept = {field: getattr(now, field) for field in ("cadence", "at", "business_day", "active", "number")}
    return change_schedule(schedule, **(kept | {"reason": "The meeting moved."} | changed), actor=actor)


def test_an_officer_sets_a_schedule_and_both_settings_stay_on_record(began, bo):
    version = change(MONTHLY, bo, business_day=3, at=time(10, 30))
    assert (version.number, version.set_by, version.set_by_label, version.reason) == (2, bo, "Bo Chan",
                                                                                     "The meeting moved.")
    first = ScheduleVersion.objects.get(schedule__name=MONTHLY, number=1)
    assert (first.business_day, first.at, first.set_by_label) == (5, time(9, 0), "Assay")
    assert version.since == first.since
    assert AuditEvent.objects.get(verb="reports.schedule.set").actor == bo


def test_a_setting_is_never_changed_or_deleted(began):
    with pytest.raises(DatabaseError, match="append-only"):
        ScheduleVersion.objects.filter(number=1).update(business_day=9)


@pytest.mark.parametrize(("changed", "reason"), [
    ({"cadence": "weekly"}, "cannot be done that often"),
    ({"business_day": 21}, "from 1 to 20"),
    ({"business_day": 0}, "from 1 to 20"),
    ({}, "set like this already"),
    ({"number": 7, "business_day": 4}, "meanwhile"),
])
def test_a_setting_that_is_refused_changes_nothing(began, bo, changed, reason):
    with pytest.raises(Refused, match=reason):
        change(MONTHLY, bo, **changed)
    assert ScheduleVersion.objects.filter(schedule__name=MONTHLY).count() == 1
    assert not AuditEvent.objects.filter(verb="reports.schedule.set").exists()


def test_who_may_not_set_schedules(began, ops, dee, ann):
    for actor in (ops, dee, ann):
        with pytest.raises(NotPermitted):
            change(MONTHLY, actor, business_day=4)


def test_an_earlier_hour_runs_at_once_and_not_twice(began, set_clock, bo, issuer):
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


def test_weekly_digests_come_on_monday_or_the_next_business_day(began, set_clock, bo, issuer):
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


def test_the_defaults_are_entered_once_and_are_the_platforms(began):
    enter_default_schedules()
    rows = ScheduleVersion.objects.order_by("schedule").values_list("schedule__name", "cadence", "set_by_label")
    assert {name: cadence for name, cadence, _by in rows} == {
        "daily_reserve": "on_event", "weekly_statement": "on_event", "monthly_supervision": "monthly",
        "quarterly_overview": "quarterly", "morning_digest": "daily", "reminders": "daily",
    }
    assert {by for _name, _cadence, by in rows} == {"Assay"}
    assert [PRODUCTIONS[name].default for name in (DIGEST, MONTHLY, "quarterly_overview")] == [
        Rhythm(Cadence.DAILY, time(8)), Rhythm(Cadence.MONTHLY, time(9), 5), Rhythm(Cadence.QUARTERLY, time(9), 10)]


# Commands

def answer_of(capsys, *arguments: str) -> dict:
    call_command(*arguments, "--json")
    return json.loads(capsys.readouterr().out)


def test_the_command_prints_the_timetable(began, capsys):
    rows = {row["name"]: row for row in answer_of(capsys, "schedules")["schedules"]}
    assert rows[MONTHLY]["when"] == "Every month, on business day 5 of the month after, at 09:00"
    assert datetime.fromisoformat(rows[MONTHLY]["next"]) == at("2026-12-07T09:00")
    assert rows["daily_reserve"]["next"] is None
    call_command("schedules")
    assert "morning_digest" in capsys.readouterr().out


def test_programs_of_the_authority_read_the_timetable(began, authority, issuer, key_for):
    officers = Client(headers={"Authorization": f"Bearer {key_for(authority, Role.CASE_OFFICER)}"})
    rows = {row["name"]: row for row in officers.get("/api/v1/schedules/").json()["schedules"]}
    assert (rows[MONTHLY]["at"], rows[MONTHLY]["business_day"], rows[MONTHLY]["next"]) == (
        "09:00", 5, "2026-12-07T09:00:00+08:00")
    assert (rows["daily_reserve"]["next"], rows[DIGEST]["last"]) == (None, None)
    issuers = Client(headers={"Authorization": f"Bearer {key_for(issuer.organisation)}"})
    assert issuers.get("/api/v1/schedules/").status_code == 403


def test_the_command_runs_a_period_once(stand_in, capsys):
    first = answer_of(capsys, "run_schedule", MONTHLY, "--period", "2026-10")
    assert (first["status"], first["done_before"], first["made"], first["period"]) == ("produced", False, 2, "Oct 2026")
    again = answer_of(capsys, "run_schedule", MONTHLY)
    assert (again["done_before"], again["reports"]) == (True, first["reports"])


@pytest.mark.parametrize("arguments", [("nothing",), (MONTHLY, "--period", "soon"), (MONTHLY, "--period", "2099-01")])
def test_the_command_refuses_what_it_cannot_mean(began, capsys, arguments):
    with pytest.raises(CommandError) as refused:
        call_command("run_schedule", *arguments)
    assert refused.value.returncode == 2
