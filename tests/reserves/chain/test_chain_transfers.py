"""Transfers read from a real chain: all of them, once, whoever says so too; what the chain takes back, who lies."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from aml.models import Alert, BlockRange, DetectorRun, Origin, Replacement, Transfer
from aml.selectors.coverage import coverage_of, origins_of
from aml.services.flows import sweep_flows
from core import blobs
from core.access import SYSTEM
from core.cases import case_summary, cases_for
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, FeedFile
from reserves import tasks
from reserves.chain.words import ZERO_ADDRESS
from reserves.models import ChainRollback, TransferRange
from reserves.selectors.chain import endpoints_of
from reserves.services.transfer_reading import contracts_to_read, read_transfers, read_transfers_of
from tests.aml.flows import csv_of, listed, rules_of, sent, version_of
from tests.reserves.chain.conftest import CHAIN_NAME, FRIDAY


@pytest.fixture
def settle(node):
    """``settle()`` makes the blocks so far final."""
    return lambda: node.mine(blocks=4)


def read(deployment, **given):
    return read_transfers(deployment, endpoints_of(deployment.chain), **given)


def accepted(deployment):
    outcome = read(deployment)
    assert outcome.state == "read", outcome.unread and (outcome.unread.reason, outcome.unread.data)
    return outcome


def moved(contract, sender: int, receiver: int, raw: int) -> dict:
    """Coins that one account sends to another, with what the node says of the transaction."""
    return contract.send("transfer(address,uint256)", contract.node.accounts[receiver], raw, sender=sender)


def standing() -> list[tuple[str, str, int]]:
    rows = Transfer.objects.standing().order_by("block_number", "log_index")
    return [(row.from_address, row.to_address, int(row.value)) for row in rows]


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


# --- chains and endpoints that cannot be trusted ---------------------------------------------------
def test_a_transfer_that_the_chain_takes_back_no_longer_counts(deployment, contract, node, settle):
    listed(version_of(), {node.accounts[5]: "ETH"})
    moved(contract, 1, 3, 250)
    settle()
    accepted(deployment)
    held = TransferRange.objects.get()
    moved(contract, 1, 5, 70)
    settle()
    accepted(deployment)
    assert standing()[-1] == (node.accounts[1], node.accounts[5], 70)
    lost = TransferRange.objects.get(superseded_by=None, from_block=held.to_block + 1)
    node.rpc("anvil_reorg", node.head() - held.to_block, [])
    settle()
    accepted(deployment)
    assert standing()[-1] == (node.accounts[1], node.accounts[3], 250)
    assert [value for *_parties, value in standing()] == [1_000_000_000_000, 500_000_000_000, 250]
    gone = Transfer.objects.get(value=70)  # kept as it was
    assert (gone.replaced_by.reason, gone.replaced_by.block_number, gone.replaced_by.lost_hash) == (
        "reorg", gone.block_number, gone.block_hash)
    rollback = ChainRollback.objects.get()
    assert (rollback.reason, rollback.ancestor, rollback.lost_block) == ("reorg", held.to_block, lost.to_block)
    lost.refresh_from_db()
    assert lost.superseded_by == rollback
    assert AuditEvent.objects.filter(verb="aml.transfers.reorg").count() == 1
    assert coverage_of(deployment).gaps == ()
    assert not Case.objects.filter(kind="transfer_disagreement").exists()
    sweep_flows()
    assert not Alert.objects.exists()


def test_a_transfer_that_comes_back_after_all_counts_again(deployment, contract, node, settle):
    settle()
    accepted(deployment)
    held = TransferRange.objects.get()
    mark = node.rpc("evm_snapshot")
    moved(contract, 1, 3, 70)
    settle()
    accepted(deployment)
    row = standing()[-1]
    node.rpc("evm_revert", mark)
    node.mine(blocks=9)
    accepted(deployment)
    assert len(standing()) == 2
    node.rpc("anvil_reorg", node.head() - held.to_block, [])
    moved(contract, 1, 3, 70)
    node.mine(blocks=9)
    accepted(deployment)
    assert standing()[-1] == row
    assert Transfer.objects.filter(value=70).count() == 2


def refused(deployment):
    outcome = read(deployment)
    assert outcome.state == "refused"
    return outcome.unread


def left_out(question, result):
    return result[:-1] if question["method"] == "eth_getLogs" else result


def altered(question, result):
    if question["method"] != "eth_getLogs":
        return result
    return [log | {"data": f"0x{int(log['data'], 16) + 1:064x}"} for log in result]


@pytest.mark.parametrize("lie", [left_out, altered])
def test_a_second_endpoint_that_lies_is_noticed_and_nothing_is_kept(coin, deployment, contract, second, settle, lie):
    moved(contract, 1, 3, 250)
    settle()
    second.twist = lie
    assert refused(deployment).reason == "logs_differs"
    for model in (TransferRange, Transfer, FeedFile, BlockRange, DetectorRun):
        assert not model.objects.exists()
    case = Case.objects.get()
    assert (case.kind, case.queue, case.risk, case.owner) == (
        "reserves.transfers_unread", "supervision", "high", coin.issuer.organisation)
    assert case_summary(case).startswith(
        f"No transfers of LRHKD on {CHAIN_NAME} were accepted after block 0. The endpoints do not agree")
    assert refused(deployment).reason == "logs_differs"
    assert Case.objects.count() == 1
    second.twist = lambda question, result: result
    accepted(deployment)
    case.refresh_from_db()
    assert (case.status, len(standing())) == ("closed", 3)


def test_what_was_read_before_the_lie_stays_and_is_where_reading_goes_on(deployment, contract, second, settle):
    settle()
    accepted(deployment)
    last = TransferRange.objects.get().to_block
    moved(contract, 1, 3, 250)
    settle()
    second.twist = left_out
    refused(deployment)
    assert Case.objects.get().params["after"] == last
    assert coverage_of(deployment).last == last
    second.twist = lambda question, result: result
    assert accepted(deployment).ranges[0].from_block == last + 1


def test_one_endpoint_alone_and_one_without_finality_are_not_enough(deployment, contract, second, settings, settle):
    settle()
    second.twist = lambda question, result: None if question["params"][:1] == ["finalized"] else result
    assert refused(deployment).data["absent"] == {"South": "no_finality"}
    settings.CHAIN_ENDPOINTS = {CHAIN_NAME: settings.CHAIN_ENDPOINTS[CHAIN_NAME][:1]}
    assert refused(deployment).reason == "too_few"
    assert Case.objects.get().risk == "medium"


def test_an_endpoint_that_is_behind_is_waited_for(deployment, contract, node, second, settle):
    settle()
    old = node.rpc("eth_getBlockByNumber", "finalized", False)
    moved(contract, 1, 3, 250)
    settle()
    second.twist = lambda question, result: old if question["params"][:1] == ["finalized"] else result
    accepted(deployment)
    assert TransferRange.objects.get().to_block == int(old["number"], 16)
    assert len(standing()) == 2


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
