"""How one cell's text becomes a value of its column's kind: exactly, or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeVar

from core.currencies import ISO_4217
from core.storednumbers import StoredNumber
from core.tablefile import NOTED, CellRefused

T = TypeVar("T", date, datetime)
Kind = Literal["text", "date", "datetime", "decimal", "integer", "choice", "currency"]

EARLIEST, LATEST = date(1970, 1, 1), date(2200, 12, 31)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DATETIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_NUMBER = re.compile(r"([+-]?)(\d+)(?:\.(\d+))?", re.ASCII)
_INTEGER = re.compile(r"-?\d+", re.ASCII)
_SUSPECT = " =+-@"  # a text that begins with one of these gets a second look
_MAX_INTEGER = 10**18  # fits a 64-bit column


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a canonical file.

    `required` means that the column must be there and no cell of it may be empty. A decimal has at most `max_digits`
    digits of which `places` after the point (FiatField 24, 4; TokenField 38, 18); `minimum` holds for decimals and
    integers, None allows any.
    """

    name: str
    kind: Kind = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    places: int = 4
    max_digits: int = 24
    minimum: int | None = None
    max_length: int = 200


class Converter(dict[Any, Any]):
    """Looks up a cell's value and remembers it: most columns repeat themselves.

    `converter[cell]` is the value (None for an empty cell) or raises CellRefused.
    """

    REMEMBERED = 50_000

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.column = column
        self._convert: Callable[[str], Any] = _CONVERSIONS[column.kind](column)
        self._at_once = _at_once(column)

    def values_of(self, cells: Sequence[Any]) -> list[Any]:
        """The values of many cells of the column. Raises CellRefused if any of them has none."""
        if 4 * len(set(cells)) > len(cells) and (values := self._at_once(cells)) is not None:
            return values
        return [self[cell] for cell in cells]

    def __missing__(self, cell: Any) -> Any:
        if cell is NOTED:
            return None
        text = cell.spelled(self.column.kind) if isinstance(cell, StoredNumber) else cell
        stripped = text.strip(" ")
        if not stripped:
            if self.column.required:
                raise CellRefused("missing_value")
            value = None
        else:
            value = self._convert(stripped)
        if len(self) >= self.REMEMBERED:
            self.clear()
        self[cell] = value
        return value


def _at_once(column: Column) -> Callable[[Sequence[Any]], list[Any] | None]:
    """A check of many cells together, for columns of which few cells are alike; None if it cannot vouch for them."""
    exact = re.compile(rf"(?:{_exact(column)}\n)*", re.ASCII)

    def decimals(cells: Sequence[Any]) -> list[Any] | None:
        if set(map(type, cells)) == {str} and column.minimum in (None, 0) and exact.fullmatch("\n".join([*cells, ""])):
            return list(map(Decimal, cells))
        return None

    def texts(cells: Sequence[Any]) -> list[Any] | None:
        if (
            set(map(type, cells)) == {str}
            and "".join(cells).isprintable()
            and {cell[:1] for cell in cells}.isdisjoint({"", *_SUSPECT})
            and " " not in {cell[-1:] for cell in cells}
            and max(map(len, cells)) <= column.max_length
        ):
            return list(cells)
        return None

    def none(_cells: Sequence[Any]) -> None:
        return None

    return {"decimal": decimals, "text": texts}.get(column.kind, none)


def is_formula(text: str) -> bool:
    """Would a spreadsheet program run this text as a formula when it opens the file?"""
    return text[0] in "=@" or (text[0] in "+-" and len(text) > 1 and not _NUMBER.fullmatch(text))


def _text(column: Column) -> Callable[[str], str]:
    def convert(text: str) -> str:
        if is_formula(text):
            raise CellRefused("formula")
        if not text.isprintable() and any(not char.isprintable() and char not in "\t\r\n" for char in text):
            raise CellRefused("control_character")
        if len(text) > column.max_length:
            raise CellRefused("text_too_long", limit=column.max_length)
        return text

    return convert


