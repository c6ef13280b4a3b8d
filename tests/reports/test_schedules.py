"""Occasions of schedules: found when due, done once whatever stops or fails, kept with what came of them."""

from __future__ import annotations

import random
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from django.db import connection

from core.calendars import HongKongCalendar
from core.cases import case_summary, cases_for
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, Closure, Message
from reports import tasks
from reports.models import Occasion, OccasionPart, ReportRun
from reports.selectors.schedules import progress_of
from reports.services.occasions import do_occasion, note_failure, retry_occasion, sweep_occasions
from reports.services.production import PRODUCTIONS
from reports.timetable import Cadence
from tests.reports.occasions import DIGEST, MONTHLY, at, change, late_case, said, sweep

S = Occasion.Status
KEPT = PRODUCTIONS[DIGEST]


# Mails

def test_the_digest_goes_out_once_from_eight_on_and_not_before(schedules, set_clock, bo, issuer):
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


def test_a_day_without_anything_due_is_remembered_as_that(schedules, set_clock, bo):
    set_clock("2026-11-23T08:00")
    sweep()
    assert said(DIGEST) == [("2026-11-23", S.NOTHING_DUE)]
    assert Message.objects.count() == 0


def test_of_digests_that_were_missed_only_todays_is_sent(schedules, set_clock, bo, issuer):
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


def test_a_typhoon_that_is_entered_before_the_hour_moves_what_has_not_run(schedules, set_clock, bo, issuer):
    late_case(issuer, at("2026-11-24T12:00"))
    Closure.objects.create(day=date(2026, 11, 23), warning="gale")
    set_clock("2026-11-23T09:00")
    assert sweep() == []
    set_clock("2026-11-24T08:00")
    sweep()
    assert said(DIGEST) == [("2026-11-24", S.PRODUCED)]


def test_a_closure_entered_while_a_digest_waits_leaves_it_missed(schedules, set_clock, bo, issuer):
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


def test_the_sweep_hands_mails_to_those_that_send_and_reports_to_those_that_render(schedules, set_clock, monkeypatch):
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
