"""Days worked in one batch read for all coins at once, and come out as each would alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.access import SYSTEM
from core.models import FeedFile, Finding
from issuers.services.facts import record_fact
from reserves.models import ReserveDay
from reserves.selectors.days import coins_of_days
from reserves.services.assessment import assess
from reserves.services.days import advance_day, days_together
from reserves.services.intake import receive_file
from tests.factories import csv_bytes, holding, sound_day

FRIDAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch, tmp_path):
    (tmp_path / "clock").write_text("2026-11-23T12:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))


@pytest.fixture
def waiting(coin, rival_coin):
    """A day of two coins that waits, each with its own buffer and one of them short."""
    for each, target, value in ((coin, "0.01", "100000000.00"), (rival_coin, "0.02", "98000000.00")):
        record_fact(each.issuer, coin=each, fact="licence.buffer_target", value=Decimal(target),
                    valid_from=date(2026, 1, 8), origin="set", source="letter", actor=SYSTEM)
        files = sound_day(FRIDAY, each.symbol)
        files["holdings"] = csv_bytes([holding(FRIDAY, each.symbol, market_value=value)])
        for feed, raw in files.items():
            assert receive_file(each, feed, raw, filename=f"{feed}.csv", actor=SYSTEM).status == "accepted"
    return list(ReserveDay.objects.filter(status="open").order_by("pk").values_list("pk", flat=True))


def test_each_day_of_a_batch_is_what_it_is_alone(coin, rival_coin, waiting):
    with days_together(waiting):
        judged = [advance_day(pk) for pk in waiting]
    assert [(day.coin.symbol, day.verdict, day.result["buffer_target"]) for day in judged] == [
        ("LRHKD", "met", "0.01"), ("TWHK", "breached", "0.02")]
    assert [day.result["issuer"]["licence_number"] for day in judged] == ["FRS01", "FRS02"]
    for day in judged:
        assert assess(day.coin, FRIDAY, seen_at=day.opened_at)["digest"] == day.digest


def test_a_batch_reads_once_what_each_coin_has_of_its_own(waiting):
    with CaptureQueriesContext(connection) as seen, days_together(waiting):
        for pk in waiting:
            advance_day(pk)
    for table in ("issuers_issuerfact", "reserves_limit", "reserves_feedschedule"):
        assert sum(f'FROM "{table}"' in query["sql"] for query in seen) == 1, table


def test_a_file_that_comes_while_the_batch_is_worked_counts(rival_coin, waiting):
    first, second = waiting
    enough = csv_bytes([holding(FRIDAY, "TWHK", market_value="100000000.00")])
    with days_together(waiting):
        advance_day(first)
        stated = FeedFile.objects.get(subject="TWHK", feed="holdings")
        corrected = receive_file(rival_coin, "holdings", enough, filename="corrected.csv", actor=SYSTEM,
                                 supersedes=stated)
        assert (corrected.status, corrected.problems) == ("accepted", [])
        day = advance_day(second)
    assert corrected.pk in [entry["file"] for entry in day.result["inputs"]]
    assert (day.version, day.verdict) == (1, "met")
    assert not ReserveDay.objects.filter(coin=rival_coin, status="open").exists()
    assert not Finding.objects.filter(subject="TWHK", rule="HK-RES-01", verdict="breached").exists()


def test_the_coins_of_days_come_with_issuer_and_licences(waiting, django_assert_num_queries):
    coins = coins_of_days(waiting)
    with django_assert_num_queries(0):
        assert [coin.issuer.licence_on(FRIDAY).number for coin in coins] == ["FRS01", "FRS02"]
        assert [coin.owner_id for coin in coins] == [coin.issuer.organisation_id for coin in coins]
