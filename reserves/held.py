"""The lines of a pool by what many of them have in common: what follows from that is worked out once for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, overload

import numpy as np
import pandas as pd
import pyarrow as pa

from reserves.lines import HoldingLine, LedgerLine
from reserves.units import as_units, units_in

T = TypeVar("T")
AnyLine = TypeVar("AnyLine", HoldingLine, LedgerLine)
#: What lines of one kind have in common; and their description, where nothing else says who has to pay.
COMMON = ("account_id", "custodian", "asset_class", "obligor", "currency", "price_basis", "start_date", "maturity_date",
          "counterparty")


class Held(Sequence[HoldingLine]):
    """Lines in their order: ``kinds`` has the first line of each kind, ``of`` gives the number of each line's kind.

    Lines that were read as columns of ``table`` become tuples only where one is asked for.
    """

    def __init__(self, lines: list[HoldingLine] | None, table: pa.Table | None, of: np.ndarray) -> None:
        self._lines, self._table, self.of = lines, table, of
        self._columns: dict[str, Any] = {}
        firsts = np.unique(of, return_index=True)[1]
        self.kinds = self.at(firsts.tolist())

    def __len__(self) -> int:
        return len(self.of)

    def __iter__(self) -> Iterator[HoldingLine]:
        return iter(self._all())

    @overload
    def __getitem__(self, index: int) -> HoldingLine: ...
    @overload
    def __getitem__(self, index: slice) -> list[HoldingLine]: ...
    def __getitem__(self, index: int | slice) -> HoldingLine | list[HoldingLine]:
        return self._all()[index]

    def __eq__(self, other: object) -> bool:
        return self._all() == (other._all() if isinstance(other, Held) else other)

    __hash__ = None  # type: ignore[assignment]

    def _all(self) -> list[HoldingLine]:
        if self._lines is None:
            self._lines = list(map(HoldingLine._make, zip(*map(self.column, HoldingLine._fields), strict=True)))
        return self._lines

    def at(self, rows: Sequence[int]) -> list[HoldingLine]:
        """The lines of some rows."""
        if self._lines is None and self._table is not None:
            return lines_at(self._table, HoldingLine, rows)
        return [self[row] for row in rows]

    def column(self, name: str) -> list[Any]:
        """One field of every line."""
        if name not in self._columns:
            if self._table is None:
                place = HoldingLine._fields.index(name)
                self._columns[name] = [line[place] for line in self._all()]
            else:
                self._columns[name] = _listed(self._table[name].combine_chunks())
        return self._columns[name]

    @property
    def units(self) -> np.ndarray:
        """The stated value of each line in ten-thousandths."""
        if self._table is None:
            return as_units(self.column("market_value"))
        return units_in(self._table["market_value"].combine_chunks())

    def each(self, say: Callable[[HoldingLine], T]) -> list[T]:
        """What is said of each line's kind, for every line."""
        said = [say(kind) for kind in self.kinds]
        return [said[number] for number in self.of.tolist()]

    def numbers(self, say: Callable[[HoldingLine], int]) -> np.ndarray:
        """The number that is said of each line's kind, for every line."""
        found: np.ndarray = np.array([say(kind) for kind in self.kinds], dtype=np.int64)[self.of]
        return found

    def chosen(self, rows: Sequence[int]) -> Held:
        """The lines of some rows, in that order."""
        if len(rows) == len(self):
            return self
        of = pd.factorize(self.of[np.asarray(rows, dtype=np.int64)])[0]
        return Held(None if self._lines is None else [self._lines[row] for row in rows],
                    None if self._table is None else self._table.take(pa.array(rows, pa.int64())), of)


def held(lines: Iterable[HoldingLine]) -> Held:
    """Lines by kind; those that are already stay as they are."""
    if isinstance(lines, Held):
        return lines
    found = list(lines)
    numbers: dict[tuple[Any, ...], int] = {}
    of = [numbers.setdefault(_kind(line), len(numbers)) for line in found]
    return Held(found, None, np.array(of, dtype=np.int64))


def held_in(table: pa.Table) -> Held:
    """The lines in a table whose columns are the fields of a line, texts as dictionaries."""
    codes = [_numbers(table[name].combine_chunks()) for name in COMMON]
    silent = (codes[COMMON.index("obligor")] < 0) & (codes[COMMON.index("counterparty")] < 0)
    codes.append(np.where(silent, _numbers(table["description"].combine_chunks()), -1))
    return Held(None, table, together(codes))


def lines_at(table: pa.Table, kind: type[AnyLine], rows: Sequence[int] | np.ndarray) -> list[AnyLine]:
    """Some rows of a table as lines of a kind, whose fields are its columns."""
    if not len(rows):
        return []
    wanted = pa.array(rows, pa.int64())
    columns = [_listed_at(table[name], wanted) for name in kind._fields]
    return list(map(kind._make, zip(*columns, strict=True)))


def together(codes: Sequence[np.ndarray]) -> np.ndarray:
    """One number for each combination of numbers of -1 and more, from 0 in the order in which they first occur."""
    found = pd.factorize(codes[0])[0]
    for more in codes[1:]:
        if len(more) and more.min() != more.max():
            found = pd.factorize(found * (int(more.max()) + 2) + more + 1)[0]
    return found.astype(np.int64)


def _kind(line: HoldingLine) -> tuple[Any, ...]:
    said = None if line.obligor or line.counterparty else line.description
    return (line.account_id, line.custodian, line.asset_class, line.obligor, line.currency, line.price_basis,
            line.start_date, line.maturity_date, line.counterparty, said)


def _numbers(column: pa.Array) -> np.ndarray:
    """A number for each value, -1 where none was given."""
    if pa.types.is_dictionary(column.type):
        codes = column.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        names = column.dictionary.to_pylist()
        return np.where(codes == names.index(""), -1, codes) if "" in names else codes
    return pd.factorize(column.cast(pa.int32()).fill_null(-(2**31) + 1).to_numpy(zero_copy_only=False))[0]


def _listed_at(column: pa.ChunkedArray, rows: pa.Array) -> list[Any]:
    """Some values of a column; many are empty throughout, such as the price of what has none."""
    if column.null_count == len(column):
        return [None] * len(rows)
    whole = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    return _listed(whole.take(rows))


def _listed(column: pa.Array) -> list[Any]:
    """The values of a column; an array of numpy makes a list in a fraction of the time that Arrow takes."""
    if column.null_count == len(column):
        return [None] * len(column)
    if pa.types.is_dictionary(column.type):
        if len(column) > len(column.dictionary):  # each text is made once
            texts = column.dictionary.to_pylist()
            return [texts[code] for code in column.indices.to_numpy().tolist()]
        column = column.dictionary_decode()
    if pa.types.is_integer(column.type) and column.null_count:
        found: list[Any] = column.to_pylist()
        return found
    values: list[Any] = column.to_numpy(zero_copy_only=False).tolist()
    return values
