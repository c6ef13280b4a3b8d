"""Files of transfers: kept once, corrected, taken back by the chain, with blocks missing between them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aml.models import BlockRange, DetectorRun, Replacement, Transfer
from aml.selectors.coverage import coverage_of
from core.access import SYSTEM
from core.errors import Refused
from core.models import AuditEvent, Case
from reserves.services.chain_file import reader
from tests.aml.flows import address, csv_of, deployed, rules_of, sent, transfer

REAL = Path(__file__).resolve().parents[3] / "shared/data/transfers/erc20_blocks_17173049_17173050.jsonl"
needs_real = pytest.mark.skipif(not REAL.exists(), reason="the real transfers are not on this machine")
A, B = f"0x{'a' * 64}", f"0x{'b' * 64}"


def standing() -> list[tuple[int, str, int]]:
    rows = Transfer.objects.standing().order_by("block_number", "log_index")
    return [(row.block_number, row.to_address, int(row.value)) for row in rows]


@needs_real
def test_real_transfers_come_twice_with_one_result(coin):
    raw = REAL.read_bytes()
    first = sent(coin, "transfers_etl", raw, filename=REAL.name)
    assert (first.status, first.row_count, first.as_of) == ("accepted", 291, None)
    assert sent(coin, "transfers_etl", raw, filename="again.jsonl").pk == first.pk
    usdc = [json.loads(line) for line in raw.decode().splitlines()]
    rows = [{
        "chain": "eip155:1", "contract": row["token_address"], "tx_hash": row["transaction_hash"].upper().replace("0X", "0x"),
        "log_index": str(row["log_index"]), "block_number": str(row["block_number"]),
        "block_time": row["item_timestamp"], "from_address": row["from_address"], "to_address": row["to_address"],
        "value": str(row["value"]),
    } for row in usdc]
    other = sent(coin, "transfers", csv_of(rows))
    assert (other.status, other.row_count) == ("accepted", 291)
    assert Transfer.objects.count() == 291
    assert not Replacement.objects.exists()
    kept = Transfer.objects.filter(contract="0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48")
    assert kept.count() == 9
    assert Transfer.objects.filter(contract="0xdac17f958d2ee523a2206206994597c13d831ec7").count() == 41
    assert sum(int(row.value) for row in Transfer.objects.all()) == sum(int(row["value"]) for row in usdc)


def test_two_files_of_one_day_stand_beside_each_other(coin, ann):
    first = sent(coin, "transfers", [transfer(1, 10, 11, 500)], actor=ann)
    second = sent(coin, "transfers", [transfer(1, 10, 11, 500), transfer(2, 11, 12, 300)], actor=ann)
    assert (first.status, second.status, second.row_count) == ("accepted", "accepted", 2)
    assert standing() == [(1001, address(11), 500), (1002, address(12), 300)]
    assert [run.file_id for run in DetectorRun.objects.order_by("pk")] == [first.pk, second.pk]


def test_a_block_that_the_chain_took_back_no_longer_stands(coin):
    sent(coin, "transfers", [transfer(1, 10, 11, 500, block_hash=A), transfer(2, 10, 12, 7, block_hash=B)])
    other = sent(coin, "transfers", [transfer(3, 10, 13, 900, block_number=1001, block_hash=B)])
    assert other.status == "accepted"
    assert standing() == [(1001, address(13), 900), (1002, address(12), 7)]
    row = Replacement.objects.get()
    assert (row.reason, row.block_number, row.lost_hash, row.found_hash, row.row_count, row.file) == (
        "reorg", 1001, A, B, 1, other)
    assert AuditEvent.objects.get(verb="aml.transfers.reorg").data == {"chain": "eip155:1", "block": 1001}


def test_a_transaction_that_moved_to_another_block_stands_there_once(coin):
    sent(coin, "transfers", [transfer(1, 10, 11, 500)])
    sent(coin, "transfers", [transfer(1, 10, 11, 500, block_number=1004)])
    assert standing() == [(1004, address(11), 500)]
    assert Replacement.objects.get().reason == "reorg"


def test_another_value_for_the_same_transfer_is_refused_and_changes_nothing(coin):
    first = sent(coin, "transfers", [transfer(1, 10, 11, 500)])
    other = sent(coin, "transfers", [transfer(2, 10, 11, 1), transfer(1, 10, 11, 501)])
    assert rules_of(other) == [("transfer_contradicts", 3, "value")]
    assert standing() == [(1001, address(11), 500)]
    assert BlockRange.objects.count() == 1
    correction = sent(coin, "transfers", [transfer(1, 10, 11, 501)], supersedes=first)
    first.refresh_from_db()
    assert (correction.status, first.status) == ("accepted", "superseded")
    assert standing() == [(1001, address(11), 501)]
    assert Replacement.objects.get().reason == "correction"


def test_a_gap_opens_a_case_and_closes_it_when_it_is_filled(coin):
    place = deployed(coin)
    sent(coin, "transfers", [transfer(1, 10, 11, 500, first_block=1000, last_block=1010)])
    sent(coin, "transfers", [transfer(25, 10, 11, 500, first_block=1020, last_block=1030)])
    (gap,) = coverage_of(place).gaps
    assert (gap.first, gap.last, gap.count) == (1011, 1019, 9)
    case = Case.objects.get(kind="transfer_gap")
    assert case.params == {"chain": "eip155:1", "first": 1011, "last": 1019}
    sent(coin, "transfers", [transfer(15, 10, 11, 500, first_block=1011, last_block=1019)])
    case.refresh_from_db()
    assert case.status == "closed"
    assert (coverage_of(place).first, coverage_of(place).last, coverage_of(place).gaps) == (1000, 1030, ())


def test_every_problem_of_a_file_is_said_at_once(coin):
    rows = [
        transfer(1, 10, 11, 500, chain="ethereum"), transfer(2, "0x12", 11, 500),
        transfer(3, 10, 11, 500, tx_hash="0x1"), transfer(4, 10, 11, 2**256),
        transfer(5, 10, 11, 5, block_number=1006, first_block=1, last_block=2), transfer(5, 10, 11, 5),
    ]
    assert rules_of(sent(coin, "transfers", rows)) == [
        ("chain_not_named", 2, "chain"), ("address_shape", 3, "from_address"), ("transaction_shape", 4, "tx_hash"),
        ("amount_above_chain", 5, "value"), ("ranges_differ", 6, "first_block"), ("outside_range", 6, "block_number"),
        ("duplicate_line", 7, "log_index"),
    ]
    assert not Transfer.objects.exists()


@pytest.mark.parametrize(("raw", "filename", "rule"), [
    (b"{", "t.jsonl", "not_json_line"), (b'{"type": "log"}', "t.jsonl", "not_an_export"),
    (b'{"type": "token_transfer"}', "t.jsonl", "missing_value"), (b"{}", "t.txt", "json_name"),
    (b'{"type": "block", "number": 3}', "t.jsonl", "no_transfers"),
])
def test_an_export_that_is_none_is_refused(coin, raw, filename, rule):
    assert rules_of(sent(coin, "transfers_etl", raw, filename=filename))[0][0] == rule


def test_the_contract_of_another_issuer_is_not_ones_own_to_report(coin, rival_coin, ann):
    deployed(rival_coin)
    refused = sent(coin, "transfers", [transfer(1, 10, 11, 500)], actor=ann)
    assert rules_of(refused) == [("contract_of_another", 2, "contract")]
    with pytest.raises(Refused):  # what the platform reads comes as a feed of its own
        sent(coin, "transfers", [transfer(1, 10, 11, 500)], sender=reader(), actor=SYSTEM)
