"""All logs of a contract between two blocks, asked for in pages that shrink where a node finds them too many."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from reserves.chain.events import Log, read_log
from reserves.chain.failures import EndpointFailed, NodeRefused
from reserves.chain.rpc import Rpc
from reserves.chain.words import malformed

Said_co = TypeVar("Said_co", covariant=True)


class Wanted(Protocol[Said_co]):
    """Which logs of a contract are asked for, and what each of them says; None for one that says nothing here."""

    def filters(self) -> list[list[Any]]: ...

    def event(self, log: Log) -> Said_co | None: ...


#: Failures that a shorter range may heal.
SHORTER = frozenset({"rpc_error", "too_large", "timed_out"})


def logs_between(rpc: Rpc, contract: str, first: int, last: int, wanted: Wanted[object]) -> tuple[Log, ...]:
    """Return the logs from block to block, both included, in the order of the chain; each block is asked for once.

    Raises:
        EndpointFailed: the node refuses even one block, or answers with what was not asked.
    """
    found: dict[tuple[str, int], Log] = {}
    size, start = rpc.limits.log_blocks, first
    while start <= last:
        end = min(start + size - 1, last)
        try:
            page = _page(rpc, contract, start, end, wanted)
        except EndpointFailed as failure:
            if start == end or not _is_too_much(failure):
                raise
            size = max(1, (end - start + 1) // 2)
            continue
        for log in page:
            if not start <= log.block <= end:
                raise malformed("log of another block")
            if found.setdefault((log.block_hash, log.place), log) != log:
                raise malformed("two logs in one place")
        start, size = end + 1, min(size * 2, rpc.limits.log_blocks)
    return tuple(sorted(found.values()))


def _page(rpc: Rpc, contract: str, start: int, end: int, wanted: Wanted[object]) -> list[Log]:
    asked = [("eth_getLogs", [{"address": contract, "fromBlock": hex(start), "toBlock": hex(end), "topics": topics}])
             for topics in wanted.filters()]
    logs: list[Log] = []
    for answer in rpc.batch(asked):
        if not isinstance(answer, list):
            raise malformed("logs")
        logs += [read_log(each, contract) for each in answer]
    return logs


def _is_too_much(failure: EndpointFailed) -> bool:
    return isinstance(failure, NodeRefused) or failure.reason in SHORTER
