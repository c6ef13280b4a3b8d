"""Duties are planned once on every business day: not before their hour, not on closed days, and never lost or twice."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from config.celery import app
from core.business_days import enter_closure
from issuers.models import DutyRound, Obligation
from issuers.services import duty_rounds
from issuers.services.duty_rounds import plan_todays_duties
from issuers.tasks import sweep_duties


def days() -> list[str]:
    return [f"{row.day}" for row in DutyRound.objects.exclude(done_at=None).order_by("day")]


@pytest.mark.django_db
def test_it_is_done_once_from_its_hour_on_each_business_day_and_late_rather_than_never(set_clock, issuer, bo):
    for moment in ("2026-09-04T07:29", "2026-09-04T00:00"):
        set_clock(moment)
        assert plan_todays_duties() is None
    assert (days(), Obligation.objects.count()) == ([], 0)
    set_clock("2026-09-04T15:42")  # what should have come at 07:30 was lost
    done = plan_todays_duties()
    assert (f"{done.day}", done.planned) == ("2026-09-04", Obligation.objects.count())
    assert done.planned > 0
    for moment in ("2026-09-04T15:43", "2026-09-05T07:31", "2026-09-06T12:00"):  # a Saturday and a Sunday
        set_clock(moment)
        assert plan_todays_duties() is None
    set_clock("2026-09-07T07:00")
    enter_closure(day=DutyRound.objects.get().day.replace(day=7), warning="gale", actor=bo)
    set_clock("2026-09-07T07:31")
    assert plan_todays_duties() is None
    set_clock("2026-09-08T07:30")
    assert plan_todays_duties() is not None
    assert days() == ["2026-09-04", "2026-09-08"]


@pytest.mark.django_db
def test_every_minute_asks_and_asks_little_once_it_is_done(set_clock, issuer, django_assert_max_num_queries):
    [entry] = [each for each in app.conf.beat_schedule.values() if each["task"] == "issuers.tasks.sweep_duties"]
    assert entry["schedule"] == 60.0
    set_clock("2026-09-04T07:30")
    sweep_duties()
    assert days() == ["2026-09-04"]
    with django_assert_max_num_queries(6):
        sweep_duties()


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_has_planned_nothing_and_the_next_does_it_once(set_clock, issuer, monkeypatch):
    set_clock("2026-09-04T07:30")
    with monkeypatch.context() as patch:
        patch.setattr(duty_rounds, "refresh_recipient_cases", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            plan_todays_duties()
    assert (days(), Obligation.objects.count()) == ([], 0)
    results = []

    def work() -> None:
        results.append(plan_todays_duties())
        connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(each is None for each in results) == [False, True]
    assert days() == ["2026-09-04"]
