"""Which facts explain an amount: the fewest that sum to it exactly, or, if none do, those that stand by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from core.money import EXACT
from reserves.causes import Cause
from reserves.evidence import Row

#: Up to so many facts, every choice of three, of four, is tried; beyond, of two at most.
THREES, FOURS = 40, 16
MAX_ROWS = 20  # in the evidence of one part; the count says how many there are


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that would change the difference by `amount` (books less the other side), and the rows that show it.

    One that `stands` holds whatever else does; another only if it makes the sum exact.
    """

    cause: Cause
    amount: Decimal
    rows: tuple[Row, ...]
    stands: bool = False
    note: tuple[tuple[str, str], ...] = ()

    @property
    def order(self) -> tuple[object, ...]:
        """Better known causes first; the order of the lines that were given does not matter."""
        return (_RANK[self.cause], self.amount, self.rows)


_MISSING = {Cause.MISSING_AT_CUSTODIAN, Cause.MISSING_IN_BOOKS}
_RANK = {cause: number for number, cause in enumerate(Cause)}


@dataclass(frozen=True, slots=True)
class Part:
    """One cause of a difference, how much of it, and the rows of files that show it."""

    cause: Cause
    amount: Decimal
    rows: tuple[Row, ...] = ()
    count: int = 0  # of all rows; `rows` are the first of them
    note: dict[str, str] = field(default_factory=dict)


class Explained(NamedTuple):
    """The parts of a difference and what they leave: parts + residual = difference."""

    parts: tuple[Part, ...]
    residual: Decimal


def solve(difference: Decimal, facts: Sequence[Fact]) -> Explained:
    """Explain the difference by the fewest facts that sum to it; rows are used once."""
    if not difference:
        return Explained((), difference)
    ordered = sorted((fact for fact in facts if fact.amount), key=lambda fact: fact.order)
    chosen = _exact(difference, ordered) or _of_one_cause(difference, ordered)
    if chosen is None:
        chosen = _standing(difference, ordered)
    return explained(difference, chosen)


def explained(difference: Decimal, facts: Sequence[Fact]) -> Explained:
    """The facts as parts, one for each cause, and what is left."""
    by_cause: dict[Cause, list[Fact]] = {}
    for fact in facts:
        by_cause.setdefault(fact.cause, []).append(fact)
    parts = tuple(_part(cause, by_cause[cause]) for cause in sorted(by_cause, key=_RANK.__getitem__))
    residual = difference
    for part in parts:
        residual = EXACT.subtract(residual, part.amount)
    return Explained(parts, residual)


def _part(cause: Cause, facts: Sequence[Fact]) -> Part:
    amount = Decimal(0)
    note: dict[str, str] = {}
    for fact in facts:
        amount = EXACT.add(amount, fact.amount)
        for name, text in fact.note:
            note[name] = max(note.get(name, text), text)
    rows = sorted({row for fact in facts for row in fact.rows}, key=_place)
    return Part(cause, amount, tuple(rows[:MAX_ROWS]), len(rows), note)


def _place(row: Row) -> tuple[object, ...]:
    return (row.side, row.file or 0, row.line, row.amount, row.text)


def _exact(difference: Decimal, facts: Sequence[Fact]) -> Sequence[Fact] | None:
    for fact in facts:
        if fact.amount == difference:
            return (fact,)
    if (two := _two(difference, facts)) is not None:
        return two
    for size, most in ((3, THREES), (4, FOURS)):
        if len(facts) <= most:
            for chosen in combinations(facts, size):
                if _sum(chosen) == difference and _together(chosen):
                    return chosen
    return None


def _two(difference: Decimal, facts: Sequence[Fact]) -> Sequence[Fact] | None:
    seen: dict[Decimal, list[Fact]] = {}
    for fact in facts:
        for other in seen.get(EXACT.subtract(difference, fact.amount), ()):
            if _together((other, fact)):
                return (other, fact)
        seen.setdefault(fact.amount, []).append(fact)
    return None


def _of_one_cause(difference: Decimal, facts: Sequence[Fact]) -> Sequence[Fact] | None:
    """All facts of one cause, or all that stand, if they are the difference."""
    groups = [[fact for fact in facts if fact.cause is cause] for cause in dict.fromkeys(fact.cause for fact in facts)]
    for group in [*groups, [fact for fact in facts if fact.stands]]:
        if len(group) > 1 and _sum(group) == difference and _together(group):
            return group
    return None


def _standing(difference: Decimal, facts: Sequence[Fact]) -> Sequence[Fact]:
    """The facts that stand by themselves, as long as each brings the rest nearer to nothing."""
    chosen: list[Fact] = []
    rest = difference
    for fact in facts:
        nearer = (fact.amount > 0) == (rest > 0) and abs(fact.amount) <= abs(rest)
        if fact.stands and nearer and _together((*chosen, fact)):
            chosen.append(fact)
            rest = EXACT.subtract(rest, fact.amount)
    return chosen


def _sum(facts: Sequence[Fact]) -> Decimal:
    result = Decimal(0)
    for fact in facts:
        result = EXACT.add(result, fact.amount)
    return result


def _together(facts: Sequence[Fact]) -> bool:
    """Whether no row is used twice, and it is not said that what one side has is missing and the reverse as well.

    Of any two statements it could be said that all of each is missing in the other.
    """
    if {fact.cause for fact in facts} >= _MISSING:
        return False
    rows = [row for fact in facts for row in fact.rows]
    return len(rows) == len(set(rows))
