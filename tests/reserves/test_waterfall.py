"""The steps from one day's ratio to the next add up exactly, also as printed."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from reserves.lines import ASSET_CLASSES
from reserves.waterfall import PoolDay, change_text, waterfall

values = st.integers(min_value=-(10**15), max_value=10**19).map(lambda units: Decimal(units).scaleb(-4))
circulations = st.integers(min_value=1, max_value=10**38).map(lambda units: Decimal(units).scaleb(-18))
days = st.builds(PoolDay, circulations, st.dictionaries(st.sampled_from(ASSET_CLASSES), values))


def day(circulation, **by_class):
    return PoolDay(Decimal(circulation), {name: Decimal(value) for name, value in by_class.items()})


def test_circulation_comes_first_and_each_class_counts_at_the_new_circulation():
    steps = waterfall(day(100, cash=60, fund=50), day(200, cash=160, fund=50))
    assert [(step.cause, step.delta, step.text) for step in steps] == [
        ("circulation", Fraction(-55, 100), "-0.550000000000000000"),
        ("cash", Fraction(1, 2), "0.500000000000000000"),
    ]
    assert change_text(steps) == "-0.050000000000000000"


def test_a_class_that_appears_or_goes_is_a_step_of_its_own():
    steps = waterfall(day(100, cash=100), day(100, fund=100))
    assert [(step.cause, step.delta) for step in steps] == [("circulation", 0), ("cash", -1), ("fund", 1)]


def test_a_day_like_the_one_before_has_a_change_of_nothing():
    steps = waterfall(day(100, cash=100), day(100, cash=100))
    assert [(step.cause, step.text) for step in steps] == [("circulation", "0.000000000000000000")]


def test_there_are_no_steps_to_or_from_a_day_without_circulation():
    assert waterfall(day(0, cash=1), day(1, cash=1)) == ()
    assert waterfall(day(1, cash=1), day(0, cash=1)) == ()


def test_the_units_lost_by_rounding_go_to_the_steps_that_lost_most():
    steps = waterfall(day(3, cash=0, fund=0, other=0), day(3, cash=1, fund=1, other=1))
    assert [step.text for step in steps] == [
        "0.000000000000000000",
        "0.333333333333333334",
        "0.333333333333333333",
        "0.333333333333333333",
    ]
    assert change_text(steps) == "1.000000000000000000"


@given(days, days)
def test_steps_add_up_exactly_and_as_printed(before, after):
    steps = waterfall(before, after)
    assert sum((step.delta for step in steps), Fraction(0)) == after.ratio - before.ratio
    assert sum((Fraction(step.text) for step in steps), Fraction(0)) == Fraction(change_text(steps))
    for step in steps:
        assert abs(Fraction(step.text) - step.delta) < Fraction(1, 10**18)
    assert abs(Fraction(change_text(steps)) - (after.ratio - before.ratio)) <= Fraction(1, 2 * 10**18)
