"""The stress kernel: what pays, how long, at which loss; exact, conserving, whatever the order of the lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.calendars import HongKongCalendar
from reserves import scenarios
from reserves.lines import ASSET_CLASSES
from reserves.scenarios import Sale, Scenario, ScenarioInvalid, in_force, read, shipped
from reserves.stress import payments_due, run_scenario, stock_of
from tests.reserves.lines import FRIDAY, held

CALENDAR = HongKongCalendar()
DAYS = [CALENDAR.add_business_days(FRIDAY, count) for count in range(1, 31)]
CODES = ["run_10_in_5", "run_30_in_10", "rates_up_200", "custodian_fails", "price_shock", "combined"]
TITLES = ("T", "T", "T")
FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def scenario(**said):
    return Scenario(code="s", titles=TITLES, valid_from=date(2025, 8, 1), source="test", **said)


def run(lines, circulation, **said):
    stock = stock_of(lines, as_of=FRIDAY, currency="HKD")
    return run_scenario(stock, Decimal(circulation), scenario(**said), DAYS)


def test_what_is_at_hand_pays_first_then_what_matures_then_what_is_sold():
    outcome = run(
        [held("10", asset_class="cash"), held("10", asset_class="term_deposit", maturity_date=DAYS[0]),
         held("100", maturity_date=date(2027, 3, 1))],
        "100", redemption_share=Fraction(3, 10), profile=(1, 1),
        sales={"government_debt": Sale(2, Fraction(1, 5))},
    )
    first, second = outcome.days
    assert [(each.source, each.asset_class, each.amount, each.given_up) for each in first.payments] == [
        ("at_hand", "", 100_000, 100_000), ("matured", "", 50_000, 50_000)]
    assert [(each.source, each.asset_class, each.amount, each.given_up) for each in second.payments] == [
        ("matured", "", 50_000, 50_000), ("sold", "government_debt", 100_000, 125_000)]
    assert (outcome.verdict, outcome.survival_days, outcome.first_short_on) == ("holds", 2, None)
    assert (outcome.sale_loss, outcome.total_loss, outcome.value_after) == (25_000, 25_000, 875_000)
    assert outcome.ratio_after == Fraction(875, 700)


def test_the_first_day_that_is_not_paid_in_full_ends_survival_and_what_is_unpaid_is_owed_on():
    outcome = run([held("10", asset_class="cash"), held("20", asset_class="term_deposit", maturity_date=DAYS[2])],
                  "100", redemption_share=Fraction(24, 100), profile=(1, 1, 1))
    assert [(each.due, each.paid, each.unpaid) for each in outcome.days] == [
        (80_000, 80_000, 0), (80_000, 20_000, 60_000), (80_000, 140_000, 0)]
    assert (outcome.verdict, outcome.survival_days, outcome.first_short_on) == ("falls_short", 1, DAYS[1])
    assert outcome.largest_shortfall == 60_000


def test_days_are_business_days():
    """Friday 20 November 2026 is followed by Monday."""
    assert run([held("1", asset_class="cash")], "1", redemption_share=Fraction(1)).days[0].day == date(2026, 11, 23)


def test_a_line_loses_its_residual_maturity_times_the_rise():
    outcome = run([held("1000", maturity_date=FRIDAY + timedelta(days=73))], "1000", rate_bp=200,
                  rate_classes=frozenset({"government_debt"}))
    assert outcome.rate_loss == 40_000  # 1000 x 73/365 x 2% = 4
    assert (outcome.ratio_after, outcome.verdict) == (Fraction(996, 1000), "holds")


def test_a_line_without_maturity_leaves_the_loss_unknown_and_a_shortfall_too():
    lines = [held("1000"), held("1", asset_class="cash")]
    said = {"rate_bp": 200, "rate_classes": frozenset({"government_debt"})}
    outcome = run(lines, "1000", **said, redemption_share=Fraction(1, 2), sales={"government_debt": Sale(0, Fraction(0))})
    assert (outcome.verdict, outcome.rate_loss, outcome.total_loss, outcome.ratio_after) == ("unknown", None, None, None)
    assert outcome.not_priced == 10_000_000
    assert run(lines, "1000", **said, redemption_share=Fraction(1, 1000)).verdict == "holds"


def test_lines_in_another_currency_are_neither_counted_nor_forgotten():
    lines = [held("10", asset_class="cash"), held("10", asset_class="cash", currency="USD")]
    assert run(lines, "10", redemption_share=Fraction(1)).verdict == "holds"
    short = run(lines, "20", redemption_share=Fraction(1))
    assert (short.verdict, short.ratio_after, short.first_short_on) == ("unknown", None, DAYS[0])


def test_what_lies_with_a_custodian_that_fails_is_out_of_reach_until_it_opens_again():
    lines = [held("30", asset_class="cash", custodian="Harbour  BANK"), held("10", asset_class="cash")]
    said = {"redemption_share": Fraction(2, 10), "profile": (1, 1, 1)}
    outcome = run(lines, "100", **said, custodian="largest", custodian_days=2)
    assert (outcome.custodian, outcome.out_of_reach) == ("Harbour  BANK", 300_000)
    assert [each.unpaid for each in outcome.days] == [0, 33_334, 0]
    assert run(lines, "100", **said, custodian="harbour bank").days[-1].unpaid == 100_000
    nowhere = run(lines, "100", **said, custodian="Nowhere Bank")
    assert (nowhere.custodian, nowhere.verdict) == ("", "holds")
    lost = run(lines, "100", custodian="Harbour Bank", custodian_lost=Fraction(1, 3))
    assert (lost.custodian_loss, lost.value_after) == (100_000, 300_000)


def test_payables_of_the_pool_are_paid_before_holders():
    outcome = run([held("10", asset_class="cash"), held("-4", asset_class="settlement")], "10",
                  redemption_share=Fraction(1))
    assert (outcome.days[0].paid, outcome.days[0].unpaid, outcome.value_after) == (60_000, 40_000, 0)


def test_everything_redeemed_leaves_no_ratio():
    outcome = run([held("10", asset_class="cash")], "10", redemption_share=Fraction(1))
    assert (outcome.circulation_after, outcome.ratio_after) == (0, None)


parts = st.fractions(0, 1, max_denominator=400)
values = st.integers(1, 10**13).map(lambda units: Decimal(units).scaleb(-4))
maturities = st.none() | st.integers(0, 400).map(lambda days: FRIDAY + timedelta(days=days))
lines_of_a_pool = st.lists(
    st.builds(lambda value, asset_class, custodian, maturity: held(value, asset_class=asset_class, custodian=custodian,
                                                                   maturity_date=maturity),
              values, st.sampled_from(ASSET_CLASSES), st.sampled_from(["A", "B", "C"]), maturities),
    min_size=1, max_size=12,
)
any_scenario = st.builds(
    scenario, redemption_share=parts, profile=st.lists(st.integers(0, 9), min_size=1, max_size=12).filter(any).map(tuple),
    rate_bp=st.integers(0, 500), rate_classes=st.frozensets(st.sampled_from(ASSET_CLASSES)),
    price_falls=st.dictionaries(st.sampled_from(ASSET_CLASSES), parts), custodian=st.sampled_from(["", "largest", "A"]),
    custodian_days=st.none() | st.integers(0, 15), custodian_lost=parts,
    sales=st.dictionaries(st.sampled_from(ASSET_CLASSES), st.builds(Sale, st.integers(0, 6), parts)),
)


@FEW
@given(lines_of_a_pool, values, any_scenario)
def test_nothing_is_made_or_forgotten(lines, circulation, said):
    stock = stock_of(lines, as_of=FRIDAY, currency="HKD")
    outcome = run_scenario(stock, circulation, said, DAYS)
    assert sum(each.due for each in outcome.days) == sum(payments_due(circulation, said))
    assert outcome.redeemed == sum(each.paid for each in outcome.days)
    assert outcome.redeemed + outcome.days[-1].unpaid == sum(each.due for each in outcome.days)
    for each in outcome.days:
        assert sum(payment.amount for payment in each.payments) == each.paid
    if outcome.total_loss is not None:
        assert sum(cell.units for cell in stock.cells) == outcome.value_after + outcome.redeemed + outcome.total_loss
    assert (outcome.first_short_on is None) == (outcome.verdict == "holds")


@FEW
@given(lines_of_a_pool, values, any_scenario, st.randoms())
def test_the_order_of_lines_does_not_matter(lines, circulation, said, random):
    shuffled = lines[:]
    random.shuffle(shuffled)
    assert run_scenario(stock_of(lines, as_of=FRIDAY, currency="HKD"), circulation, said, DAYS) == run_scenario(
        stock_of(shuffled, as_of=FRIDAY, currency="HKD"), circulation, said, DAYS)


@FEW
@given(lines_of_a_pool, values, any_scenario)
def test_more_cash_never_shortens_survival(lines, circulation, said):
    said = replace(said, custodian="A")
    cash = held("1000000", asset_class="cash", custodian="D")
    poor, rich = (run_scenario(stock_of(pool, as_of=FRIDAY, currency="HKD"), circulation, said, DAYS)
                  for pool in (lines, [*lines, cash]))
    assert rich.survival_days >= poor.survival_days


def test_the_scenarios_that_come_with_the_platform():
    assert [each.code for each in in_force(shipped(), FRIDAY)] == CODES
    assert in_force(shipped(), date(2025, 7, 31)) == []
    assert all(each.source and all(each.titles) for each in shipped())


def test_the_later_version_counts_from_its_day():
    raw = b"""
