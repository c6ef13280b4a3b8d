"""One position as books and custodian state it: what it is called, its lines, and the amounts that are compared."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from reserves.columns import instrument
from reserves.lines import HoldingLine, LedgerLine, Line
from reserves.units import to_amount

MAX_KEY = 300


@dataclass(frozen=True, slots=True)
class Position:
    """The lines of one position. `left` (books) and `right` (custodian) are None if that side does not know it."""

    level: str  # what it met on: instrument_id, line_ref or asset_class
    account_id: str
    reference: str
    instrument_id: str
    line_ref: str
    asset_class: str
    currency: str
    books: tuple[LedgerLine, ...]
    custodian: tuple[HoldingLine, ...]
    on_face: bool
    left: Decimal | None
    right: Decimal | None
    difference: Decimal

    @property
    def identity(self) -> tuple[str, str, str]:
        """What it is called whatever its currency."""
        return (self.account_id, self.level, self.reference)

    @property
    def key(self) -> str:
        """The same text every day for the same position, at most 300 characters."""
        parts = (*self.identity, self.currency)
        key = "|".join(part.replace("%", "%25").replace("|", "%7C") for part in parts)
        if len(key) <= MAX_KEY:
            return key
        digest = hashlib.sha256(key.encode()).hexdigest()
        return f"{key[: MAX_KEY - len(digest) - 1]}|{digest}"

    def booked(self, line: LedgerLine) -> Decimal:
        """The amount of a line of the books that is compared."""
        return line.face_value if self.on_face and line.face_value is not None else line.book_value

    def held(self, line: HoldingLine) -> Decimal:
        """The amount of a line of the custodian that is compared."""
        return line.face_value if self.on_face and line.face_value is not None else line.market_value


def position_of(
    level: str, books: Sequence[LedgerLine], custodian: Sequence[HoldingLine], on_face: bool, left: int, right: int
) -> Position:
    """The position that these lines are; `left` and `right` are its sums in ten-thousandths."""
    lines: list[Line] = [*books, *custodian]

    def named(column: str) -> str:
        """What the lines agree on; of several names the first in order, whatever the order of the lines."""
        return min(filter(None, map(attrgetter(column), lines)), default="")

    names = {column: named(column) for column in ("instrument_id", "line_ref", "asset_class")}
    return Position(
        level=level,
        account_id=lines[0].account_id,
        reference=instrument(names[level]) if level == "instrument_id" else names[level],
        instrument_id="" if level == "asset_class" else names["instrument_id"],
        line_ref="" if level == "asset_class" else names["line_ref"],
        asset_class=names["asset_class"],
        currency=lines[0].currency,
        books=tuple(books),
        custodian=tuple(custodian),
        on_face=on_face,
        left=to_amount(left) if books else None,
        right=to_amount(right) if custodian else None,
        difference=to_amount(left - right),
    )


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
