"""Choosing lines: fair, exact, the same again from the same seed, whatever the order in which lines come."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reserves.sampling import ALL, MONETARY_UNIT, RANDOM, TOP, Item, choose

amounts = st.decimals(min_value="-1000000", max_value="1000000", places=4)
lines = st.lists(amounts, min_size=1, max_size=40).map(
    lambda values: [Item(f"{number % 3:064x}", number + 2, value) for number, value in enumerate(values)]
)
whole_seeds = st.text(min_size=1, max_size=20)


@settings(max_examples=25, deadline=None)
@given(lines, st.sampled_from([ALL, RANDOM, TOP, MONETARY_UNIT]), st.integers(1, 50), whole_seeds, st.randoms())
def test_the_order_of_lines_does_not_matter_and_nothing_is_chosen_twice(items, method, size, seed, shuffler):
    chosen = choose(items, method, size=size, seed=seed)
    mixed = list(items)
    shuffler.shuffle(mixed)
    assert choose(mixed, method, size=size, seed=seed) == chosen
    keys = [each.item.key for each in chosen]
    assert len(set(keys)) == len(keys)
    assert set(keys) <= {item.key for item in items}


@settings(max_examples=25, deadline=None)
@given(lines, st.integers(1, 50), whole_seeds)
def test_monetary_units_hit_as_often_as_asked_and_always_what_is_larger_than_the_interval(items, size, seed):
    chosen = choose(items, MONETARY_UNIT, size=size, seed=seed)
    total = sum(abs(item.amount) for item in items)
    assert sum(each.hits for each in chosen) == (size if total else 0)
    hit = {each.item.key: each.hits for each in chosen}
    for item in items:
        if total:
            sure = int(abs(item.amount) * size // total)  # whole intervals that lie in it
            assert sure <= hit.get(item.key, 0) <= sure + 1
        if not item.amount:
            assert item.key not in hit


def test_the_largest_go_by_size_whatever_their_sign():
    items = [Item("a", 2, Decimal("5")), Item("a", 3, Decimal("-9")), Item("a", 4, Decimal("5"))]
    assert [each.item.line for each in choose(items, TOP, size=2)] == [3, 2]


def test_another_seed_draws_other_lines_and_every_line_has_its_turn():
    items = [Item("a", line, Decimal(1)) for line in range(2, 12)]
    drawn = {choose(items, RANDOM, size=1, seed=str(seed))[0].item.line for seed in range(200)}
    assert drawn == set(range(2, 12))


def test_an_unknown_method_is_an_error():
    with pytest.raises(KeyError):
        choose([], "by_taste")
