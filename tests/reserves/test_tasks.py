"""Nudges: what waits is found again by the sweep, and a nudge for what is done does nothing."""

from __future__ import annotations

from datetime import date

import pytest
from kombu.exceptions import OperationalError

from core import feeds
from core.access import SYSTEM
from core.calendars import DAY
from core.models import FeedFile
from reserves import tasks
from reserves.models import Holding, ReserveDay
from tests.factories import sound_day

FRIDAY = date(2026, 11, 20)


@pytest.fixture
def nudged(monkeypatch, tmp_path):
    """The nudges that were given, as (task, key)."""
    (tmp_path / "clock").write_text("2026-11-21T12:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))
    given = []
    for task in (tasks.parse_feed_file, tasks.advance_reserve_day, tasks.advance_reserve_days):
        monkeypatch.setattr(task, "delay_on_commit", lambda pk, name=task.__name__: given.append((name, pk)))
    return given


@pytest.fixture
def waiting_files(coin):
    """The three files of a day, received and judged by nobody."""
    organisation = coin.issuer.organisation
    return [feeds.receive(feed, raw, filename=f"{feed}.csv", subject="LRHKD", owner=organisation, sender=organisation,
                          actor=SYSTEM).pk for feed, raw in sound_day(FRIDAY).items()]


def test_the_sweep_nudges_every_row_that_waits(coin, waiting_files, nudged):
    day = ReserveDay.objects.create(coin=coin, as_of=FRIDAY, version=1)
    coin.launched_on = FRIDAY
    coin.save()
    tasks.sweep()
    assert nudged == [*(("parse_feed_file", pk) for pk in waiting_files), ("advance_reserve_days", [day.pk])]


def test_the_sweep_hands_days_over_in_batches_of_the_oldest_first(coin, nudged, monkeypatch):
    monkeypatch.setattr(tasks, "BATCH", 2)
    days = [ReserveDay.objects.create(coin=coin, as_of=FRIDAY - DAY * age, version=1).pk for age in range(3)]
    coin.launched_on = FRIDAY + DAY
    coin.save()
    tasks.sweep()
    assert nudged == [("advance_reserve_days", days[:2]), ("advance_reserve_days", days[2:])]


def test_the_last_file_nudges_the_day_that_it_opened(waiting_files, nudged):
    for pk in waiting_files:
        tasks.parse_feed_file(pk)
    day = ReserveDay.objects.get()
    assert nudged == [("advance_reserve_day", day.pk)]
    tasks.advance_reserve_day(day.pk)
    assert ReserveDay.objects.get().status == "judged"


def test_a_nudge_given_twice_does_the_work_once(waiting_files, nudged):
    for pk in waiting_files * 2:
        tasks.parse_feed_file(pk)
    day = ReserveDay.objects.get()
    for _ in range(2):
        tasks.advance_reserve_day(day.pk)
    assert (FeedFile.objects.count(), Holding.objects.count(), ReserveDay.objects.count()) == (3, 1, 1)


def test_a_broker_that_is_down_loses_nothing(waiting_files, nudged, monkeypatch):
    def down(pk):
        raise OperationalError("connection refused")

    monkeypatch.setattr(tasks.parse_feed_file, "delay_on_commit", down)
    tasks.sweep()
    assert FeedFile.objects.filter(status="received").count() == 3
