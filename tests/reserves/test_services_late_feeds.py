"""Cases for files that did not come in time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.access import SYSTEM
from core.models import Case, Closure
from reserves import selectors
from reserves.services.intake import receive_file
from reserves.services.late_feeds import open_late_feed_cases
from tests.factories import csv_bytes, sound_day, supply_line

FRIDAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def clock_at(monkeypatch, tmp_path):
    """``clock_at(text)`` moves the platform's clock; it starts on Saturday morning, Hong Kong time."""
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))

    def move(instant: str) -> None:
        (tmp_path / "clock").write_text(instant)

    move("2026-11-21T10:00:00+08:00")
    return move


@pytest.fixture
def new_coin(coin):
    """A coin that exists since Friday only, so that no older day is due."""
    coin.launched_on = FRIDAY
    coin.save()
    return coin


def send(coin, as_of, *feeds):
    for feed in feeds:
        assert receive_file(coin, feed, sound_day(as_of)[feed], filename="f.csv", actor=SYSTEM).status == "accepted"


def keys() -> list[str]:
    return sorted(case.key for case in selectors.open_late_cases())


def test_no_file_is_late_before_the_next_business_day_at_nine(new_coin, clock_at):
    clock_at("2026-11-23T08:59:59+08:00")
    assert open_late_feed_cases() == []
    clock_at("2026-11-23T09:00:00+08:00")
    open_late_feed_cases()
    # Statements and books are for business days, tokens for every day.
    assert keys() == ["LRHKD:holdings:2026-11-20", "LRHKD:ledger:2026-11-20", "LRHKD:supply:2026-11-20",
                      "LRHKD:supply:2026-11-21", "LRHKD:supply:2026-11-22"]
    case = Case.objects.get(key="LRHKD:holdings:2026-11-20")
    assert case.due_at == datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert case.reference.startswith("LATE-2026-")


def test_a_day_closed_by_a_gale_gives_another_day(new_coin, clock_at):
    Closure.objects.create(day=date(2026, 11, 23), warning="gale")
    clock_at("2026-11-23T09:00:00+08:00")
    assert open_late_feed_cases() == []
    clock_at("2026-11-24T09:00:00+08:00")
    open_late_feed_cases()
    assert "LRHKD:holdings:2026-11-20" in keys()


def test_asking_twice_opens_one_case(new_coin, clock_at):
    clock_at("2026-11-23T09:00:00+08:00")
    first = open_late_feed_cases()
    assert [case.pk for case in open_late_feed_cases()] == [case.pk for case in first]
    assert Case.objects.count() == 5


def test_the_file_closes_its_case_when_it_is_accepted(new_coin, clock_at):
    clock_at("2026-11-23T09:00:00+08:00")
    open_late_feed_cases()
    send(new_coin, FRIDAY, "holdings")
    case = Case.objects.get(key="LRHKD:holdings:2026-11-20")
    assert (case.status, case.outcome) == ("closed", "arrived")
    assert "LRHKD:ledger:2026-11-20" in keys()


def test_a_refused_file_leaves_the_case_open(new_coin, clock_at):
    clock_at("2026-11-23T09:00:00+08:00")
    open_late_feed_cases()
    raw = sound_day(FRIDAY)["holdings"].replace(b"100000000.00", b"1.000.000,00")
    assert receive_file(new_coin, "holdings", raw, filename="f.csv", actor=SYSTEM).status == "refused"
    assert "LRHKD:holdings:2026-11-20" in keys()


def test_only_fourteen_days_are_looked_back(coin, clock_at):
    clock_at("2026-11-23T09:00:00+08:00")
    open_late_feed_cases()
    assert min(case.as_of for case in selectors.open_late_cases()) == date(2026, 11, 9)


def test_an_issuer_without_a_licence_owes_no_files(unlicensed_coin, clock_at):
    clock_at("2026-11-23T09:00:00+08:00")
    assert open_late_feed_cases() == []


def test_a_coin_owes_nothing_before_its_licence_took_effect(coin, clock_at):
    coin.issuer.licences.update(effective_on=date(2026, 11, 22))
    clock_at("2026-11-23T09:00:00+08:00")
    open_late_feed_cases()
    assert keys() == ["LRHKD:supply:2026-11-22"]


def test_what_is_due_next_is_listed_before_it_is_late(new_coin, clock_at):
    send(new_coin, FRIDAY, "supply", "ledger")
    due = selectors.due_files([new_coin])
    assert [(each.feed, each.as_of, each.due_at.isoformat()) for each in due] == [
        ("holdings", FRIDAY, "2026-11-23T09:00:00+08:00")]
    clock_at("2026-11-23T09:00:00+08:00")
    assert selectors.due_files([new_coin]) == []


def test_looking_for_late_files_costs_the_same_for_many_coins(new_coin, rival_coin, clock_at):
    for day in range(3):
        receive_file(new_coin, "supply", csv_bytes([supply_line(FRIDAY - timedelta(days=day))]), filename="f.csv",
                     actor=SYSTEM)
    coins = selectors.supervised_coins()
    with CaptureQueriesContext(connection) as queries:
        selectors.due_files(coins)
    assert len(queries) == 3
