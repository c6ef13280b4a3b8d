"""What was read of one coin's contract in the small real world: days, events of every kind, a reading refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from issuers.models import Coin
from reserves.models import ChainCheckpoint, ChainEvent, ChainReading

FIRST_BLOCK, BLOCKS = 24_118_902, 7_200


def add_readings(coin: Coin, last: date, days: int = 3) -> None:
    """Keep readings of the days before the last one, and for that one why there is none."""
    deployment = coin.deployments.get()
    for number in range(days):
        as_of = last - timedelta(days=days - number)
        made = datetime(as_of.year, as_of.month, as_of.day, 15, 59, 47, tzinfo=UTC)
        start = FIRST_BLOCK + number * BLOCKS
        checkpoint = ChainCheckpoint.objects.create(
            deployment=deployment, from_block=start, to_block=start + BLOCKS - 1, block_hash=f"0x{start:064x}",
            block_time=made, event_count=len(ChainEvent.Kind), vocabulary="", endpoints=["North node", "South node"])
        for at, kind in enumerate(ChainEvent.Kind):
            ChainEvent.objects.create(
                deployment=deployment, checkpoint=checkpoint, kind=kind, name=kind.title().replace("_", ""),
                block_number=start + at, block_hash=f"0x{start + at:064x}", block_time=made, log_index=0,
                tx_hash=f"0x{start + at:064x}", account=f"0x{start + at:040x}",
                value=Decimal(1_250_000) if at < 2 else None)
        ChainReading.objects.create(
            deployment=deployment, as_of=as_of, status="accepted", block_number=checkpoint.to_block,
            block_hash=checkpoint.block_hash, block_time=made, total_supply=Decimal("4180250000.123456"),
            unissued=Decimal(12_000_000), frozen=Decimal("3250000.5"), frozen_addresses=14,
            locked={"eip155:10": "3000000"}, endpoints=["North node", "South node"], absent={"East node": "timed_out"})
    answers = {"North node": "4180250000123456", "South node": "4180250000123457"}
    ChainReading.objects.create(deployment=deployment, as_of=last, status="refused", reason="supply_differs",
                                detail={"answers": answers})
