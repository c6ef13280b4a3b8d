"""In every table that states amounts a negative one is a number to whoever opens it, and a text is none.

That no text of these tables runs is tried in ``test_exports``.
"""

from __future__ import annotations

import io
from datetime import date

import pandas as pd
import pytest
from django.urls import reverse

from core.access import SYSTEM
from core.downloads import csv_text, figure
from reports.builders.stress import csv_rows
from reserves.models import ReserveDay
from reserves.selectors.stress import scenarios_on
from reserves.services.days import run_day
from reserves.services.reperformance import table_of
from reserves.services.statements import approve_statement, prepare_statement
from reserves.services.stress import stress_of_day
from tests.factories import holding
from tests.reserves.valuing import BILL, bill, parameter, send_pool, send_prices, zero

FRIDAY = date(2026, 11, 20)
DAY = ["LRHKD", "2026-11-20"]
HOSTILE = "-2+3+cmd|' /C calc'!A0"


@pytest.fixture(autouse=True)
def short_day(coin, set_clock):
    """198 million behind 300 million tokens, a bill that is worth more than stated, and a payment that is owed."""
    set_clock("2026-11-23T12:00:00")
    zero(BILL)
    parameter("mark_tolerance", "0.001")
    parameter("stale_after", "1")
    send_prices(coin, FRIDAY, bids={BILL: "100"})
    owed = holding(FRIDAY, asset_class="settlement", line_ref="S1", market_value="-1000000.00")
    send_pool(coin, FRIDAY, bill(FRIDAY), holding(FRIDAY), owed, circulating="300000000")
    return run_day(coin, FRIDAY, actor=SYSTEM)


def read(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text))


def table(client, name: str, *parts: str, **query: str) -> pd.DataFrame:
    answer = client.get(reverse(name, args=parts), query)
    assert answer.status_code == 200
    return read(answer.content.decode())


def test_lines(client_for, bo):
    found = table(client_for(bo), "officer:lines_csv", *DAY, of="holdings")
    assert (found["market_value"].min(), found["market_value"].sum()) == (-1_000_000, 198_000_000)


def test_valuation(client_for, bo):
    found = table(client_for(bo), "officer:valuation_csv", *DAY).set_index("instrument_id")
    assert (found["difference"][BILL], found["own_value"][BILL], found["price"][BILL]) == (-1_000_000, 100_000_000, 100)


def test_weekly_statement(client, coin, ann, amy):
    approve_statement(prepare_statement(coin, actor=ann), actor=amy)
    found = table(client, "public:statements_file", "LRHKD", "csv").set_index("day")
    assert found["surplus"]["2026-11-20"] == -102_000_000
    assert found["surplus"].count() == 1  # the days that nobody judged state nothing


def test_system(client_for, bo):
    found = table(client_for(bo), "officer:system_csv", fails="harbour bank")
    assert (found["surplus"][0], found["ratio_without"][0]) == (-102_000_000, 0.33)


def test_stress(coin):
    day = ReserveDay.objects.select_related("coin__issuer__organisation").get()
    account = stress_of_day(day, scenarios_on(FRIDAY))
    entry = account["scenarios"][0]
    entry |= {"total_loss": "-5.00", "code": HOSTILE}
    entry["days"][0]["payments"] = [
        {"source": HOSTILE, "asset_class": None, "amount": "-3.50", "given_up": "-4.00"}]
    found = read(csv_text(csv_rows(account)))
    assert (found["total_loss"][0], found["amount"][0], found["given_up"][0]) == (-5, -3.5, -4)
    assert (found["scenario"][0], found["source"][0]) == (f"'{HOSTILE}", f"'{HOSTILE}")


def test_performed_again():
    figures = [("surplus", "-102000000.00", "-101999999.5"), ("name", HOSTILE, "007"), ("rate", None, "-0.00000001")]
    document = {"lines": [], "figures": [{"by": "judged", "name": name, "stated": stated, "again": again,
                                          "agrees": False} for name, stated, again in figures]}
    rows = table_of(document)
    assert f"'{HOSTILE},007," in csv_text(rows)
    wanted = read(csv_text(row for row in rows if row[2] != "name")).set_index("name_or_sha256")
    assert (wanted["stated"]["surplus"], wanted["again"]["surplus"]) == (-102_000_000, -101_999_999.5)
    assert wanted["again"]["rate"] == -1e-8


@pytest.mark.parametrize(("given", "written"), [
    ("-1.50", "-1.50"), ("0", "0"), (None, ""), ("-", "'-"), ("-1e5", "'-1e5"), ("-1_000", "'-1_000"), ("+1", "'+1"),
    ("-007", "'-007"), ("－1", "'－1"), ("-١", "'-١"), ("-1\n", '"\'-1\n"'), (HOSTILE, f"'{HOSTILE}"), (-2, "-2"),
])
def test_only_what_is_written_as_a_number_is_one(given, written):
    assert csv_text([[figure(given)]]) in (f"{written}\r\n", '""\r\n')
