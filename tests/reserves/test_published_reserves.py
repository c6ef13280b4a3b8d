"""Two published reserve reports of a real coin give the figures that their publisher's own sums imply."""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from reserves.lines import HoldingLine
from reserves.parsers import holdings, supply
from reserves.valuation import backing_ratio, ratio_text, surplus, value_pool
from reserves.waterfall import PoolDay, change_text, waterfall

DATA = Path(__file__).parents[3] / "shared" / "data" / "reserves"
FOLDERS = ["usdc_2025-03-19", "usdc_2025-03-31"]
TEXT = {"instrument_id", "line_ref", "obligor", "price_basis", "counterparty", "collateral_instrument_id"}

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the published reports (../shared/data/reserves) are not here"
)


def pool_of(folder):
    parsed = holdings.parse((DATA / folder / "holdings.csv").read_bytes(), filename="holdings.csv")
    assert parsed.problems == ()
    lines = []
    for row in parsed.rows:
        cells = [("" if row[name] is None and name in TEXT else row[name]) for name in HoldingLine._fields[2:]]
        lines.append(HoldingLine(row.line, row.line, *cells))
    return lines


def supply_of(folder):
    parsed = supply.parse((DATA / folder / "supply.csv").read_bytes(), filename="supply.csv")
    assert parsed.problems == ()
    (row,) = parsed.rows
    return row.values


def value(folder):
    lines, as_of = pool_of(folder), date.fromisoformat(folder.removeprefix("usdc_"))
    return value_pool(lines, ["met"] * len(lines), as_of=as_of, next_business_day=as_of + timedelta(days=1))


@pytest.mark.parametrize("folder", FOLDERS)
def test_value_circulation_ratio_and_surplus_are_as_published(folder):
    expected = json.loads((DATA / folder / "expected.json").read_text(encoding="utf-8"))
    worth, counts = value(folder).reserve_market_value, supply_of(folder)
    circulating = counts["total_supply"] - counts["unissued"] - counts["pending_redemption"]
    assert worth == expected["sum_of_lines"]
    assert abs(worth - expected["reported_total"]) <= 1
    assert circulating == expected["circulation_frozen_included"]
    assert circulating - counts["frozen"] == expected["circulation_as_published"]
    assert ratio_text(backing_ratio(worth, circulating)) == expected["backing_ratio_frozen_included"]
    published = backing_ratio(Decimal(expected["reported_total"]), circulating - counts["frozen"])
    assert ratio_text(published) == expected["backing_ratio_as_published"]
    assert surplus(worth, circulating) == expected["surplus_frozen_included"]


def test_the_change_between_the_two_reports_is_explained_to_the_last_printed_digit():
    days = []
    for folder in FOLDERS:
        counts = supply_of(folder)
        by_class = {part.asset_class: part.market_value for part in value(folder).composition}
        days.append(PoolDay(counts["total_supply"] - counts["unissued"], by_class))
    steps = waterfall(*days)
    assert sum(step.delta for step in steps) == days[1].ratio - days[0].ratio
    assert sum(Decimal(step.text) for step in steps) == Decimal(change_text(steps)) == Decimal("-0.000070010913789228")
