"""One contract read at one block: where the day ended, what was logged since, how many coins there are and whose.

Each step asks all endpoints and returns only what they agree on, so that its caller may keep what it gets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from reserves.chain.blocks import Block, block_at, blocks_at, final_block, first_with, has_code, last_before
from reserves.chain.endpoints import ENOUGH
from reserves.chain.events import Log
from reserves.chain.failures import EndpointFailed, NotYet, Unread
from reserves.chain.logs import Wanted, logs_between
from reserves.chain.panel import Panel
from reserves.chain.rpc import Rpc
from reserves.chain.words import MAX_DECIMALS, malformed, number_of, quantity, selector, topic_of

SHOWN = 5
Said = TypeVar("Said")


class Figures(NamedTuple):
    """What a contract says of itself after a block, in raw units."""

    decimals: int
    total_supply: int


class Span(NamedTuple, Generic[Said]):
    """Blocks whose logs were read once: the last of them, the events in them, and the time of each event's block."""

    first: int
    end: Block
    events: tuple[Said, ...]
    times: dict[int, int]


def check_chain(panel: Panel, number: int) -> None:
    """Leave out every endpoint that serves another chain."""

    def serves(rpc: Rpc) -> bool:
        if (found := quantity(rpc.call("eth_chainId"), "chain")) != number:
            raise EndpointFailed("wrong_chain", str(found))
        return True

    panel.ask(serves)


def last_block_of_day(panel: Panel, end: int, known: int = 0) -> Block:
    """Return the last block that was made before ``end`` (seconds since 1970), final at every endpoint that counts.

    One endpoint searches; each of the others confirms that this block ends the day on its own chain too.

    Raises:
        NotYet: it can still change.
        Unread: the endpoints do not agree on it.
    """

    def is_over(rpc: Rpc) -> bool:
        if final_block(rpc).time < end:
            raise NotYet
        return True

    panel.ask(is_over)
    searcher = panel.first.name
    found = panel.ask(lambda rpc: last_before(rpc, end, known) if rpc.name == searcher else None).get(searcher)
    if found is None:  # the one that searched is out: the next one searches
        return last_block_of_day(panel, end, known)

    def confirm(rpc: Rpc) -> tuple[Block, bool]:
        last, following = blocks_at(rpc, [found.number, found.number + 1])
        if following.parent != last.hash:
            raise malformed("chain of blocks")
        return last, last.time < end <= following.time

    block, ends_day = panel.agree("block", confirm, lambda answer: f"{answer[0].number} {answer[0].hash}")
    if not ends_day:
        raise Unread("block_differs", answers=dict.fromkeys(panel.names, f"{block.number} {block.hash}"))
    return block


def last_final_block(panel: Panel) -> Block:
    """Return the latest block that enough endpoints call final; one that is further behind is left out.

    Raises:
        Unread: they do not agree on it.
    """
    finals = panel.ask(final_block)
    number = sorted((head.number for head in finals.values()), reverse=True)[ENOUGH - 1]

    def head(rpc: Rpc) -> Block:
        if finals[rpc.name].number < number:
            raise NotYet
        return block_at(rpc, number)

    return panel.agree("block", head, lambda found: f"{found.number} {found.hash}")


def common_ancestor(panel: Panel, checkpoints: Iterable[tuple[int, str]]) -> int | None:
    """Return the number of the latest checkpoint that is still part of the chain; None if none is.

    ``checkpoints`` are number and hash, the latest first.
    """
    for number, block_hash in checkpoints:
        if panel.agree("block", partial(_hash_at, number=number)) == block_hash:
            return number
    return None


def _hash_at(rpc: Rpc, number: int) -> str:
    try:
        return block_at(rpc, number).hash
    except EndpointFailed as failure:
        if failure.reason == "no_block":
            return ""
        raise


def require_contract(panel: Panel, contract: str, block: Block) -> None:
    """Go on only if there is a contract at the address.

    Raises:
        Unread: there is none, or the endpoints do not agree.
    """
    if not panel.agree("contract", lambda rpc: has_code(rpc, contract, block.number)):
        raise Unread("no_contract", contract=contract)


