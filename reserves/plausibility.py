"""Whether a well-formed file is to be believed: its rows, its filled columns and its totals against the sender's last.

Which assertions a feed makes, with their limits and why, stands in ``parsers/<feed>.toml`` under ``[assertions]``. The
limits are the platform's and no law: they hold a file back until somebody has looked, and refuse nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import Any, NamedTuple

from core.money import EXACT
from core.problems import Problem

ROWS, FILL, TOTAL, ACCOUNT = KINDS = ("rows", "fill", "total", "account")
HUNDRED = Decimal(100)
TENTH = Decimal("0.1")


class Assertion(NamedTuple):
    """One thing that files of a feed are expected to keep to.

    ``rows`` and ``total`` limit the move from the sender's last file (``most``, a share); ``total`` adds up ``column``
    for each value of ``by``. ``fill`` asks for ``column`` on at least the share ``least`` of the lines whose ``where``
    is one of ``values``. ``account`` limits how far each account may have moved from its own last statement. None is
    made of fewer rows than ``from_rows``, or of totals under ``from_total``.
    """

    kind: str
    why: str
    column: str = ""
    by: str = ""
    where: str = ""
    values: tuple[str, ...] = ()
    most: Decimal = Decimal(0)
    least: Decimal = Decimal(0)
    from_rows: int = 1
    from_total: Decimal = Decimal(0)


@dataclass(slots=True)
class Figures:
    """What the assertions look at in one file: rows, filled and expected cells by column, totals by column and unit."""

    rows: int = 0
    filled: dict[str, tuple[int, int]] = field(default_factory=dict)
    totals: dict[str, dict[str, Decimal]] = field(default_factory=dict)


class Before(NamedTuple):
    """The sender's last accepted file of an earlier day: its receipt, its day and its figures."""

    receipt: int
    day: date
    rows: int
    totals: Mapping[str, Mapping[str, Decimal]]


class Stood(NamedTuple):
    """How an account stood in one currency by the last accepted statement of it on an earlier day."""

    receipt: int
    day: date
    amount: Decimal


#: Account and currency.
Standing = tuple[str, str]


def assertions_in(said: Mapping[str, Any]) -> tuple[Assertion, ...]:
    """Return the assertions of a feed's description.

    Raises:
        TypeError: one says something that no assertion knows, or does not say why.
        ValueError: its kind is none.
    """
    found = tuple(Assertion(**each | {"values": tuple(each.get("values", ()))}) for each in said.get("plausible", ()))
    if stray := {each.kind for each in found} - set(KINDS):
        raise ValueError(f"no such kind of assertion: {sorted(stray)}")
    return found


def columns_of(assertions: Sequence[Assertion]) -> tuple[str, ...]:
    """Return the columns that ``measure`` needs, each once."""
    named = (name for each in assertions if each.kind != ACCOUNT for name in (each.column, each.by, each.where) if name)
    return tuple(dict.fromkeys(named))


def measure(rows: int, cells: Iterable[tuple[Any, ...]], assertions: Sequence[Assertion]) -> Figures:
    """Return a file's figures; ``cells`` are the values of ``columns_of(assertions)``, line by line, read once."""
    place = {name: position for position, name in enumerate(columns_of(assertions))}
    fills = [(each.column, place[each.column], place[each.where] if each.where else None, frozenset(each.values))
             for each in assertions if each.kind == FILL]
    sums = [(each.column, place[each.column], place[each.by] if each.by else None)
            for each in assertions if each.kind == TOTAL]
    counted = {column: [0, 0] for column, *_places in fills}
    totals: dict[str, dict[str, Decimal]] = {column: {} for column, *_places in sums}
    for line in cells if place else ():
        for column, at, where, values in fills:
            if where is None or line[where] in values:
                counted[column][0] += line[at] is not None
                counted[column][1] += 1
        for column, at, by in sums:
            if line[at] is not None:
                unit = str(line[by]) if by is not None else ""
                totals[column][unit] = EXACT.add(totals[column].get(unit, Decimal(0)), line[at])
    return Figures(rows, {column: (filled, among) for column, (filled, among) in counted.items()}, totals)


