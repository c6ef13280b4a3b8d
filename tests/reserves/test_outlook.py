"""The outlook: changes that are exactly enough and no larger, and moves that add up to the change of every class."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.money import minor_units, ratio
from core.rulebook.checks import CHECKS
from reserves.lines import ASSET_CLASSES
from reserves.outlook import (
    by_cause,
    cure_of_backing,
    days_over_term,
    days_until_short_enough,
    marks_that_cure,
    moves,
    moves_that_would_have_cured,
)
from reserves.waterfall import PoolDay, change_text, waterfall
from tests.reserves.lines import held

FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
fiat = st.integers(1, 10**16).map(lambda units: Decimal(units).scaleb(-4))
tokens = st.integers(1, 10**28).map(lambda units: Decimal(units).scaleb(-18))
buffers = st.integers(0, 5000).map(lambda units: Decimal(units).scaleb(-4))
currencies = st.sampled_from(["HKD", "JPY", "BHD"])


def meets(value, circulation, buffer):
    """As the rules themselves judge it."""
    if buffer == 0:
        return CHECKS["covers"](value, circulation)
    return circulation == 0 or CHECKS["ratio_covers_buffer"](ratio(value, circulation), buffer)


@FEW
@given(fiat, tokens, buffers, currencies)
def test_each_change_is_enough_and_one_unit_less_is_not(value, circulation, buffer, currency):
    cure = cure_of_backing(value, circulation, buffer, currency)
    assert (cure is None) == meets(value, circulation, buffer)
    if cure is None:
        return
    unit = Decimal(1).scaleb(-minor_units(currency))
    assert meets(value + cure.more_reserve, circulation, buffer)
    assert not meets(value + cure.more_reserve - unit, circulation, buffer)
    left = circulation - cure.less_circulation
    assert left <= 0 or meets(value, left, buffer)
    assert not meets(value, left + unit, buffer)
    if cure.redeemed_from_reserve is not None:
        paid = cure.redeemed_from_reserve
        assert meets(value - paid, circulation - paid, buffer)
        assert not meets(value - paid + unit, circulation - paid + unit, buffer)


def test_a_shortfall_is_cured_by_what_is_missing_and_by_no_redemption_from_the_reserve():
    cure = cure_of_backing(Decimal("99.995"), Decimal(100), Decimal(0), "HKD")
    assert (cure.more_reserve, cure.less_circulation, cure.redeemed_from_reserve) == (
        Decimal("0.01"), Decimal("0.01"), None)
    assert cure_of_backing(Decimal(100), Decimal(100), Decimal(0), "HKD") is None


def test_a_missed_buffer_may_be_cured_from_the_reserve():
    cure = cure_of_backing(Decimal(101), Decimal(100), Decimal("0.02"), "HKD")
    assert (cure.more_reserve, cure.less_circulation, cure.redeemed_from_reserve) == (
        Decimal("1.00"), Decimal("0.99"), Decimal("50.00"))
    assert cure_of_backing(Decimal(99), Decimal(100), Decimal("0.02"), "HKD").redeemed_from_reserve is None


days = st.dates(date(2025, 1, 1), date(2030, 12, 31))


@FEW
@given(days, st.integers(0, 800))
def test_the_days_of_a_term_that_is_too_long_are_the_fewest(start, length):
    end = start + timedelta(days=length)
    over = days_over_term(start, end, 3)
    within = CHECKS["term_within"]
    assert within(start, end - timedelta(days=over), months=3)
    assert over == 0 or not within(start, end - timedelta(days=over - 1), months=3)
    over = days_until_short_enough(start, end, 1)
    within = CHECKS["residual_maturity_within"]
    assert within(start, end - timedelta(days=over), years=1)
    assert over == 0 or not within(start, end - timedelta(days=over - 1), years=1)


def test_the_lines_named_are_those_that_would_move_least():
    lines = [held("10", line_ref="a"), held("40", line_ref="b"), held("90", asset_class="cash"),
             held("50", currency="USD")]
    assert [(mark.line.line_ref, mark.rise, mark.share) for mark in marks_that_cure(lines, Decimal(4), "HKD")] == [
        ("b", Decimal(4), Fraction(1, 10)), ("a", Decimal(4), Fraction(2, 5))]


lines_of_a_day = st.lists(
    st.builds(lambda value, face, asset_class, ref, account: held(
        value, face_value=face, asset_class=asset_class, line_ref=ref, account_id=account),
        fiat, st.none() | fiat, st.sampled_from(ASSET_CLASSES), st.sampled_from("abc"), st.sampled_from("XY")),
    max_size=10,
)


def of_class(lines, name):
    return sum((line.market_value for line in lines if line.asset_class == name), Decimal(0))


@FEW
@given(lines_of_a_day, lines_of_a_day, tokens, tokens)
def test_moves_add_up_to_the_change_of_each_class_and_steps_to_that_of_the_ratio(before, after, earlier, later):
    printed = by_cause(moves(before, after, "HKD"))
    for name in ASSET_CLASSES:
        change = of_class(after, name) - of_class(before, name)
        assert sum(printed.get(name, {}).values()) == change
    was, is_now = (PoolDay(circulation, {name: of_class(lines, name) for name in ASSET_CLASSES})
                   for circulation, lines in ((earlier, before), (later, after)))
    steps = waterfall(was, is_now)
    assert sum(step.delta for step in steps) == is_now.ratio - was.ratio
    assert sum(Fraction(step.text) for step in steps) == Fraction(change_text(steps) if steps else 0)


@FEW
@given(lines_of_a_day)
def test_a_pool_that_did_not_change_has_no_moves(lines):
    assert moves(lines, lines, "HKD") == []


def test_a_change_divides_into_what_was_traded_and_what_prices_did():
    before = [held("99", face_value="100", instrument_id="A"), held("50", asset_class="fund", instrument_id="F"),
              held("10", asset_class="demand_deposit"), held("5", instrument_id="G")]
    after = [held("150", face_value="150", instrument_id="A"), held("49", asset_class="fund", instrument_id="F"),
             held("12", asset_class="demand_deposit"), held("7", instrument_id="N")]
    assert by_cause(moves(before, after, "HKD")) == {
        "demand_deposit": {"balance": Decimal(2)}, "fund": {"revalued": Decimal(-1)},
        "government_debt": {"new": Decimal(7), "gone": Decimal(-5), "quantity": Decimal("49.5"),
                            "revalued": Decimal("1.5")},
    }


@pytest.mark.parametrize(("gap", "named"), [("1", ["G", "F"]), ("2", ["G"]), ("6", [])])
def test_the_moves_named_are_those_without_which_it_would_have_been_enough(gap, named):
    before = [held("50", asset_class="fund", instrument_id="F"), held("5", instrument_id="G")]
    after = [held("49", asset_class="fund", instrument_id="F")]
    found = moves(before, after, "HKD")
    assert [move.name for move in moves_that_would_have_cured(found, Decimal(gap))] == named
