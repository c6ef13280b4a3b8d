"""Reads the records of a CSV file, one at a time, in little memory."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import TextIO

from core.tablefile import MAX_COLUMNS, Raw, Record, Unreadable, blocks, head_of, opened

MAX_RECORD = 100_000  # characters


class _Lines:
    """Lines of text for csv.reader, which by itself would read a record of any length into memory."""

    def __init__(self, text: TextIO) -> None:
        self.text = text
        self.pending = 0  # characters of the record that is being read
        self.record = 1

    def __iter__(self) -> Iterator[str]:
        for line in self.text:
            self.pending += len(line)
            if self.pending > MAX_RECORD:
                raise Unreadable("cell_too_long", row=self.record, limit=MAX_RECORD)
            yield line


def csv_records(raw: Raw) -> Iterator[Record]:
    """(row, cells) of every record that is not blank. A record is one row of a spreadsheet, however many lines of text.

    Raises Unreadable for bytes that are not UTF-8, NUL bytes, quotation marks that do not match and absurd sizes.
    """
    refuse_what_is_not_text(raw)
    with io.TextIOWrapper(opened(raw), encoding="utf-8-sig", newline="") as text:
        yield from _records(_Lines(text))


def _records(lines: _Lines) -> Iterator[Record]:
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


def refuse_what_is_not_text(raw: Raw) -> None:
    """Raises Unreadable for bytes that are not UTF-8, and for NUL bytes."""
    if head_of(raw).startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable("not_utf8", row=1)
    decoder, rows, damaged = codecs.getincrementaldecoder("utf-8")(), 1, 0
    for block in blocks(raw):
        held_back = len(decoder.getstate()[0])
        if not damaged:
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                damaged = rows + block.count(b"\n", 0, max(error.start - held_back, 0))
        if (position := block.find(b"\0")) >= 0:
            raise Unreadable("nul_byte", row=rows + block.count(b"\n", 0, position))
        rows += block.count(b"\n")
    if not damaged and decoder.getstate()[0]:
        damaged = rows
    if damaged:
        raise Unreadable("not_utf8", row=damaged)
