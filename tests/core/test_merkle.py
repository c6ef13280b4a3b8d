"""Merkle trees: proofs hold for what they are of, and for nothing else; roots are those of RFC 6962."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import merkle

#: The leaves of the reference implementation of RFC 6962, and its roots of the first 1 to 8 of them.
LEAVES = [bytes.fromhex(each) for each in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
bytes_lists = st.lists(st.binary(max_size=6), min_size=1, max_size=40)


def hashes(leaves: list[bytes]) -> list[bytes]:
    return [merkle.leaf_hash(leaf) for leaf in leaves]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference_implementation(size):
    assert merkle.root_of(merkle.tree_of(hashes(LEAVES[:size])), size).hex() == ROOTS[size - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert merkle.root_of(merkle.tree_of([]), 0) == hashlib.sha256(b"").digest()


def test_a_leaf_cannot_be_shown_as_a_node():
    left, right = hashes(LEAVES[:2])
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


@pytest.mark.parametrize("index,size", [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index, size):
    tree = merkle.tree_of(hashes(LEAVES[:3]))
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion_proof(tree, index, size)
    assert not merkle.includes(merkle.root_of(tree, 3), hashes(LEAVES)[0], index, size, [])


@settings(max_examples=60, deadline=None)
@given(bytes_lists, st.data())
def test_a_proof_holds_for_its_leaf_and_place_and_for_no_other(leaves, data):
    size, known = len(leaves), hashes(leaves)
    tree = merkle.tree_of(known)
    root, index = merkle.root_of(tree, size), data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(tree, index, size)
    assert merkle.includes(root, known[index], index, size, proof)
    changed = merkle.leaf_hash(leaves[index] + b"!")
    assert not merkle.includes(root, changed, index, size, proof)
    assert not merkle.includes(merkle.leaf_hash(root), known[index], index, size, proof)
    for other in {index - 1, index + 1} & set(range(size)):
        if known[other] != known[index]:
            assert not merkle.includes(root, known[other], index, size, proof)
    assert not merkle.includes(root, known[index], index, size, [*proof, bytes(32)])
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        spoiled = [*proof[:place], bytes(32), *proof[place + 1 :]]
        assert not merkle.includes(root, known[index], index, size, spoiled)
        assert not merkle.includes(root, known[index], index, size, proof[:-1])


@settings(max_examples=40, deadline=None)
@given(bytes_lists, st.data())
def test_any_change_of_leaf_or_order_gives_another_root(leaves, data):
    known = hashes(leaves)
    root = merkle.root_of(merkle.tree_of(known), len(known))
    index = data.draw(st.integers(0, len(known) - 1))
    changed = [*known[:index], merkle.leaf_hash(leaves[index] + b"!"), *known[index + 1 :]]
    assert merkle.root_of(merkle.tree_of(changed), len(known)) != root
    turned = known[::-1]
    if turned != known:
        assert merkle.root_of(merkle.tree_of(turned), len(known)) != root
    assert merkle.root_of(merkle.tree_of([*known, known[-1]]), len(known) + 1) != root


@settings(max_examples=60, deadline=None)
@given(bytes_lists, st.data())
def test_a_later_tree_is_shown_to_begin_with_an_earlier_one(leaves, data):
    known, size = hashes(leaves), len(leaves)
    earlier = data.draw(st.integers(1, size))
    tree = merkle.tree_of(known)
    before, now = merkle.root_of(tree, earlier), merkle.root_of(tree, size)
    proof = merkle.consistency_proof(tree, earlier, size)
    assert merkle.continues(before, earlier, now, size, proof)
    assert not merkle.continues(merkle.leaf_hash(before), earlier, now, size, proof)
    assert not merkle.continues(before, earlier, merkle.leaf_hash(now), size, proof)
    rewritten = [merkle.leaf_hash(leaves[0] + b"!"), *known[1:]]
    assert not merkle.continues(before, earlier, merkle.root_of(merkle.tree_of(rewritten), size), size, proof)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 70))
def test_a_tree_that_grows_leaf_by_leaf_keeps_what_its_proofs_need(size):
    stored: dict[tuple[int, int], bytes] = {}
    leaves = hashes([str(number).encode() for number in range(size)])

    def complete(level: int, index: int) -> bytes:
        return stored[level, index]

    for index, leaf in enumerate(leaves):
        for level, each in enumerate(merkle.completed_by(complete, index, leaf)):
            stored[level, index >> level] = each
    root = merkle.root_of(complete, size)
    assert root == merkle.root_of(merkle.tree_of(leaves), size)
    assert all(
        merkle.includes(root, leaf, index, size, merkle.inclusion_proof(complete, index, size))
        for index, leaf in enumerate(leaves)
    )
