"""Our own valuation of a day: what is used, what is found, and what happens when prices change."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.access import SYSTEM
from issuers.services.facts import record_fact
from reserves import selectors
from reserves.models import Fund, ReserveDay
from reserves.selectors.versions import late_prices
from reserves.services.days import run_day
from reserves.services.intake import receive_file
from tests.factories import csv_bytes, holding, supply_line
from tests.reserves.valuing import (
    BILL,
    OTHER_BILL,
    bill,
    on_record,
    parameter,
    send_pool,
    send_prices,
    source,
    zero,
)

FRIDAY = date(2026, 11, 20)
THURSDAY, SATURDAY = FRIDAY - timedelta(days=1), FRIDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def monday(set_clock):
    set_clock("2026-11-23T12:00:00+08:00")


def finding(result, rule):
    return next(found for found in result["findings"] if found["rule"] == rule)


def verdicts(result):
    return {rule: finding(result, rule)["verdict"] for rule in ("HK-RES-17", "HK-RES-18", "HK-RES-19")}


def opened():
    rows = ReserveDay.objects.filter(status="open").order_by("as_of")
    return list(rows.values_list("as_of", "version"))


def ready(tolerance="0.001", stale="1"):
    for name in (BILL, OTHER_BILL):
        zero(name)
    parameter("mark_tolerance", tolerance)
    parameter("stale_after", stale)


def test_a_priced_pool_agrees_and_says_how_much_of_it_is_covered(coin):
    ready()
    sent = send_prices(coin, FRIDAY, bids={BILL: "98.95"})
    send_pool(coin, FRIDAY, bill(FRIDAY), holding(FRIDAY, market_value="1000000.00"))
    result = run_day(coin, FRIDAY, actor=SYSTEM)
    assert verdicts(result) == {"HK-RES-17": "met", "HK-RES-18": "met", "HK-RES-19": "met"}
    prudent = result["prudent"]
    assert (result["reserve_market_value"], prudent["value"], prudent["difference"]) == (
        "100000000.00", "99950000.00", "50000.00")
    assert (prudent["coverage"], prudent["coverage_of_priced"]) == ("0.99000000", "1.00000000")
    assert prudent["lines"] == {
        "agrees": 1, "unjudged": 0, "beyond": 0, "stale": 0, "missing": 0, "no_terms": 0}
    assert ("prices", sent.pk) in [(entry["feed"], entry["file"]) for entry in result["inputs"]]


def test_a_mark_beyond_the_tolerance_is_a_breach_that_names_the_line_with_all_prices(coin):
    ready()
    send_prices(coin, FRIDAY, bids={BILL: "98"})
    send_prices(coin, FRIDAY, sender=source("second-opinion"), bids={BILL: "98.5"})
    send_pool(coin, FRIDAY, bill(FRIDAY))
    result = run_day(coin, FRIDAY, actor=SYSTEM)
    found = finding(result, "HK-RES-18")
    assert (found["verdict"], [each["account_id"] for each in found["exceptions"]]) == ("breached", ["CUST-1"])
    assert found["exceptions"][0]["observed"] == {
        "valuation.mark_gap": "0.01020408", "valuation.mark_tolerance": "0.00100000"}
    (mark,) = result["prudent"]["marks"]["beyond"]
    assert (mark["own_value"], mark["difference"], mark["source"], mark["side"]) == (
        "98000000.00", "1000000.00", "Bauhinia Pricing", "bid")
    assert [(each["source"], each["bid"]) for each in mark["prices"]] == [
        ("Bauhinia Pricing", "98"), ("Second Opinion", "98.5")]


def test_nothing_set_and_nothing_priced_is_unknown_and_never_met(coin):
    send_pool(coin, FRIDAY, bill(FRIDAY))
    result = run_day(coin, FRIDAY, actor=SYSTEM)
    assert verdicts(result) == {"HK-RES-17": "unknown", "HK-RES-18": "unknown", "HK-RES-19": "unknown"}
    prudent = result["prudent"]
    assert (prudent["value"], prudent["coverage"], prudent["haircut_value"]) == ("99000000.00", "0.00000000", None)
    assert [each["instrument_id"] for each in prudent["marks"]["missing"]] == [BILL]


def test_prices_grow_stale_by_business_days_and_a_weekend_ages_nothing(coin):
    ready(stale="0")
    send_prices(coin, THURSDAY, bids={BILL: "99"})
    send_pool(coin, FRIDAY, bill(FRIDAY))
    result = run_day(coin, FRIDAY, actor=SYSTEM)
    assert (verdicts(result)["HK-RES-19"], result["prudent"]["coverage"]) == ("breached", "0.00000000")
    assert [each["age_business_days"] for each in result["prudent"]["marks"]["stale"]] == [1]
    send_prices(coin, FRIDAY, bids={BILL: "99"})
    assert verdicts(run_day(coin, SATURDAY, actor=SYSTEM))["HK-RES-19"] == "met"


def test_a_corrected_price_file_runs_the_day_again(coin):
    ready()
    wrong = send_prices(coin, FRIDAY, bids={BILL: "95"})
    send_pool(coin, FRIDAY, bill(FRIDAY))
    first = run_day(coin, FRIDAY, actor=SYSTEM)
    send_prices(coin, FRIDAY, bids={BILL: "99"}, supersedes=wrong)
    assert list(ReserveDay.objects.order_by("version").values_list("as_of", "version", "status")) == [
        (FRIDAY, 1, "judged"), (FRIDAY, 2, "open")]
    second = run_day(coin, FRIDAY, actor=SYSTEM)
    assert [finding(each, "HK-RES-18")["verdict"] for each in (first, second)] == ["breached", "met"]
    assert run_day(coin, FRIDAY, actor=SYSTEM) == second


def test_a_late_price_file_runs_every_day_again_that_was_judged_without_it_and_no_other(coin, set_clock):
    ready()
    wednesday = THURSDAY - timedelta(days=1)
    send_prices(coin, wednesday, bids={BILL: "99"})
    for day in (THURSDAY, FRIDAY):
        send_pool(coin, day, bill(day))
    receive_file(coin, "supply", csv_bytes([supply_line(SATURDAY, total_supply="90000000")]), filename="s.csv",
                 actor=SYSTEM)
    before = {day: run_day(coin, day, actor=SYSTEM) for day in (THURSDAY, FRIDAY, SATURDAY)}
    set_clock("2026-11-23T13:00:00")
    late = send_prices(coin, THURSDAY, bids={BILL: "95"})
    assert opened() == [(THURSDAY, 2), (FRIDAY, 2), (SATURDAY, 2)]
    after = {day: run_day(coin, day, actor=SYSTEM) for day in before}
    assert [verdicts(after[day])["HK-RES-18"] for day in after] == ["breached"] * 3
    assert {day: late_prices(selectors.day(coin, day))[0]["file"] for day in after} == dict.fromkeys(after, late.pk)
    kept = ReserveDay.objects.get(as_of=THURSDAY, version=1)
    assert (kept.status, kept.digest) == ("superseded", before[THURSDAY]["digest"])
    assert late_prices(kept) == []
    send_prices(coin, FRIDAY, bids={BILL: "99"})
    assert opened() == [(FRIDAY, 3), (SATURDAY, 3)]  # Thursday's own prices stay its own


def test_a_late_price_file_opens_no_day_that_is_not_complete(coin):
    ready()
    send_pool(coin, THURSDAY, bill(THURSDAY))
    run_day(coin, THURSDAY, actor=SYSTEM)
    send_prices(coin, THURSDAY, bids={BILL: "99"})
    assert opened() == [(THURSDAY, 2)]


def test_prices_that_are_there_in_time_are_not_late_however_often_the_day_is_judged(coin):
    ready()
    send_prices(coin, FRIDAY, bids={BILL: "99"})
    first = send_pool(coin, FRIDAY, bill(FRIDAY))["holdings"]
    run_day(coin, FRIDAY, actor=SYSTEM)
    receive_file(coin, "holdings", csv_bytes([bill(FRIDAY, "98000000.00")]), filename="h2.csv", actor=SYSTEM,
                 supersedes=first)
    assert run_day(coin, FRIDAY, actor=SYSTEM)["version"] == 2
    assert late_prices(selectors.day(coin, FRIDAY)) == []


def test_a_mid_while_a_bid_was_to_be_had_is_no_prudent_valuation(coin):
    ready()
    send_prices(coin, FRIDAY, bids={BILL: "99"})
    send_pool(coin, FRIDAY, bill(FRIDAY, price_basis="mid"))
    found = finding(run_day(coin, FRIDAY, actor=SYSTEM), "HK-RES-17")
    assert (found["verdict"], found["exceptions"][0]["observed"]["valuation.bid_available"]) == ("breached", True)


def test_haircuts_show_no_figure_until_each_class_has_one(coin):
    ready()
    send_prices(coin, FRIDAY, bids={BILL: "99"})
    send_pool(coin, FRIDAY, bill(FRIDAY), holding(FRIDAY, market_value="1000000.00"))
    parameter("haircut", "0.02", "government_debt")
    before = run_day(coin, FRIDAY, actor=SYSTEM)["prudent"]
    assert (before["haircut_value"], [each["after"] for each in before["haircuts"]]) == (None, [None, "97020000.00"])
    parameter("haircut", "0", "demand_deposit")
    assert run_day(coin, FRIDAY, actor=SYSTEM)["prudent"]["haircut_value"] == "98020000.00"


def test_reasons_sum_to_what_does_not_count(coin):
    ready()
    on_record(Fund, instrument_id="FUND1", name="Money fund", sole_purpose=False, only_eligible_assets=True)
    fund = bill(FRIDAY, "3000000.00", asset_class="fund", instrument_id="FUND1", obligor="", line_ref="")
    long = holding(FRIDAY, asset_class="term_deposit", line_ref="T1", market_value="2000000.00",
                   start_date="2026-08-01", maturity_date="2026-12-31", price_basis="amortised")
    token = bill(FRIDAY, "4000000.00", asset_class="tokenised", instrument_id="TOK1", obligor="")
    send_pool(coin, FRIDAY, bill(FRIDAY), fund, long, token)
    result = run_day(coin, FRIDAY, actor=SYSTEM)
    reasons = [(each["reason"], each["verdict"], each["amount"], each["lines"])
               for each in result["ineligible_by_reason"]]
    assert reasons == [
        ("HK-RES-03", "breached", "2000000.00", 1), ("HK-RES-05", "unknown", "99000000.00", 1),
        ("HK-RES-08", "breached", "3000000.00", 1), ("HK-RES-09", "breached", "4000000.00", 1),
    ]
    for verdict, name in (("breached", "ineligible_reserve"), ("unknown", "unknown_eligibility")):
        assert sum(Decimal(amount) for _, each, amount, _ in reasons if each == verdict) == Decimal(result[name])


def test_another_currency_counts_once_it_is_approved_and_a_rate_is_there(coin):
    ready()
    dollars = bill(FRIDAY, "10000000.00", currency="USD", instrument_id=OTHER_BILL, face_value="10000000")
    rate = {"instrument_id": "USDHKD", "currency": "HKD", "bid": "7.78", "ask": "7.79"}
    bills = [{"instrument_id": BILL, "currency": "HKD", "bid": "99"},
             {"instrument_id": OTHER_BILL, "currency": "USD", "bid": "99"}]
    first = send_prices(coin, FRIDAY, rows=[*bills, rate])
    send_pool(coin, FRIDAY, bill(FRIDAY), dollars)
    refused = run_day(coin, FRIDAY, actor=SYSTEM)
    assert (refused["reserve_market_value"], refused["unvalued"]) == (
        None, [{"currency": "USD", "market_value": "10000000.00", "lines": 1}])
    record_fact(coin.issuer, fact="approval.currency_mismatch", value=True, valid_from=THURSDAY, source="letter",
                origin="set", actor=SYSTEM, coin=coin)
    counted = run_day(coin, FRIDAY, actor=SYSTEM)
    assert (counted["reserve_market_value"], counted["unvalued"]) == ("176800000.00", [])
    assert counted["prudent"]["value"] == "176022000.00"
    (used,) = counted["prudent"]["rates"]
    assert (used["pair"], used["bid"], used["source"], used["converted"]) == (
        "USDHKD", "7.78", "Bauhinia Pricing", "77800000.00")
    send_prices(coin, FRIDAY, rows=bills, supersedes=first)
    assert run_day(coin, FRIDAY, actor=SYSTEM)["reserve_market_value"] is None


def test_ladders_and_names_stand_in_the_account(coin):
    ready()
    parameter("days_to_cash", "2", "government_debt")
    send_prices(coin, FRIDAY, bids={BILL: "99"})
    send_pool(coin, FRIDAY, bill(FRIDAY), holding(FRIDAY, market_value="1000000.00"))
    result = run_day(coin, FRIDAY, actor=SYSTEM)
    assert [(each["business_days"], each["amount"]) for each in result["liquidity"]["horizons"]] == [
        (1, "1000000.00"), (2, "100000000.00"), (5, "100000000.00"), (10, "100000000.00"), (30, "100000000.00")]
    assert result["liquidity"]["assumptions"] == [{"asset_class": "government_debt", "business_days": 2}]
    largest = result["concentration"]["counterparty"]["largest"]
    assert [(each["name"], each["amount"], each["share"]) for each in largest] == [
        ("Exchange Fund", "99000000.00", "0.99000000"), ("Harbour Bank", "1000000.00", "0.01000000")]
