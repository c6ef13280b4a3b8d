"""Compares the issuer's books with what custodians hold, position by position, and par value with supply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple

import numpy as np

from core.money import EXACT
from reserves.causes import BusinessDay, Cause, explain, other_currency, smallest_unit
from reserves.lines import PAR_OUTSTANDING, HoldingLine, LedgerLine, Line
from reserves.meeting import LEVELS, Meetings, instrument, meet
from reserves.positions import Position
from reserves.units import all_units, exact_array, sums_by_group, to_amount, to_units

BOOKS_CUSTODIAN = "books_custodian"
PAR_SUPPLY = "par_supply"


class Tolerance(NamedTuple):
    """How far book and market value may differ: the larger of an amount and a share of the market value."""

    absolute: Decimal = Decimal(0)
    relative: Decimal = Decimal(0)


EXACTLY = Tolerance()


@dataclass(frozen=True, slots=True)
class Difference:
    """One position that differs. `key` is the same every day; `left` is the books, `right` the other side."""

    comparison: str
    key: str
    cause: Cause
    account_id: str
    instrument_id: str
    line_ref: str
    asset_class: str
    currency: str
    left: Decimal | None
    right: Decimal | None
    difference: Decimal
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The sums of what was compared in one currency. left - right = difference = sum of differences + tolerated."""

    name: str
    currency: str
    left: Decimal | None
    right: Decimal | None
    difference: Decimal | None
    tolerated: Decimal
    matched: int
    differing: int
    state: Literal["matched", "differs", "no_data"]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Every difference in order of its key, and one comparison for each currency of the pool."""

    differences: tuple[Difference, ...]
    comparisons: tuple[Comparison, ...]


def reconcile(
    ledger: Sequence[LedgerLine],
    holdings: Sequence[HoldingLine],
    *,
    as_of: date,
    tolerances: Mapping[str, Tolerance],
    is_business_day: BusinessDay,
) -> Reconciliation:
    """Compare books with custodians. `tolerances` by asset class; a class without one must agree exactly.

    Face values are compared where every line of a position gives one, and must agree exactly; else book value with
    market value, within the tolerance. Lines of the class par_outstanding belong to `reconcile_par`. If one side gives
    no lines at all there is nothing to compare: state no_data, no differences.
    """
    books = [line for line in ledger if line.asset_class != PAR_OUTSTANDING]
    if not books or not holdings:
        return Reconciliation((), (Comparison(BOOKS_CUSTODIAN, "", None, None, None, Decimal(0), 0, 0, "no_data"),))
    meetings = meet(books, holdings)
    on_face, left, right = _sums(books, holdings, meetings)
    differing = [
        position
        for position in _positions(books, holdings, meetings, on_face, left, right)
        if not _is_tolerated(position, tolerances)
    ]
    pairs = other_currency(differing)
    found = [_difference(position, pairs, as_of, is_business_day) for position in differing]
    differences = tuple(sorted(found, key=lambda difference: difference.key))
    return Reconciliation(differences, _comparisons(books, holdings, meetings, left, right, differences))


def reconcile_par(
    ledger_par: Decimal | None,
    circulating: Decimal | None,
    *,
    currency: str,
    parts: Mapping[str, Decimal] | None = None,
) -> tuple[Comparison, Difference | None]:
    """Compare par value outstanding in the books with the tokens in circulation, both in units of `currency`.

    Books are kept in minor units and tokens are finer, so less than one minor unit is no difference. `parts` are the
    counts (unissued, frozen, pending redemption) that books and chain might treat differently; one that is as large as
    the difference is named in the evidence.
    """
    if ledger_par is None or circulating is None:
        return Comparison(PAR_SUPPLY, currency, ledger_par, circulating, None, Decimal(0), 0, 0, "no_data"), None
    difference = EXACT.subtract(ledger_par, circulating)
    if abs(difference) < smallest_unit(currency):
        return Comparison(PAR_SUPPLY, currency, ledger_par, circulating, difference, difference, 1, 0, "matched"), None
    evidence = {
        "equals": sorted(name for name, part in (parts or {}).items() if part == abs(difference)),
        "parts": {name: f"{part:f}" for name, part in sorted((parts or {}).items())},
    }
    found = Difference(
        PAR_SUPPLY, f"par|{currency}", Cause.PAR_SUPPLY, "", "", "", PAR_OUTSTANDING, currency,
        ledger_par, circulating, difference, evidence,
    )  # fmt: skip
    return Comparison(PAR_SUPPLY, currency, ledger_par, circulating, difference, Decimal(0), 0, 1, "differs"), found


def _sums(
    books: Sequence[LedgerLine], holdings: Sequence[HoldingLine], meetings: Meetings
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each position: whether its face values are compared, and the sum of each side in ten-thousandths."""
    size, group, first = len(meetings.level), meetings.group, len(books)
    lines: list[Line] = [*books, *holdings]
    no_face = np.array([line.face_value is None for line in lines])
    on_face = meetings.on_books & meetings.at_custodian & (np.bincount(group[no_face], minlength=size) == 0)
    faces = exact_array(all_units(line.face_value for line in lines))
    values = exact_array(all_units([*(line.book_value for line in books), *(line.market_value for line in holdings)]))
    compared = np.where(on_face[group], faces, values)
    return (
        on_face,
        sums_by_group(compared[:first], group[:first], size),
        sums_by_group(compared[first:], group[first:], size),
    )


