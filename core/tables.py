"""Reads a canonical feed file, CSV or XLSX, into typed rows, or says everything that is wrong with it.

UTF-8, header row, free column order, ISO dates, a point for decimals, empty = not given. Row numbers are those that a
spreadsheet program shows: the header is row 1, each record of a CSV is one row even where a quoted cell spans several
lines of text, and blank rows count but carry nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from core.cells import Column, Converter
from core.csvtext import csv_records
from core.problems import MAX_PROBLEMS, Problem, Problems, shown
from core.tablefile import MAX_BYTES, CellRefused, Raw, Record, Unreadable, column_letters, kind_of_file
from core.tablerows import Row, Rows
from core.xlsx import workbook_records

__all__ = ["MAX_BYTES", "MAX_PROBLEMS", "MAX_ROWS", "Column", "Parsed", "Raw", "Row", "Rows", "read_table"]

MAX_ROWS = 2_000_000
_BATCH = 4_096


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as read. It is good if `problem_count` is 0; `problems` are the first 1,000 of them, top to bottom."""

    rows: Rows
    problems: tuple[Problem, ...]
    problem_count: int
    sheet: str = ""

    @property
    def ok(self) -> bool:
        return self.problem_count == 0

    def distinct(self, name: str) -> tuple[Any, ...]:
        """The different values of a column in order of appearance, without None."""
        return tuple(value for value in dict.fromkeys(self.rows.column(name)) if value is not None)

    def with_problems(self, more: Problems) -> Parsed:
        """The same rows with problems found by looking at lines together."""
        if not more.count:
            return self
        joined = Problems()
        joined.extend(self.problems, self.problem_count)
        joined.extend(more.kept, more.count)
        return replace(self, problems=joined.in_order(), problem_count=joined.count)


def read_table(
    raw: Raw,
    *,
    filename: str,
    columns: Sequence[Column],
    max_bytes: int = MAX_BYTES,
    max_rows: int = MAX_ROWS,
) -> Parsed:
    """Read `raw`, bytes or the file that holds them, which its sender calls `filename`.

    Never raises for what the bytes hold: see Parsed.problems. A CSV is read in little memory, whatever its length.
    """
    problems = Problems(file=filename)
    rows = Rows(columns)
    try:
        if kind_of_file(raw, filename, max_bytes=max_bytes) == "xlsx":
            problems.sheet, records = workbook_records(raw, problems)
        else:
            records = csv_records(raw)
        _read_records(records, columns, problems, rows, max_rows)
    except Unreadable as refusal:
        params: dict[str, Any] = refusal.params
        problems.add(refusal.rule, row=refusal.row, **params)
    return Parsed(rows, problems.in_order(), problems.count, problems.sheet)


def _read_records(
    records: Iterator[Record], columns: Sequence[Column], problems: Problems, rows: Rows, max_rows: int
) -> None:
    number, header = next(records, (0, []))
    if not number:
        raise Unreadable("empty_file")
    if number > 1 or not any(header):
        raise Unreadable("no_header", row=1)
    positions = _positions(header, columns, problems)
    converters = [Converter(column) for column in columns]
    seen = False
    while batch := list(islice(records, _BATCH)):
        batch = [record for record in batch if any(record[1])]
        seen = seen or bool(batch)
        if positions:
            _append_typed(rows, _aligned(batch, len(header), problems), positions, converters, problems)
        if len(rows) > max_rows:
            raise Unreadable("too_many_rows", limit=max_rows)
    if not seen:
        raise Unreadable("no_rows")


def _positions(header: list[Any], columns: Sequence[Column], problems: Problems) -> dict[str, int]:
    """Where each known column stands in the file; what is wrong with the header row is noted."""
    known = {column.name for column in columns}
    positions: dict[str, int] = {}
    found = [str(cell).strip(" ") for cell in header]
    if len(found) == 1 and (separator := next((mark for mark in ";\t|" if mark in found[0]), "")):
        raise Unreadable("wrong_separator", row=1, found={";": "semicolons", "\t": "tabs", "|": "bars"}[separator])
    for position, name in enumerate(found):
        if not name:
            problems.add("blank_column_name", row=1, position=column_letters(position))
        elif name in positions:
            problems.add("duplicate_column", row=1, column=name)
        elif name in known:
            positions[name] = position
        else:
            problems.add("unknown_column", row=1, column=shown(name), value=name, allowed=", ".join(sorted(known)))
    for column in columns:
        if column.required and column.name not in positions:
            problems.add("missing_column", row=1, column=column.name)
    return positions


def _aligned(batch: list[Record], width: int, problems: Problems) -> list[Record]:
    """The records that have one cell per column; the cells of any other cannot be told apart."""
    aligned = [record for record in batch if len(record[1]) == width]
    if len(aligned) < len(batch):
        for number, cells in batch:
            if len(cells) != width:
                problems.add("wrong_cell_count", row=number, found=len(cells), expected=width)
    return aligned


def _append_typed(
    rows: Rows, batch: list[Record], positions: dict[str, int], converters: list[Converter], problems: Problems
) -> None:
    """Turn cells into values column by column, which is several times faster than cell by cell."""
    if not batch:
        return
    lines = [number for number, _ in batch]
    texts = list(zip(*(cells for _, cells in batch), strict=True))
    values: list[list[Any]] = []
    for converter in converters:
        position = positions.get(converter.column.name)
        if position is None:
            values.append([None] * len(batch))
            continue
        try:
            values.append(converter.values_of(texts[position]))
        except CellRefused:
            values.append(
                [
                    _value(text, line, position, converter, problems)
                    for line, text in zip(lines, texts[position], strict=True)
                ]
            )
    rows.append_columns(lines, values)


def _value(text: Any, line: int, position: int, converter: Converter, problems: Problems) -> Any:
    """The cell's value, or None and a note of why it has none."""
    try:
        return converter[text]
    except CellRefused as refusal:
        params: dict[str, Any] = dict(refusal.params)
        if refusal.rule == "formula":
            params["cell"] = f"{column_letters(position)}{line}"
        problems.add(refusal.rule, row=line, column=converter.column.name, value=str(text), **params)
        return None
