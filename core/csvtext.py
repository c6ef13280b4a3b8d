"""Reads the records of a CSV file, one at a time, in little memory."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from core.tablefile import MAX_COLUMNS, Record, Unreadable

MAX_RECORD = 100_000  # characters
_BLOCK = 1 << 20


class _Lines:
    """Lines of text for csv.reader, which by itself would read a record of any length into memory."""

    def __init__(self, raw: bytes) -> None:
        self.text = io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8-sig", newline="")
        self.pending = 0  # characters of the record that is being read
        self.record = 1

    def __iter__(self) -> Iterator[str]:
        for line in self.text:
            self.pending += len(line)
            if self.pending > MAX_RECORD:
                raise Unreadable("cell_too_long", row=self.record, limit=MAX_RECORD)
            yield line


def csv_records(raw: bytes) -> Iterator[Record]:
    """(row, cells) of every record that is not blank. A record is one row of a spreadsheet, however many lines of text.

    Raises Unreadable for bytes that are not UTF-8, NUL bytes, quotation marks that do not match and absurd sizes.
    """
    _refuse_what_is_not_text(raw)
    lines = _Lines(raw)
    reader = csv.reader(lines, strict=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            raise Unreadable("quote_not_closed", row=lines.record) from None
        if cells is None:
            return
        if len(cells) > MAX_COLUMNS:
            raise Unreadable("too_many_columns", row=lines.record, limit=MAX_COLUMNS)
        if cells:
            yield lines.record, cells
        lines.record += 1
        lines.pending = 0


def _refuse_what_is_not_text(raw: bytes) -> None:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable("not_utf8", row=1)
    if (position := raw.find(b"\0")) >= 0:
        raise Unreadable("nul_byte", row=_row_at(raw, position))
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(raw)
    for start in range(0, len(raw), _BLOCK):
        held_back = len(decoder.getstate()[0])
        try:
            decoder.decode(view[start : start + _BLOCK], final=start + _BLOCK >= len(raw))
        except UnicodeDecodeError as error:
            raise Unreadable("not_utf8", row=_row_at(raw, start - held_back + error.start)) from None


def _row_at(raw: bytes, position: int) -> int:
    """The line of text at a byte: the spreadsheet's row unless quoted cells before it hold line breaks."""
    return raw.count(b"\n", 0, position) + 1