[[scenario]]
id = "x"
title = "X"
title_zh_hant = "X"
title_zh_hans = "X"
[[scenario.version]]
from = 2025-08-01
source = "a"
redemption_share = "0.1"
[[scenario.version]]
from = 2026-01-01
source = "b"
redemption_share = "0.2"
"""
    versions = read(raw)
    assert [each.source for each in in_force(versions, date(2025, 12, 31))] == ["a"]
    assert [each.redemption_share for each in in_force(versions, date(2026, 1, 1))] == [Fraction(1, 5)]


def test_everything_that_is_wrong_is_named_at_once():
    with pytest.raises(ScenarioInvalid) as invalid:
        scenarios.scenario("x", TITLES, {
            "from": "soon", "redemption_share": 0.1, "redemption_profile": [], "rate_bp": 50, "price_falls": {"gold": "1"},
            "custodian_days": -1, "custodian_lost": "2", "sales": {"fund": {"days": "1"}}, "weather": 1,
        })
    assert invalid.value.problems == (
        "x: unknown key 'weather'", "x: from is not a day", "x: source is missing",
        "x: redemption_share is not a share from \"0\" to \"1\": 0.1",
        "x: redemption_profile is not a list of up to 250 weights, not all 0",
        "x: price_falls names 'gold', which is no asset class",
        "x: custodian_days is not a whole number from 0 to 250: -1",
        "x: custodian_lost is not a share from \"0\" to \"1\": '2'",
        "x: sales.fund.days is not a whole number from 0 to 250",
        "x: rate_classes names no class although rates move",
    )
    with pytest.raises(ScenarioInvalid, match="nothing happens in it"):
        scenarios.scenario("x", TITLES, {"from": date(2026, 1, 1), "source": "s"})
    with pytest.raises(ScenarioInvalid, match="not TOML"):
        read(b"\xff")
