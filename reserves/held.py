"""The lines of a pool by what many of them have in common: what follows from that is worked out once for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reserves.lines import HoldingLine
from reserves.tabled import Listed, Tabled
from reserves.units import sums_by_group

_INT64_MAX = 2**63 - 1
#: What lines of one kind have in common, in whatever account; and their description, where nothing else says who pays.
COMMON = ("custodian", "asset_class", "obligor", "currency", "price_basis", "start_date", "maturity_date",
          "counterparty")


class Held(Sequence[HoldingLine]):
    """Lines in their order: ``kinds`` has the first line of each kind, ``of`` gives the number of each line's kind."""

    def __init__(self, rows: Listed[HoldingLine] | Tabled[HoldingLine], of: np.ndarray) -> None:
        self._rows, self.of = rows, of
        self.kinds = self.at(first_of_each(of).tolist())

    def __len__(self) -> int:
        return len(self.of)

    def __iter__(self) -> Iterator[HoldingLine]:
        return iter(self._rows.every)

    @overload
    def __getitem__(self, index: int) -> HoldingLine: ...
    @overload
    def __getitem__(self, index: slice) -> list[HoldingLine]: ...
    def __getitem__(self, index: int | slice) -> HoldingLine | list[HoldingLine]:
        return self._rows.every[index]

    def __eq__(self, other: object) -> bool:
        return self._rows.every == (other._rows.every if isinstance(other, Held) else other)

    __hash__ = None  # type: ignore[assignment]

    def at(self, rows: Sequence[int]) -> list[HoldingLine]:
        """The lines of some rows."""
        return self._rows.at(rows)

    def column(self, name: str) -> list[Any]:
        """One field of every line."""
        return self._rows.column(name)

    def states(self, name: str) -> bool:
        """Whether a line gives that field, which may be None."""
        return self._rows.states(name)

    @cached_property
    def places(self) -> np.ndarray:
        """Which line of its file each one is."""
        return self._rows.numbers("line")

    @cached_property
    def accounts(self) -> tuple[np.ndarray, list[str]]:
        """The number of each line's account, and the accounts by number, as they first occur."""
        return self._rows.numbered("account_id")

    @cached_property
    def units(self) -> np.ndarray:
        """The stated value of each line in ten-thousandths."""
        return self._rows.units("market_value")

    @cached_property
    def counts(self) -> np.ndarray:
        """How many lines are of each kind."""
        return np.bincount(self.of, minlength=len(self.kinds))

    def sums(self, units: np.ndarray) -> np.ndarray:
        """What the lines of each kind come to, of which ``units`` gives each one's."""
        return sums_by_group(units, self.of, len(self.kinds))

    def numbers(self, say: Callable[[HoldingLine], int]) -> np.ndarray:
        """The number that is said of each line's kind, for every line."""
        found: np.ndarray = np.array([say(kind) for kind in self.kinds], dtype=np.int64)[self.of]
        return found

    def chosen(self, rows: np.ndarray) -> Held:
        """The lines of some rows, in that order."""
        if len(rows) == len(self):
            return self
        of = pd.factorize(self.of[rows])[0]
        return Held(self._rows.chosen(rows), of)


def held(lines: Iterable[HoldingLine]) -> Held:
    """Lines by kind; those that are already stay as they are."""
    if isinstance(lines, Held):
        return lines
    found = list(lines)
    numbers: dict[tuple[Any, ...], int] = {}
    of = [numbers.setdefault(_kind(line), len(numbers)) for line in found]
    return Held(Listed(found, HoldingLine), np.array(of, dtype=np.int64))


def held_in(table: pa.Table) -> Held:
    """The lines in a table whose columns are the fields of a line, texts as dictionaries."""
    lines = Tabled(table, HoldingLine)
    codes = [_numbers(lines.whole(name)) for name in COMMON]
    silent = (codes[COMMON.index("obligor")] < 0) & (codes[COMMON.index("counterparty")] < 0)
    codes.append(np.where(silent, _numbers(lines.whole("description")), -1))
    return Held(lines, together(codes))


def together(codes: Sequence[np.ndarray]) -> np.ndarray:
    """One number for each combination of numbers of -1 and more, from 0 in the order in which they first occur."""
    found, most = np.zeros(len(codes[0]), dtype=np.int64), 1
    for more in codes:
        if len(more) and more.min() != more.max():
            width = int(more.max()) + 2
            if most * width > _INT64_MAX:
                found, most = pd.factorize(found)[0], len(found)
            found, most = found * width + more + 1, most * width
    return pd.factorize(found)[0].astype(np.int64)


def first_of_each(of: np.ndarray) -> np.ndarray:
    """Where each number from 0 occurs first."""
    firsts = np.full(int(of.max(initial=-1)) + 1, len(of), dtype=np.int64)
    np.minimum.at(firsts, of, np.arange(len(of)))
    return firsts


def _kind(line: HoldingLine) -> tuple[Any, ...]:
    said = None if line.obligor or line.counterparty else line.description
    return (line.custodian, line.asset_class, line.obligor, line.currency, line.price_basis,
            line.start_date, line.maturity_date, line.counterparty, said)


def _numbers(column: pa.Array) -> np.ndarray:
    """A number for each value, -1 where none was given."""
    if pa.types.is_dictionary(column.type):
        codes = column.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        names = column.dictionary.to_pylist()
        return np.where(codes == names.index(""), -1, codes) if "" in names else codes
    days = column.cast(pa.int32())
    first = pc.min(days).as_py() or 0
    return days.fill_null(first - 1).to_numpy().astype(np.int64) - first
