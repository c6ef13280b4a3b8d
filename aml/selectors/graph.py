"""The part of a contract's stored transfers in which ways between two sets of addresses can lie, as a graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
from django.db import connection

from aml.addresses import NOBODY, canonical
from aml.detectors.exposure import Graph
from issuers.models import Deployment

# What moved nothing is no way of coins, and whoever makes or destroys coins is no party.
_MOVED = """FROM aml_transfer WHERE chain = %s AND contract = %s AND replaced_by_id IS NULL AND value > 0
            AND from_address <> %s AND to_address <> %s"""
Pairs = set[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class StoredGraph:
    """The graph, and the address that each of its numbers stands for."""

    graph: Graph
    addresses: list[str]
    numbers: dict[str, int]

    def of(self, addresses: Iterable[str]) -> list[int]:
        """Return the numbers of those addresses that take part."""
        return [self.numbers[each] for each in addresses if each in self.numbers]


def graph_between(
    deployment: Deployment, *, listed: Collection[str], wallets: Collection[str], hops: int, closed: Collection[str]
) -> StoredGraph:
    """Return the transfers among which is every way of at most ``hops`` between the two, in both directions.

    Such a way has its first half among what is near the listed address, and the rest among what is near the wallet;
    only these are read. It leads through no address that is closed.
    """
    half = (hops + 1) // 2
    pairs: Pairs = set()
    for forward in (True, False):
        behind, near = _around(deployment, wallets, hops - half, set(closed), not forward)
        ahead, _seen = _around(deployment, listed, half, set(closed), forward, ending=near)
        pairs |= behind | ahead
    addresses = sorted({address for pair in pairs for address in pair})
    numbers = {address: number for number, address in enumerate(addresses)}
    ends = np.array([(numbers[sender], numbers[receiver]) for sender, receiver in pairs], dtype=np.int64)
    ends = ends.reshape(-1, 2)
    return StoredGraph(Graph(ends[:, 0], ends[:, 1]), addresses, numbers)


def _around(
    deployment: Deployment, starts: Collection[str], levels: int, closed: set[str], forward: bool,
    ending: set[str] | None = None,
) -> tuple[Pairs, set[str]]:
    """Return the transfers on ways of so many steps from, or backwards from, any of the addresses, and whom they reach.

    Of the last steps, only those that end at one of ``ending`` are read, if that is given.
    """
    column, other = ("from_address", "to_address") if forward else ("to_address", "from_address")
    pairs: Pairs = set()
    seen, frontier = set(starts), set(starts)
    for level in range(levels):
        if not frontier:
            break
        query = f"SELECT DISTINCT from_address, to_address {_MOVED} AND {column} = ANY(%s)"
        params: list[str | list[str]] = [*_place(deployment), list(frontier)]
        if ending is not None and level == levels - 1:
            query, params = f"{query} AND {other} = ANY(%s)", [*params, list(ending)]
        with connection.cursor() as cursor:
            cursor.execute(query, params)
            found = cursor.fetchall()
        pairs.update(found)
        frontier = {pair[1 if forward else 0] for pair in found} - seen
        seen |= frontier
        frontier -= closed
    return pairs, seen


def moved_between(deployment: Deployment, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return what moved from the first to the second of each pair, in raw units."""
    senders, receivers = [list(each) for each in zip(*pairs, strict=True)] if pairs else ([], [])
    with connection.cursor() as cursor:
        cursor.execute(f"""
            SELECT from_address, to_address, sum(value) {_MOVED} AND from_address = ANY(%s) AND to_address = ANY(%s)
            GROUP BY from_address, to_address""", [*_place(deployment), list(set(senders)), list(set(receivers))])
        wanted = set(pairs)
        return {(sender, receiver): int(value) for sender, receiver, value in cursor.fetchall()
                if (sender, receiver) in wanted}


def _place(deployment: Deployment) -> list[str]:
    return [deployment.chain, canonical(deployment.contract, deployment.chain), NOBODY, NOBODY]
