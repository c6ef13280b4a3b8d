"""What an ownership chart adds up to: effective interests, votes, who controls, and what nobody has explained.

A chart is a list of edges: a holder has a percentage of the votes of a body, ``None`` being the issuer itself. Sums are
exact fractions; nothing is rounded before it is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter

WHOLE = Decimal(100)
#: The issuer, as the body that is held.
ISSUER = None

Body = int | None


class Control(StrEnum):
    """How somebody controls the issuer by votes (ORD s. 2); an indirect controller is declared, never computed."""

    MAJORITY = "majority"
    MINORITY = "minority"


@dataclass(frozen=True, slots=True)
class Edge:
    """``percent`` of the votes of ``held`` belong to ``holder``."""

    holder: int
    held: Body
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Cover:
    """What the holders of one body add up to, and the part that the chart leaves open."""

    total: Decimal

    @property
    def gap(self) -> Decimal:
        return max(WHOLE - self.total, Decimal(0))

    @property
    def over(self) -> Decimal:
        return max(self.total - WHOLE, Decimal(0))


@dataclass(frozen=True, slots=True)
class Stake:
    """What one holder has of the issuer.

    ``direct`` is held in the issuer itself; ``effective`` is the economic share along every path of the chart;
    ``votes`` are those the holder directs: its own and those of the bodies that it controls (``through``).
    """

    holder: int
    direct: Decimal
    effective: Fraction
    votes: Decimal
    through: tuple[int, ...]
    control: Control | None


@dataclass(frozen=True, slots=True)
class Ownership:
    """The chart added up: one stake per holder, highest votes first, and the cover of each body that is held."""

    stakes: tuple[Stake, ...]
    covers: Mapping[Body, Cover]

    @property
    def controllers(self) -> tuple[Stake, ...]:
        return tuple(stake for stake in self.stakes if stake.control)


def cycle_in(edges: Iterable[Edge]) -> tuple[int, ...]:
    """Return the bodies that hold each other in a ring, or () where the chart is a tree."""
    try:
        _order(edges)
    except CycleError as found:
        return tuple(dict.fromkeys(found.args[1]))
    return ()


def add_up(edges: Iterable[Edge], *, minority: Fraction, majority: Fraction) -> Ownership:
    """Return what the chart adds up to; ``minority`` and ``majority`` are the law's shares of votes (1/10, 1/2).

    A holder of more than ``majority`` of a body directs the body's votes as well as its own, and so on down the chart.

    Raises:
        ValueError: bodies hold each other in a ring.
    """
    edges = tuple(edges)
    if ring := cycle_in(edges):
        raise ValueError(f"bodies hold each other: {ring}")
    holders: dict[Body, list[Edge]] = defaultdict(list)
    for edge in edges:
        holders[edge.held].append(edge)
    effective = _effective(edges)
    stakes = [_stake(holder, holders, effective[holder], minority, majority) for holder in effective]
    covers = {body: Cover(sum((edge.percent for edge in found), Decimal(0))) for body, found in holders.items()}
    covers.setdefault(ISSUER, Cover(Decimal(0)))
    return Ownership(tuple(sorted(stakes, key=lambda stake: (-stake.votes, -stake.effective, stake.holder))), covers)


def percentage(share: Fraction) -> Decimal:
    """Return the share as a percentage with four decimals, as votes are stored."""
    return (Decimal(share.numerator) * 100 / Decimal(share.denominator)).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def percent_text(percent: Decimal) -> str:
    """Return the percentage as people write it: 60, 9.9999."""
    return f"{percent.normalize():f}"


def _order(edges: Iterable[Edge]) -> list[int]:
    """Return the holders so that each comes after every body it holds."""
    below: dict[int, set[int]] = defaultdict(set)
    for edge in edges:
        below[edge.holder] |= set() if edge.held is None else {edge.held}
    return list(TopologicalSorter(below).static_order())


def _effective(edges: tuple[Edge, ...]) -> dict[int, Fraction]:
    """Return the economic share of the issuer of every holder, and of every body in the chart."""
    held_by: dict[int, list[Edge]] = defaultdict(list)
    for edge in edges:
        held_by[edge.holder].append(edge)
    shares: dict[int, Fraction] = {}
    for holder in _order(edges):
        parts = (Fraction(edge.percent) / 100 * (1 if edge.held is None else shares[edge.held])
                 for edge in held_by[holder])
        shares[holder] = sum(parts, Fraction(0))
    return shares


def _stake(
    holder: int, holders: Mapping[Body, list[Edge]], effective: Fraction, minority: Fraction, majority: Fraction
) -> Stake:
    directed: list[int] = [holder]

    def votes_in(body: Body) -> Decimal:
        return sum((edge.percent for edge in holders.get(body, ()) if edge.holder in directed), Decimal(0))

    bodies = sorted(body for body in holders if body is not None and body != holder)
    # Control of one body may bring another over the half, so look again until nothing is added.
    while found := [body for body in bodies if body not in directed and Fraction(votes_in(body)) / 100 > majority]:
        directed += found
    direct = sum((edge.percent for edge in holders.get(ISSUER, ()) if edge.holder == holder), Decimal(0))
    votes = votes_in(ISSUER)
    return Stake(holder, direct, effective, votes, tuple(directed[1:]), _control(votes, minority, majority))


def _control(votes: Decimal, minority: Fraction, majority: Fraction) -> Control | None:
    share = Fraction(votes) / 100
    if share > majority:
        return Control.MAJORITY
    return Control.MINORITY if share >= minority else None