def first_block(panel: Panel, contract: str, before: int) -> int:
    """Return the block in which the contract was made."""
    searcher = panel.first.name

    def search(rpc: Rpc) -> int | None:
        if rpc.name != searcher:
            return None
        return first_with(0, before, lambda number: has_code(rpc, contract, number))

    found = panel.ask(search).get(searcher)
    if found is None:
        return first_block(panel, contract, before)

    def confirm(rpc: Rpc) -> tuple[bool, bool]:
        return found > 0 and has_code(rpc, contract, found - 1), has_code(rpc, contract, found)

    if panel.agree("creation", confirm) != (False, True):
        raise Unread("creation_differs", answers=dict.fromkeys(panel.names, str(found)))
    return found


def read_figures(panel: Panel, contract: str, block: Block) -> Figures:
    """Return decimals and total supply after the block."""

    def question(rpc: Rpc) -> Figures:
        answers = rpc.batch([_call(contract, selector(f"{name}()"), block) for name in ("decimals", "totalSupply")])
        return Figures(number_of(answers[0], "decimals"), number_of(answers[1], "total supply"))

    answers = panel.ask(question)
    panel.same("decimals", {name: answer.decimals for name, answer in answers.items()})
    panel.same("supply", {name: answer.total_supply for name, answer in answers.items()})
    figures = next(iter(answers.values()))
    if figures.decimals > MAX_DECIMALS:
        raise Unread("too_precise", decimals=figures.decimals)
    return figures


def read_balances(panel: Panel, contract: str, block: Block, addresses: Sequence[str]) -> dict[str, int]:
    """Return the raw balance of each address after the block."""
    calls = [_call(contract, selector("balanceOf(address)") + topic_of(address)[2:], block) for address in addresses]

    def question(rpc: Rpc) -> list[int]:
        return [number_of(answer, "balance") for answer in rpc.batch(calls)]

    answers = panel.ask(question)
    for at, address in enumerate(addresses):
        panel.same("balance", {name: answer[at] for name, answer in answers.items()}, of=address)
    return dict(zip(addresses, next(iter(answers.values())), strict=True))


def read_span(panel: Panel, contract: str, first: int, last: int, wanted: Wanted[Said]) -> Span[Said]:
    """Return what was logged from block to block, both included, with the heads of the blocks that it was logged in."""

    def question(rpc: Rpc) -> tuple[tuple[Log, ...], list[Block]]:
        logs = logs_between(rpc, contract, first, last, wanted)
        heads = blocks_at(rpc, sorted({last, *(log.block for log in logs)}))
        hashes = {head.number: head.hash for head in heads}
        if any(hashes[log.block] != log.block_hash for log in logs):
            raise malformed("log of a block that is not in the chain")
        for log in logs:
            wanted.event(log)  # one that cannot be read is the endpoint's fault
        return logs, heads

    answers = panel.ask(question)
    panel.same("block", {name: heads[-1] for name, (_logs, heads) in answers.items()},
               show=lambda head: f"{head.number} {head.hash}")
    _compare_logs({name: logs for name, (logs, _heads) in answers.items()})
    panel.same("block", {name: tuple(heads) for name, (_logs, heads) in answers.items()})
    logs, heads = next(iter(answers.values()))
    events = tuple(event for log in logs if (event := wanted.event(log)) is not None)
    return Span(first, heads[-1], events, {head.number: head.time for head in heads})


def _compare_logs(answers: dict[str, tuple[Log, ...]]) -> None:
    sets = {name: set(logs) for name, logs in answers.items()}
    shared = set.intersection(*sets.values())
    if all(found == shared for found in sets.values()):
        return
    only = {name: [f"{log.block}:{log.place} {log.transaction}" for log in sorted(found - shared)[:SHOWN]]
            for name, found in sets.items()}
    raise Unread("logs_differs", answers={name: str(len(found)) for name, found in sets.items()}, only=only)


def _call(contract: str, data: str, block: Block) -> tuple[str, list[object]]:
    # By the block's hash (EIP-1898): an endpoint on another chain has no such block, and cannot answer for one.
    return "eth_call", [{"to": contract, "data": data}, {"blockHash": block.hash, "requireCanonical": True}]

