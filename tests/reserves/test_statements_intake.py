"""Native statements are kept for registered accounts only, and each position of a pool counts once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.access import SYSTEM
from core.models import FeedFile, Organisation
from reserves.models import Entry, Holding, PoolAccount, ReserveDay
from reserves.selectors.accounts import pool_accounts
from reserves.selectors.day_files import calendar_on, files_of_day
from reserves.selectors.inputs import load_inputs
from reserves.services.days import run_day
from reserves.services.intake import receive_file
from reserves.services.late_feeds import open_late_feed_cases
from reserves.services.reference import approve_reference, propose_reference
from tests.factories import csv_bytes, holding, sound_day
from tests.reserves.statements import Moved, camt, statement
from tests.reserves.statements import mt940 as mt940_bytes

SAMPLES = Path(__file__).parents[1] / "samples"
THURSDAY, FRIDAY = date(2026, 11, 19), date(2026, 11, 20)
ACCOUNT, SAFE = "012-345678-001", "SAFE-778341"


@pytest.fixture(autouse=True)
def _clock(monkeypatch, tmp_path):
    (tmp_path / "clock").write_text("2026-11-23T08:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))


@pytest.fixture
def bank(db):
    return Organisation.objects.create(kind="bank", slug="harbour-bank", name_en="Harbour Bank")


@pytest.fixture
def register(coin, bo, ben):
    def registered(account_id=ACCOUNT, **said):
        said = {"coin": coin, "custodian": "Harbour Bank", "asset_class": "demand_deposit", "currency": "HKD"} | said
        row = propose_reference(PoolAccount, valid_from=said.pop("valid_from", date(2026, 1, 2)), source="letter",
                                actor=bo, account_id=account_id, **said)
        return approve_reference(row, actor=ben)

    return registered


def send(coin, feed, raw=None, name=None, **more):
    if raw is None:
        name = name or {"mt940": "good.sta", "mt535": "good.fin"}.get(feed, "good_08.xml")
        raw = (SAMPLES / feed / name).read_bytes()
    return receive_file(coin, feed, raw, filename=name or f"s{'.sta' if feed == 'mt940' else '.xml'}", actor=SYSTEM,
                        **more)


def pool(coin, day=FRIDAY):
    from core.rulebook import load

    inputs = load_inputs(files_of_day(coin, day, calendar_on(load(), day)))
    return sorted((line.account_id, line.asset_class, line.market_value) for line in inputs.holdings)


def rules(sent):
    return [problem["rule"] for problem in sent.problems]


@pytest.mark.parametrize("feed", ["camt053", "mt940"])
def test_a_bank_statement_becomes_entries_and_a_holding(coin, bank, register, feed):
    register()
    sent = send(coin, feed, sender=bank)
    assert (sent.status, sent.as_of, rules(sent)) == ("accepted", FRIDAY, [])
    assert sent.row_count == 4
    entries = Entry.objects.filter(file=sent).order_by("line")
    assert [entry.amount for entry in entries] == [Decimal(300000), Decimal(-50000), Decimal("-0.5")]
    assert {(entry.account_id, entry.currency, entry.booked_on) for entry in entries} == {(ACCOUNT, "HKD", FRIDAY)}
    held = Holding.objects.get(file=sent)
    assert (held.account_id, held.custodian, held.asset_class, held.currency, held.market_value, held.face_value) == (
        ACCOUNT, "Harbour Bank", "demand_deposit", "HKD", Decimal("1249999.5"), None)


def test_a_report_within_the_day_gives_entries_and_no_holding(coin, bank, register):
    register()
    sent = send(coin, "camt052", sender=bank)
    assert (sent.status, sent.row_count) == ("accepted", 1)
    assert (Entry.objects.count(), Holding.objects.count(), ReserveDay.objects.count()) == (1, 0, 0)


@pytest.mark.parametrize("feed", ["mt535", "semt002"])
def test_a_custody_statement_becomes_holdings(coin, bank, register, feed):
    register(SAFE, asset_class="government_debt", currency="")
    sent = send(coin, feed, sender=bank)
    assert (sent.status, sent.as_of, sent.row_count, rules(sent)) == ("accepted", FRIDAY, 2, [])
    bill, other = Holding.objects.filter(file=sent).order_by("line")
    assert (bill.instrument_id, bill.face_value, bill.market_value, bill.price, bill.maturity_date) == (
        "HK0000123452", Decimal(50_000_000), Decimal(49_756_250), Decimal("99.5125"), date(2027, 1, 18))
    assert (other.instrument_id, other.face_value, other.market_value) == ("912797AB1", None, Decimal("10505.25"))
    assert {(line.asset_class, line.custodian, line.account_id) for line in (bill, other)} == {
        ("government_debt", "Harbour Bank", SAFE)}


def test_an_account_that_nobody_registered_is_refused_by_name_until_it_is(coin, bank, register):
    sent = send(coin, "camt053", name="good_two_accounts.xml", sender=bank)
    assert [(p["rule"], p["value"]) for p in sent.problems] == [
        ("unregistered_account", ACCOUNT), ("unregistered_account", "HK-USD-9")]
    assert (sent.status, Entry.objects.count(), Holding.objects.count()) == ("refused", 0, 0)
    register()
    register("hk-usd-9", valid_from=date(2026, 11, 1))
    again = send(coin, "camt053", name="good_two_accounts.xml", sender=bank)
    assert (again.pk, again.status) == (sent.pk, "accepted")
    assert {line.account_id: line.market_value for line in Holding.objects.all()} == {
        ACCOUNT: Decimal(15), "hk-usd-9": Decimal("0.75")}
    assert set(Entry.objects.values_list("account_id", flat=True)) == {ACCOUNT, "hk-usd-9"}


def test_a_registration_counts_from_its_day_for_its_coin_and_its_kind(coin, rival_coin, bank, register):
    register(valid_from=date(2026, 11, 21))
    register(SAFE, asset_class="demand_deposit")  # a bank's, so no custody statement is about it
    register(coin=rival_coin)
    assert rules(send(coin, "camt053", sender=bank)) == ["unregistered_account"]
    assert rules(send(coin, "mt535", sender=bank)) == ["unregistered_account"]
    assert pool_accounts("TWHK", FRIDAY).cash(ACCOUNT)
    assert pool_accounts("LRHKD", THURSDAY).cash(ACCOUNT) is None


def test_a_proposal_is_no_registration(coin, bank, bo):
    propose_reference(PoolAccount, valid_from=FRIDAY, source="letter", actor=bo, coin=coin, account_id=ACCOUNT,
                      custodian="Harbour Bank", asset_class="cash", currency="HKD")
    assert rules(send(coin, "camt053", sender=bank)) == ["unregistered_account"]


def test_a_statement_in_another_currency_or_overdrawn_is_refused(coin, bank, register):
    register(currency="USD")
    assert rules(send(coin, "camt053", sender=bank)) == ["account_currency"]
    register()
    owed = camt([Moved(Decimal("-5.25"))], account=ACCOUNT)
    sent = send(coin, "camt053", owed, sender=bank)
    assert [(p["rule"], p["params"]["closing"]) for p in sent.problems] == [("overdrawn", "-5.25")]
    register(asset_class="settlement")
    assert send(coin, "camt053", camt([Moved(Decimal("-6.25"))], account=ACCOUNT), sender=bank).status == "accepted"
    assert pool(coin) == [(ACCOUNT, "settlement", Decimal("-6.25"))]


def test_statements_of_several_days_are_refused(coin, bank, register):
    register()
    later = statement([], account=ACCOUNT, opening=Decimal(0), closing=Decimal(0), closed=FRIDAY)
    sent = send(coin, "camt053", camt([], account=ACCOUNT, closed=THURSDAY, more=later), sender=bank)
    assert rules(sent) == ["more_than_one_as_of"]
    assert Holding.objects.count() == 0


def test_a_future_statement_is_refused_and_heals_with_time(coin, bank, register, monkeypatch, tmp_path):
    register()
    raw = camt([], account=ACCOUNT, closed=date(2026, 11, 24))
    assert rules(send(coin, "camt053", raw, sender=bank)) == ["future_as_of"]
    (tmp_path / "clock").write_text("2026-11-25T08:00:00+08:00")
    assert send(coin, "camt053", raw, sender=bank).status == "accepted"


def test_a_bank_statement_completes_a_day(coin, bank, register):
    register("BANK-1")
    for feed, raw in sound_day(FRIDAY).items():
        if feed != "holdings":
            receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM)
    assert ReserveDay.objects.count() == 0
    send(coin, "camt053", camt([], account="BANK-1", opening=Decimal(100_000_000)), sender=bank)
    [day] = ReserveDay.objects.filter(as_of=FRIDAY)
    result = run_day(coin, FRIDAY, actor=SYSTEM)
    assert (result["reserve_market_value"], result["backing_ratio"]) == ("100000000.00", "1.01010101")
    assert [(entry["feed"], entry["sender"]) for entry in result["inputs"]][:1] == [("camt053", "harbour-bank")]
    assert (result["missing"], result["breaks"]) == ([], [])


def test_who_sent_a_statement_is_expected_to_send_one_again(coin, bank, register):
    register("BANK-2")
    for day in (THURSDAY, FRIDAY):
        for feed, raw in sound_day(day).items():
            receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM)
    send(coin, "camt053", camt([], account="BANK-2", opening=Decimal(5), closed=THURSDAY), sender=bank)
    result = run_day(coin, FRIDAY, actor=SYSTEM)
    assert [(entry["feed"], entry["sender"]) for entry in result["missing"]] == [("camt053", "harbour-bank")]
    assert result["reserve_market_value"] is None


def test_the_case_of_a_late_statement_is_closed_by_it(coin, bank, register, tmp_path):
    register("BANK-2")
    send(coin, "camt053", camt([], account="BANK-2", opening=Decimal(5), closed=THURSDAY), sender=bank)
    for feed, raw in sound_day(FRIDAY).items():
        receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM)
    (tmp_path / "clock").write_text("2026-11-23T10:00:00+08:00")
    keys = {case.key for case in open_late_feed_cases()}
    assert "LRHKD:camt053:2026-11-20" in keys
    send(coin, "camt053", camt([], account="BANK-2", opening=Decimal(5)), sender=bank)
    from core.models import Case

    assert Case.objects.get(key="LRHKD:camt053:2026-11-20").status == "closed"


def canonical(coin, value, sender=None, day=FRIDAY, **said):
    raw = csv_bytes([holding(day, **{"account_id": ACCOUNT, "market_value": value} | said)])
    return receive_file(coin, "holdings", raw, filename="h.csv", actor=SYSTEM, sender=sender)


@pytest.mark.parametrize("first", ["native", "canonical"])
def test_one_account_of_one_sender_counts_once_and_its_own_statement_decides(coin, bank, register, first):
    register()
    acts = [lambda: canonical(coin, "7.00", sender=bank),
            lambda: send(coin, "camt053", camt([], account=ACCOUNT, opening=Decimal(8)), sender=bank)]
    for act in acts if first == "canonical" else reversed(acts):
        assert act().status == "accepted"
    assert pool(coin) == [(ACCOUNT, "demand_deposit", Decimal(8))]


def test_a_later_day_goes_before_the_kind_of_statement(coin, bank, register, tmp_path):
    register()
    send(coin, "camt053", camt([], account=ACCOUNT, opening=Decimal(8)), sender=bank)
    canonical(coin, "9.00", sender=bank, day=date(2026, 11, 21))
    assert pool(coin, date(2026, 11, 22)) == [(ACCOUNT, "demand_deposit", Decimal(9))]


def test_the_bank_s_own_statement_goes_before_the_issuer_s_copy(coin, bank, register):
    register()
    raw = csv_bytes([holding(FRIDAY, account_id=ACCOUNT, market_value="7.00"),
                     holding(FRIDAY, account_id=ACCOUNT, market_value="50.00", asset_class="term_deposit", line_ref="T",
                             start_date=THURSDAY, maturity_date="2026-12-20"),
                     holding(FRIDAY, account_id="ELSEWHERE", market_value="3.00")])
    receive_file(coin, "holdings", raw, filename="h.csv", actor=SYSTEM)
    send(coin, "camt053", camt([], account=ACCOUNT, opening=Decimal(8)), sender=bank)
    # What the bank's statement is not about stays as the issuer stated it.
    assert pool(coin) == [(ACCOUNT, "demand_deposit", Decimal(8)), (ACCOUNT, "term_deposit", Decimal(50)),
                          ("ELSEWHERE", "demand_deposit", Decimal(3))]


def test_the_issuer_s_native_copy_gives_way_to_the_bank_s_file_of_holdings(coin, bank, register):
    register()
    send(coin, "camt053", camt([], account=ACCOUNT, opening=Decimal(8)))
    canonical(coin, "7.00", sender=bank)
    assert pool(coin) == [(ACCOUNT, "demand_deposit", Decimal(7))]


def test_of_two_native_statements_one_counts(coin, bank, register):
    register()
    send(coin, "mt940", mt940_bytes([], account=ACCOUNT, opening=Decimal(9)), sender=bank)
    send(coin, "camt053", camt([], account=ACCOUNT, opening=Decimal(8)), sender=bank)
    assert pool(coin) == [(ACCOUNT, "demand_deposit", Decimal(8))]


def test_securities_count_once_whatever_class_a_file_of_holdings_gives_them(coin, bank, register):
    register(SAFE, asset_class="government_debt", currency="")
    raw = csv_bytes([holding(FRIDAY, account_id=SAFE, asset_class="government_debt", line_ref="X", market_value="1.00"),
                     holding(FRIDAY, account_id=SAFE, asset_class="cash", market_value="2.00")])
    receive_file(coin, "holdings", raw, filename="h.csv", actor=SYSTEM, sender=bank)
    send(coin, "mt535", sender=bank)
    assert pool(coin) == [(SAFE, "cash", Decimal(2)), (SAFE, "government_debt", Decimal("10505.25")),
                          (SAFE, "government_debt", Decimal(49_756_250))]


def test_accounts_of_two_banks_may_have_one_number(coin, bank, register):
    other = Organisation.objects.create(kind="bank", slug="peak-bank", name_en="Peak Bank")
    register()
    send(coin, "camt053", camt([], account=ACCOUNT, opening=Decimal(8)), sender=bank)
    canonical(coin, "7.00", sender=other)
    assert pool(coin) == [(ACCOUNT, "demand_deposit", Decimal(7)), (ACCOUNT, "demand_deposit", Decimal(8))]


def test_a_day_with_statements_is_read_in_as_few_queries(coin, bank, register):
    register()
    canonical(coin, "7.00")
    send(coin, "camt053", camt([], account=ACCOUNT, opening=Decimal(8)), sender=bank)
    with CaptureQueriesContext(connection) as queries:
        pool(coin)
    assert len(queries) <= 4
    assert FeedFile.objects.count() == 2


def test_the_page_of_reference_data_registers_an_account(coin, bo, ben, confirmed_client_for):
    from django.urls import reverse

    client, address = confirmed_client_for(bo), reverse("officer:reference", args=["accounts"])
    said = {"account_id": ACCOUNT, "coin": coin.pk, "custodian": "Harbour Bank", "asset_class": "demand_deposit",
            "currency": "HKD", "valid_from": "2026-01-02", "source": "letter of 2 January"}
    assert client.post(address, said | {"currency": "HKX"}).status_code == 422
    assert PoolAccount.objects.count() == 0
    assert client.post(address, said).status_code == 302
    row = PoolAccount.objects.get()
    page = client.get(address).content.decode()
    assert ACCOUNT in page
    assert "Demand deposits" in page
    assert pool_accounts("LRHKD", FRIDAY).cash(ACCOUNT) is None
    confirmed_client_for(ben).post(reverse("officer:reference_decide", args=["accounts", row.pk]),
                                   {"decision": "approve"})
    assert pool_accounts("LRHKD", FRIDAY).cash(f" {ACCOUNT} ").custodian == "Harbour Bank"
