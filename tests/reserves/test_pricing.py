"""Lines beside their own value from independent prices, and the sums that follow from them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reserves import held as by_kinds
from reserves.daycount import Coupons
from reserves.exposures import counterparty, exposures, liquidity, sums_by
from reserves.pricing import Parameters, Quote, State, Terms, choose, price_lines, prudent
from tests.reserves.lines import FRIDAY, held

BILL = "HK0000000017"
ZERO = Terms(None, None, None)
SET = Parameters({"government_debt": Decimal("0.001")}, {"government_debt": 1})
TODAY, YESTERDAY, OLD = 1, 2, 3
AGES = {TODAY: 0, YESTERDAY: 1, OLD: 2}


def quoted(bid=None, mid=None, ask=None, *, source="Bauhinia Pricing", file=TODAY, currency="HKD", line=2):
    sides = (None if side is None else Decimal(side) for side in (bid, mid, ask))
    return Quote(file, line, BILL, source, currency, *sides)


def bill(value, face="1000000", **said):
    return held(value, instrument_id=BILL, face_value=face, **said)


def marked(line, *quotes, terms=ZERO, parameters=SET, sides=("mid",)):
    (mark,) = price_lines([line], {BILL: quotes}, AGES, {BILL: terms} if terms else {}, parameters, day=FRIDAY, sides=sides)
    return mark


@pytest.mark.parametrize(("stated", "state", "difference"), [
    ("990000.00", State.AGREES, "0.0000"), ("990990.00", State.AGREES, "990.0000"),
    ("990990.01", State.BEYOND, "990.0100"), ("989009.99", State.BEYOND, "-990.0100"),
])
def test_a_stated_value_agrees_up_to_the_tolerance_on_both_sides(stated, state, difference):
    mark = marked(bill(stated), quoted("99"))
    assert (mark.state, mark.value, mark.difference) == (state, Decimal("990000"), Decimal(difference))


def test_without_a_tolerance_the_difference_is_shown_and_not_judged():
    mark = marked(bill("900000"), quoted("99"), parameters=Parameters({}, {}))
    assert (mark.state, mark.tolerance, mark.difference) == (State.UNJUDGED, None, Decimal(-90000))


def test_a_bid_goes_before_anything_else_and_the_law_says_what_may_stand_in_for_one():
    assert choose([quoted("98", "99", "100")], "HKD", AGES, rule="lowest_bid", sides=["mid"])[0].price == 98
    found, has_bid = choose([quoted(None, "99", "100")], "HKD", AGES, rule="lowest_bid", sides=["mid", "fair_value"])
    assert (found.price, found.side, has_bid) == (99, "mid", False)
    assert choose([quoted(None, None, "100")], "HKD", AGES, rule="lowest_bid", sides=["mid"]) == (None, False)
    assert choose([], "HKD", AGES, rule="lowest_bid", sides=["mid"]) == (None, None)


def test_of_several_sources_the_lowest_bid_counts_or_the_median_and_all_are_kept():
    quotes = [quoted("99.3", source="C"), quoted("99.1", source="A"), quoted("99.2", source="B"),
              quoted("99.4", source="D")]
    lowest, _ = choose(quotes, "HKD", AGES, rule="lowest_bid", sides=[])
    median, _ = choose(quotes, "HKD", AGES, rule="median_bid", sides=[])
    assert (lowest.price, lowest.quote.source, len(lowest.quotes)) == (Decimal("99.1"), "A", 4)
    assert (median.price, median.quote.source) == (Decimal("99.2"), "B")


def test_the_newest_quotation_counts_and_one_in_another_currency_does_not():
    quotes = [quoted("90", file=YESTERDAY), quoted("99"), quoted("1", currency="USD")]
    found, _ = choose(quotes, "HKD", AGES, rule="lowest_bid", sides=[])
    assert (found.price, found.age) == (99, 0)


def test_a_stale_price_is_named_and_does_not_cover_the_line():
    fresh, stale = marked(bill("990000"), quoted("99", file=YESTERDAY)), marked(bill("990000"), quoted("99", file=OLD))
    assert (fresh.state, fresh.covered) == (State.AGREES, True)
    assert (stale.state, stale.covered, stale.value) == (State.STALE, False, Decimal(990000))


@pytest.mark.parametrize(("line", "quotes", "terms", "state"), [
    (bill("1"), (), ZERO, State.MISSING),
    (bill("1"), (quoted(ask="99"),), ZERO, State.MISSING),
    (bill("1"), (quoted("99"),), None, State.NO_TERMS),
    (bill("1", face=None), (quoted("99"),), ZERO, State.NO_TERMS),
    (bill("1"), (quoted("99"),), Terms(Coupons(Decimal("0.03"), 1, "act_365f", date(2027, 3, 1)), None, True),
     State.NO_TERMS),
])
def test_what_cannot_be_valued_says_why_and_is_taken_as_stated(line, quotes, terms, state):
    mark = marked(line, *quotes, terms=terms)
    assert (mark.state, mark.value, mark.covered, prudent(line, mark)) == (state, None, False, line.market_value)


@pytest.mark.parametrize(("price_with", "stated_with", "value"), [
    (False, False, "990000.0000"), (False, True, "1005000.0000"), (True, True, "990000.0000"),
    (True, False, "975000.0000"),
])
def test_interest_is_added_or_taken_off_so_that_like_is_compared_with_like(price_with, stated_with, value):
    coupons = Coupons(Decimal("0.03"), 1, "30_360", FRIDAY.replace(year=2027, month=5))  # half a year of 3% accrued
    mark = marked(bill("1"), quoted("99"), terms=Terms(coupons, price_with, stated_with))
    assert (mark.value, mark.accrued) == (Decimal(value), Decimal("15000.0000"))


def test_what_has_no_market_is_not_priced():
    assert marked(held("5", asset_class="term_deposit"), quoted("99")) is None


amounts = st.integers(0, 10**23).map(lambda units: Decimal(units).scaleb(-4))
#: A busy machine takes its time to think of lines.
unhurried = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
lines = st.lists(st.builds(
    lambda value, face, days, kind, who: held(
        value, instrument_id=BILL, face_value=face, asset_class=kind, counterparty=who,
        maturity_date=FRIDAY + timedelta(days=days) if days else None),
    amounts, amounts, st.integers(0, 90), st.sampled_from(["government_debt", "fund", "term_deposit", "cash"]),
    st.sampled_from(["A", "B", "C"]),
), max_size=12)


@unhurried
@given(lines, st.decimals(Decimal("0.000001"), Decimal(250), places=6))
def test_prudent_value_never_exceeds_what_is_stated_nor_our_own(held_lines, bid):
    marks = price_lines(held_lines, {BILL: [quoted(bid)]}, AGES, {BILL: ZERO}, SET, day=FRIDAY, sides=[])
    for line, mark in zip(held_lines, marks, strict=True):
        value = prudent(line, mark)
        assert value <= line.market_value
        assert mark is None or value <= mark.value <= line.face_value * bid / 100


@unhurried
@given(lines)
def test_sums_by_name_are_the_whole_in_any_order(held_lines):
    stated = [line.market_value for line in held_lines]
    found = exposures(held_lines, stated, counterparty, str)
    assert sum((each.amount for each in found), Decimal(0)) == sum(stated, Decimal(0))
    assert sum(each.lines for each in found) == len(held_lines)
    backwards = exposures(held_lines[::-1], stated[::-1], counterparty, str)
    assert backwards == found


@unhurried
@given(lines, st.dictionaries(st.sampled_from(["government_debt", "fund", "term_deposit"]), st.integers(0, 40)))
def test_what_is_cash_grows_with_the_horizon_up_to_the_whole(held_lines, days_to_cash):
    ends = {days: FRIDAY + timedelta(days=days) for days in (1, 2, 5, 10, 30)}
    stated = [line.market_value for line in held_lines]
    found = [each.amount for each in liquidity(held_lines, stated, days_to_cash=days_to_cash, ends=ends)]
    assert found == sorted(found)
    assert not found or found[-1] <= sum(stated, Decimal(0))


def test_what_cannot_be_sold_is_cash_at_its_maturity_and_what_can_be_is_cash_before():
    ends = {days: FRIDAY + timedelta(days=days) for days in (1, 2, 5, 10, 30)}
    pool = [held("10", asset_class="cash"), held("20", asset_class="term_deposit", maturity_date=FRIDAY + timedelta(days=4)),
            held("30", maturity_date=FRIDAY + timedelta(days=60)), held("40", asset_class="fund")]
    stated = [line.market_value for line in pool]
    found = liquidity(pool, stated, days_to_cash={"government_debt": 2}, ends=ends)
    assert [(each.business_days, each.amount) for each in found] == [(1, 10), (2, 40), (5, 60), (10, 60), (30, 60)]
    assert str(found[-1].share) == "0.60000000"


def test_those_connected_are_one_exposure():
    pool = [held("10", obligor="Bank A"), held("5", obligor="Bank A Leasing"), held("12", obligor="Bank B")]
    found = exposures(pool, [line.market_value for line in pool], counterparty,
                      lambda name: "Group A" if name.startswith("Bank A") else name)
    assert [(each.name, each.members, each.amount, each.lines) for each in found] == [
        ("Group A", ("Bank A", "Bank A Leasing"), 15, 2), ("Bank B", ("Bank B",), 12, 1)]


def test_sums_beyond_64_bits_are_exact():
    huge = Decimal("9" * 19)
    pool = by_kinds.held([held("1", obligor=name) for name in ("A", "A", "B")])
    assert sums_by(pool, ["a", "b"], [huge, huge, huge])["a"].amount == huge * 2
