"""The pool at market value: what it is made of, what of it is eligible, when it matures, how far it covers the coin."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reserves.lines import ASSET_CLASSES
from reserves.valuation import LADDER, VERDICTS, backing_ratio, bucket, ratio_text, surplus, value_pool, with_account
from tests.reserves.lines import FRIDAY, MONDAY, held

amounts = st.integers(min_value=-(10**12), max_value=10**19).map(lambda units: Decimal(units).scaleb(-4))
verdicts = st.sampled_from(["met", "breached", "unknown"])
positions = st.builds(
    held,
    amounts,
    account_id=st.sampled_from(["A", "B"]),
    asset_class=st.sampled_from(ASSET_CLASSES),
    maturity_date=st.none() | st.integers(min_value=-3, max_value=800).map(lambda days: FRIDAY + timedelta(days=days)),
)
pools = st.lists(st.tuples(positions, verdicts), max_size=15)


def value(holdings, eligibility=None):
    return value_pool(holdings, eligibility or ["met"] * len(holdings), as_of=FRIDAY, next_business_day=MONDAY)


def test_the_pool_is_the_signed_sum_of_its_lines():
    pool = [held("100.50", asset_class="cash"), held("-20.25", asset_class="settlement")]
    assert value(pool).reserve_market_value == Decimal("80.25")


def test_composition_follows_the_order_of_the_classes_and_shares_are_rounded_down():
    pool = [held(1, asset_class="fund"), held(1, asset_class="cash"), held(1, asset_class="cash")]
    composition = value(pool, ["breached", "met", "unknown"]).composition
    assert [(c.asset_class, c.market_value, c.eligible_value, c.share, c.lines) for c in composition] == [
        ("cash", 2, 1, Decimal("0.66666666"), 2),
        ("fund", 1, 0, Decimal("0.33333333"), 1),
    ]


def test_eligible_ineligible_and_unknown_are_shown_apart():
    pool = [held(4), held(2), held(1)]
    valued = value(pool, ["met", "breached", "unknown"])
    assert (valued.eligible_reserve, valued.ineligible_reserve, valued.unknown_eligibility) == (4, 2, 1)


def test_a_line_without_a_verdict_is_unknown_and_never_a_pass():
    assert value([held(4)], [None]).unknown_eligibility == 4


@pytest.mark.parametrize(
    ("others", "counts_as"),
    [
        (["met"], "met"),
        (["breached", "met"], "met"),
        (["breached", "unknown"], "unknown"),
        (["breached"], "breached"),
        ([], "unknown"),
    ],
)
def test_a_settlement_line_counts_with_its_account(others, counts_as):
    pool = [held(10, account_id="A") for _ in others] + [held(-1, account_id="A", asset_class="settlement")]
    assert VERDICTS[with_account(pool, [*others, None])[-1]] == counts_as


def test_an_account_does_not_lend_its_eligibility_to_another():
    pool = [held(10, account_id="A"), held(-1, account_id="B", asset_class="settlement")]
    assert [VERDICTS[place] for place in with_account(pool, ["met", None])] == ["met", "unknown"]


@given(st.lists(st.tuples(positions, st.none() | verdicts), max_size=15))
def test_a_line_counts_by_its_own_verdict_and_a_settlement_line_by_the_best_of_its_account(pool):
    expected = []
    for line, own in pool:
        lent = [verdict or "unknown" for other, verdict in pool
                if other.account_id == line.account_id and other.asset_class != "settlement"]
        best = next((verdict for verdict in ("met", "unknown", "breached") if verdict in lent), "unknown")
        expected.append(best if line.asset_class == "settlement" else own or "unknown")
    found = with_account([line for line, _ in pool], [verdict for _, verdict in pool])
    assert [VERDICTS[place] for place in found] == expected


@pytest.mark.parametrize(
    ("asset_class", "matures_in", "rung"),
    [
        ("cash", None, "overnight"),
        ("demand_deposit", 400, "overnight"),
        ("settlement", None, "overnight"),
        ("reverse_repo", 3, "overnight"),  # Friday to Monday is one business night
        ("reverse_repo", -1, "overnight"),
        ("reverse_repo", 4, "2_7"),
        ("reverse_repo", None, "undated"),
        ("term_deposit", 7, "2_7"),
        ("term_deposit", 8, "8_30"),
        ("government_debt", 30, "8_30"),
        ("government_debt", 31, "31_90"),
        ("government_debt", 90, "31_90"),
        ("government_debt", 91, "91_180"),
        ("government_debt", 181, "181_365"),
        ("government_debt", 365, "181_365"),
        ("government_debt", 366, "over_365"),
        ("government_debt", None, "undated"),
        ("fund", None, "undated"),
        ("tokenised", None, "undated"),
    ],
)
def test_a_line_stands_on_the_rung_of_its_maturity_and_none_is_guessed(asset_class, matures_in, rung):
    matures = None if matures_in is None else FRIDAY + timedelta(days=matures_in)
    assert bucket(held(1, asset_class=asset_class, maturity_date=matures), FRIDAY, MONDAY) == rung


def test_the_ladder_has_all_rungs_and_ends_at_the_whole_pool():
    ladder = value([held(1, asset_class="cash"), held(2, maturity_date=date(2027, 5, 1)), held(1)]).ladder
    assert [rung.bucket for rung in ladder] == list(LADDER)
    assert [str(rung.cumulative_share) for rung in ladder] == ["0.25000000"] * 4 + ["0.75000000"] * 3 + ["1.00000000"]


def test_average_maturity_counts_cash_as_no_days_and_leaves_out_what_is_undated():
    pool = [held(1, asset_class="cash"), held(2, maturity_date=FRIDAY + timedelta(days=100)), held(1)]
    valued = value(pool)
    assert valued.weighted_average_maturity_days == Decimal("66.67")
    assert valued.undated_share == Decimal("0.25000000")


def test_average_maturity_is_not_known_where_only_cash_has_one():
    assert value([held(1, asset_class="cash"), held(99)]).weighted_average_maturity_days is None
    assert value([held(1, asset_class="cash")]).weighted_average_maturity_days == 0
    assert value([held(-1, asset_class="settlement")]).weighted_average_maturity_days is None


def test_liquid_within_one_business_day_is_cash_and_what_matures_by_then():
    pool = [
        held(1, asset_class="cash"),
        held(2, maturity_date=MONDAY),
        held(5, maturity_date=MONDAY + timedelta(days=1)),
    ]
    valued = value(pool)
    assert (valued.liquid_one_business_day, valued.liquid_share) == (3, Decimal("0.37500000"))


def test_an_empty_pool_is_worth_nothing_and_has_no_shares():
    valued = value([])
    assert (valued.reserve_market_value, valued.composition, valued.liquid_share) == (0, (), None)
    assert valued.weighted_average_maturity_days is None


def test_an_unknown_asset_class_is_an_error_and_not_other():
    with pytest.raises(ValueError, match="'crypto'"):
        value([held(1, asset_class="crypto")])


def test_the_backing_ratio_is_exact_and_prints_rounded_down():
    ratio = backing_ratio(Decimal("99999999.9999"), Decimal("100000000"))
    assert ratio == Fraction(999999999999, 1000000000000)
    assert ratio_text(ratio) == "0.99999999"
    assert ratio_text(Fraction(1)) == "1.00000000"
    assert ratio_text(Fraction(-1, 3)) == "-0.33333334"


def test_there_is_no_ratio_where_nothing_circulates_or_nothing_is_known():
    assert backing_ratio(Decimal(1), Decimal(0)) is None
    assert backing_ratio(Decimal(1), None) is None
    assert backing_ratio(None, Decimal(1)) is None
    assert backing_ratio(Decimal(0), Decimal(1)) == 0


def test_surplus_keeps_18_places_and_its_sign():
    assert surplus(Decimal("100.25"), Decimal("100.500000000000000001")) == Decimal("-0.250000000000000001")
    assert surplus(None, Decimal(1)) is None


def test_sums_beyond_64_bits_are_exact():
    pool = [held("99999999999999999999.9999") for _ in range(3)]
    assert value(pool).reserve_market_value == Decimal("299999999999999999999.9997")


@given(pools)
def test_nothing_of_the_pool_is_lost_between_its_parts(pool):
    holdings, eligibility = [line for line, _ in pool], [verdict for _, verdict in pool]
    valued = value(holdings, eligibility)
    total = sum((line.market_value for line in holdings), Decimal(0))
    assert valued.reserve_market_value == total
    assert valued.eligible_reserve + valued.ineligible_reserve + valued.unknown_eligibility == total
    assert sum(part.market_value for part in valued.composition) == total
    assert sum(part.eligible_value for part in valued.composition) == valued.eligible_reserve
    assert sum(part.lines for part in valued.composition) == len(holdings)
    assert sum(rung.market_value for rung in valued.ladder) == total
    if total:
        assert valued.ladder[-1].cumulative_share == 1


@given(pools, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_matter(pool, shuffled):
    first = value([line for line, _ in pool], [verdict for _, verdict in pool])
    shuffled.shuffle(pool)
    assert value([line for line, _ in pool], [verdict for _, verdict in pool]) == first


@given(amounts, st.integers(min_value=1, max_value=10**38).map(lambda units: Decimal(units).scaleb(-18)))
def test_a_printed_ratio_is_never_more_than_the_ratio_and_less_by_under_one_unit(worth, circulation):
    ratio = backing_ratio(worth, circulation)
    printed = Fraction(ratio_text(ratio))
    assert 0 <= ratio - printed < Fraction(1, 10**8)
    assert (printed >= 1) == (worth >= circulation)
