"""A coin read from a real chain: supply, events, frozen and registered wallets, day by day, whatever the chain does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, FeedFile
from reserves.models import ChainCheckpoint, ChainEvent, ChainReading, ChainRollback, SupplyLine
from reserves.selectors.chain import coverage_of, gaps
from reserves.services.chain import read_coin
from tests.reserves.chain.conftest import CHAIN_NAME, FRIDAY

THURSDAY, SATURDAY = date(2026, 11, 19), date(2026, 11, 21)


def read(coin, as_of=FRIDAY):
    return read_coin(coin, as_of, actor=SYSTEM)


def accepted(coin, as_of=FRIDAY) -> ChainReading:
    (outcome,) = read(coin, as_of).outcomes
    assert outcome.state == "accepted", outcome.reading and (outcome.reading.reason, outcome.reading.detail)
    return outcome.reading


def events(deployment, **wanted):
    rows = ChainEvent.objects.standing().filter(deployment=deployment, **wanted).order_by("block_number", "log_index")
    return list(rows.values_list("kind", "account", "value"))


def test_a_day_is_read_at_its_last_final_block(coin, deployment, contract, node, end_friday):
    node.mine("2026-11-20T09:00:00")
    contract.burn(2, 100_000)
    last = end_friday()
    contract.mint(1, 7)  # on Saturday: not part of the day
    reading = accepted(coin)
    block = node.rpc("eth_getBlockByNumber", hex(last), False)
    assert (reading.block_number, reading.block_hash) == (last, block["hash"])
    assert reading.block_time.isoformat() == "2026-11-20T15:59:50+00:00"
    assert (reading.total_supply, reading.frozen, reading.unissued) == (1_400_000, 0, 0)
    assert (reading.pending_redemption, reading.locked) == (None, {})
    assert reading.endpoints == ["North", "South"]
    assert reading.detail == {"before": "0.000000000000000000", "minted": "1500000.000000000000000000",
                              "burnt": "100000.000000000000000000"}
    one, two = node.accounts[1:3]
    assert events(deployment) == [("mint", one, 1_000_000), ("mint", two, 500_000), ("burn", two, 100_000)]


def test_a_block_at_midnight_belongs_to_the_day_that_begins(coin, deployment, node, end_friday):
    last = end_friday("2026-11-20T23:59:59")
    assert accepted(coin).block_number == last


def test_the_reading_becomes_the_supply_of_the_day(coin, deployment, contract, end_friday):
    last = end_friday()
    file = read(coin).file
    assert (file.status, file.sender.slug, file.sender.kind, file.as_of) == (
        "accepted", "chain-reader", "reader", FRIDAY)
    line = SupplyLine.objects.get(file=file)
    assert (line.chain, line.contract.lower(), line.block_number) == (CHAIN_NAME, contract.address.lower(), last)
    assert (line.total_supply, line.unissued, line.frozen, line.pending_redemption, line.bridged) == (
        1_500_000, 0, 0, None, None)


def test_reading_a_day_twice_changes_nothing(coin, deployment, end_friday):
    end_friday()
    first = read(coin)
    again = read(coin)
    assert again.outcomes[0].reading == first.outcomes[0].reading
    assert again.file == first.file
    assert (ChainReading.objects.count(), FeedFile.objects.count(), Case.objects.count()) == (1, 1, 0)


def test_the_next_day_is_read_from_where_the_last_one_ended(coin, deployment, contract, node, second, end_friday):
    last = end_friday()
    accepted(coin)
    node.mine("2026-11-21T12:00:00")
    contract.mint(3, 11)
    node.mine("2026-11-22T00:00:05", blocks=4)
    second.asked.clear()
    reading = accepted(coin, SATURDAY)
    assert reading.total_supply == 1_500_011
    assert reading.detail["before"] == "1500000.000000000000000000"
    ranges = list(ChainCheckpoint.objects.order_by("from_block").values_list("from_block", "to_block"))
    made = ranges[0][0]
    assert ranges == [(made, made), (made + 1, last), (last + 1, reading.block_number)]
    assert second.asked.count("eth_getLogs") == 3  # one page, by three sets of topics
    (covered,) = coverage_of(coin)
    assert (covered.first, covered.last.to_block, covered.ranges, covered.gaps) == (made, reading.block_number, 3, ())


def test_a_day_before_what_was_read_needs_no_logs_again(coin, deployment, contract, node, second, end_friday):
    node.mine("2026-11-20T10:00:00")
    contract.mint(1, 5)
    end_friday()
    accepted(coin)
    second.asked.clear()
    assert accepted(coin, THURSDAY).total_supply == 1_500_000
    assert "eth_getLogs" not in second.asked


def test_frozen_coins_are_the_balances_of_the_frozen_addresses(coin, deployment, contract, node, end_friday):
    node.mine("2026-11-20T10:00:00")
    one, two, three = node.accounts[1:4]
    contract.send("transfer(address,uint256)", three, 40_000_000, sender=1)
    for account in (one, two, three):
        contract.send("freeze(address)", account)
    contract.send("unfreeze(address)", two)
    end_friday()
    reading = accepted(coin)
    assert (reading.frozen, reading.frozen_addresses, reading.total_supply) == (1_000_000, 2, 1_500_000)
    assert [kind for kind, *_ in events(deployment, kind__contains="freeze")] == ["freeze"] * 3 + ["unfreeze"]


def test_pauses_and_keys_that_change_hands_are_kept(coin, deployment, contract, node, end_friday):
    node.mine("2026-11-20T10:00:00")
    nobody, new = node.accounts[4:6]
    contract.send("pause()")
    contract.send("grantRole(bytes32,address)", 99, nobody)
    contract.send("transferOwnership(address)", new)
    end_friday()
    assert accepted(coin).is_paused
    found = ChainEvent.objects.filter(kind__in=["pause", "role_granted", "owner"]).order_by("block_number")
    assert [(event.kind, event.name, event.account, event.other) for event in found] == [
        ("pause", "Paused", "", node.accounts[0]), ("role_granted", "RoleGranted", nobody, node.accounts[0]),
        ("owner", "OwnershipTransferred", new, node.accounts[0])]
    assert int(found[1].role, 16) == 99


def test_a_contract_is_no_longer_paused_once_it_was_resumed(coin, deployment, contract, node, end_friday):
    contract.send("pause()")
    contract.send("unpause()")
    end_friday()
    assert not accepted(coin).is_paused


def test_coins_that_a_contract_was_made_with_count_from_its_first_block(coin, endpoints, node, end_friday):
    from issuers.services.coins import add_deployment
    from tests.reserves.chain.node import TokenContract

    node.mine("2026-11-19T10:00:00")
    contract = TokenContract(node, decimals=18, initial=250)
    add_deployment(coin, chain=CHAIN_NAME, contract=contract.address, actor=SYSTEM)
    contract.mint(1, 50)
    end_friday()
    reading = accepted(coin)
    assert reading.total_supply == 300
    assert Decimal(reading.detail["before"]) == 250


def test_a_day_that_is_not_final_waits(coin, deployment, node):
    node.mine("2026-11-20T23:59:50")
    node.mine("2026-11-21T00:00:00")
    assert read(coin).outcomes[0].state == "waiting"
    assert (ChainReading.objects.count(), ChainCheckpoint.objects.count(), Case.objects.count()) == (0, 0, 0)


def test_blocks_that_the_chain_takes_back_are_read_again(coin, deployment, contract, node, end_friday):
    node.mine("2026-11-20T10:00:00")
    end_friday()
    node.mine(blocks=3)
    contract.mint(3, 70)
    accepted(coin)
    before = set(ChainEvent.objects.values_list("pk", flat=True))
    node.mine("2026-11-22T00:00:00", blocks=4)
    assert accepted(coin, SATURDAY).total_supply == 1_500_070
    depth = node.head() - ChainReading.objects.get(as_of=FRIDAY).block_number
    node.rpc("anvil_reorg", depth, [])  # Saturday's blocks, and the coins issued in them, are gone
    node.mine("2026-11-22T01:00:00", blocks=4)
    reading = accepted(coin, SATURDAY)
    assert reading.total_supply == 1_500_000
    lost = ChainRollback.objects.get()
    assert lost.reason == "reorg"
    assert lost.ancestor == ChainReading.objects.get(as_of=FRIDAY).block_number
    assert set(ChainEvent.objects.values_list("pk", flat=True)) >= before  # nothing was deleted
    assert ChainEvent.objects.get(value=70).superseded_by == lost
    assert ChainReading.objects.filter(as_of=SATURDAY).exclude(superseded_by=None).get().total_supply == 1_500_070
    files = FeedFile.objects.filter(as_of=SATURDAY).order_by("pk")
    assert [file.status for file in files] == ["superseded", "accepted"]
    assert AuditEvent.objects.filter(verb="reserves.chain.rolled_back").count() == 1
    assert coverage_of(coin)[0].gaps == ()


def test_a_chain_that_took_everything_back_is_read_from_its_first_block(coin, deployment, contract, node, end_friday):
    end_friday()
    accepted(coin)
    checkpoints = ChainCheckpoint.objects.filter(deployment=deployment)
    made = checkpoints.order_by("to_block")[0]
    node.rpc("anvil_reorg", node.head() - made.to_block + 1, [])
    node.mine("2026-11-21T02:00:00", blocks=4)
    (outcome,) = read(coin).outcomes
    assert (outcome.state, outcome.reading.reason) == ("refused", "no_contract")
    assert not checkpoints.standing().exists()


def test_what_was_read_cannot_be_changed_or_deleted(coin, deployment, end_friday):
    end_friday()
    reading = accepted(coin)
    for act in (
        lambda: ChainReading.objects.filter(pk=reading.pk).update(total_supply=1),
        lambda: ChainEvent.objects.update(value=1),
        lambda: ChainCheckpoint.objects.all().delete(),
        lambda: ChainEvent.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    rollback = ChainRollback.objects.create(deployment=deployment, reason="reorg", lost_block=1, lost_hash="0x0")
    ChainReading.objects.update(superseded_by=rollback)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChainReading.objects.update(superseded_by=None)


def test_long_histories_are_read_range_by_range(coin, deployment, contract, node, settings, end_friday):
    settings.CHAIN_LIMITS |= {"span_blocks": 10, "log_blocks": 4}
    node.mine("2026-11-20T08:00:00", blocks=25)
    end_friday()
    assert accepted(coin).total_supply == 1_500_000
    rows = list(ChainCheckpoint.objects.order_by("from_block").values_list("from_block", "to_block"))
    assert len(rows) >= 4
    assert gaps(rows) == ()
    assert all(later[0] == earlier[1] + 1 for earlier, later in zip(rows, rows[1:], strict=False))


def test_a_gap_between_ranges_is_found():
    assert gaps([(1, 5), (6, 9), (12, 20), (31, 31)]) == ((10, 11), (21, 30))
    assert gaps([]) == gaps([(7, 7)]) == ()


def test_the_day_must_have_ended(coin, deployment):
    with pytest.raises(Refused):
        read(coin, date(2026, 11, 23))
    with pytest.raises(Refused):
        read(coin, date(2026, 11, 24))


def test_only_who_runs_days_reads_a_coin(coin, deployment, ann):
    with pytest.raises(NotPermitted):
        read_coin(coin, FRIDAY, actor=ann)
    assert ChainReading.objects.count() == 0
