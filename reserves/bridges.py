"""Coins locked on one chain while coins of another stand for them: counted once, where they circulate."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal


def bridged(locked: Mapping[str, Mapping[str, Decimal]], supply: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Return by chain how many of its locked coins are not counted there.

    ``locked`` holds for each chain the coins locked on it by the chain where they circulate; ``supply`` the coins that
    exist on each chain that was read. As many locked coins are left out as exist on the other chain, and no more: what
    is locked before its counterpart exists still counts, and coins on a chain that was not read are not counted there.
    """
    left = dict(supply)
    found: dict[str, Decimal] = {}
    for chain in sorted(locked):
        for counterpart, amount in sorted(locked[chain].items()):
            counted = min(amount, left.get(counterpart, Decimal(0)))
            left[counterpart] = left.get(counterpart, Decimal(0)) - counted
            found[chain] = found.get(chain, Decimal(0)) + counted
    return found