def _decimal(column: Column) -> Callable[[str], Decimal]:
    whole = column.max_digits - column.places
    exact = re.compile(_exact(column), re.ASCII)

    def convert(text: str) -> Decimal:
        if exact.fullmatch(text):
            number = Decimal(text)
        else:
            _refuse_formula(text)
            found = _NUMBER.fullmatch(text)
            if not found or found[1] == "+":
                raise CellRefused("unreadable_amount")
            # Zeros that carry no information are no reason to refuse.
            digits, decimals = found[2].lstrip("0") or "0", (found[3] or "").rstrip("0")
            if len(digits) > whole:
                raise CellRefused("too_many_digits", digits=whole)
            if len(decimals) > column.places:
                raise CellRefused("too_many_places", places=column.places)
            number = Decimal(f"{found[1]}{digits}.{decimals}" if decimals else f"{found[1]}{digits}")
        _refuse_below(column, number)
        return number

    return convert


def _exact(column: Column) -> str:
    """The pattern of an amount that needs no second look."""
    sign = "-?" if column.minimum is None else ""
    return rf"{sign}\d{{1,{column.max_digits - column.places}}}(?:\.\d{{1,{column.places}}})?"


def _integer(column: Column) -> Callable[[str], int]:
    def convert(text: str) -> int:
        if not _INTEGER.fullmatch(text):
            _refuse_formula(text)
            raise CellRefused("unreadable_integer")
        if len(text) > 40 or abs(int(text)) >= _MAX_INTEGER:
            raise CellRefused("too_many_digits", digits=18)
        _refuse_below(column, int(text))
        return int(text)

    return convert


def _date(column: Column) -> Callable[[str], date]:
    def convert(text: str) -> date:
        day = _iso(date.fromisoformat, _DATE, text, "unreadable_date")
        _refuse_implausible(day)
        return day

    return convert


def _datetime(column: Column) -> Callable[[str], datetime]:
    def convert(text: str) -> datetime:
        moment = _iso(datetime.fromisoformat, _DATETIME, text, "unreadable_datetime")
        if moment.tzinfo is None:
            raise CellRefused("datetime_without_zone")
        _refuse_implausible(moment.date())
        return moment

    return convert


def _choice(column: Column) -> Callable[[str], str]:
    def convert(text: str) -> str:
        if text not in column.choices:
            _refuse_formula(text)
            raise CellRefused("unknown_choice", allowed=", ".join(column.choices))
        return text

    return convert


def _currency(column: Column) -> Callable[[str], str]:
    def convert(text: str) -> str:
        if text not in ISO_4217:
            _refuse_formula(text)
            raise CellRefused("unknown_currency")
        return text

    return convert


def _iso(parse: Callable[[str], T], pattern: re.Pattern[str], text: str, rule: str) -> T:
    if not pattern.fullmatch(text):
        _refuse_formula(text)
        raise CellRefused(rule)
    try:
        return parse(text)
    except ValueError:
        raise CellRefused(rule) from None


def _refuse_formula(text: str) -> None:
    if is_formula(text):
        raise CellRefused("formula")


def _refuse_below(column: Column, number: Decimal | int) -> None:
    if column.minimum is not None and number < column.minimum:
        if column.minimum == 0:
            raise CellRefused("negative")
        raise CellRefused("implausible", expected=f"≥ {column.minimum}")


def _refuse_implausible(day: date) -> None:
    if not EARLIEST <= day <= LATEST:
        raise CellRefused("implausible", expected=f"{EARLIEST} – {LATEST}")


_CONVERSIONS: dict[str, Callable[[Column], Callable[[str], Any]]] = {
    "text": _text,
    "date": _date,
    "datetime": _datetime,
    "decimal": _decimal,
    "integer": _integer,
    "choice": _choice,
    "currency": _currency,
}
