"""Reading a canonical file once more, by nothing that the intake uses: Python's own CSV reader, openpyxl, Decimal.

It is for checking, so it is plain and strict: what it cannot read is said with the row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zipfile import BadZipFile

#: Columns by what their cells are; every other is text.
AMOUNTS = frozenset({
    "face_value", "market_value", "price", "collateral_value", "book_value", "total_supply", "unissued", "frozen",
    "pending_redemption", "bridged", "block_number", "bid", "mid", "ask", "amount", "paid_amount", "fee",
})
DAYS = frozenset({"as_of", "start_date", "maturity_date", "booked_on", "value_on"})
MOMENTS = frozenset({"block_time", "received_at", "paid_at", "funds_received_at", "minted_at"})
CANONICAL = frozenset({"holdings", "ledger", "supply", "prices", "redemptions", "issuance", "entries"})


class NotReread(ValueError):
    """The bytes cannot be read this way; the text says where."""


def reread(raw: bytes, filename: str) -> list[tuple[int, dict[str, Any]]]:
    """Return (row, values by column) of every line; what is not given is None.

    Raises:
        NotReread: the bytes are no such table, or a cell is not what its column holds.
    """
    records = _workbook(raw) if filename.lower().endswith(".xlsx") else _csv(raw)
    header: list[str] = []
    lines: list[tuple[int, dict[str, Any]]] = []
    for row, cells in records:
        if not any(cell not in (None, "") for cell in cells):
            continue
        if not header:
            header = [str(cell or "").strip() for cell in cells]
            continue
        lines.append((row, {name: _value(name, cell, row) for name, cell in zip(header, cells, strict=False)}))
    return lines


def _csv(raw: bytes) -> Iterator[tuple[int, Iterable[Any]]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotReread(f"byte {error.start} is not UTF-8") from error
    try:
        yield from enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), 1)
    except csv.Error as error:
        raise NotReread(str(error)) from error


def _workbook(raw: bytes) -> Iterator[tuple[int, Iterable[Any]]]:
    try:
        from openpyxl import load_workbook  # only a workbook needs it, and few processes read one

        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise NotReread(str(error)) from error
    yield from enumerate(book.worksheets[0].iter_rows(values_only=True), 1)


def _value(column: str, cell: Any, row: int) -> Any:
    if isinstance(cell, str):
        cell = cell.strip()
    if cell in (None, ""):
        return None
    try:
        if column in AMOUNTS:
            return Decimal(str(cell))
        if column in DAYS:
            return cell.date() if isinstance(cell, datetime) else date.fromisoformat(str(cell))
        if column in MOMENTS:
            moment = cell if isinstance(cell, datetime) else datetime.fromisoformat(str(cell).replace("Z", "+00:00"))
            return moment
    except (InvalidOperation, ValueError) as error:
        raise NotReread(f"row {row}, {column}: {cell}") from error
    return str(cell)
