"""Why a position differs, as far as the lines themselves show it, and the lines that show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from typing import Any

from core.money import EXACT, minor_units
from reserves.lines import LedgerLine, Line
from reserves.positions import Position

MAX_LINES = 20  # of each side in the evidence; the count says how many there are

BusinessDay = Callable[[date], bool]
_DAY = timedelta(days=1)


class Cause(StrEnum):
    """What the lines show of why two sides differ."""

    MISSING_IN_BOOKS = "missing_in_books"
    MISSING_AT_CUSTODIAN = "missing_at_custodian"
    FACE_DIFFERS = "face_differs"
    VALUE_DIFFERS = "value_differs"
    CURRENCY_DIFFERS = "currency_differs"
    DUPLICATE = "duplicate"
    IN_TRANSIT = "in_transit"
    ROUNDING = "rounding"
    PAR_SUPPLY = "par_supply"
    CHAIN_DIFFERS = "chain_differs"


def explain(position: Position, *, as_of: date, is_business_day: BusinessDay) -> tuple[Cause, dict[str, Any]]:
    """The cause of a difference and its evidence (JSON-able; amounts are strings).

    A line of the books is in transit if it takes effect at the custodian only after `as_of`: its value date, moved to
    a business day, or, where the books give none, the business day after it was booked.
    """
    evidence: dict[str, Any] = {
        "measure": "face_value" if position.on_face else "value",
        "met_on": position.level,
        "books": _shown([(line, position.booked(line)) for line in position.books]),
        "books_lines": len(position.books),
        "custodian": _shown([(line, position.held(line)) for line in position.custodian]),
        "custodian_lines": len(position.custodian),
    }
    due = {line.id: takes_effect(line, is_business_day) for line in position.books}
    late = [line for line in position.books if (on := due[line.id]) is not None and on > as_of]
    in_transit = _total(position.booked(line) for line in late)
    if late:
        evidence["in_transit"] = f"{in_transit:f}"
        evidence["in_transit_until"] = max(on for line in late if (on := due[line.id])).isoformat()
    doubled = _doubled(position)
    if doubled is not None:
        evidence["doubled"] = f"{doubled:f}"
    if late and in_transit == position.difference:
        return Cause.IN_TRANSIT, evidence
    if position.right is None:
        return Cause.MISSING_AT_CUSTODIAN, evidence
    if position.left is None:
        return Cause.MISSING_IN_BOOKS, evidence
    if doubled is not None:
        return Cause.DUPLICATE, evidence
    if abs(position.difference) <= smallest_unit(position.currency):
        return Cause.ROUNDING, evidence
    return (Cause.FACE_DIFFERS if position.on_face else Cause.VALUE_DIFFERS), evidence


def takes_effect(line: LedgerLine, is_business_day: BusinessDay) -> date | None:
    """The business day on which the custodian can show the line; None if the books give no date."""
    if line.value_on is not None:
        day = line.value_on
    elif line.booked_on is not None:
        day = line.booked_on + _DAY
    else:
        return None
    while not is_business_day(day):
        day += _DAY
    return day


def smallest_unit(currency: str) -> Decimal:
    """One minor unit of the currency, for example 0.01."""
    return Decimal(1).scaleb(-minor_units(currency))


def other_currency(positions: Sequence[Position]) -> dict[str, str]:
    """key -> key of positions that one side has in one currency and the other side in another."""
    alone: dict[tuple[str, str, str], list[Position]] = {}
    for position in positions:
        if position.left is None or position.right is None:
            alone.setdefault(position.identity, []).append(position)
    pairs: dict[str, str] = {}
    for found in alone.values():
        if len(found) == 2 and (found[0].left is None) != (found[1].left is None):
            first, second = found
            pairs[first.key], pairs[second.key] = second.key, first.key
    return pairs


def _doubled(position: Position) -> Decimal | None:
    """The amount of lines that one side has twice or more, if it is all of the difference."""
    if position.difference > 0:
        seen = Counter((position.booked(line), line.line_ref) for line in position.books)
    else:
        seen = Counter((position.held(line), line.line_ref) for line in position.custodian)
    if position.left is None or position.right is None or max(seen.values()) == 1:
        return None
    surplus = _total(EXACT.multiply(amount, Decimal(count - 1)) for (amount, _), count in seen.items())
    return surplus if surplus == abs(position.difference) else None


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return reduce(EXACT.add, amounts, Decimal(0))


def _shown(lines: Sequence[tuple[Line, Decimal]]) -> list[dict[str, Any]]:
    ordered = sorted(lines, key=lambda shown: (shown[0].line, shown[0].id))
    return [
        {
            "id": line.id,
            "line": line.line,
            "description": line.description,
            "line_ref": line.line_ref,
            "amount": f"{amount:f}",
            **{name: on.isoformat() for name in _DATES if (on := getattr(line, name, None)) is not None},
        }
        for line, amount in ordered[:MAX_LINES]
    ]


_DATES = ("booked_on", "value_on", "start_date", "maturity_date")
