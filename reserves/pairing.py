"""Which lines of a position that differs agree all the same: one with one, one with several, several with one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple, TypeVar

from core.money import EXACT
from reserves.lines import HoldingLine, LedgerLine, Line
from reserves.positions import Position

FEW = 12  # up to so many lines of a side, every choice of two and of three is tried

One = TypeVar("One", bound=Line)
Other = TypeVar("Other", bound=Line)


class Pair(NamedTuple):
    """Lines of the two sides whose amounts are the same; on one side it is one line."""

    books: tuple[LedgerLine, ...]
    custodian: tuple[HoldingLine, ...]


class Pairing(NamedTuple):
    """The lines that agree, and those of each side that are left."""

    pairs: tuple[Pair, ...]
    books: tuple[LedgerLine, ...]
    custodian: tuple[HoldingLine, ...]


def pair(position: Position) -> Pairing:
    """Pair what agrees: on reference and amount, on value date and amount, on the amount; then one with several."""
    books = sorted(position.books, key=lambda line: (line.line, line.id))
    custodian = sorted(position.custodian, key=lambda line: (line.line, line.id))
    if not books or not custodian:
        return Pairing((), tuple(books), tuple(custodian))
    if len(books) == len(custodian) == 1:
        both = Pair(tuple(books), tuple(custodian))
        agree = position.booked(books[0]) == position.held(custodian[0])
        return Pairing((both,), (), ()) if agree else Pairing((), *both)
    pairs: list[Pair] = []
    for name in (_reference, effective, _nothing):
        pairs += _one_with_one(position, books, custodian, name)
    pairs += [Pair((one,), tuple(several)) for one, several in
              _one_with_several(books, custodian, position.booked, position.held)]
    pairs += [Pair(tuple(several), (one,)) for one, several in
              _one_with_several(custodian, books, position.held, position.booked)]
    return Pairing(tuple(pairs), tuple(books), tuple(custodian))


def effective(line: Line) -> date | None:
    """The value date of a line, as far as it states one."""
    return line.value_on if isinstance(line, LedgerLine) else line.start_date


def _reference(line: Line) -> str | None:
    return line.line_ref or None


def _nothing(line: Line) -> str:
    return "any"


def _one_with_one(
    position: Position, books: list[LedgerLine], custodian: list[HoldingLine], name: Callable[[Line], Hashable]
) -> list[Pair]:
    waiting: dict[tuple[Hashable, Decimal], list[HoldingLine]] = {}
    for held in reversed(custodian):
        if name(held) is not None:
            waiting.setdefault((name(held), position.held(held)), []).append(held)
    pairs = []
    for booked in list(books):
        found = waiting.get((name(booked), position.booked(booked)))
        if found:
            pairs.append(Pair((booked,), (held := found.pop(),)))
            books.remove(booked)
            custodian.remove(held)
    return pairs


def _one_with_several(
    ones: list[One], others: list[Other], amount: Callable[[One], Decimal], amounts: Callable[[Other], Decimal]
) -> list[tuple[One, list[Other]]]:
    """Take out each line of `ones` that is the sum of several of `others`, with those."""
    found = []
    for one in list(ones):
        several = _several(one, others, amount(one), amounts)
        if several:
            found.append((one, several))
            ones.remove(one)
            for line in several:
                others.remove(line)
    return found


def _several(one: Line, others: Sequence[Other], wanted: Decimal, amounts: Callable[[Other], Decimal]) -> list[Other]:
    """The lines that together are `wanted`: of its reference, of its value date, or two or three of a few."""
    for name in (_reference, effective):
        if name(one) is not None:
            same = [line for line in others if name(line) == name(one)]
            if len(same) > 1 and total(amounts(line) for line in same) == wanted:
                return same
    if len(others) <= FEW:
        for size in (2, 3):
            for chosen in combinations(others, size):
                if total(amounts(line) for line in chosen) == wanted:
                    return list(chosen)
    return []


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    result = Decimal(0)
    for amount in amounts:
        result = EXACT.add(result, amount)
    return result
