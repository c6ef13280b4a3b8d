"""What is read of the stored transfers is enough: the ways are those of the whole graph."""

from __future__ import annotations

import random

import numpy as np
import pytest

from aml.detectors.exposure import Graph, exposures
from aml.selectors.graph import graph_between, moved_between
from tests.aml.flows import address, deployed, sent, transfer


@pytest.mark.parametrize("hops", [1, 2, 3, 4, 5])
def test_the_ways_are_those_of_all_transfers(coin, hops):
    place, chance = deployed(coin), random.Random(hops)
    moves = [(chance.randint(1, 14), chance.randint(1, 14), chance.randint(0, 3)) for _ in range(34)]
    sent(coin, "transfers", [transfer(number, a, b, value) for number, (a, b, value) in enumerate(moves, 1)])
    wallets, listed, closed = {1, 2, 3, 4}, {13, 14, 99}, {5, 6}
    kept = [(a, b) for a, b, value in moves if value]
    whole = Graph(np.array([a for a, _ in kept], dtype=np.int64), np.array([b for _, b in kept], dtype=np.int64))
    stored = graph_between(place, hops=hops, listed=[*map(address, listed)], wallets=[*map(address, wallets)],
                           closed=[*map(address, closed)])
    found = exposures(stored.graph, wallets=stored.of(map(address, wallets)), listed=stored.of(map(address, listed)),
                      hops=hops, closed=stored.of(map(address, closed)))
    texts = stored.addresses
    assert {(texts[each.wallet], texts[each.listed], each.direction, each.hops, *(texts[near] for near in each.near))
            for each in found} == {
        (address(each.wallet), address(each.listed), each.direction, each.hops, *map(address, each.near))
        for each in exposures(whole, wallets=wallets, listed=listed, hops=hops, closed=closed)}
    pairs = {(address(a), address(b)) for a, b in kept}
    assert moved_between(place, pairs) == {
        (address(a), address(b)): sum(value for c, d, value in moves if (c, d) == (a, b)) for a, b in kept}