def _positions(
    books: Sequence[LedgerLine],
    holdings: Sequence[HoldingLine],
    meetings: Meetings,
    on_face: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
) -> list[Position]:
    """The positions whose sides are not the same, or of which there is one side only, with their lines."""
    both = meetings.on_books & meetings.at_custodian
    wanted = np.flatnonzero((left != right) | ~both)
    members: dict[int, tuple[list[LedgerLine], list[HoldingLine]]] = {int(number): ([], []) for number in wanted}
    lines: list[Line] = [*books, *holdings]
    for index in np.flatnonzero(np.isin(meetings.group, wanted)):
        sides = members[int(meetings.group[index])]
        line = lines[index]
        if isinstance(line, LedgerLine):
            sides[0].append(line)
        else:
            sides[1].append(line)
    return [
        _position(LEVELS[meetings.level[number]], *sides, bool(on_face[number]), int(left[number]), int(right[number]))
        for number, sides in members.items()
    ]


def _position(
    level: str, books: list[LedgerLine], custodian: list[HoldingLine], on_face: bool, left: int, right: int
) -> Position:
    lines: list[Line] = [*books, *custodian]

    def named(column: str) -> str:
        """What the lines agree on; of several names the first in order, whatever the order of the lines."""
        return min((text for line in lines if (text := getattr(line, column))), default="")

    return Position(
        level=level,
        account_id=lines[0].account_id,
        reference=instrument(named(level)) if level == "instrument_id" else named(level),
        instrument_id="" if level == "asset_class" else named("instrument_id"),
        line_ref="" if level == "asset_class" else named("line_ref"),
        asset_class=named("asset_class"),
        currency=lines[0].currency,
        books=tuple(books),
        custodian=tuple(custodian),
        on_face=on_face,
        left=to_amount(left) if books else None,
        right=to_amount(right) if custodian else None,
        difference=to_amount(left - right),
    )


def _is_tolerated(position: Position, tolerances: Mapping[str, Tolerance]) -> bool:
    """Within the tolerance of its class; a position on which the sides do not agree what it is has none."""
    if position.on_face or position.left is None or position.right is None:
        return False
    lines: list[Line] = [*position.books, *position.custodian]
    if len({line.asset_class for line in lines}) > 1:
        return False
    tolerance = tolerances.get(position.asset_class, EXACTLY)
    allowed = max(tolerance.absolute, EXACT.multiply(tolerance.relative, abs(position.right)))
    return abs(position.difference) <= allowed


def _difference(position: Position, pairs: Mapping[str, str], as_of: date, is_business_day: BusinessDay) -> Difference:
    cause, evidence = explain(position, as_of=as_of, is_business_day=is_business_day)
    if position.key in pairs:
        cause, evidence = Cause.CURRENCY_DIFFERS, {**evidence, "other_key": pairs[position.key]}
    return Difference(
        BOOKS_CUSTODIAN, position.key, cause, position.account_id, position.instrument_id, position.line_ref,
        position.asset_class, position.currency, position.left, position.right, position.difference, evidence,
    )  # fmt: skip


def _comparisons(
    books: Sequence[LedgerLine],
    holdings: Sequence[HoldingLine],
    meetings: Meetings,
    left: np.ndarray,
    right: np.ndarray,
    differences: Sequence[Difference],
) -> tuple[Comparison, ...]:
    lines: list[Line] = [*books, *holdings]
    currency = np.empty(len(meetings.level), dtype=object)
    currency[meetings.group] = [line.currency for line in lines]
    compared = []
    for code in sorted({line.currency for line in lines}):
        of_code = currency == code
        booked, held = (to_amount(sum(map(int, side[of_code]))) for side in (left, right))
        found = [difference for difference in differences if difference.currency == code]
        listed = sum(to_units(difference.difference) for difference in found)
        total = EXACT.subtract(booked, held)
        compared.append(
            Comparison(
                BOOKS_CUSTODIAN,
                code,
                booked,
                held,
                total,
                EXACT.subtract(total, to_amount(listed)),
                int(of_code.sum()) - len(found),
                len(found),
                "differs" if found else "matched",
            )
        )
    return tuple(compared)
