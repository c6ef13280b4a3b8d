"""Lists, wallets, contracts and files of transfers for the tests of flows."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

from aml.addresses import canonical
from aml.models import ListedAddress, ListEntry, ListVersion, Wallet
from core import clock, feeds
from core.access import SYSTEM
from core.models import FeedFile
from issuers.services.coins import add_deployment, state_decimals
from reserves.services.intake import receive_file

CHAIN = "eip155:1"
CONTRACT = "0x" + "c0" * 20
START = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


def address(number: int) -> str:
    """An address of Ethereum, in small letters."""
    return f"0x{number:040x}"


def deployed(coin, *, contract: str = CONTRACT, decimals: int = 2):
    """The contract of the coin, whose units have as many decimals."""
    return state_decimals(add_deployment(coin, chain=CHAIN, contract=contract, actor=SYSTEM), decimals=decimals,
                          actor=SYSTEM)


def transfer(number: int, sender: int | str, receiver: int | str, value: int, **given: Any) -> dict[str, str]:
    """One line of the feed: the transfer of that number, in the block of that number, a minute after the last."""
    return {
        "chain": CHAIN, "contract": CONTRACT, "tx_hash": f"0x{number:064x}", "log_index": "0",
        "block_number": str(1000 + number), "block_time": f"{START + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}",
        "from_address": sender if isinstance(sender, str) else address(sender),
        "to_address": receiver if isinstance(receiver, str) else address(receiver), "value": str(value),
    } | {name: str(value) for name, value in given.items()}


def csv_of(rows: list[dict[str, str]]) -> bytes:
    """The rows as a canonical file."""
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def sent(coin, feed: str, content: bytes | list[dict[str, str]], **given: Any) -> FeedFile:
    """A file of the feed, judged."""
    raw = content if isinstance(content, bytes) else csv_of(content)
    given = {"filename": f"{feed}.csv", "actor": SYSTEM} | given
    feed_file = receive_file(coin, feed, raw, **given)
    if feed_file.status == FeedFile.Status.RECEIVED:
        feeds.advance(feed_file.pk)
    feed_file.refresh_from_db()
    return feed_file


def rules_of(feed_file: FeedFile) -> list[tuple[str, int | None, str]]:
    """What is wrong with a refused file: rule, row and column of each problem."""
    return [(each["rule"], each["row"], each["column"]) for each in feed_file.problems]


def listed(
    version: ListVersion, addresses: dict[str, str], *, key: str = "", name: str = "Harbour Laundry",
    listed_on: date | None = date(2026, 11, 1), programmes: tuple[str, ...] = (),
) -> ListEntry:
    """An entry that begins with the version; ``addresses`` gives the asset of each."""
    entry = ListEntry.objects.create(
        source=version.source, key=key or name, since=version.number, kind="organisation", name=name,
        programmes=list(programmes), listed_on=listed_on, digest=f"{key or name}:{version.number}".rjust(64, "0")[:64])
    ListedAddress.objects.bulk_create(
        ListedAddress(entry=entry, asset=asset, address=each, canonical=canonical(each), listed_on=listed_on)
        for each, asset in addresses.items())
    return entry


def version_of(source: str = "crypto", number: int = 1, *, assets: tuple[str, ...] = ("ETH",)) -> ListVersion:
    """A version of a list."""
    return ListVersion.objects.create(source=source, number=number, sha256=f"{number:064d}", entry_count=0,
                                      name_count=0, address_count=0, added=0, changed=0, removed=0, assets=list(assets))


def wallet(owner, number: int | str, *, part: str = "customer", chain: str = CHAIN, ref: str = "") -> Wallet:
    """A wallet that was reported."""
    text = number if isinstance(number, str) else address(number)
    return Wallet.objects.create(owner=owner, chain=chain, address=text, canonical=canonical(text, chain), part=part,
                                 holder_ref=ref, reported_at=clock.now())
