"""Which blocks of a contract are covered, by files or by reading the chain, and which between them are not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from aml.addresses import canonical
from aml.models import BlockRange, Origin, Transfer
from aml.parsers.transfers_read import FEED as READ
from core.models import FeedFile
from issuers.models import Deployment


@dataclass(frozen=True, slots=True)
class Gap:
    """Blocks of a contract, both ends included, between two that are covered."""

    chain: str
    contract: str
    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is covered of one contract: None where nothing is. ``read`` are the blocks that the platform read itself."""

    deployment: Deployment
    first: int | None
    last: int | None
    gaps: tuple[Gap, ...]
    read: tuple[tuple[int, int], ...] = ()

def coverage_of(deployment: Deployment) -> Coverage:
    """Return the covered blocks of a contract, and the gaps between them."""
    contract = canonical(deployment.contract, deployment.chain)
    ranges = BlockRange.objects.filter(chain=deployment.chain, contract=contract,
                                       file__status=FeedFile.Status.ACCEPTED)
    rows = list(ranges.values_list("first_block", "last_block", "file__feed"))
    stretches = _joined((first, last) for first, last, _feed in rows)
    if not stretches:
        return Coverage(deployment, None, None, ())
    gaps = tuple(Gap(deployment.chain, contract, before[1] + 1, after[0] - 1)
                 for before, after in pairwise(stretches))
    read = _joined((first, last) for first, last, feed in rows if feed == READ)
    return Coverage(deployment, stretches[0][0], stretches[-1][1], gaps, read)


def origins_of(transfers: Iterable[Transfer]) -> dict[int, Origin]:
    """Return, by its key, who says that there is a transfer: a sender, the chain as the platform read it, or both."""
    rows = list(transfers)
    found = BlockRange.objects.filter(contract__in={row.contract for row in rows}, file__feed=READ,
                                      file__status=FeedFile.Status.ACCEPTED)
    spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for chain, contract, first, last in found.values_list("chain", "contract", "first_block", "last_block"):
        spans.setdefault((chain, contract), []).append((first, last))
    read = {place: _joined(each) for place, each in spans.items()}
    return {row.pk: _origin(row, read.get((row.chain, row.contract), ())) for row in rows}


def _origin(row: Transfer, read: Iterable[tuple[int, int]]) -> Origin:
    if row.file.feed == READ:
        return Origin.CHAIN
    return Origin.BOTH if any(first <= row.block_number <= last for first, last in read) else Origin.FEED


def _joined(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the spans with those joined that meet or overlap."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(joined)