def doubts(figures: Figures, before: Before | None, assertions: Sequence[Assertion]) -> list[Problem]:
    """Return every assertion that the file does not keep to; a sender's first file has nothing to be compared with."""
    found: list[Problem] = []
    for each in assertions:
        if each.kind == FILL:
            found += _fill(figures, each)
        elif before is not None and each.kind != ACCOUNT:
            found += _rows(figures, before, each) if each.kind == ROWS else _totals(figures, before, each)
    return found


def account_doubts(
    now: Mapping[Standing, Decimal], stood: Mapping[Standing, Stood], assertions: Sequence[Assertion]
) -> list[Problem]:
    """Return the accounts that have moved too far from how they stood; one that is not in ``now`` is gone."""
    found: list[Problem] = []
    for each in (asserted for asserted in assertions if asserted.kind == ACCOUNT):
        for (account, currency), old in sorted(stood.items()):
            new = now.get((account, currency), Decimal(0))
            if max(abs(old.amount), abs(new)) >= each.from_total:
                last = Before(old.receipt, old.day, 0, {})
                found += [replace(problem, params=problem.params | {"account": account}) for problem in
                          _moved("implausible_account", new, old.amount, last, each, unit=currency)]
    return found


def _fill(figures: Figures, asserted: Assertion) -> Iterable[Problem]:
    filled, among = figures.filled[asserted.column]
    if among >= asserted.from_rows and filled < asserted.least * among:
        yield Problem("implausible_fill", column=asserted.column, params={
            "observed": filled, "among": among, "share": percent(Decimal(filled) / among, ROUND_DOWN),
            "least": percent(asserted.least), "why": asserted.why,
        })


def _rows(figures: Figures, before: Before, asserted: Assertion) -> Iterable[Problem]:
    if max(figures.rows, before.rows) >= asserted.from_rows:
        yield from _moved("implausible_rows", Decimal(figures.rows), Decimal(before.rows), before, asserted)


def _totals(figures: Figures, before: Before, asserted: Assertion) -> Iterable[Problem]:
    now, then = figures.totals[asserted.column], before.totals.get(asserted.column, {})
    for unit, old in sorted(then.items()):
        new = now.get(unit, Decimal(0))
        if max(abs(old), abs(new)) >= asserted.from_total:
            yield from _moved("implausible_total", new, old, before, asserted, unit=unit)


def _moved(
    rule: str, new: Decimal, old: Decimal, before: Before, asserted: Assertion, *, unit: str = ""
) -> Iterable[Problem]:
    """Doubt a move that is a larger share of what was than it may be; from nothing there is no share."""
    moved = abs(EXACT.subtract(new, old))
    if old and moved > EXACT.multiply(asserted.most, abs(old)):
        yield Problem(rule, column=asserted.column, value=plain(new), params={
            "observed": f"{grouped(new)} {unit}".rstrip(), "before": grouped(old),
            "move": percent(EXACT.divide(moved, abs(old)), ROUND_UP), "most": percent(asserted.most),
            "receipt": before.receipt, "day": before.day.isoformat(),
            "why": asserted.why,
        })


def percent(share: Decimal, rounding: str = ROUND_DOWN) -> str:
    """Return a share as a percentage with at most one decimal place."""
    return plain(EXACT.multiply(share, HUNDRED).quantize(TENTH, rounding=rounding, context=EXACT)) + "%"


def grouped(amount: Decimal) -> str:
    """Return an amount as sentences say it, with its thousands apart."""
    return plain(amount, ",f")


def plain(amount: Decimal, form: str = "f") -> str:
    """Return an amount without exponent and without zeros that say nothing."""
    text = format(amount, form)
    return text.rstrip("0").rstrip(".") if "." in text else text
