"""What is known of a line, and how the rules take it; what nobody can say is unknown."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.access import SYSTEM
from core.models import Organisation
from issuers.services.facts import record_fact
from reserves.models import AcceptedInstrument, Custodian, Fund, Obligor
from reserves.services.assessment import assess
from reserves.services.intake import receive_file
from tests.factories import csv_bytes, holding, supply_line

FRIDAY = date(2026, 11, 20)
BILL = {"asset_class": "government_debt", "instrument_id": "HK0001", "obligor": "HONG KONG  government",
        "price_basis": "bid", "maturity_date": FRIDAY + timedelta(days=90)}
REPO = {"asset_class": "reverse_repo", "start_date": FRIDAY, "maturity_date": FRIDAY + timedelta(days=3),
        "collateral_instrument_id": "US91282", "collateral_value": "102000000.00"}


@pytest.fixture(autouse=True)
def _clock(monkeypatch, tmp_path):
    (tmp_path / "clock").write_text("2026-11-23T12:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))


@pytest.fixture
def verdicts_of(coin):
    """``verdicts_of(line, sender=)`` is the verdict of each rule on a pool that holds that line alone."""

    def judged(line: dict, sender: Organisation | None = None, **others) -> dict[str, str]:
        for feed, row in (("holdings", holding(FRIDAY, **line)), ("supply", supply_line(FRIDAY))):
            whose = sender if feed == "holdings" else None
            sent = receive_file(coin, feed, csv_bytes([row]), filename="f.csv", actor=SYSTEM, sender=whose)
            assert sent.status == "accepted", sent.problems
        return {found["rule"]: found["verdict"] for found in assess(coin, FRIDAY)["findings"]}

    return judged


@pytest.fixture
def approved():
    """``approved(model, **fields)`` is a row of reference data in force since January."""
    return lambda model, **given: model.objects.create(
        valid_from=date(2026, 1, 1), source="Register", status="approved", **given)


def test_an_obligor_that_nobody_described_leaves_its_debt_unknown(verdicts_of):
    verdicts = verdicts_of(BILL)
    assert {rule: verdicts[rule] for rule in ("HK-RES-04", "HK-RES-05", "HK-RES-06")} == {
        "HK-RES-04": "met", "HK-RES-05": "unknown", "HK-RES-06": "unknown"}


def test_debt_of_the_coins_own_government_is_eligible(verdicts_of, approved):
    approved(Obligor, name="Hong Kong Government", kind="government", country="HK", domestic_currency="HKD",
             is_financial_institution=False)
    verdicts = verdicts_of(BILL)
    assert {verdicts[rule] for rule in ("HK-RES-04", "HK-RES-05", "HK-RES-06", "HK-RES-10")} == {"met"}


@pytest.mark.parametrize("row, verdict", [
    ({}, "unknown"),
    ({"is_licensed_bank": True}, "met"),
    ({"is_licensed_bank": False}, "breached"),
    ({"is_licensed_bank": False, "arrangement_accepted": True}, "met"),
])
def test_the_custodian_is_what_the_register_says(verdicts_of, approved, row, verdict):
    if row:
        approved(Custodian, name="Harbour Bank", **row)
    assert verdicts_of({})["HK-RES-13"] == verdict


@pytest.mark.parametrize("change, verdict", [
    ({}, "met"),  # Friday to Monday
    ({"maturity_date": FRIDAY + timedelta(days=4)}, "breached"),
    ({"start_date": ""}, "unknown"),
    ({"collateral_value": "99999999.99"}, "breached"),
    ({"collateral_instrument_id": "ELSE"}, "unknown"),
])
def test_a_repo_is_overnight_against_collateral_that_was_accepted(coin, verdicts_of, approved, change, verdict):
    approved(AcceptedInstrument, instrument_id="US91282", name="Treasury note", accepted=True)
    record_fact(coin.issuer, coin=coin, fact="repo.counterparty_minimal_risk", value=True, valid_from=FRIDAY,
                source="Letter", origin="set", actor=SYSTEM)
    assert verdicts_of(REPO | change)["HK-RES-07"] == verdict


def test_a_fund_is_judged_by_what_is_registered_of_it(verdicts_of, approved):
    approved(Fund, instrument_id="F1", name="Reserve fund", sole_purpose=True, only_eligible_assets=False)
    assert verdicts_of({"asset_class": "fund", "instrument_id": "f1", "price_basis": "bid"})["HK-RES-08"] == "breached"


def test_another_asset_without_an_acceptance_is_a_breach_not_unknown(verdicts_of):
    assert verdicts_of({"asset_class": "other", "price_basis": "bid"})["HK-RES-09"] == "breached"


@pytest.mark.parametrize("kind, verdict", [("custodian", "met"), ("bank", "met"), (None, "unknown")])
def test_a_bid_needs_a_source_other_than_the_issuer(verdicts_of, approved, kind, verdict):
    sender = kind and Organisation.objects.create(kind=kind, slug="peak", name_en="Peak")
    assert verdicts_of(BILL, sender=sender)["HK-RES-17"] == verdict


@pytest.mark.parametrize("agreed, verdict", [(None, "breached"), (True, "met")])
def test_another_currency_needs_written_approval(coin, verdicts_of, agreed, verdict):
    if agreed:
        record_fact(coin.issuer, coin=coin, fact="approval.currency_mismatch", value=True, valid_from=FRIDAY,
                    source="Letter", origin="set", actor=SYSTEM)
    assert verdicts_of({"currency": "USD"})["HK-RES-10"] == verdict


def test_an_account_of_two_pools_breaches_segregation(verdicts_of, rival_coin):
    row = csv_bytes([holding(FRIDAY, "TWHK")])
    receive_file(rival_coin, "holdings", row, filename="f.csv", actor=SYSTEM)
    assert verdicts_of({})["HK-RES-11"] == "breached"


def test_exceptions_name_the_line_in_words(coin, verdicts_of):
    verdicts_of({"asset_class": "term_deposit", "start_date": "2026-01-02", "maturity_date": "2026-12-31"})
    found = {found["rule"]: found for found in assess(coin, FRIDAY)["findings"]}["HK-RES-03"]
    assert (found["verdict"], found["counts"], found["exception_count"]) == (
        "breached", {"met": 0, "breached": 1, "unknown": 0}, 1)
    (exception,) = found["exceptions"]
    assert (exception["line"], exception["account_id"], exception["description"]) == (
        "BANK-1 · D1 · #2", "BANK-1", "Demand deposit")


def test_ineligible_lines_count_in_the_value_and_not_in_the_eligible_reserve(coin, verdicts_of):
    verdicts_of({"asset_class": "other", "price_basis": "bid"})
    result = assess(coin, FRIDAY)
    assert (result["reserve_market_value"], result["eligible_reserve"], result["ineligible_reserve"]) == (
        "100000000.00", "0.00", "100000000.00")
    assert Decimal(result["backing_ratio"]) > 1
