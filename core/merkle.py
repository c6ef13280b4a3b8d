"""Merkle trees as RFC 6962 (2.1) and RFC 9162 (2.1) define them: roots, proofs, and what checks a proof.

A leaf is hashed with a 0 byte before it and a node with a 1 byte, so that neither can be shown as the other. Hashes are
32 bytes. A tree is read through ``Complete``: the hash of the complete subtree of ``2 ** level`` leaves at a place; so
the leaves need not be at hand where the hashes of complete subtrees are stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

#: ``complete(level, index)``: the hash over the leaves from ``index * 2 ** level`` on, ``2 ** level`` of them.
Complete = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf's bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node by those of its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_of(leaves: Sequence[bytes]) -> Complete:
    """Return how to read the tree over hashes of leaves that are at hand."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])
    return lambda level, index: levels[level][index]


def root_of(complete: Complete, size: int) -> bytes:
    """Return the root of the tree's first ``size`` leaves; of none, the hash of nothing."""
    return _subtree(complete, 0, size) if size else hashlib.sha256(b"").digest()


def completed_by(complete: Complete, index: int, leaf: bytes) -> list[bytes]:
    """Return the hashes of the complete subtrees that end with a new leaf at ``index``, the smallest first.

    ``complete`` is asked for those to the left of it, which are there already.
    """
    hashes, level, place = [leaf], 0, index
    while place % 2:
        hashes.append(node_hash(complete(level, place - 1), hashes[-1]))
        level, place = level + 1, place // 2
    return hashes


def inclusion_proof(complete: Complete, index: int, size: int) -> list[bytes]:
    """Return the proof that a leaf is in the tree of the first ``size`` leaves (RFC 9162, 2.1.3.1).

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    first, last, proof = 0, size, []
    while last - first > 1:
        middle = first + _left_of(last - first)
        if index < middle:
            proof.append(_subtree(complete, middle, last))
            last = middle
        else:
            proof.append(_subtree(complete, first, middle))
            first = middle
    return proof[::-1]


def consistency_proof(complete: Complete, earlier: int, size: int) -> list[bytes]:
    """Return the proof that the tree of ``size`` leaves begins with that of ``earlier`` (RFC 9162, 2.1.4.1).

    Raises:
        ValueError: the earlier tree has no leaf, or more than the later one.
    """
    if not 0 < earlier <= size:
        raise ValueError(f"a tree of {size} does not begin with one of {earlier}")
    first, last, whole, proof = 0, size, True, []
    while last > earlier:
        middle = first + _left_of(last - first)
        if earlier <= middle:
            proof.append(_subtree(complete, middle, last))
            last = middle
        else:
            proof.append(_subtree(complete, first, middle))
            first, whole = middle, False
    return ([] if whole else [_subtree(complete, first, last)]) + proof[::-1]


def includes(root: bytes, leaf: bytes, index: int, size: int, proof: Iterable[bytes]) -> bool:
    """Say whether the proof shows the leaf at ``index`` of the tree of ``size`` leaves (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, reached = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            reached = node_hash(each, reached)
            while not place % 2 and place:
                place, last = place // 2, last // 2
        else:
            reached = node_hash(reached, each)
        place, last = place // 2, last // 2
    return last == 0 and reached == root


def continues(earlier_root: bytes, earlier: int, root: bytes, size: int, proof: Sequence[bytes]) -> bool:
    """Say whether the proof shows that the later tree begins with the earlier (RFC 9162, 2.1.4.2)."""
    if not 0 < earlier <= size:
        return False
    if earlier == size:
        return not proof and earlier_root == root
    path = list(proof) if earlier & (earlier - 1) else [earlier_root, *proof]
    if not path:
        return False
    place, last = earlier - 1, size - 1
    while place % 2:
        place, last = place // 2, last // 2
    old = new = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while not place % 2 and place:
                place, last = place // 2, last // 2
        else:
            new = node_hash(new, each)
        place, last = place // 2, last // 2
    return last == 0 and old == earlier_root and new == root


def _left_of(size: int) -> int:
    """Return how many leaves stand to the left of the root: the largest power of two that is less than all."""
    return 1 << (size - 1).bit_length() - 1


def _subtree(complete: Complete, first: int, last: int) -> bytes:
    size = last - first
    if not size & (size - 1):
        level = size.bit_length() - 1
        return complete(level, first >> level)
    middle = first + _left_of(size)
    return node_hash(_subtree(complete, first, middle), _subtree(complete, middle, last))
