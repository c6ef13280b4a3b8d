"""Stored transfers of one contract as numbers: a graph to search, and what moved between two addresses."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
from django.db import connection

from aml.addresses import NOBODY, canonical
from aml.detectors.exposure import Graph, Numbers
from issuers.models import Deployment

#: Addresses are told apart by 64 bits of a digest; whoever reports a way checks it against the transfers themselves.
_NUMBER = "hashtextextended({}, 0)"
# What moved nothing is no way of coins, and whoever makes or destroys coins is no party.
_MOVED = """FROM aml_transfer WHERE chain = %s AND contract = %s AND replaced_by_id IS NULL AND value > 0
            AND from_address <> %s AND to_address <> %s"""
# COPY in binary: a head of 19 bytes, rows of fixed width, and two bytes at the end.
_HEAD, _TAIL = 19, 2
_ROW = np.dtype([("fields", ">i2"), ("_1", ">i4"), ("sender", ">i8"), ("_2", ">i4"), ("receiver", ">i8"),
                 ("_3", ">i4"), ("id", ">i8")])


@dataclass(frozen=True, slots=True)
class StoredGraph:
    """The graph, and for each transfer its row."""

    graph: Graph
    ids: Numbers

    def texts(self, numbers: Collection[int]) -> dict[int, str]:
        """Return the addresses that the numbers stand for."""
        places = self.graph.places(numbers)
        wanted = dict(zip(self.graph.nodes[places].tolist(), self.graph.first[places].tolist(), strict=True))
        count = self.graph.count
        rows = {number: int(self.ids[at % count]) for number, at in wanted.items()}
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, from_address, to_address FROM aml_transfer WHERE id = ANY(%s)",
                           [list(set(rows.values()))])
            parties = {pk: (sender, receiver) for pk, sender, receiver in cursor.fetchall()}
        return {number: parties[rows[number]][at >= count] for number, at in wanted.items()}


def graph_of(deployment: Deployment) -> StoredGraph:
    """Return the standing transfers of the contract."""
    query = f"COPY (SELECT {_NUMBER.format('from_address')}, {_NUMBER.format('to_address')}, id {_MOVED})" \
            " TO STDOUT (FORMAT BINARY)"
    with connection.cursor() as cursor, cursor.copy(query, _place(deployment)) as copy:
        raw = b"".join(copy)
    rows = np.frombuffer(raw[_HEAD:-_TAIL], dtype=_ROW)
    graph = Graph(rows["sender"].astype(np.int64), rows["receiver"].astype(np.int64))
    return StoredGraph(graph, rows["id"].astype(np.int64))


def numbers_of(addresses: Iterable[str]) -> dict[str, int]:
    """Return the number of each address."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT each, {_NUMBER.format('each')} FROM unnest(%s::text[]) AS each", [list(set(addresses))])
        return dict(cursor.fetchall())


def moved_between(deployment: Deployment, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return what moved from the first to the second of each pair, in raw units."""
    senders, receivers = [list(each) for each in zip(*pairs, strict=True)] if pairs else ([], [])
    with connection.cursor() as cursor:
        cursor.execute(f"""
            SELECT from_address, to_address, sum(value) {_MOVED} AND (from_address, to_address) IN (
                SELECT * FROM unnest(%s::text[], %s::text[]))
            GROUP BY from_address, to_address""", [*_place(deployment), senders, receivers])
        return {(sender, receiver): int(value) for sender, receiver, value in cursor.fetchall()}


def _place(deployment: Deployment) -> list[str]:
    return [deployment.chain, canonical(deployment.contract, deployment.chain), NOBODY, NOBODY]
