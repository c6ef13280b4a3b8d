"""The supply of a coin as it was read from all its chains, sent through the same intake as anybody's file."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from datetime import UTC, date
from decimal import Decimal
from typing import Any

from core.access import SYSTEM
from core.models import FeedFile, Organisation
from issuers.models import Coin
from reserves.bridges import bridged
from reserves.models import ChainReading
from reserves.selectors.chain import READER
from reserves.selectors.day_files import SUPPLY
from reserves.services.intake import receive_file

COLUMNS = ("as_of", "coin", "chain", "contract", "block_number", "block_time", "total_supply", "unissued", "frozen",
           "pending_redemption", "bridged")


def reader() -> Organisation:
    """Return the organisation in whose name readings are sent."""
    return Organisation.objects.get_or_create(slug=READER, defaults={
        "kind": Organisation.Kind.READER, "name_en": "Chain reader", "name_zh_hant": "區塊鏈讀取器",
        "name_zh_hans": "区块链读取器",
    })[0]


def send_supply(coin: Coin, as_of: date, readings: Sequence[ChainReading]) -> FeedFile:
    """Send the readings of all contracts of the coin as one file; it corrects the one sent before if it differs."""
    raw, sender = supply_file(coin, as_of, readings), reader()
    standing = FeedFile.objects.filter(feed=SUPPLY, subject=coin.symbol, as_of=as_of, sender=sender,
                                       status=FeedFile.Status.ACCEPTED).first()
    filename = f"{coin.symbol.lower()}-supply-{as_of}.csv"
    if standing is not None and standing.sha256 == hashlib.sha256(raw).hexdigest():
        return standing
    return receive_file(coin, SUPPLY, raw, filename=filename, actor=SYSTEM, sender=sender, as_of=as_of,
                        supersedes=standing)


def supply_file(coin: Coin, as_of: date, readings: Sequence[ChainReading]) -> bytes:
    """Return the canonical file of the readings: the same readings give the same bytes."""
    supply: dict[str, Decimal] = {}
    locked: dict[str, dict[str, Decimal]] = {}
    for reading in readings:
        chain = reading.deployment.chain
        supply[chain] = supply.get(chain, Decimal(0)) + _given(reading.total_supply)
        for counterpart, amount in reading.locked.items():
            wallets = locked.setdefault(f"{chain} {reading.deployment.contract}", {})
            wallets[counterpart] = wallets.get(counterpart, Decimal(0)) + Decimal(amount)
    left_out = bridged(locked, supply)
    out = io.StringIO()
    rows = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    rows.writeheader()
    for reading in sorted(readings, key=lambda each: (each.deployment.chain, each.deployment.contract)):
        place = f"{reading.deployment.chain} {reading.deployment.contract}"
        rows.writerow(_row(coin, as_of, reading, left_out.get(place)))
    return out.getvalue().encode()


def _row(coin: Coin, as_of: date, reading: ChainReading, left_out: Decimal | None) -> dict[str, Any]:
    counts = {"total_supply": reading.total_supply, "unissued": reading.unissued, "frozen": reading.frozen,
              "pending_redemption": reading.pending_redemption, "bridged": left_out}
    made = reading.block_time
    return {
        "as_of": as_of.isoformat(), "coin": coin.symbol, "chain": reading.deployment.chain,
        "contract": reading.deployment.contract, "block_number": reading.block_number,
        "block_time": f"{made.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if made else "",
    } | {name: "" if count is None else f"{count.normalize():f}" for name, count in counts.items()}


def _given(count: Decimal | None) -> Decimal:
    if count is None:
        raise ValueError("an accepted reading has every count")
    return count
