"""What pages and API show of chains: what was read, what was refused and why, and that nothing was read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.access import SYSTEM
from core.models import Blob, FeedFile
from issuers.services.coins import add_deployment
from reserves.models import (
    ChainCheckpoint,
    ChainEvent,
    ChainReading,
    ChainRollback,
    ContractEvent,
    TransferRange,
    TreasuryWallet,
)

TWO = [{"name": "North", "url": "https://north.example/secret"}, {"name": "South", "url": "https://south.example"}]
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
HOLDER, OTHER = "0x" + 40 * "1", "0x" + 40 * "2"
FIRST = date(2026, 11, 1)


@pytest.fixture
def deployment(coin, settings):
    settings.CHAIN_ENDPOINTS = {"eip155:1": TWO}
    return add_deployment(coin, chain="eip155:1", contract="0x" + 40 * "a", actor=SYSTEM)


def event(checkpoint, kind, number, **given):
    return ChainEvent(
        deployment=checkpoint.deployment, checkpoint=checkpoint, kind=kind, name=kind.title(), block_number=number,
        block_hash=f"0x{number:064x}", block_time=NOON, tx_hash=f"0x{number:064x}", log_index=0,
        **{"account": HOLDER, **given},
    )


def grow(deployment, start: int, days: int) -> None:
    """Keep readings of days, a checkpoint, a range of transfers and events of every kind for each."""
    owner = deployment.coin.issuer.organisation
    blob, _made = Blob.objects.get_or_create(sha256="f" * 64, defaults={"size": 1})
    file, _made = FeedFile.objects.get_or_create(feed="transfers_read", subject="LRHKD", owner=owner, sender=owner,
                                                 blob=blob, defaults={"filename": "t.jsonl", "status": "accepted"})
    for number in range(start, start + days):
        checkpoint = ChainCheckpoint.objects.create(
            deployment=deployment, from_block=number * 100, to_block=number * 100 + 99, block_hash=f"0x{number:064x}",
            block_time=NOON, event_count=10, vocabulary="v")
        TransferRange.objects.create(
            deployment=deployment, from_block=number * 100, to_block=number * 100 + 99, block_hash=f"0x{number:064x}",
            block_time=NOON, transfer_count=7, file=file)
        kinds = list(ChainEvent.Kind)
        ChainEvent.objects.bulk_create(
            event(checkpoint, kind, number * 100 + at, other=OTHER, value=Decimal("12.5") if at < 2 else None)
            for at, kind in enumerate(kinds))
        ChainReading.objects.create(
            deployment=deployment, as_of=FIRST.replace(day=number), status="accepted", block_number=number * 100 + 99,
            block_hash=f"0x{number:064x}", block_time=NOON, total_supply=Decimal("1234567.891"), unissued=Decimal(7),
            frozen=Decimal("3.25"), frozen_addresses=2, endpoints=["North", "South"], absent={"East": "timed_out"})


@pytest.fixture
def read(deployment):
    grow(deployment, 1, 3)
    return deployment


def page(client_for, user, coin, query=""):
    site = "officer" if user.is_authority else "portal"
    answer = client_for(user).get(reverse(f"{site}:coin_chain", args=[coin.symbol]) + query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_coin_without_chains_says_so(coin, bo, client_for):
    text = page(client_for, bo, coin)
    assert "No reading" in text
    assert "This coin is not read from its chains" in text
    assert "Read now" not in text


def test_a_coin_that_was_not_read_yet_says_so(coin, deployment, bo, client_for):
    text = page(client_for, bo, coin)
    assert "No day has been read from every contract of the coin yet." in text
    assert "Read now" in text


def test_a_coin_that_is_no_longer_read_says_so_and_shows_what_was(coin, read, bo, client_for, settings):
    settings.CHAIN_ENDPOINTS = {}
    text = page(client_for, bo, coin)
    assert "No longer read" in text
    assert "1,234,567.89" in text


def test_officers_see_readings_endpoints_blocks_and_events(coin, read, bo, client_for):
    text = page(client_for, bo, coin)
    for shown in ("1,234,567.89", "North, South", "East did not answer in time", "at 2 addresses", "New owner",
                  "no redemption wallet is registered", "100", "399", read.contract):
        assert shown in text, shown
    assert "secret" not in text


def test_the_issuer_sees_the_same_and_orders_nothing(coin, read, ann, client_for):
    text = page(client_for, ann, coin)
    assert "1,234,567.89" in text
    assert "Read now" not in text


@pytest.mark.parametrize(("chosen", "names"), [
    ("supply", {"Mint", "Burn"}), ("freezes", {"Freeze", "Unfreeze", "Pause", "Unpause"}),
    ("keys", {"Owner", "Role_Granted", "Role_Revoked", "Upgrade"}), ("nonsense", None),
])
def test_events_are_chosen_by_what_they_do(coin, read, bo, client_for, chosen, names):
    text = page(client_for, bo, coin, f"?events={chosen}")
    shown = {name.title() for name in ChainEvent.Kind.values if f'<span class="sub">{name.title()}</span>' in text}
    assert shown == (names or {name.title() for name in ChainEvent.Kind.values})


def test_a_refused_reading_says_why_and_what_was_taken_back_is_marked(coin, read, bo, client_for):
    ChainReading.objects.create(deployment=read, as_of=date(2026, 11, 4), status="refused", reason="supply_differs",
                                detail={"answers": {"North": "5", "South": "<b>6</b>"}})
    rollback = ChainRollback.objects.create(deployment=read, reason="reorg", ancestor=1, lost_block=399, lost_hash="0x1")
    ChainReading.objects.filter(as_of=date(2026, 11, 3)).update(superseded_by=rollback)
    text = page(client_for, bo, coin)
    assert "Nothing was accepted for 4 November 2026" in text
    assert "North says 5; South says &lt;b&gt;6&lt;/b&gt;" in text
    assert "Taken back" in text
    assert "The chain took back blocks that it had called final" in text


def test_the_page_asks_no_more_when_there_is_more_to_show(coin, read, bo, client_for):
    client = client_for(bo)
    address = reverse("officer:coin_chain", args=[coin.symbol])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    grow(read, 4, 20)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few) <= 24


def test_reading_now_is_for_who_runs_days(coin, deployment, bo, dee, client_for, monkeypatch):
    nudged = []
    monkeypatch.setattr("reserves.views.chain.nudge", lambda task, pk: nudged.append(pk))
    address = reverse("officer:coin_chain_read", args=[coin.symbol])
    assert client_for(dee).post(address).status_code == 403
    assert nudged == []
    assert client_for(bo).post(address).status_code == 302
    assert nudged == [coin.pk, deployment.pk]


def test_the_day_leads_to_the_chain(coin, bo, client_for):
    from reserves.services.days import run_day
    from reserves.services.intake import receive_file
    from tests.factories import sound_day

    for feed, raw in sound_day(date(2026, 11, 20)).items():
        receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM)
    run_day(coin, date(2026, 11, 20), actor=SYSTEM)
    text = client_for(bo).get(reverse("officer:coin_day", args=["LRHKD", "2026-11-20"])).content.decode()
    assert reverse("officer:coin_chain", args=["LRHKD"]) in text
    assert "read from the chain" not in text


def test_wallets_and_events_are_proposed_on_the_reference_pages(coin, deployment, bo, ben, client_for):
    common = {"deployment": deployment.pk, "valid_from": "2026-11-01", "source": "Letter of 1 November"}
    wallets, events = (reverse("officer:reference", args=[table]) for table in ("wallets", "events"))
    assert client_for(bo).post(wallets, common | {"address": HOLDER, "kind": "treasury"}).status_code == 302
    assert client_for(bo).post(events, common | {"signature": "Barred(address)", "kind": "freeze", "account_at": "0"}
                               ).status_code == 302
    assert client_for(bo).post(wallets, common | {"address": "0x1", "kind": "treasury"}).status_code == 422
    assert TreasuryWallet.objects.get().status == ContractEvent.objects.get().status == "proposed"
    text = client_for(ben).get(events).content.decode()
    assert "Barred(address)" in text
    assert "<td>0</td>" in text
    wallet = TreasuryWallet.objects.get()
    decide = reverse("officer:reference_decide", args=["wallets", wallet.pk])
    assert client_for(bo).post(decide, {"decision": "approve"}).status_code == 409
    assert client_for(ben).post(decide, {"decision": "approve"}).status_code == 302
    wallet.refresh_from_db()
    assert (wallet.status, wallet.address) == ("approved", HOLDER)
    assert client_for(ben).get(reverse("officer:approvals")).status_code == 200


# --- the API ---------------------------------------------------------------------------------------
def ask(key_for, owner, name, symbol="LRHKD", **query):
    client = Client(headers={"Authorization": f"Bearer {key_for(owner)}"})
    return client.get(reverse(f"api:{name}", args=[symbol]), query)


def test_the_api_lists_events(coin, read, key_for):
    answer = ask(key_for, coin.issuer.organisation, "chain_events", kind="mint").json()
    assert answer["count"] == 3
    assert answer["results"][0] | {"block_time": ""} == {
        "chain": "eip155:1", "contract": read.contract, "kind": "mint", "name": "Mint", "block_number": 300,
        "block_hash": f"0x{300:064x}", "block_time": "", "tx_hash": f"0x{300:064x}", "log_index": 0,
        "account": HOLDER, "other": OTHER, "role": "", "value": "12.5",
    }
    assert ask(key_for, coin.issuer.organisation, "chain_events", chain="eip155:2").json()["count"] == 0
    assert ask(key_for, coin.issuer.organisation, "chain_events", kind="transfer").status_code == 400


def test_the_api_lists_readings(coin, read, key_for):
    ChainReading.objects.create(deployment=read, as_of=date(2026, 11, 4), status="refused", reason="no_contract")
    owner = coin.issuer.organisation
    refused, accepted = ask(key_for, owner, "chain_readings", limit=2).json()["results"]
    assert (refused["state"], refused["reason"], refused["message"]) == (
        "refused", "no_contract", "There was no contract at the address at the end of the day.")
    assert (accepted["total_supply"], accepted["frozen"], accepted["pending_redemption"], accepted["taken_back"]) == (
        "1234567.891", "3.25", None, False)
    assert ask(key_for, owner, "chain_readings", as_of="2026-11-02").json()["count"] == 1
    assert ask(key_for, owner, "chain_readings", state="refused").json()["count"] == 1


def test_another_issuer_learns_nothing(coin, read, rival, key_for):
    for name in ("chain_events", "chain_readings"):
        assert ask(key_for, rival.organisation, name).status_code == 404


# --- the setting -----------------------------------------------------------------------------------
@pytest.mark.parametrize(("setting", "found"), [
    ({}, []), ({"eip155:1": TWO}, []), ({"eip155:1": TWO[:1]}, ["reserves.W001"]), ({"eip155:1": 1}, ["reserves.E001"]),
    ({"eip155:1": [{"name": "A", "url": "ftp://secret@a"}]}, ["reserves.E001"]),
])
def test_a_setting_that_leaves_chains_unread_is_found_at_the_start(settings, setting, found):
    settings.CHAIN_ENDPOINTS = setting
    problems = run_checks(tags=["chains"])
    assert [problem.id for problem in problems] == found
    assert all("secret" not in problem.msg for problem in problems)
