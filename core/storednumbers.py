"""What a spreadsheet means by a number that it stored: the exact amount, the day, or a refusal; never a near miss.

A spreadsheet keeps numbers in binary and writes them with 16 or 17 digits: 0.29 is stored as 0.28999999999999998.
Fifteen digits survive that and are what its user typed. A number that needs more has lost digits or would lose them
here, so it is refused. This is the one place where a binary number is looked at, and only to tell those cases apart.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import NamedTuple

from core.tablefile import CellRefused

_KEPT_DIGITS = 15
_MAX_EXPONENT = 40
_LAST_SERIAL = 120_000  # in the year 2228


class StoredNumber(NamedTuple):
    """A numeric cell: the digits in the file, whether its format shows a date, and day 0 of the workbook's calendar."""

    digits: str
    is_date: bool
    epoch: date

    def __str__(self) -> str:
        return self.digits

    def spelled(self, kind: str) -> str:
        """The cell as it would stand in a CSV file under a column of this kind. Raises CellRefused."""
        if kind == "date":
            return self._day()
        if kind == "datetime":
            raise CellRefused("datetime_without_zone" if self.is_date else "unreadable_datetime")
        if self.is_date:
            raise CellRefused("date_as_text" if kind == "text" else _UNREADABLE.get(kind, "unknown_choice"))
        number = exact(self.digits)
        if kind == "text" and number != number.to_integral_value():
            raise CellRefused("number_as_text")  # 1.10 would arrive as 1.1
        return f"{number:f}" if number != number.to_integral_value() else f"{number:.0f}"

    def _day(self) -> str:
        serial = exact(self.digits)
        if not self.is_date or serial != serial.to_integral_value() or not 61 <= serial <= _LAST_SERIAL:
            raise CellRefused("unreadable_date")
        return (self.epoch + timedelta(days=int(serial))).isoformat()


_UNREADABLE = {"decimal": "unreadable_amount", "integer": "unreadable_integer", "currency": "unknown_currency"}


def exact(digits: str) -> Decimal:
    """The number that was typed. Raises CellRefused if the stored digits do not tell."""
    try:
        number = Decimal(digits)
    except InvalidOperation:
        raise CellRefused("unreadable_amount") from None
    if not number.is_finite() or abs(number.adjusted()) > _MAX_EXPONENT:
        raise CellRefused("unreadable_amount")
    if _significant(number) <= _KEPT_DIGITS:
        return number
    typed = Context(prec=_KEPT_DIGITS, rounding=ROUND_HALF_EVEN).plus(number)
    binary = float(typed)
    if number in (Decimal(f"{binary:.17g}"), Decimal(f"{binary:.16g}")):
        return typed
    raise CellRefused("amount_not_exact")


def _significant(number: Decimal) -> int:
    return len("".join(map(str, number.as_tuple().digits)).strip("0"))
