"""The rows of a file as read: few stay in memory, many wait in a temporary file that goes when nobody needs them.

Rows that wait are kept column by column as PostgreSQL's COPY writes text, so that storing a million of them is copying
bytes; whoever asks for their values gets them typed again, a batch at a time.
"""

from __future__ import annotations

import tempfile
import weakref
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import repeat
from typing import Any, overload

from core.cells import Column

#: So many rows stay in memory; a file with more is written out from there on.
IN_MEMORY = 20_000
_BATCH = 4_096
NULL = r"\N"
_ESCAPES = (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r"))
_UNESCAPES = {r"\\": "\\", r"\t": "\t", r"\n": "\n", r"\r": "\r"}
_PLAIN = frozenset({"text", "choice", "currency"})
_READ: dict[str, Callable[[str], Any]] = {
    "date": date.fromisoformat, "datetime": datetime.fromisoformat, "decimal": Decimal, "integer": int,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file: its spreadsheet row number and its cells in the order of the column definition."""

    line: int
    names: tuple[str, ...]
    cells: tuple[Any, ...]

    @property
    def values(self) -> dict[str, Any]:
        """Every column of the definition with its value; None where the file gives none."""
        return dict(zip(self.names, self.cells, strict=True))

    def __getitem__(self, name: str) -> Any:
        return self.cells[self.names.index(name)]


class Rows(Sequence[Row]):
    """Rows in the order of the file, each with its line; they are only added and read, never changed."""

    def __init__(self, columns: Sequence[Column], *, in_memory: int = IN_MEMORY) -> None:
        self.columns = tuple(columns)
        self.names = tuple(column.name for column in columns)
        self.lines: array[int] = array("I")
        self._kept: list[list[list[Any]]] = []  # batches, each as its columns
        self._spool = _Spool(self.columns)
        self._in_memory, self._held = in_memory, 0

    def append_batch(self, lines: Iterable[int], cells: Iterable[tuple[Any, ...]]) -> None:
        """Add rows; their cells stand in the order of the columns."""
        batch = list(cells)
        if batch:
            self.append_columns(lines, [list(values) for values in zip(*batch, strict=True)])

    def append_columns(self, lines: Iterable[int], columns: list[list[Any]]) -> None:
        """Add rows by their columns, which are the caller's no longer."""
        self.lines.extend(lines)
        self._held += len(columns[0])
        if self._kept and len(self._kept[-1][0]) < _BATCH:
            for kept, values in zip(self._kept[-1], columns, strict=True):
                kept.extend(values)
        else:
            self._kept.append(columns)
        if self._held > (_BATCH if len(self._spool) else self._in_memory):
            for batch in self._kept:
                self._spool.write(batch)
            self._kept, self._held = [], 0

    def column(self, name: str) -> Iterator[Any]:
        """The values of one column, top to bottom."""
        position = self.names.index(name)
        for number in range(len(self._spool)):
            yield from self._spool.values(number, position)
        for batch in self._kept:
            yield from batch[position]

    def texts(self, names: Sequence[str]) -> Iterator[tuple[int, list[list[str]]]]:
        """The columns named as COPY writes them, batch by batch: where the batch begins, and its columns.

        What was not given is ``NULL``.
        """
        positions, start = [self.names.index(name) for name in names], 0
        for number in range(len(self._spool)):
            yield start, [self._spool.texts(number, position) for position in positions]
            start += self._spool.sizes[number]
        for batch in self._kept:
            yield start, [_written(batch[position], self.columns[position].kind) for position in positions]
            start += len(batch[0])

    def _batches(self) -> Iterator[list[tuple[Any, ...]]]:
        for number in range(len(self._spool)):
            yield self._spool.rows(number)
        for batch in self._kept:
            yield list(zip(*batch, strict=True))

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[Row]:
        cells = (cells for batch in self._batches() for cells in batch)
        return map(Row, self.lines, repeat(self.names), cells)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(len(self)))]
        position = range(len(self))[index]
        for batch in self._batches():
            if position < len(batch):
                return Row(self.lines[index], self.names, batch[position])
            position -= len(batch)
        raise IndexError(index)


class _Spool:
    """Batches of rows in a temporary file without a name, which nobody else can open."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        self._kinds = [column.kind for column in columns]
        self.sizes: list[int] = []
        self._places: array[int] = array("Q")  # where each column of each batch begins
        self._end = 0

    def __len__(self) -> int:
        return len(self.sizes)

    def write(self, columns: list[list[Any]]) -> None:
        if not self.sizes:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed when the rows are no longer needed)
            weakref.finalize(self, self._file.close)
        blocks = []
        for values, kind in zip(columns, self._kinds, strict=True):
            block = "\n".join(_written(values, kind)).encode()
            self._places.append(self._end)
            self._end += len(block)
            blocks.append(block)
        self._file.seek(0, 2)
        self._file.writelines(blocks)
        self.sizes.append(len(columns[0]))

    def texts(self, batch: int, position: int) -> list[str]:
        return self._block(batch, position).split("\n")

    def values(self, batch: int, position: int) -> list[Any]:
        block, kind = self._block(batch, position), self._kinds[position]
        if kind in _PLAIN and "\\" not in block:  # nothing is escaped, and nothing is missing
            return block.split("\n")
        return _read(block.split("\n"), kind)

    def _block(self, batch: int, position: int) -> str:
        number = batch * len(self._kinds) + position
        start = self._places[number]
        end = self._places[number + 1] if number + 1 < len(self._places) else self._end
        self._file.seek(start)
        return self._file.read(end - start).decode()

    def rows(self, batch: int) -> list[tuple[Any, ...]]:
        return list(zip(*(self.values(batch, position) for position in range(len(self._kinds))), strict=True))


def _written(values: Sequence[Any], kind: str) -> list[str]:
    """The values as COPY writes them."""
    texts: list[Any] = [NULL if value is None else value for value in values]
    if kind in ("decimal", "integer"):
        return list(map(str, texts))
    if kind in ("date", "datetime"):
        known = {text: text if text is NULL else text.isoformat() for text in set(texts)}
        return [known[text] for text in texts]
    joined = "".join(texts)
    if any(char in joined for char, _ in _ESCAPES):
        return [text if text is NULL else _escaped(text) for text in texts]
    return texts


def _escaped(text: str) -> str:
    for char, written in _ESCAPES:
        text = text.replace(char, written)
    return text


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    parts, rest = [], text
    while (at := rest.find("\\")) >= 0:
        parts += [rest[:at], _UNESCAPES[rest[at : at + 2]]]
        rest = rest[at + 2 :]
    return "".join([*parts, rest])


def _read(texts: list[str], kind: str) -> list[Any]:
    read = _READ.get(kind, _unescaped)
    if kind in ("date", "datetime", "choice", "currency"):
        known = {text: None if text == NULL else read(text) for text in set(texts)}
        return [known[text] for text in texts]
    return [None if text == NULL else read(text) for text in texts]
