"""What statements of holdings have in common, whatever they are written in: positions, accounts, the total."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from core.money import EXACT
from core.problems import Problems
from core.tables import Rows
from reserves.parsers.statements import DESCRIPTION_LENGTH, POSITION_COLUMNS, Statements, words

_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}\d", re.ASCII)


class Position(NamedTuple):
    """One security on one account; in the order of the columns that are kept."""

    account_id: str
    instrument_id: str | None
    line_ref: str | None
    description: str
    currency: str | None
    face_value: Decimal | None
    market_value: Decimal | None
    price: Decimal | None
    maturity_date: date | None


@dataclass
class Holdings:
    """Collects the positions of a file and judges them together."""

    problems: Problems
    rows: Rows = field(default_factory=lambda: Rows(POSITION_COLUMNS))
    accounts: dict[str, None] = field(default_factory=dict)
    days: dict[date, int] = field(default_factory=dict)
    _seen: dict[tuple[Any, ...], int] = field(default_factory=dict)
    _total: dict[str, Decimal] = field(default_factory=dict)

    def add(self, row: int, position: Position, column: str) -> None:
        """Keep a position that is whole; note one that is stated twice or short."""
        if position.market_value is None or position.currency is None:
            return
        if position.market_value < 0 or (position.face_value is not None and position.face_value < 0):
            self.problems.add("negative", row=row, column=column, value=position.market_value)
        key = (position.account_id, position.instrument_id or position.description, position.line_ref)
        first = self._seen.setdefault(key, row)
        if first != row:
            self.problems.add("duplicate_line", row=row, column=column, first_row=first, distinguish=column,
                              key=", ".join(part for part in key if part))
        total = self._total.get(position.currency, Decimal(0))
        self._total[position.currency] = EXACT.add(total, position.market_value)
        self.rows.append_batch([row], [tuple(position)])

    def check_total(self, stated: Decimal | None, currency: str | None) -> None:
        """The positions since the last total have to come to what the statement says, where all are in its currency."""
        found, self._total = self._total, {}
        if stated is None or currency is None or set(found) - {currency}:
            return
        total = found.get(currency, Decimal(0))
        if total != stated:
            self.problems.add("total_mismatch", found=f"{total:f}", expected=f"{stated:f}")

    def statements(self) -> Statements:
        """All of it, as read."""
        return Statements(self.rows, self.problems.in_order(), self.problems.count, "", (), tuple(self.accounts),
                          dict(self.days))


def described(text: str | None, instrument_id: str | None) -> str:
    """The position in words; its number where the statement has no words for it."""
    return words(text, DESCRIPTION_LENGTH) or instrument_id or "—"


def is_isin(text: str) -> bool:
    """Whether the text is an ISIN whose last digit fits the others."""
    if not _ISIN.fullmatch(text):
        return False
    digits = "".join(str(int(char, 36)) for char in text)
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(each // 10 + each % 10 for each in doubled) % 10 == 0
