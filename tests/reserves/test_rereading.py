"""The second reader agrees with the first on every line that the first accepts, and says where it cannot read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reserves.agreement import Figure, compare_accounts, compare_line, plain_sums, same
from reserves.parsers import holdings
from reserves.rereading import NotReread, reread
from tests.factories import csv_bytes, holding

DAY = date(2026, 10, 30)
letters = st.characters(categories=["L", "N"], max_codepoint=0x24F) | st.sampled_from(" 元幣,\"")
words = st.text(letters, min_size=1, max_size=20).map(lambda text: f"x{text}".strip())
positions = st.lists(
    st.fixed_dictionaries({
        "description": words, "custodian": words,
        "market_value": st.decimals(0, 10**12, places=2), "face_value": st.decimals(0, 10**12, places=4),
        "maturity_date": st.dates(date(2026, 11, 1), date(2030, 1, 1)).map(date.isoformat),
    }), min_size=1, max_size=4)


@settings(max_examples=15, deadline=None)
@given(positions)
def test_both_readers_read_the_same(rows):
    raw = csv_bytes([holding(DAY, line_ref=f"L{number}", **row) for number, row in enumerate(rows)])
    first = holdings.parse(raw, filename="holdings.csv")
    assert first.ok
    second = dict(reread(raw, "holdings.csv"))
    for row in first.rows:
        assert compare_line("holdings", "a", row.line, row.values, second[row.line]).agrees


def test_what_cannot_be_read_is_named():
    for raw, said in ((b"as_of,coin\n2026-13-01,LRHKD\n", "row 2, as_of: 2026-13-01"),
                      (b"market_value\ntwelve\n", "row 2, market_value: twelve"), (b"\xff\xfe", "not UTF-8"),
                      (b'coin\n"LRHKD\n', "unexpected end")):
        with pytest.raises(NotReread, match=said):
            reread(raw, "holdings.csv")
    with pytest.raises(NotReread):
        reread(b"no workbook", "holdings.xlsx")


def test_blank_rows_count_and_carry_nothing():
    assert reread(b"coin\n\nLRHKD\n", "x.csv") == [(3, {"coin": "LRHKD"})]


def test_a_line_that_one_side_lacks_differs_as_a_whole():
    assert compare_line("ledger", "a", 2, None, {}).differing == ("line",)
    assert compare_line("ledger", "a", 2, {"price": Decimal(1)}, {"price": None}).differing == ("price",)
    assert same(Decimal("1.50"), Decimal("1.5"))
    assert same("", None)
    assert not same(Decimal(0), None)


def test_accounts_are_compared_by_names_and_not_by_places():
    stated = {"circulation": "99", "version": 1, "composition": [{"asset_class": "cash", "market_value": "1.00"},
                                                                 {"asset_class": "fund", "market_value": "2"}]}
    again = {"circulation": "98", "version": 2, "composition": [{"asset_class": "fund", "market_value": "2"},
                                                                {"asset_class": "cash", "market_value": "1"}]}
    assert [figure for figure in compare_accounts(stated, again) if not figure.agrees] == [
        Figure("circulation", "99", "98")]


def test_what_is_missing_is_no_zero():
    sums = plain_sums([], [], [], currency="HKD", include_frozen=True, include_pending=False)
    assert set(sums.values()) == {None}
    foreign = [{"currency": "USD", "asset_class": "cash", "market_value": Decimal(1)}]
    assert plain_sums(foreign, [], [], currency="HKD", include_frozen=True, include_pending=False)[
        "reserve_market_value"] is None


def test_frozen_and_pending_are_counted_as_the_law_says():
    supply = [{"total_supply": Decimal(100), "unissued": Decimal(10), "frozen": Decimal(5),
               "pending_redemption": Decimal(3)}]
    for frozen, pending, circulating in ((True, False, 87), (True, True, 90), (False, False, 82)):
        sums = plain_sums([], [], supply, currency="HKD", include_frozen=frozen, include_pending=pending)
        assert sums["circulation"] == circulating
