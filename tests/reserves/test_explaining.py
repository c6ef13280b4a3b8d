"""Why a position differs: each cause by the lines, entries and prices that show it, and nothing more than they show."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reserves.causes import Cause
from reserves.evidence import EntryLine, Known, PriceLine, Row
from reserves.pairing import pair
from reserves.positions import position_of
from reserves.reconcile import reconcile
from reserves.solving import Fact, solve
from tests.reserves.lines import FRIDAY, MONDAY, booked, held, is_weekday

THURSDAY = date(2026, 11, 19)
CASH = {"asset_class": "demand_deposit", "line_ref": "D1"}


def parts(ledger, holdings, *, as_of=FRIDAY, entries=(), prices=()):
    """Return the parts of the one difference, its residual and its cause."""
    known = Known(as_of, is_weekday, {("ACC-1", "HKD"): entries}, {price.instrument_id: [price] for price in prices})
    (found,) = reconcile(ledger, holdings, known=known, tolerances={}).differences
    return [(part.cause, part.amount) for part in found.parts], found.residual, found.cause


def moved(amount, description="Transfer", *, booked_on=FRIDAY, value_on=None, line=2):
    return EntryLine(9, line, "ACC-1", f"E{line}", booked_on, value_on or booked_on, Decimal(amount), "HKD", description)


def test_a_fee_that_the_bank_took_and_the_books_lack():
    found = parts([booked(100, **CASH)], [held(75, **CASH)], entries=[moved(-25, "Custody fee")])
    assert found == ([(Cause.FEE, 25)], 0, Cause.FEE)


def test_interest_that_the_bank_paid_and_the_books_lack():
    found = parts([booked(100, **CASH)], [held(103, **CASH)], entries=[moved(3, "Credit interest")])
    assert found == ([(Cause.ACCRUED_INTEREST, -3)], 0, Cause.ACCRUED_INTEREST)


def test_another_entry_that_the_books_lack_is_missing_in_the_books():
    found = parts([booked(100, **CASH)], [held(140, **CASH)], entries=[moved(40, "Incoming transfer")])
    assert found == ([(Cause.MISSING_IN_BOOKS, -40)], 0, Cause.MISSING_IN_BOOKS)


@pytest.mark.parametrize(("as_of", "until", "cause"), [
    (THURSDAY, FRIDAY, Cause.VALUE_DATE), (FRIDAY, MONDAY, Cause.IN_TRANSIT),
])
@pytest.mark.parametrize("sign", [1, -1])
def test_an_entry_that_counts_only_later_may_be_on_either_side(as_of, until, cause, sign):
    entry = moved(40, booked_on=as_of, value_on=until)
    found = parts([booked(100 + 40 * (sign > 0), **CASH)], [held(100 + 40 * (sign < 0), **CASH)], as_of=as_of,
                  entries=[entry])
    assert found == ([(cause, 40 * sign)], 0, cause)


def test_several_entries_that_sum_to_the_difference():
    entries = [moved(-25, "Custody fee"), moved(3, "Credit interest", line=3), moved(500, "Rent", line=4)]
    found = parts([booked(100, **CASH)], [held(78, **CASH)], entries=entries)
    assert found == ([(Cause.FEE, 25), (Cause.ACCRUED_INTEREST, -3)], 0, Cause.FEE)


def test_entries_that_do_not_sum_to_it_explain_nothing():
    found = parts([booked(100, **CASH)], [held(70, **CASH)], entries=[moved(-25, "Custody fee")])
    assert found == ([], 30, Cause.VALUE_DIFFERS)


def test_entries_explain_balances_and_no_securities():
    found = parts([booked(100, instrument_id="X")], [held(75, instrument_id="X")], entries=[moved(-25, "Custody fee")])
    assert found == ([], 25, Cause.VALUE_DIFFERS)


def test_what_accrued_on_a_deposit():
    term = {"asset_class": "term_deposit", "line_ref": "T1"}
    found = parts([booked(100, **term)], [held(102, face_value=100, **term)])
    assert found == ([(Cause.ACCRUED_INTEREST, -2)], 0, Cause.ACCRUED_INTEREST)
    found = parts([booked(102, face_value=100, **term)], [held(100, **term)])
    assert found == ([(Cause.ACCRUED_INTEREST, 2)], 0, Cause.ACCRUED_INTEREST)
    found = parts([booked(100, **term)], [held(103, face_value=100, **term)._replace(market_value=Decimal(130))])
    assert found == ([], -30, Cause.VALUE_DIFFERS), "more than a tenth of the principal is no interest"


def test_another_source_of_prices_with_the_independent_price_as_evidence():
    line = {"instrument_id": "HK01"}
    price = PriceLine(7, 3, "HK01", "Evergreen", "HKD", Decimal("98.1"), Decimal("98.2"), None)
    bill = held("982", face_value=1000, **line)
    found = parts([booked("981.5", **line)], [bill], prices=[price])
    assert found == ([(Cause.PRICE_SOURCE, Decimal("-0.5"))], 0, Cause.PRICE_SOURCE)
    assert parts([booked("981.5", **line)], [bill])[0] == [], "without an independent price nobody knows"
    with_accrued = bill._replace(market_value=Decimal("985"), price=Decimal("98.2"))
    assert parts([booked("981.5", **line)], [with_accrued], prices=[price])[0] == [
        (Cause.ACCRUED_INTEREST, -3), (Cause.PRICE_SOURCE, Decimal("-0.5"))]


def test_one_of_the_lines_of_a_total_is_missing():
    lines = [booked(value, id=number, line=number, line_ref=f"D{number}", asset_class="cash")
             for number, value in enumerate((11, 23, 47, 95), 2)]
    found = parts(lines, [held(11 + 47 + 95, asset_class="cash")])
    assert found == ([(Cause.MISSING_AT_CUSTODIAN, 23)], 0, Cause.MISSING_AT_CUSTODIAN)


def test_nobody_says_that_all_of_both_sides_is_missing():
    ledger = [booked(value, id=value, line=value, line_ref=f"B{value}") for value in (10, 20)]
    holdings = [held(value, id=value, line=value) for value in (7, 9)]
    assert parts(ledger, holdings) == ([], 14, Cause.VALUE_DIFFERS)


def test_a_part_is_explained_and_the_rest_is_not():
    ledger = [booked(100, id=1, **CASH), booked(7, id=2, line=3, asset_class="demand_deposit", line_ref="D1",
                                               value_on=MONDAY)]
    assert parts(ledger, [held(90, **CASH)]) == ([(Cause.IN_TRANSIT, 7)], 10, Cause.VALUE_DIFFERS)


def test_lines_agree_one_with_one_one_with_several_and_several_with_one():
    books = [booked(100, id=1, line=2, line_ref="A"), booked(60, id=2, line=3), booked(30, id=3, line=4),
             booked(5, id=4, line=5)]
    custodian = [held(100, id=1, line=2, line_ref="A"), held(20, id=2, line=3), held(40, id=3, line=4),
                 held(35, id=4, line=5)]
    position = position_of("asset_class", books, custodian, False, 1_950_000, 1_950_000)
    pairing = pair(position)
    assert [([line.id for line in each.books], [line.id for line in each.custodian]) for each in pairing.pairs] == [
        ([1], [1]), ([2], [2, 3]), ([3, 4], [4])]
    assert (pairing.books, pairing.custodian) == ((), ())


@pytest.mark.parametrize(("amount", "pairs"), [(100, 1), (99, 0)])
def test_one_line_with_one_agrees_or_is_left_on_both_sides(amount, pairs):
    books, custodian = [booked(100, line_ref="A")], [held(amount, line_ref="B")]
    found = pair(position_of("instrument_id", books, custodian, False, 100, amount))
    left = ((), ()) if pairs else (tuple(books), tuple(custodian))
    assert (len(found.pairs), (found.books, found.custodian)) == (pairs, left)


def test_lines_of_one_value_date_go_together_before_others():
    books = [booked(10, id=1, line=2, value_on=MONDAY), booked(10, id=2, line=3, value_on=FRIDAY)]
    custodian = [held(10, id=1, line=2, start_date=FRIDAY)]
    (each,) = pair(position_of("asset_class", books, custodian, False, 200_000, 100_000)).pairs
    assert each.books[0].id == 2


amounts = st.integers(-50, 50).map(Decimal)
causes = st.sampled_from([Cause.FEE, Cause.IN_TRANSIT, Cause.DUPLICATE, Cause.MISSING_IN_BOOKS])
facts = st.lists(st.tuples(causes, amounts, st.booleans()), max_size=8).map(
    lambda said: [Fact(cause, amount, (Row("books", 1, number, amount, ""),), stands)
                  for number, (cause, amount, stands) in enumerate(said)])


@given(amounts, facts, st.randoms(use_true_random=False))
def test_parts_and_residual_are_the_difference_whatever_the_order_of_the_facts(difference, facts, shuffled):
    found = solve(difference, facts)
    assert sum(part.amount for part in found.parts) + found.residual == difference
    rows = [row for part in found.parts for row in part.rows]
    assert len(rows) == len(set(rows))
    shuffled.shuffle(facts)
    assert solve(difference, facts) == found


@given(amounts, facts)
def test_what_the_facts_cannot_reach_is_not_made_larger(difference, facts):
    found = solve(difference, facts)
    assert abs(found.residual) <= abs(difference)
