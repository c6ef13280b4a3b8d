"""Blocks and their times: the last one of a day that nobody can take back, and the first one of a contract."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from reserves.chain.failures import EndpointFailed, NodeRefused, NotYet
from reserves.chain.rpc import Rpc
from reserves.chain.words import bytes_of, hash_of, malformed, quantity


class Block(NamedTuple):
    """The head of one block."""

    number: int
    hash: str
    parent: str
    time: int


def final_block(rpc: Rpc) -> Block:
    """Return the last block that is final.

    Raises:
        EndpointFailed: the endpoint does not say which blocks are final.
    """
    try:
        answer = rpc.call("eth_getBlockByNumber", "finalized", False)
    except NodeRefused as refusal:
        raise EndpointFailed("no_finality", refusal.detail)
    if answer is None:
        raise EndpointFailed("no_finality")
    return read_block(answer)


def block_at(rpc: Rpc, number: int) -> Block:
    """Return the block of a number.

    Raises:
        EndpointFailed: the endpoint has no such block.
    """
    return blocks_at(rpc, [number])[0]


def blocks_at(rpc: Rpc, numbers: Iterable[int]) -> list[Block]:
    """Return the blocks of the numbers, in their order."""
    numbers = list(numbers)
    answers = rpc.batch([("eth_getBlockByNumber", [hex(number), False]) for number in numbers])
    found = []
    for number, answer in zip(numbers, answers, strict=True):
        if answer is None:
            raise EndpointFailed("no_block", str(number))
        block = read_block(answer)
        if block.number != number:
            raise malformed("another block")
        found.append(block)
    return found


def read_block(answer: Any) -> Block:
    """Return the head of a block as a node answers it."""
    if not isinstance(answer, dict):
        raise malformed("block")
    return Block(quantity(answer.get("number"), "number of a block"), hash_of(answer.get("hash"), "hash of a block"),
                 hash_of(answer.get("parentHash"), "parent of a block"),
                 quantity(answer.get("timestamp"), "time of a block"))


def last_before(rpc: Rpc, moment: int, known: int = 0) -> Block:
    """Return the last block that was made before the moment, if that can no longer change.

    The search halves the numbers between ``known``, a block of before the moment, and the last final block.

    Raises:
        NotYet: the last final block is of before the moment: a later one may still be added to the day.
        EndpointFailed: there is no block before the moment, or the endpoint does not answer.
    """
    final = final_block(rpc)
    if final.time < moment:
        raise NotYet
    low = block_at(rpc, min(known, final.number))
    if low.time >= moment:
        low = block_at(rpc, 0)
    if low.time >= moment:
        raise EndpointFailed("no_block", "0")
    low_number, high = low.number, final.number
    while high - low_number > 1:
        middle = block_at(rpc, (low_number + high) // 2)
        if middle.time < moment:
            low_number, low = middle.number, middle
        else:
            high = middle.number
    return low


def first_with(low: int, high: int, exists: Callable[[int], bool]) -> int:
    """Return the first number at which something exists that exists at ``high``."""
    while low < high:
        middle = (low + high) // 2
        if exists(middle):
            high = middle
        else:
            low = middle + 1
    return high


def has_code(rpc: Rpc, contract: str, number: int) -> bool:
    """Say whether there was a contract at the address after the block."""
    return bool(bytes_of(rpc.call("eth_getCode", contract, hex(number)), "code"))
