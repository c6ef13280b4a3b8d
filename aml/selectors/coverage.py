"""Which blocks of a contract the accepted files cover, and which between them nobody sent."""

from __future__ import annotations

from dataclasses import dataclass

from aml.addresses import canonical
from aml.models import BlockRange
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
    """What is covered of one contract: None where nothing was sent."""

    deployment: Deployment
    first: int | None
    last: int | None
    gaps: tuple[Gap, ...]


def coverage_of(deployment: Deployment) -> Coverage:
    """Return the covered blocks of a contract, and the gaps between them."""
    contract = canonical(deployment.contract, deployment.chain)
    ranges = BlockRange.objects.filter(chain=deployment.chain, contract=contract,
                                       file__status=FeedFile.Status.ACCEPTED)
    spans = sorted(ranges.values_list("first_block", "last_block"))
    if not spans:
        return Coverage(deployment, None, None, ())
    gaps, reached = [], spans[0][1]
    for first, last in spans[1:]:
        if first > reached + 1:
            gaps.append(Gap(deployment.chain, contract, reached + 1, first - 1))
        reached = max(reached, last)
    return Coverage(deployment, spans[0][0], reached, tuple(gaps))
