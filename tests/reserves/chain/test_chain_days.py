"""From a reading to the judged day: wallets, bridges, what the issuer states, and readings that are late."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from core.access import SYSTEM
from core.cases import cases_for
from core.errors import NotPermitted, Refused
from core.models import Case, FeedFile, Organisation
from issuers.services.coins import add_deployment
from reserves import tasks
from reserves.bridges import bridged
from reserves.models import Break, ChainCheckpoint, ChainEvent, ChainReading, ContractEvent, SupplyLine, TreasuryWallet
from reserves.selectors import due_files, open_late_cases
from reserves.services.chain import coins_to_read, read_coin, read_due_days
from reserves.services.chain_file import reader, supply_file
from reserves.services.days import run_day
from reserves.services.intake import receive_file
from reserves.services.late_feeds import open_late_feed_cases
from reserves.services.reference import approve_reference, propose_reference
from tests.factories import csv_bytes, sound_day, supply_line
from tests.reserves.chain.conftest import CHAIN_NAME, FRIDAY
from tests.reserves.chain.node import TokenContract


@pytest.fixture
def approved(bo, ben):
    """``approved(model, **fields)`` is a row that one officer proposed and another approved."""

    def new(model, **fields):
        row = propose_reference(model, valid_from=date(2026, 11, 1), source="Letter", actor=bo, **fields)
        return approve_reference(row, actor=ben)

    return new


def read(coin, as_of=FRIDAY):
    return read_coin(coin, as_of, actor=SYSTEM)


# --- registered wallets ----------------------------------------------------------------------------
def test_registered_wallets_are_no_circulation(bo, approved, coin, deployment, contract, node, end_friday):
    node.mine("2026-11-20T10:00:00")
    treasury, redemption, bridge, frozen = node.accounts[3:7]
    for wallet, coins in ((3, 100), (4, 20), (5, 3), (6, 1)):
        contract.mint(wallet, coins)
    contract.send("freeze(address)", frozen)
    contract.send("freeze(address)", treasury)  # counted once, as what it is registered as
    approved(TreasuryWallet, deployment=deployment, address=treasury, kind="treasury")
    approved(TreasuryWallet, deployment=deployment, address=redemption, kind="redemption")
    approved(TreasuryWallet, deployment=deployment, address=bridge, kind="bridge", counterpart="eip155:10")
    propose_reference(TreasuryWallet, valid_from=date(2026, 11, 1), source="Letter", actor=bo,
                      deployment=deployment, address=node.accounts[1], kind="treasury")  # nobody approved it
    end_friday()
    file = read(coin).file
    reading = ChainReading.objects.get()
    assert (reading.total_supply, reading.unissued, reading.pending_redemption, reading.frozen) == (
        1_500_124, 100, 20, 1)
    assert {chain: Decimal(locked) for chain, locked in reading.locked.items()} == {"eip155:10": 3}
    line = SupplyLine.objects.get(file=file)
    # No contract of the coin on that other chain was read: what is locked still counts here.
    assert (line.unissued, line.pending_redemption, line.frozen, line.bridged) == (100, 20, 1, 0)


@pytest.mark.parametrize(("fields", "sentence"), [
    ({"address": "0x12", "kind": "treasury"}, "is not an address on"),
    ({"address": "0x" + 40 * "1", "kind": "bridge"}, "Name the chain"),
    ({"address": "0x" + 40 * "1", "kind": "treasury", "counterpart": "eip155:10"}, "Name the chain"),
    ({"address": "0x" + 40 * "1", "kind": "bridge", "counterpart": "polygon"}, "is not a chain identifier"),
    ({"address": "0x" + 40 * "1", "kind": "bridge", "counterpart": CHAIN_NAME}, "another chain"),
])
def test_a_wallet_that_cannot_be_one_is_refused(approved, coin, fields, sentence):
    deployment = add_deployment(coin, chain=CHAIN_NAME, contract="0x" + 40 * "a", actor=SYSTEM)
    with pytest.raises(Refused, match=sentence):
        approved(TreasuryWallet, deployment=deployment, **fields)
    assert TreasuryWallet.objects.count() == 0


@pytest.mark.parametrize(("locked", "supply", "left_out"), [
    ({"a": {"b": 30}}, {"a": 100, "b": 30}, {"a": 30}),  # each locked coin stands on b
    ({"a": {"b": 30}}, {"a": 100, "b": 20}, {"a": 20}),  # ten are on their way: still counted here
    ({"a": {"b": 30}}, {"a": 100, "b": 90}, {"a": 30}),  # sixty on b that nothing is locked for: counted there
    ({"a": {"b": 30}}, {"a": 100}, {"a": 0}),  # b was not read
    ({"a": {"c": 30}, "b": {"c": 30}}, {"a": 100, "b": 100, "c": 40}, {"a": 30, "b": 10}),
    ({}, {"a": 100}, {}),
])
def test_locked_coins_are_counted_once(locked, supply, left_out):
    exact = {chain: {to: Decimal(coins) for to, coins in wallets.items()} for chain, wallets in locked.items()}
    found = bridged(exact, {chain: Decimal(coins) for chain, coins in supply.items()})
    assert found == left_out
    total = sum(supply.values()) - sum(found.values())
    assert total >= max(supply.values())


def test_a_bridge_to_a_chain_that_was_read_nets_its_locked_coins(coin):
    origin = add_deployment(coin, chain="eip155:1", contract="0x" + 40 * "1", actor=SYSTEM)
    other = add_deployment(coin, chain="eip155:10", contract="0x" + 40 * "2", actor=SYSTEM)
    common = {"as_of": FRIDAY, "status": "accepted", "unissued": Decimal(0), "frozen": Decimal(0)}
    readings = [
        ChainReading(deployment=other, total_supply=Decimal(30), **common),
        ChainReading(deployment=origin, total_supply=Decimal(100), locked={"eip155:10": "30"}, **common),
    ]
    lines = supply_file(coin, FRIDAY, readings).decode().splitlines()
    assert lines[1] == f"2026-11-20,LRHKD,eip155:1,{origin.contract},,,100,0,0,,30"
    assert lines[2] == f"2026-11-20,LRHKD,eip155:10,{other.contract},,,30,0,0,,"
    assert supply_file(coin, FRIDAY, readings[::-1]).decode().splitlines() == lines


def test_coins_of_all_chains_are_one_file_or_none(coin, deployment, node, end_friday, settings):
    end_friday()
    other = add_deployment(coin, chain="eip155:10", contract="0x" + 40 * "1", actor=SYSTEM)
    found = read(coin)
    assert [outcome.state for outcome in found.outcomes] == ["not_read", "accepted"]
    assert found.file is None
    assert coins_to_read() == []
    other.delete()
    second = TokenContract(node)
    add_deployment(coin, chain=CHAIN_NAME, contract=second.address, actor=SYSTEM)
    assert read(coin).file is None  # made on Saturday: there was none on Friday
    assert Case.objects.get().params["reason"] == "no_contract"


# --- events that a contract calls by its own names -------------------------------------------------
def test_events_of_its_own_are_read_from_the_first_block_once_they_are_known(
    approved, coin, deployment, contract, node, end_friday
):
    contract.send("bar(address)", node.accounts[1])
    end_friday()
    read(coin)
    assert ChainReading.objects.get().frozen == 0
    approved(ContractEvent, deployment=deployment, signature="HolderBarred( uint256, address )", kind="freeze",
             account_at=0)  # indexed arguments come first
    node.mine("2026-11-22T00:00:00", blocks=4)
    read(coin, date(2026, 11, 21))
    later = ChainReading.objects.get(as_of=date(2026, 11, 21))
    assert (later.frozen, later.frozen_addresses) == (1_000_000, 1)
    assert ChainReading.objects.get(as_of=FRIDAY).superseded_by is None  # what was read that day stays
    assert ChainEvent.objects.standing().get(kind="freeze").name == "HolderBarred"
    assert not ChainCheckpoint.objects.filter(superseded_by=None, read_at__lt=later.read_at).exclude(
        vocabulary=ChainCheckpoint.objects.standing().latest("pk").vocabulary).exists()


@pytest.mark.parametrize("fields", [
    {"signature": "Frozen", "kind": "freeze", "account_at": 0}, {"signature": "Frozen(address)", "kind": "freeze"},
    {"signature": "Made(uint256)", "kind": "mint"}, {"signature": "F(address) x", "kind": "pause"},
])
def test_an_event_that_cannot_be_one_is_refused(approved, coin, fields):
    deployment = add_deployment(coin, chain=CHAIN_NAME, contract="0x" + 40 * "a", actor=SYSTEM)
    with pytest.raises(Refused, match="Write the event|Say which argument"):
        approved(ContractEvent, deployment=deployment, **fields)
    assert ContractEvent.objects.count() == 0


# --- the judged day --------------------------------------------------------------------------------
def stated(coin, total_supply="1500000", **counts):
    files = sound_day(FRIDAY) | {
        "supply": csv_bytes([supply_line(FRIDAY, chain=CHAIN_NAME, total_supply=total_supply, **counts)])}
    for feed, raw in files.items():
        assert receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM).status == "accepted"


def test_the_day_counts_what_was_read_and_compares_what_was_stated(coin, deployment, end_friday):
    end_friday()
    stated(coin, total_supply="1500250", frozen="9")
    before = run_day(coin, FRIDAY, actor=SYSTEM)
    assert (before["circulation"], before["supply"]["source"]) == ("1500250.00", "statement")
    assert "supply_chain" not in {found["name"] for found in before["comparisons"]}
    read(coin)
    after = run_day(coin, FRIDAY, actor=SYSTEM)
    assert (after["circulation"], after["supply"]["source"], after["version"]) == ("1500000.00", "chain", 2)
    compared = {found["name"]: found for found in after["comparisons"]}
    assert (compared["supply_chain"]["left"], compared["supply_chain"]["right"]) == ("1500250.00", "1500000.00")
    assert compared["supply_chain"]["state"] == compared["frozen_chain"]["state"] == "differs"
    assert compared["unissued_chain"]["state"] == "matched"
    assert "pending_chain" not in compared  # no wallet for redemption is registered: nothing to compare with
    found = {row["comparison"]: row for row in after["breaks"]}
    assert (found["supply_chain"]["difference"], found["supply_chain"]["cause"]) == ("250.00", "chain_differs")
    assert (found["frozen_chain"]["left"], found["frozen_chain"]["right"]) == ("9.00", "0.00")
    assert Break.objects.filter(comparison="supply_chain", resolved_on=None).get().key == f"total_supply|{CHAIN_NAME}"
    assert [entry["sender"] for entry in after["inputs"] if entry["feed"] == "supply"] == [
        "chain-reader", coin.issuer.organisation.slug]
    assert run_day(coin, FRIDAY, actor=SYSTEM)["digest"] == after["digest"]


def test_a_day_whose_supply_nobody_stated_rests_on_the_chain(coin, deployment, end_friday):
    end_friday()
    files = sound_day(FRIDAY)
    for feed in ("holdings", "ledger"):
        receive_file(coin, feed, files[feed], filename=f"{feed}.csv", actor=SYSTEM)
    read(coin)
    result = run_day(coin, FRIDAY, actor=SYSTEM)
    assert (result["circulation"], result["missing"]) == ("1500000.00", [])
    assert {found["name"]: found["state"] for found in result["comparisons"]}["supply_chain"] == "no_data"


def test_what_the_issuer_states_as_one_sum_is_compared_with_the_sum(coin, deployment, end_friday):
    end_friday()
    files = sound_day(FRIDAY) | {"supply": csv_bytes([supply_line(FRIDAY, chain="all", total_supply="1500000")])}
    for feed, raw in files.items():
        receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM)
    read(coin)
    result = run_day(coin, FRIDAY, actor=SYSTEM)
    assert {found["name"]: found["state"] for found in result["comparisons"]}["supply_chain"] == "matched"


def test_nobody_else_sends_what_the_reader_sends(coin, ann, bo):
    raw = sound_day(FRIDAY)["supply"]
    for actor in (ann, bo):
        with pytest.raises((Refused, NotPermitted)):
            receive_file(coin, "supply", raw, filename="s.csv", actor=actor, sender=reader())
    with pytest.raises(Refused):
        receive_file(coin, "ledger", raw, filename="l.csv", actor=SYSTEM, sender=reader())
    assert FeedFile.objects.count() == 0


# --- what is due, and late -------------------------------------------------------------------------
def test_the_task_reads_every_day_that_is_due_and_judges_it(coin, deployment, node, end_friday, monkeypatch):
    coin.launched_on = FRIDAY
    coin.save()
    end_friday()
    node.mine("2026-11-22T00:00:00")
    node.mine("2026-11-23T00:00:00", blocks=4)
    nudged = []
    monkeypatch.setattr(tasks, "nudge", lambda task, pk: nudged.append((task.name.rpartition(".")[2], pk)))
    tasks.sweep_chains()
    assert nudged == [("read_chains_of", coin.pk), ("read_transfers_of", deployment.pk)]
    tasks.read_chains_of(coin.pk)
    days = ChainReading.objects.order_by("as_of").values_list("as_of", "status")
    assert list(days) == [(date(2026, 11, day), "accepted") for day in (20, 21, 22)]
    assert FeedFile.objects.filter(sender__slug="chain-reader", status="accepted").count() == 3
    assert list(read_due_days(coin, actor=SYSTEM)) == []


def test_a_silent_chain_is_asked_for_one_day_at_a_time(coin, deployment, second, end_friday):
    end_friday()
    second.respond = lambda handler, asked: handler.reply(503, b"")
    assert len(list(read_due_days(coin, actor=SYSTEM))) == 1


def test_a_reading_that_is_late_has_a_case_that_the_issuer_does_not_see(coin, deployment, ann, end_friday):
    coin.launched_on = FRIDAY
    coin.save()
    end_friday()
    stated(coin)
    open_late_feed_cases()
    keys = sorted(case.key for case in open_late_cases() if case.as_of == FRIDAY)
    assert keys == ["LRHKD:supply:2026-11-20:chain-reader"]
    case = Case.objects.get(key=keys[0])
    assert (case.kind, case.due_at.isoformat()) == ("reserves.late_reading", "2026-11-23T01:00:00+00:00")
    assert case not in cases_for(ann)
    assert all(not due.reader for due in due_files([coin]))
    read(coin)
    case.refresh_from_db()
    assert (case.status, case.outcome) == ("closed", "arrived")


def test_a_coin_that_nobody_reads_has_no_late_reading(coin, settings):
    coin.launched_on = FRIDAY
    coin.save()
    settings.CHAIN_ENDPOINTS = {}
    add_deployment(coin, chain=CHAIN_NAME, contract="0x" + 40 * "a", actor=SYSTEM)
    stated(coin)
    open_late_feed_cases()
    assert not Case.objects.filter(kind="reserves.late_reading").exists()


# --- the command -----------------------------------------------------------------------------------
def command(capsys, *arguments: str) -> dict:
    call_command("read_chain", "--json", *arguments)
    return json.loads(capsys.readouterr().out)


def test_the_command_prints_what_was_read(coin, deployment, end_friday, capsys):
    last = end_friday()
    answer = command(capsys, "--coin", "LRHKD", "--as-of", "2026-11-20")
    (contract,) = answer["contracts"]
    assert (answer["as_of"], answer["file"]) == ("2026-11-20", FeedFile.objects.get(feed="supply").pk)
    assert (contract["state"], contract["block_number"], contract["total_supply"]) == ("accepted", last, "1500000")
    assert (contract["endpoints"], contract["pending_redemption"]) == (["North", "South"], None)


def test_the_command_says_why_nothing_was_accepted_and_exits_with_2(coin, deployment, second, end_friday, capsys):
    end_friday()
    second.respond = lambda handler, asked: handler.reply(500, b"")
    with pytest.raises(CommandError) as problem:
        call_command("read_chain", "--json", "--coin", "LRHKD", "--as-of", "2026-11-20")
    assert problem.value.returncode == 2
    answer = json.loads(capsys.readouterr().out)
    assert answer["file"] is None
    assert answer["contracts"][0]["message"].startswith("Fewer than two endpoints answered: South answered with an error")
    with pytest.raises(CommandError) as problem:
        call_command("read_chain", "--coin", "NOBODY")
    assert problem.value.returncode == 2


def test_a_coin_without_a_contract_cannot_be_read(coin):
    with pytest.raises(Refused, match="no contract on record"):
        read(coin)
    assert not Organisation.objects.filter(slug="chain-reader").exists()
