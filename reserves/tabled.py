"""Lines as tuples, or in a table of columns: a row of it becomes a tuple where it is asked for, once however often."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

from reserves.lines import HoldingLine, LedgerLine
from reserves.units import as_units, units_in

AnyLine = TypeVar("AnyLine", HoldingLine, LedgerLine)


class Listed(Generic[AnyLine]):
    """Lines that are tuples already; they answer what a table of them does."""

    def __init__(self, every: list[AnyLine], kind: type[AnyLine]) -> None:
        self.every: list[AnyLine] = every
        self._kind: type[AnyLine] = kind

    def at(self, rows: Sequence[int]) -> list[AnyLine]:
        """The lines of some rows."""
        return [self.every[row] for row in rows]

    def column(self, name: str) -> list[Any]:
        """One field of every line."""
        place = self._kind._fields.index(name)
        return [line[place] for line in self.every]

    def states(self, name: str) -> bool:
        """Whether a line gives a field."""
        return any(value is not None for value in self.column(name))

    def numbers(self, name: str) -> np.ndarray:
        """A field that is a whole number and always given."""
        return np.array(self.column(name), dtype=np.int64)

    def units(self, name: str) -> np.ndarray:
        """A field that is an amount, in ten-thousandths."""
        return as_units(self.column(name))

    def numbered(self, name: str) -> tuple[np.ndarray, list[str]]:
        """A number for each text of a field, and the texts by number, as they first occur."""
        numbers: dict[str, int] = {}
        of = [numbers.setdefault(text, len(numbers)) for text in self.column(name)]
        return np.array(of, dtype=np.int64), list(numbers)

    def chosen(self, rows: np.ndarray) -> Listed[AnyLine]:
        """The lines of some rows, in that order."""
        return Listed(self.at(rows.tolist()), self._kind)


class Tabled(Generic[AnyLine]):
    """The rows of a table whose columns are the fields of a line, texts as dictionaries."""

    def __init__(self, table: pa.Table, kind: type[AnyLine]) -> None:
        self.table = table
        self._kind: type[AnyLine] = kind
        self._made: dict[int, AnyLine] = {}
        self._wholes: dict[str, pa.Array] = {}
        self._columns: dict[str, list[Any]] = {}

    def at(self, rows: Sequence[int]) -> list[AnyLine]:
        """The lines of some rows."""
        made = self._made
        if lacking := [row for row in dict.fromkeys(rows) if row not in made]:
            places = np.array(lacking, dtype=np.int64)
            columns = [_listed_at(self.whole(name), places) for name in self._kind._fields]
            made.update(zip(lacking, map(self._kind._make, zip(*columns, strict=True)), strict=True))
        return [made[row] for row in rows]

    @cached_property
    def every(self) -> list[AnyLine]:
        """All lines."""
        return list(map(self._kind._make, zip(*map(self.column, self._kind._fields), strict=True)))

    def column(self, name: str) -> list[Any]:
        """One field of every line."""
        if name not in self._columns:
            self._columns[name] = _listed(self.whole(name))
        return self._columns[name]

    def states(self, name: str) -> bool:
        """Whether a line gives a field."""
        return self.whole(name).null_count < len(self.table)

    def numbers(self, name: str) -> np.ndarray:
        """A column of whole numbers that are always given."""
        found: np.ndarray = self.whole(name).to_numpy()
        return found

    def units(self, name: str) -> np.ndarray:
        """A column of amounts in ten-thousandths."""
        return units_in(self.whole(name))

    def numbered(self, name: str) -> tuple[np.ndarray, list[str]]:
        """A number for each text of a column, and the texts by number, as they first occur."""
        column = self.whole(name)
        numbers, codes = pd.factorize(column.indices.to_numpy())
        return numbers, column.dictionary.take(pa.array(codes)).to_pylist()

    def whole(self, name: str) -> pa.Array:
        """A column in one piece."""
        if name not in self._wholes:
            column = self.table[name]
            self._wholes[name] = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
        return self._wholes[name]

    def chosen(self, rows: np.ndarray) -> Tabled[AnyLine]:
        """The lines of some rows, in that order, as a table."""
        return Tabled(self.table.take(pa.array(rows)), self._kind)


def _listed_at(column: pa.Array, rows: np.ndarray) -> list[Any]:
    """Some values of a column; many are empty throughout, such as the price of what has none."""
    if column.null_count == len(column):
        return [None] * len(rows)
    if pa.types.is_dictionary(column.type):
        return _texts(column.indices.to_numpy()[rows], column.dictionary)
    return _listed(column.take(pa.array(rows)))


def _listed(column: pa.Array) -> list[Any]:
    """The values of a column; an array of numpy makes a list in a fraction of the time that Arrow takes."""
    if column.null_count == len(column):
        return [None] * len(column)
    if pa.types.is_dictionary(column.type):
        return _texts(column.indices.to_numpy(), column.dictionary)
    if pa.types.is_integer(column.type) and column.null_count:
        found: list[Any] = column.to_pylist()
        return found
    values: list[Any] = column.to_numpy(zero_copy_only=False).tolist()
    return values


def _texts(codes: np.ndarray, texts: pa.Array) -> list[str]:
    """The text of each code; of more texts than are asked for, the others are not made."""
    if len(texts) > len(codes):
        wanted: list[str] = texts.take(pa.array(codes)).to_pylist()
        return wanted
    known = texts.to_pylist()
    return known * len(codes) if len(known) == 1 else [known[code] for code in codes.tolist()]
