"""Transfers read from a real chain: all of them, once, whoever says so too."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from aml.models import Alert, DetectorRun, Origin, Replacement, Transfer
from aml.selectors.coverage import coverage_of, origins_of
from aml.services.flows import sweep_flows
from core import blobs
from core.access import SYSTEM
from core.cases import case_summary, cases_for
from core.errors import NotPermitted, Refused
from core.models import Case, FeedFile
from reserves import tasks
from reserves.chain.words import ZERO_ADDRESS
from reserves.models import TransferRange
from reserves.services.transfer_reading import contracts_to_read, read_transfers_of
from tests.aml.flows import csv_of, listed, rules_of, sent, version_of
from tests.reserves.chain.conftest import CHAIN_NAME, FRIDAY
from tests.reserves.chain.movements import accepted, left_out, moved, read, standing


def stated(contract, receipt, raw: int) -> dict[str, str]:
    """The transfer of a receipt as an issuer states it."""
    (log,) = receipt["logs"]
    block = contract.node.rpc("eth_getBlockByNumber", receipt["blockNumber"], False)
    sender, receiver = ("0x" + topic[26:] for topic in log["topics"][1:])
    return {
        "chain": CHAIN_NAME, "contract": contract.address, "tx_hash": receipt["transactionHash"],
        "log_index": str(int(log["logIndex"], 16)), "block_number": str(int(receipt["blockNumber"], 16)),
        "block_time": f"{datetime.fromtimestamp(int(block['timestamp'], 16), UTC):%Y-%m-%dT%H:%M:%SZ}",
        "from_address": sender, "to_address": receiver, "value": str(raw), "block_hash": block["hash"],
    }


def test_every_transfer_is_read_with_its_place_in_the_chain(deployment, contract, node, settle):
    receipt = moved(contract, 1, 3, 250)
    contract.burn(2, 7)
    settle()
    (kept,) = accepted(deployment).ranges
    one, two, three = node.accounts[1:4]
    assert standing() == [(ZERO_ADDRESS, one, 1_000_000_000_000), (ZERO_ADDRESS, two, 500_000_000_000),
                          (one, three, 250), (two, ZERO_ADDRESS, 7_000_000)]
    row = Transfer.objects.get(value=250)
    block = node.rpc("eth_getBlockByNumber", receipt["blockNumber"], False)
    assert (row.chain, row.contract, row.tx_hash, row.log_index, row.block_number, row.block_hash) == (
        CHAIN_NAME, contract.address.lower(), receipt["transactionHash"], 0, int(receipt["blockNumber"], 16), block["hash"])
    assert int(row.block_time.timestamp()) == int(block["timestamp"], 16)
    file = row.file
    assert (file.feed, file.status, file.sender.slug, file.owner, file.row_count) == (
        "transfers_read", "accepted", "chain-reader", deployment.coin.issuer.organisation, 4)
    final = node.rpc("eth_getBlockByNumber", "finalized", False)
    assert (kept.to_block, kept.block_hash, kept.transfer_count, kept.endpoints, kept.file) == (
        int(final["number"], 16), final["hash"], 4, ["North", "South"], file)
    covered = coverage_of(deployment)
    assert (covered.first, covered.last, covered.gaps, covered.read) == (
        kept.from_block, kept.to_block, (), ((kept.from_block, kept.to_block),))
    assert [run.file for run in DetectorRun.objects.all()] == [file]
    assert origins_of([row]) == {row.pk: Origin.CHAIN}


def test_reading_again_changes_nothing_and_goes_on_where_it_stopped(deployment, contract, node, second, settle):
    moved(contract, 1, 3, 250)
    settle()
    accepted(deployment)
    last = TransferRange.objects.get().to_block
    assert accepted(deployment).ranges == ()
    assert (FeedFile.objects.count(), Transfer.objects.count()) == (1, 3)
    moved(contract, 3, 4, 100)
    settle()
    second.asked.clear()
    (kept,) = accepted(deployment).ranges
    assert (kept.from_block, kept.transfer_count) == (last + 1, 1)
    assert second.asked.count("eth_getLogs") == 1
    assert standing()[-1] == (node.accounts[3], node.accounts[4], 100)
    assert coverage_of(deployment).gaps == ()


def test_blocks_in_which_nothing_moved_are_read_too(deployment, contract, settle):
    settle()
    accepted(deployment)
    settle()
    (kept,) = accepted(deployment).ranges
    assert (kept.transfer_count, kept.file.row_count, kept.file.status) == (0, 0, "accepted")
    assert coverage_of(deployment).last == kept.to_block
    assert DetectorRun.objects.count() == 1  # what is not new is not looked at again


def test_long_histories_are_read_range_by_range_in_turns(deployment, contract, node, settings, settle):
    settings.CHAIN_LIMITS |= {"first_span": 2, "span_transfers": 2, "log_blocks": 3}
    for raw in range(1, 9):
        moved(contract, 1, 3, raw)
    settle()
    turns = [read(deployment, most=2)]
    while turns[-1].state == "in_part":
        turns.append(read(deployment, most=2))
    assert [turn.state for turn in turns] == ["in_part"] * (len(turns) - 1) + ["read"]
    assert len(turns) > 2
    ranges = list(TransferRange.objects.order_by("from_block"))
    assert all(after.from_block == before.to_block + 1 for before, after in zip(ranges, ranges[1:], strict=False))
    assert max(each.transfer_count for each in ranges) <= 4
    assert [value for *_parties, value in standing()[2:]] == list(range(1, 9))
    assert {each.file.status for each in ranges} == {"accepted"}


def test_what_a_listed_address_received_is_found_as_in_a_file(coin, deployment, contract, node, settle):
    listed(version_of(), {node.accounts[5]: "ETH"})
    moved(contract, 1, 5, 250)
    settle()
    accepted(deployment)
    sweep_flows()
    alert = Alert.objects.get()
    assert (alert.kind, alert.owner, alert.entry.name) == (
        "sanctioned_party", coin.issuer.organisation, "Harbour Laundry")
    assert alert.explanation["facts"]["received"] == "250"
    assert DetectorRun.objects.get(reason="file").transfer_count == 1


# --- stated and read -------------------------------------------------------------------------------
@pytest.mark.parametrize("first", ["feed", "chain"])
def test_one_that_comes_both_ways_is_one_transfer(coin, deployment, contract, settle, ann, first):
    row = stated(contract, moved(contract, 1, 3, 250), 250)
    settle()
    if first == "chain":
        accepted(deployment)
    file = sent(coin, "transfers", csv_of([row]), actor=ann)
    assert file.status == "accepted", file.problems
    accepted(deployment)
    found = Transfer.objects.get(tx_hash=row["tx_hash"])
    assert origins_of([found]) == {found.pk: Origin.BOTH if first == "feed" else Origin.CHAIN}
    assert Transfer.objects.count() == 3
    assert not Replacement.objects.exists()
    assert not Case.objects.exists()


def test_what_was_stated_and_the_chain_has_otherwise_is_said_and_does_not_count(
        coin, deployment, contract, node, settle, ann, dee):
    right = stated(contract, moved(contract, 1, 3, 250), 250)
    wrong = stated(contract, moved(contract, 1, 3, 300), 900)
    never = right | {"tx_hash": "0x" + 64 * "d"}
    file = sent(coin, "transfers", csv_of([right, wrong, never]), actor=ann)
    assert file.status == "accepted"
    settle()
    accepted(deployment)
    assert sorted(value for *_parties, value in standing()[2:]) == [250, 300]
    kept = Transfer.objects.exclude(replaced_by=None)
    assert sorted(int(row.value) for row in kept) == [250, 900]  # nothing was lost
    assert {(row.replaced_by.reason, row.file) for row in kept} == {("chain", file)}
    case = Case.objects.get()
    assert (case.kind, case.queue, case.risk, case.owner) == (
        "transfer_disagreement", "aml", "high", coin.issuer.organisation)
    assert f"Receipt {file.pk} states transfers of LRHKD that {CHAIN_NAME} does not have" in case_summary(case)
    assert not cases_for(ann).exists()
    assert cases_for(dee).get() == case


def test_a_file_cannot_say_otherwise_of_blocks_that_were_read(coin, deployment, contract, settle, ann):
    row = stated(contract, moved(contract, 1, 3, 250), 250)
    settle()
    accepted(deployment)
    before = standing()
    for change, rule in (
        ({"value": "251"}, "transfer_contradicts"), ({"block_hash": "0x" + 64 * "e"}, "block_read_otherwise"),
        ({"block_number": str(int(row["block_number"]) + 100), "block_hash": ""}, "block_read_otherwise"),
        ({"tx_hash": "0x" + 64 * "d"}, "transfer_not_on_chain"),
    ):
        refused = sent(coin, "transfers", csv_of([row | change]), actor=ann)
        assert [found for found, *_where in rules_of(refused)] == [rule]
    assert standing() == before
    assert not Replacement.objects.exists()


def test_a_correction_takes_nothing_away_that_is_on_the_chain(coin, deployment, contract, settle, ann):
    rows = [stated(contract, moved(contract, 1, 3, raw), raw) for raw in (250, 300)]
    file = sent(coin, "transfers", csv_of(rows), actor=ann)
    settle()
    accepted(deployment)
    correction = sent(coin, "transfers", csv_of(rows[:1]), actor=ann, supersedes=file)
    assert correction.status == "accepted"
    assert [value for *_parties, value in standing()[2:]] == [250, 300]


def test_a_gap_before_what_was_stated_is_noticed_and_closed_by_reading(coin, deployment, contract, node, settle, ann):
    settle()
    accepted(deployment)
    last = coverage_of(deployment).last
    node.mine(blocks=5)
    row = stated(contract, moved(contract, 1, 3, 250), 250)
    sent(coin, "transfers", csv_of([row]), actor=ann)
    case = Case.objects.get(kind="transfer_gap")
    assert (case.params["first"], case.params["last"]) == (last + 1, int(row["block_number"]) - 1)
    settle()
    accepted(deployment)
    case.refresh_from_db()
    assert (case.status, coverage_of(deployment).gaps) == ("closed", ())


# --- who reads, and where it is shown --------------------------------------------------------------
def test_only_who_runs_days_reads_and_nobody_else_sends_such_a_file(coin, deployment, contract, settle, ann):
    settle()
    with pytest.raises(NotPermitted):
        read_transfers_of(coin, actor=ann)
    assert read_transfers_of(coin, actor=SYSTEM)[0].state == "read"
    raw = blobs.read_blob(FeedFile.objects.get().sha256)
    with pytest.raises(Refused):
        sent(coin, "transfers_read", raw, filename="t.jsonl", actor=ann)
    assert FeedFile.objects.count() == 1


def test_workers_read_every_contract_of_a_licensed_coin_in_turns(
        coin, deployment, contract, node, settings, monkeypatch):
    coin.launched_on = FRIDAY
    coin.save()
    settings.CHAIN_LIMITS |= {"first_span": 1, "span_blocks": 1}
    node.mine(blocks=14)
    assert contracts_to_read() == [deployment]
    nudged = []
    monkeypatch.setattr(tasks, "nudge", lambda task, pk: nudged.append((task.name.rpartition(".")[2], pk)))
    for _turn in range(2):
        tasks.read_transfers_of(deployment.pk)
    assert nudged == [("read_transfers_of", deployment.pk)]  # ten ranges, and then the rest
    settings.CHAIN_ENDPOINTS = {}
    assert contracts_to_read() == []


def test_the_command_reads_transfers_and_pages_say_where_they_are_from(
        coin, deployment, contract, node, second, end_friday, capsys, client_for, dee, ann):
    node.mine("2026-11-20T10:00:00")
    row = stated(contract, moved(contract, 1, 3, 250), 250)
    sent(coin, "transfers", csv_of([row]), actor=ann)
    end_friday()
    call_command("read_chain", "--json", "--coin", "LRHKD", "--as-of", "2026-11-20")
    (entry,) = json.loads(capsys.readouterr().out)["transfers"]
    kept = TransferRange.objects.get()
    assert entry == {
        "chain": CHAIN_NAME, "contract": deployment.contract, "source": "chain", "state": "read",
        "first_block": kept.from_block, "last_block": kept.to_block, "transfers": 3, "files": [kept.file_id],
        "reason": "", "message": "", "detail": {},
    }
    page = " ".join(client_for(dee).get("/en/officer/aml/transfers/").content.decode().split())
    assert page.count("Read from the chain</") >= 1
    assert "Stated, and read from the chain" in page
    assert f"{kept.from_block} to {kept.to_block}" in page
    shown = " ".join(client_for(ann).get("/en/portal/coins/LRHKD/chain/").content.decode().split())
    assert "Transfers read to block" in shown
    node.mine(blocks=4)
    second.twist = left_out
    contract.mint(1, 1)
    node.mine(blocks=4)
    with pytest.raises(CommandError) as stopped:
        call_command("read_chain", "--json", "--coin", "LRHKD", "--as-of", "2026-11-20")
    assert stopped.value.returncode == 2
    assert json.loads(capsys.readouterr().out)["transfers"][0]["reason"] == "logs_differs"
