"""The kernel of exposure against every way enumerated, on small graphs."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from aml.detectors.exposure import Found, Graph, exposures

nodes = st.integers(min_value=-3, max_value=8)
edges = st.lists(st.tuples(nodes, nodes), max_size=24)


def every_way(moves: list[tuple[int, int]], wallet: int, listed: int, hops: int, closed: set[int]) -> list[list[int]]:
    """All ways from the listed address to the wallet that follow the moves, without repeating an address."""
    ways, grown = [], [[listed]]
    for _hop in range(hops):
        grown = [[*way, after] for way in grown if way[-1] == listed or way[-1] not in closed
                 for after in {b for a, b in moves if a == way[-1]} if after not in way]
        ways += [way for way in grown if way[-1] == wallet]
    return ways


def oracle(moves, wallets, listed, hops, closed) -> dict[tuple[int, int, str], tuple[int, set[int]]]:
    found = {}
    turned = [(b, a) for a, b in moves]
    for wallet in wallets:
        for each in listed:
            for direction, edges_ in (("from", moves), ("to", turned)):
                ways = every_way(edges_, wallet, each, hops, closed) if wallet != each else []
                if ways:
                    shortest = min(map(len, ways))
                    found[wallet, each, direction] = (
                        shortest - 1, {way[-2] for way in ways if len(way) == shortest})
    return found


def run(moves, wallets, listed, hops, closed=()) -> list[Found]:
    graph = Graph(np.array([a for a, _b in moves], dtype=np.int64), np.array([b for _a, b in moves], dtype=np.int64))
    return exposures(graph, wallets=wallets, listed=listed, hops=hops, closed=closed)


@settings(max_examples=250, deadline=None)
@given(edges, st.sets(nodes, max_size=4), st.sets(nodes, max_size=3), st.integers(1, 4), st.sets(nodes, max_size=2))
def test_it_is_exact(moves, wallets, listed, hops, closed):
    found = run(moves, wallets, listed, hops, closed)
    assert {(each.wallet, each.listed, each.direction): (each.hops, set(each.near)) for each in found} == oracle(
        moves, wallets, listed, hops, closed)
    for each in found:
        way = each.path if each.direction == "to" else each.path[::-1]
        assert len(each.path) == each.hops + 1
        assert all(pair in moves for pair in zip(way, way[1:], strict=False))
        assert {each.path[0], each.path[-1]} == {each.wallet, each.listed}
        assert not set(each.path[1:-1]) & closed


def test_nothing_is_found_where_nothing_moved():
    assert run([], [1], [2], 3) == []
    assert run([(1, 2)], [3], [4], 3) == []


def test_an_issuers_wallet_ends_a_way():
    moves = [(1, 2), (2, 3)]
    assert [(each.wallet, each.hops) for each in run(moves, [2, 3], [1], 3)] == [(2, 1), (3, 2)]
    assert [(each.wallet, each.hops) for each in run(moves, [2, 3], [1], 3, closed=[2])] == [(2, 1)]
