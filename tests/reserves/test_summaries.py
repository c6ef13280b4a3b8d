"""Daily summaries: written with the judgement, once per version, adding up to the pool."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from core.access import SYSTEM
from core.errors import NotPermitted
from core.models import FeedFile
from reserves.models import Obligor, ReserveDay, ReserveDaySummary
from reserves.services.days import run_day
from reserves.services.intake import receive_file
from reserves.services.summaries import summarise_days
from tests.factories import csv_bytes, holding, ledger_line, par_outstanding, supply_line

pytestmark = pytest.mark.django_db

DAY = date(2026, 10, 16)  # a Friday


def send(coin, lines, supply="99000000", supersedes=()):
    files = {
        "holdings": csv_bytes(lines), "ledger": csv_bytes([ledger_line(DAY), par_outstanding(DAY)]),
        "supply": csv_bytes([supply_line(DAY, total_supply=supply)]),
    }
    for feed, raw in files.items():
        before = FeedFile.objects.filter(subject=coin.symbol, feed=feed, status="accepted").first()
        if before is None or feed in supersedes:
            sent = receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM,
                                supersedes=before if feed in supersedes else None)
            assert sent.status == FeedFile.Status.ACCEPTED, sent.problems


def pool():
    bill = {"asset_class": "government_debt", "instrument_id": "HK0000A", "custodian": "Peak Custody",
            "description": "Bill", "price_basis": "bid"}
    return [
        holding(DAY, market_value="60000000.00"),
        holding(DAY, account_id="C-1", **bill, obligor="HKSAR", market_value="30000000.00", maturity_date="2026-10-19"),
        holding(DAY, account_id="C-1", **bill | {"instrument_id": "HK0000B"}, obligor="Exchange Fund",
                market_value="9000000.00", maturity_date="2027-01-19"),
        holding(DAY, account_id="F-1", asset_class="fund", custodian="Peak Custody", description="Fund",
                market_value="1000000.00", line_ref="F"),
    ]


@pytest.fixture
def government(db):
    for name in ("hksar", "Exchange  Fund"):
        Obligor.objects.create(name=name, kind="government", country="HK", group="Government of Hong Kong",
                               valid_from=DAY, source="test", status="approved")


def rows(kind, **more):
    found = ReserveDaySummary.objects.filter(kind=kind, **more).order_by("pk")
    return list(found.values_list("asset_class", "bucket", "name", "amount", "lines"))


PLACES = [
    ("demand_deposit", "overnight", "Harbour Bank", Decimal(60_000_000), 1),
    ("fund", "undated", "Peak Custody", Decimal(1_000_000), 1),
    ("government_debt", "91_180", "Peak Custody", Decimal(9_000_000), 1),
    ("government_debt", "overnight", "Peak Custody", Decimal(30_000_000), 1),
]


def test_a_judged_day_has_its_summary_by_place_and_by_group(set_clock, coin, government):
    set_clock("2026-10-20T09:00:00+08:00")
    send(coin, pool())
    run_day(coin, DAY, actor=SYSTEM)
    assert rows("place") == PLACES
    assert rows("group") == [
        ("", "", "", Decimal(1_000_000), 1), ("", "", "Government of Hong Kong", Decimal(39_000_000), 2),
        ("", "", "Harbour Bank", Decimal(60_000_000), 1)]


def test_each_version_keeps_its_own_and_running_again_writes_none(set_clock, coin):
    set_clock("2026-10-20T09:00:00+08:00")
    send(coin, pool())
    run_day(coin, DAY, actor=SYSTEM)
    run_day(coin, DAY, actor=SYSTEM)
    send(coin, pool()[:1], supersedes=("holdings",))
    run_day(coin, DAY, actor=SYSTEM)
    assert rows("place", day__version=1) == PLACES
    assert rows("place", day__version=2) == PLACES[:1]
    assert ReserveDaySummary.objects.count() == 10


def test_lines_in_another_currency_are_in_no_part(set_clock, coin):
    set_clock("2026-10-20T09:00:00+08:00")
    send(coin, [*pool(), holding(DAY, account_id="U", currency="USD", line_ref="U", market_value="5.00")])
    run_day(coin, DAY, actor=SYSTEM)
    assert rows("place") == PLACES


def test_parts_are_never_changed(set_clock, coin):
    set_clock("2026-10-20T09:00:00+08:00")
    send(coin, pool())
    run_day(coin, DAY, actor=SYSTEM)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReserveDaySummary.objects.update(lines=0)


def test_days_judged_before_are_summarised_from_their_files(set_clock, coin, capsys, ann):
    set_clock("2026-10-20T09:00:00+08:00")
    send(coin, pool())
    run_day(coin, DAY, actor=SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE reserves_reservedaysummary DISABLE TRIGGER append_only")
        cursor.execute("DELETE FROM reserves_reservedaysummary")
        cursor.execute("ALTER TABLE reserves_reservedaysummary ENABLE TRIGGER append_only")
    with pytest.raises(NotPermitted):
        summarise_days(actor=ann)
    call_command("summarise_days", "--json")
    assert json.loads(capsys.readouterr().out) == {"days": 1, "parts": 8}
    assert rows("place") == PLACES
    assert summarise_days() == {"days": 0, "parts": 0}
    assert ReserveDay.objects.get().version == 1
