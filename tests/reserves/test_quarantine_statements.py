"""Statements of banks and custodians that are hard to believe are held by the history of their accounts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse

from core.access import SYSTEM
from core.models import AuditEvent, Case, FeedFile, Organisation
from reserves.models import Entry, Holding, PoolAccount, ReserveDay
from reserves.selectors.accounts import pool_accounts
from reserves.services import plausibility
from reserves.services.days import run_day
from reserves.services.intake import receive_file
from reserves.services.quarantine import release_file
from reserves.services.reference import approve_reference, propose_reference
from tests.factories import sound_day
from tests.reserves.statements import CLOSED, Moved, camt, mt940

pytestmark = pytest.mark.django_db
THURSDAY, FRIDAY = date(2026, 11, 19), CLOSED
ACCOUNT, OTHER, SAFE = "BANK-1", "BANK-2", "SAFE-778341"
SAMPLES = Path(__file__).parents[1] / "samples"
FULL, LITTLE = Decimal(100_000_000), Decimal(40_000_000)


@pytest.fixture(autouse=True)
def monday(set_clock):
    set_clock("2026-11-23T08:00:00")


@pytest.fixture
def bank(db):
    return Organisation.objects.create(kind="bank", slug="harbour-bank", name_en="Harbour Bank")


@pytest.fixture
def register(coin, bo, ben):
    def registered(account_id, asset_class="demand_deposit", currency="HKD"):
        row = propose_reference(PoolAccount, valid_from=date(2026, 1, 2), source="letter", actor=bo, coin=coin,
                                account_id=account_id, custodian="Harbour Bank", asset_class=asset_class,
                                currency=currency)
        return approve_reference(row, actor=ben)

    registered(ACCOUNT)
    return registered


@pytest.fixture
def send(coin, bank, register):
    def sent(raw, feed="camt053", name=None, **said):
        ending = {"mt940": "s.sta", "mt535": "s.fin"}.get(feed, "s.xml")
        return receive_file(coin, feed, raw, filename=name or ending, actor=SYSTEM, sender=bank, **said)

    return sent


def closing(amount, *, day=FRIDAY, account=ACCOUNT, write=camt):
    return write([], account=account, opening=amount, closed=day)


@pytest.fixture
def held(coin, send):
    """Friday's statement, by which less than half of Thursday's deposit is left; books and supply are there."""
    for feed in ("ledger", "supply"):
        for day in (THURSDAY, FRIDAY):
            receive_file(coin, feed, sound_day(day)[feed], filename=f"{feed}.csv", actor=SYSTEM)
    assert send(closing(FULL, day=THURSDAY)).status == "accepted"
    file = send(camt([Moved(LITTLE - FULL)], account=ACCOUNT, opening=FULL))
    assert file.status == "quarantined"
    return file


def test_a_statement_that_moves_too_far_is_held_and_nothing_is_judged_on_it(held, coin, bo, ann, client_for):
    [problem] = held.problems
    said = problem["params"]
    assert (problem["rule"], problem["column"], said["account"]) == (
        "implausible_account", "closing", ACCOUNT)
    assert (said["before"], said["observed"], said["move"], said["most"]) == ("100,000,000", "40,000,000 HKD", "60%", "50%")
    assert not Holding.objects.filter(file=held).exists()
    assert not Entry.objects.filter(file=held).exists()
    assert list(ReserveDay.objects.values_list("as_of", flat=True)) == [THURSDAY]
    case = Case.objects.get(kind="reserves.quarantine")
    assert (case.key, case.status, case.risk) == (str(held.pk), "open", "high")
    page = client_for(ann).get(reverse("portal:feed_file", args=[held.pk])).content.decode()
    assert "Account BANK-1 stands at 40,000,000 HKD, by the last statement of it (receipt" in page
    assert case.reference in page
    assert reverse("officer:feed_file", args=[held.pk]) in client_for(bo).get(reverse("officer:quarantine")).content.decode()


def test_an_officer_lets_it_through_and_the_day_is_judged_on_it(held, coin, bo):
    released = release_file(held, reason="The bank confirmed the transfer.", actor=bo)
    assert (released.status, released.row_count) == ("accepted", 2)
    assert Holding.objects.get(file=held).market_value == LITTLE
    assert run_day(coin, FRIDAY, actor=SYSTEM)["reserve_market_value"] == "40000000.00"
    verbs = AuditEvent.objects.filter(target_type="core.feedfile", target_pk=str(held.pk)).order_by("pk")
    assert [event.verb.removeprefix("core.feed.") for event in verbs] == [
        "received", "quarantined", "released", "accepted"]
    assert Case.objects.get(kind="reserves.quarantine").outcome == "released"


def test_the_corrected_statement_takes_its_place(held, send):
    assert send(closing(Decimal(99_000_000))).status == "accepted"
    held.refresh_from_db()
    assert (held.status, Case.objects.get(kind="reserves.quarantine").outcome) == ("superseded", "corrected")


def test_an_account_keeps_its_history_when_its_bank_writes_another_format(send):
    assert send(closing(FULL, day=THURSDAY)).status == "accepted"
    held = send(closing(LITTLE, write=mt940), "mt940")
    assert (held.status, held.problems[0]["params"]["day"]) == ("quarantined", "2026-11-19")


def test_what_is_first_small_or_within_the_limit_is_believed(send, register):
    register(OTHER)
    assert send(closing(Decimal(900_000), day=THURSDAY)).status == "accepted"
    assert send(closing(Decimal(10))).status == "accepted"
    assert send(closing(LITTLE, account=OTHER, write=mt940), "mt940").status == "accepted"


def test_an_account_that_a_statement_is_silent_about_is_missed(send, register):
    register(OTHER)
    two = closing(FULL, day=THURSDAY).replace(b"</BkToCstmrStmt></Document>", b"")
    second = closing(LITTLE, day=THURSDAY, account=OTHER)
    assert send(two + second[second.index(b"<Stmt>"):]).status == "accepted"
    held = send(closing(FULL))
    assert (held.status, [(each["params"]["account"], each["value"]) for each in held.problems]) == (
        "quarantined", [(OTHER, "0")])


def test_an_account_that_is_no_longer_registered_is_not_missed(send, register):
    gone = register(OTHER)
    assert send(closing(LITTLE, day=THURSDAY, account=OTHER)).status == "accepted"
    PoolAccount.objects.filter(pk=gone.pk).update(valid_until=THURSDAY)
    assert send(closing(FULL)).status == "accepted"


@pytest.mark.parametrize(("feed", "name"), [("mt535", "good.fin"), ("semt002", "good_08.xml")])
def test_custody_statements_are_held_by_what_the_account_is_worth(send, register, feed, name):
    register(SAFE, "government_debt", "")
    raw = (SAMPLES / feed / name).read_bytes()
    earlier = raw
    for now, then in ((b"20261120", b"20261119"), (b"2026-11-20", b"2026-11-19"), (b"49756250", b"20000000"),
                      (b"49766755", b"20010505")):
        earlier = earlier.replace(now, then)
    first = send(earlier, feed)
    assert (first.status, first.problems) == ("accepted", [])
    held = send(raw, feed)
    assert [(each["rule"], each["column"], each["params"]["observed"][-4:]) for each in held.problems] == [
        ("implausible_account", "market_value", " HKD")]
    assert (held.status, Holding.objects.filter(file=held).count()) == ("quarantined", 0)


def test_a_report_within_the_day_is_measured_by_nothing(send, register):
    register("012-345678-001")
    sent = send((SAMPLES / "camt052" / "good_08.xml").read_bytes(), "camt052")
    assert (sent.status, plausibility.assertions_of("camt052")) == ("accepted", ())


def test_the_history_of_the_accounts_costs_one_query(held, django_assert_num_queries):
    file, accounts = FeedFile.objects.get(pk=held.pk), pool_accounts("LRHKD", FRIDAY)
    with django_assert_num_queries(1):
        found = plausibility._stood(file, accounts, [(ACCOUNT, "HKD")])
    assert [(key, stood.amount) for key, stood in found.items()] == [((ACCOUNT, "HKD"), FULL)]
