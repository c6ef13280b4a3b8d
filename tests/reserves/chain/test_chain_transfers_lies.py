"""Transfers of chains that take blocks back, and of endpoints that lie, are behind or are silent."""

from __future__ import annotations

import pytest

from aml.models import Alert, BlockRange, DetectorRun, Transfer
from aml.selectors.coverage import coverage_of
from aml.services.flows import sweep_flows
from core.cases import case_summary
from core.models import AuditEvent, Case, FeedFile
from reserves.models import ChainRollback, TransferRange
from tests.aml.flows import listed, version_of
from tests.reserves.chain.conftest import CHAIN_NAME
from tests.reserves.chain.movements import accepted, left_out, moved, read, standing


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
