"""One position as books and custodian state it: what it is called, its lines, and the amounts that are compared."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from reserves.lines import HoldingLine, LedgerLine

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
