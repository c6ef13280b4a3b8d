"""Choosing lines for an auditor's sample: all, a random number, by monetary unit, or the largest.

The choice depends on the lines and the auditor's seed alone, not on the order in which the lines are handed over, so
that the same sample can be drawn again. A line is named by the SHA-256 of its file and its row there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

ALL, RANDOM, MONETARY_UNIT, TOP = METHODS = ("all", "random", "monetary_unit", "top")
SEEDED = frozenset({RANDOM, MONETARY_UNIT})
#: Amounts have up to 18 decimals.
_UNITS = 10**18
_RANGE = 1 << 256


@dataclass(frozen=True, slots=True)
class Item:
    """One line that may be chosen."""

    sha256: str
    line: int
    amount: Decimal
    currency: str = ""
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, int]:
        return self.sha256, self.line

    @property
    def size(self) -> int:
        """How large the amount is, whatever its sign, in units of its last decimal."""
        return int(abs(self.amount) * _UNITS)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A line of the sample; ``hits`` counts how many of the sampled units of money lie in it."""

    item: Item
    hits: int = 1


def choose(items: Iterable[Item], method: str, *, size: int = 0, seed: str = "") -> list[Chosen]:
    """Return the lines that the method chooses, by file and row.

    Raises:
        KeyError: there is no such method.
    """
    ordered = sorted(items, key=lambda item: item.key)
    return {ALL: _all, RANDOM: _random, MONETARY_UNIT: _monetary_unit, TOP: _top}[method](ordered, size, seed)


def _all(ordered: Sequence[Item], size: int, seed: str) -> list[Chosen]:
    return [Chosen(item) for item in ordered]


def _random(ordered: Sequence[Item], size: int, seed: str) -> list[Chosen]:
    """The lines whose digest with the seed is smallest: each is as likely as any other."""
    ranked = sorted(ordered, key=lambda item: (_number(f"{seed}:{item.sha256}:{item.line}"), item.key))
    return [Chosen(item) for item in sorted(ranked[:size], key=lambda item: item.key)]


def _top(ordered: Sequence[Item], size: int, seed: str) -> list[Chosen]:
    ranked = sorted(ordered, key=lambda item: (-item.size, item.key))
    return [Chosen(item) for item in ranked[:size]]


def _monetary_unit(ordered: Sequence[Item], size: int, seed: str) -> list[Chosen]:
    """Systematic: every n-th unit of money from a start that the seed gives; amounts count whatever their sign."""
    total = sum(item.size for item in ordered)
    if not total or not size:
        return []
    interval = Fraction(total, size)
    start = interval * Fraction(_number(f"{seed}:start") + 1, _RANGE)
    chosen: list[Chosen] = []
    reached, taken = 0, 0
    for item in ordered:
        reached += item.size
        # Points start + k * interval, for k from `taken` on, that are not beyond what is reached.
        upto = min(size, (reached - start) // interval + 1) if reached >= start else 0
        if upto > taken:
            chosen.append(Chosen(item, upto - taken))
            taken = upto
    return chosen


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
