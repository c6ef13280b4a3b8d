"""Keeping wallets as they are reported: one row for one address of one chain and owner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from aml.addresses import canonical, check_address
from aml.models import Wallet
from core import clock
from core.models import FeedFile, Organisation
from core.tables import Parsed


class Reported(NamedTuple):
    """A wallet as somebody reports it."""

    chain: str
    address: str
    part: str
    holder_ref: str = ""


def store_wallets(feed_file: FeedFile, parsed: Parsed) -> int:
    """Keep the wallets of the file and return the number of its lines; new ones wait to be screened.

    A wallet that a later file leaves out is still one: coins may come back to it.
    """
    names = ("chain", "address", "part", "holder_ref")
    rows = zip(*map(parsed.rows.column, names), strict=True)
    keep_wallets(feed_file.owner, (Reported(chain, address, part, ref or "") for chain, address, part, ref in rows))
    return len(parsed.rows)


def keep_wallets(owner: Organisation, reported: Iterable[Reported]) -> None:
    """Keep wallets; one that is known gets the part and reference that were reported last."""
    now = clock.now()
    Wallet.objects.bulk_create(
        (Wallet(owner=owner, chain=each.chain, address=check_address(each.chain, each.address),
                canonical=canonical(each.address, each.chain), part=each.part, holder_ref=each.holder_ref,
                reported_at=now) for each in reported),
        update_conflicts=True, unique_fields=["owner", "chain", "canonical"],
        update_fields=["part", "holder_ref"], batch_size=5_000,
    )
