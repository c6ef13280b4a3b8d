"""How near wallets are to listed addresses over transfers: the shortest ways between them, up to some hops.

Addresses are numbers here. A way follows the coins: it leads from the listed address to the wallet, or from the wallet
to the listed address. It passes through no address that everybody deals with (``closed``: the issuer's own wallets),
though it may begin or end there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.int64]]
FROM, TO = "from", "to"
_UNSEEN = -1


@dataclass(frozen=True, slots=True)
class Found:
    """One wallet and one listed address with at most so many transfers between them.

    ``path`` leads from the wallet to the listed address whatever the direction; ``near`` are all neighbours of the
    wallet that lie on some shortest way.
    """

    wallet: int
    listed: int
    direction: Literal["from", "to"]
    hops: int
    path: tuple[int, ...]
    near: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Ways:
    """For each node, by place, those that one transfer leads to: from ``start[node]`` up to ``start[node + 1]``."""

    start: Numbers
    ends: Numbers

    def of(self, node: int) -> Numbers:
        return self.ends[self.start[node] : self.start[node + 1]]

    def after(self, nodes: Numbers) -> Numbers:
        """Return where transfers lead from any of the nodes; a node may come more than once."""
        begins, counts = self.start[nodes], self.start[nodes + 1] - self.start[nodes]
        total = int(counts.sum())
        if not total:
            return self.ends[:0]
        offsets = np.repeat(begins - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
        return self.ends[offsets + np.arange(total)]


class Graph:
    """Transfers between numbered addresses."""

    def __init__(self, senders: Numbers, receivers: Numbers) -> None:
        self.nodes, places = np.unique(np.concatenate((senders, receivers)), return_inverse=True)
        sender, receiver = places[: len(senders)], places[len(senders) :]
        self.out = self._ways(sender, receiver)
        self.back = self._ways(receiver, sender)

    def _ways(self, begins: Numbers, ends: Numbers) -> _Ways:
        order = np.argsort(begins, kind="stable")
        start = np.zeros(len(self.nodes) + 1, dtype=np.int64)
        np.cumsum(np.bincount(begins, minlength=len(self.nodes)), out=start[1:])
        return _Ways(start, ends[order])

    def places(self, numbers: Iterable[int]) -> Numbers:
        """Return the nodes of those addresses that take part in any transfer."""
        wanted = np.unique(np.fromiter(numbers, dtype=np.int64))
        if not len(self.nodes) or not len(wanted):
            return np.zeros(0, dtype=np.int64)
        at = np.searchsorted(self.nodes, wanted)
        at[at == len(self.nodes)] = 0
        return at[self.nodes[at] == wanted]


def exposures(
    graph: Graph, *, wallets: Iterable[int], listed: Iterable[int], hops: int, closed: Iterable[int] = ()
) -> list[Found]:
    """Return every wallet that at most ``hops`` transfers part from a listed address, by the shortest way."""
    size = len(graph.nodes)
    is_wallet, is_closed = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    is_wallet[graph.places(wallets)] = True
    is_closed[graph.places(closed)] = True
    distance = np.full(size, _UNSEEN, dtype=np.int8)
    found: list[Found] = []
    for start in graph.places(listed).tolist():
        for direction, forward, backward in ((FROM, graph.out, graph.back), (TO, graph.back, graph.out)):
            seen = _spread(start, forward, distance, hops, is_closed)
            reached = np.concatenate(seen)
            found += [_found(graph, place, start, direction, backward, distance, is_closed)
                      for place in reached[is_wallet[reached]].tolist() if place != start]
            distance[reached] = _UNSEEN
    return found


def _spread(start: int, ways: _Ways, distance: Any, hops: int, is_closed: Any) -> list[Numbers]:
    """Note in ``distance`` how far nodes are from the start, and return them level by level."""
    frontier = np.array([start], dtype=np.int64)
    distance[start] = 0
    levels = [frontier]
    for hop in range(1, hops + 1):
        reached = ways.after(frontier)
        frontier = np.unique(reached[distance[reached] == _UNSEEN])
        if not len(frontier):
            break
        distance[frontier] = hop
        levels.append(frontier)
        frontier = frontier[~is_closed[frontier]]
    return levels


def _found(
    graph: Graph, place: int, start: int, direction: Any, backward: _Ways, distance: Any, is_closed: Any
) -> Found:
    near = _nearer(place, start, backward, distance, is_closed)
    path, at = [place], near
    while path[-1] != start:
        path.append(int(at[0]))
        at = _nearer(path[-1], start, backward, distance, is_closed)
    names = graph.nodes
    return Found(int(names[place]), int(names[start]), direction, int(distance[place]),
                 tuple(int(names[each]) for each in path), tuple(int(names[each]) for each in near))


def _nearer(place: int, start: int, backward: _Ways, distance: Any, is_closed: Any) -> Numbers:
    """Return the neighbours that are one transfer nearer to the start and may be passed through, in order."""
    around = np.unique(backward.of(place))
    nearer = around[distance[around] == distance[place] - 1] if distance[place] else around[:0]
    return nearer[(nearer == start) | ~is_closed[nearer]]
