"""What holds for any books and any custodian: nothing is lost, nothing invented, and the order does not matter."""

import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from reserves.comparing import Tolerance
from reserves.evidence import Known
from reserves.reconcile import reconcile
from tests.reserves.lines import FRIDAY, booked, held, is_weekday

amounts = st.integers(min_value=-(10**12), max_value=10**19).map(lambda units: Decimal(units).scaleb(-4))
said = {
    "account_id": st.sampled_from(["A", "B"]),
    "asset_class": st.sampled_from(["cash", "government_debt", "settlement"]),
    "instrument_id": st.sampled_from(["", "X", "Y", "US912797KJ59", "912797KJ5"]),
    "line_ref": st.sampled_from(["", "R1", "R2"]),
    "currency": st.sampled_from(["HKD", "USD"]),
    "face_value": st.none() | amounts,
}
days = st.none() | st.integers(min_value=-5, max_value=5).map(lambda days: FRIDAY + timedelta(days=days))
ledgers = st.lists(st.builds(booked, amounts, **said, booked_on=days, value_on=days), min_size=1, max_size=12)
pools = st.lists(st.builds(held, amounts, **said), min_size=1, max_size=12)
tolerated = st.just({}) | st.just(
    {"cash": Tolerance(Decimal(1000)), "government_debt": Tolerance(relative=Decimal("0.5"))}
)


def numbered(lines):
    return [line._replace(id=number, line=number + 2) for number, line in enumerate(lines)]


def compare(ledger, holdings, tolerances=None):
    return reconcile(ledger, holdings, known=Known(FRIDAY, is_weekday), tolerances=tolerances or {})


@given(ledgers, pools, tolerated)
def test_left_less_right_is_the_sum_of_the_differences_and_of_what_is_tolerated(ledger, holdings, tolerances):
    result = compare(numbered(ledger), numbered(holdings), tolerances)
    for comparison in result.comparisons:
        listed = [d for d in result.differences if d.currency == comparison.currency]
        assert comparison.left - comparison.right == comparison.difference
        assert sum(d.difference for d in listed) + comparison.tolerated == comparison.difference
        assert comparison.differing == len(listed)
        assert tolerances or comparison.tolerated == 0
    for difference in result.differences:
        assert difference.difference == (difference.left or 0) - (difference.right or 0)


@given(ledgers, pools, tolerated, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_matter(ledger, holdings, tolerances, shuffled):
    ledger, holdings = numbered(ledger), numbered(holdings)
    result = compare(ledger, holdings, tolerances)
    shuffled.shuffle(ledger)
    shuffled.shuffle(holdings)
    assert compare(ledger, holdings, tolerances) == result


@given(pools)
def test_books_that_say_what_the_custodian_says_reconcile_to_nothing(holdings):
    ledger = [
        booked(line.market_value, **{name: getattr(line, name) for name in said}) for line in holdings
    ]
    result = compare(numbered(ledger), numbered(holdings))
    assert result.differences == ()
    assert {comparison.state for comparison in result.comparisons} == {"matched"}


@given(ledgers, pools)
def test_every_difference_has_a_key_of_its_own(ledger, holdings):
    keys = Counter(difference.key for difference in compare(numbered(ledger), numbered(holdings)).differences)
    assert set(keys.values()) <= {1}


def test_of_five_thousand_lines_a_side_exactly_those_beyond_the_tolerance_differ():
    rng = random.Random(20261120)
    holdings, ledger = [], []
    for number in range(5_000):
        value = Decimal(rng.randrange(10**6, 10**12)).scaleb(-2)
        named = {"account_id": f"A{number % 20}", "instrument_id": f"I{number:05}", "id": number}
        holdings.append(held(value, **named, maturity_date=date(2027, 1, 1)))
        ledger.append(booked(value + number % 3, **named, value_on=FRIDAY))
    result = compare(ledger, holdings, {"government_debt": Tolerance(Decimal(1))})
    assert len(result.differences) == 1_666


@given(ledgers, pools, tolerated)
def test_parts_and_residual_are_the_difference_and_the_comparison_says_how_much_is_explained(ledger, holdings, tolerances):
    result = compare(numbered(ledger), numbered(holdings), tolerances)
    for difference in result.differences:
        assert sum(part.amount for part in difference.parts) + difference.residual == difference.difference
        assert all(part.amount for part in difference.parts) or difference.difference == 0
        assert len({part.cause for part in difference.parts}) == len(difference.parts)
    for comparison in result.comparisons:
        own = [d for d in result.differences if d.currency == comparison.currency]
        assert comparison.unexplained == sum(d.residual for d in own)
        assert comparison.explained == sum(part.amount for d in own for part in d.parts)
        assert comparison.explained + comparison.unexplained + comparison.tolerated == comparison.difference


@given(ledgers, pools)
def test_swapping_the_sides_turns_every_sign(ledger, holdings):
    ledger = [line._replace(booked_on=None, value_on=None) for line in numbered(ledger)]
    holdings = numbered(holdings)
    result = compare(ledger, holdings)
    other = compare([as_booked(line) for line in holdings], [as_held(line) for line in ledger])
    assert [(d.key, -d.difference, d.left, d.right) for d in result.differences] == [
        (d.key, d.difference, d.right, d.left) for d in other.differences
    ]
    assert [(c.currency, -c.difference, c.matched, c.differing) for c in result.comparisons] == [
        (c.currency, c.difference, c.matched, c.differing) for c in other.comparisons
    ]


def as_booked(line):
    return booked(line.market_value, id=line.id, line=line.line, **{name: getattr(line, name) for name in said})


def as_held(line):
    return held(line.book_value, id=line.id, line=line.line, **{name: getattr(line, name) for name in said})
