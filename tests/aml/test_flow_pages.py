"""The officers' pages of wallets and transfers: what they say, how many queries they take, what issuers never see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from aml.models import Alert, ContractAct, DetectorParameter, Wallet
from aml.services.acts import keep_acts
from aml.services.flows import sweep_flows
from aml.services.parameters import decide_parameter, propose_parameter
from core import clock
from reports.services.chain_acts import hand_over
from tests.aml.flows import START, address, deployed, listed, sent, transfer, version_of, wallet

BAD = 900


@pytest.fixture
def world(coin, dee, dan):
    """A coin with an exposed customer, a gap, a block that was taken back, and a freeze."""
    place = deployed(coin)
    wallet(coin.issuer.organisation, 1, part="treasury")
    customer = wallet(coin.issuer.organisation, 11, ref="C-11")
    version = version_of()
    listed(version, {address(BAD): "ETH"})
    row = propose_parameter("exposure_hops", value=3, valid_from=clock.today(), source="Paper 7", actor=dee)
    decide_parameter(row, move="approve", actor=dan)
    sent(coin, "transfers", [transfer(1, BAD, 20, 900_00, block_hash=f"0x{'a' * 64}"), transfer(2, 20, 11, 800_00)])
    sent(coin, "transfers", [transfer(40, 11, 12, 5_00)])
    sent(coin, "transfers", [transfer(41, BAD, 20, 901_00, block_number=1001, block_hash=f"0x{'b' * 64}")])
    keep_acts([ContractAct(deployment=place, reading=1, kind="freeze", name="Frozen", block_number=5,
                           block_time=version.loaded_at + timedelta(hours=5), tx_hash="0x1", log_index=0,
                           account=address(BAD))])
    sweep_flows()
    return {"customer": customer, "place": place, "version": version}


def text(client, name: str, *args, query: str = "") -> str:
    answer = client.get(reverse(f"officer:{name}", args=args) + query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_wallet_shows_the_way_of_the_coins(client_for, dee, world):
    shown = text(client_for(dee), "wallet", world["customer"].pk)
    for said in ("Harbour Laundry", "Received from", "901.00", "800.00"):
        assert said in shown
    case = Alert.objects.get(kind="exposure").case
    assert case.reference in shown
    unknown = Wallet.objects.get(part="treasury")
    assert "No listed address within 3 transfers" in text(client_for(dee), "wallet", unknown.pk)


def test_wallets_are_found_by_address_and_reference(client_for, dee, world):
    client = client_for(dee)
    assert address(11) in text(client, "wallets", query=f"?q={address(11).upper().replace('0X', '0x')}")
    assert address(11) in text(client, "wallets", query="?q=C-11")
    assert "No wallet here" in text(client, "wallets", query="?q=C-12")
    assert "No wallet here" in text(client, "wallets", query="?show=waiting")
    assert client.get(reverse("officer:wallets") + "?show=x").status_code == 404


def test_transfers_say_what_is_missing_and_what_was_taken_back(client_for, dee, world):
    shown = text(client_for(dee), "transfers")
    assert "1,003 to 1,039" in shown
    assert "The chain took the block back" in shown
    assert "Listed" in shown


def test_detectors_say_what_they_lack(client_for, dee, world):
    shown = text(client_for(dee), "detectors")
    assert "Not set: Hours within which transfers of one sender are linked" in shown
    assert "Paper 7" in shown
    assert "1 Aug 2025" in shown
    assert "8,000" in shown
    assert "Nothing was found" in text(client_for(dee), "detectors", query="?detector=velocity")


def test_freezing_says_how_long_it_took_and_that_in_time_is_unknown(client_for, dee, world):
    shown = text(client_for(dee), "freezing")
    assert "5 h" in shown
    assert "Whether a freezing was in time is unknown" in shown


def test_an_officer_proposes_and_another_approves(client_for, confirmed_client_for, dee, dan):
    asked = {"name": "linked_hours", "value": "24", "valid_from": clock.today().isoformat(), "source": "Paper 9"}
    assert client_for(dee).post(reverse("officer:detectors"), asked | {"value": "0"}).status_code == 422
    assert not DetectorParameter.objects.exists()
    assert client_for(dee).post(reverse("officer:detectors"), asked).status_code == 302
    row = DetectorParameter.objects.get()
    place = reverse("officer:parameter_decide", args=[row.pk])
    assert confirmed_client_for(dee).post(place, {"decision": "approve"}).status_code == 409
    assert confirmed_client_for(dan).post(place, {"decision": "approve"}).status_code == 302
    row.refresh_from_db()
    assert row.status == "approved"


@pytest.mark.parametrize(("name", "most"), [
    ("wallets", 24), ("transfers", 24), ("detectors", 26), ("freezing", 24)])
def test_pages_take_few_queries(client_for, dee, world, django_assert_max_num_queries, name, most):
    client = client_for(dee)
    with django_assert_max_num_queries(most):
        text(client, name)


def test_an_issuer_never_learns_of_any_of_it(client_for, ann, coin, world):
    client = client_for(ann)
    for place in (reverse("portal:home"), reverse("portal:upload", args=[coin.symbol])):
        shown = client.get(place).content.decode()
        assert not [word for word in ("AML-", "GAP-", "Harbour Laundry", "alert on") if word in shown]


def test_what_the_reader_of_the_chain_has_is_handed_over_once(coin, db):
    from decimal import Decimal

    from reserves.chain.blocks import Block
    from reserves.chain.events import Event, Kind
    from reserves.chain.reading import Span
    from reserves.models import ChainCheckpoint
    from reserves.services.chain_store import keep_span, roll_back

    place = deployed(coin)
    seconds, block = int(START.timestamp()), "0x" + 64 * "1"

    def event(kind: Kind, number: int, place_: int, account: str, value: int | None, name: str = "Transfer") -> Event:
        return Event(kind, name, number, place_, block, f"0x{place_:064x}", account, "", value, "")

    first = Span(5, Block(5, block, block, seconds), [], {5: seconds})
    keep_span(place, first, decimals=2, vocabulary="v", endpoints=["N"], opening=Decimal(0))
    events = [event(Kind.MINT, 6, 1, address(66), 500_00), event(Kind.FREEZE, 6, 2, address(5), None, "Frozen")]
    lost = keep_span(place, Span(6, Block(9, block, block, seconds), events, {6: seconds}), decimals=2, vocabulary="v",
                     endpoints=["N"])
    assert hand_over() == {"acts": 2, "taken_back": 0, "wallets": 0}
    assert hand_over() == {"acts": 0, "taken_back": 0, "wallets": 0}
    assert ChainCheckpoint.objects.standing().count() == 2
    roll_back(place, lost=lost, ancestor=5, reason="reorg")
    assert hand_over()["taken_back"] == 2
    assert ContractAct.objects.filter(taken_back_at=None).count() == 0
    call_command("makemigrations", "aml", "--check", "--dry-run", verbosity=0)
