"""Which lines of the books and of the custodian are the same position: on the account, then on its best reference."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from reserves.columns import Columns

LEVELS = ("instrument_id", "line_ref", "asset_class")
INSTRUMENT, REFERENCE, CLASS = range(3)
_INT64_MAX = 2**63 - 1


class Meetings(NamedTuple):
    """`group[n]` is the position that line n belongs to, books first, then custodian; `level[g]` what it met on."""

    group: np.ndarray
    level: np.ndarray
    on_books: np.ndarray
    at_custodian: np.ndarray


class _Keys:
    """One number for each account, currency and name: of those that occur, from 0 without gaps."""

    def __init__(self, where: np.ndarray, name: np.ndarray) -> None:
        names = int(name.max(initial=0)) + 2
        if (int(where.max(initial=0)) + 1) * names > _INT64_MAX:
            where = pd.factorize(where)[0]  # at most as many as there are lines
        self.key, found = pd.factorize(where * names + name + 1)
        self.size = len(found)

    def of(self, some: np.ndarray) -> np.ndarray:
        """For each key, whether one of `some` lines has it."""
        present = np.zeros(self.size, dtype=bool)
        present[self.key[some]] = True
        return present


class _Grouping:
    """The positions made so far; a line that is in none yet has the number -1."""

    def __init__(self, lines: int) -> None:
        self.group = np.full(lines, -1, dtype=np.int64)
        self.levels: list[np.ndarray] = []
        self.size = 0

    @property
    def waiting(self) -> np.ndarray:
        return self.group < 0

    def assign(self, chosen: np.ndarray, on: int, keys: _Keys) -> None:
        """Make one position of the chosen lines of each key."""
        if chosen.all():  # the keys are numbers of positions already
            positions, size = keys.key, keys.size
        else:
            positions, found = pd.factorize(keys.key[chosen])
            size = len(found)
        self.group[chosen] = positions + self.size
        self.levels.append(np.full(size, on, dtype=np.int64))
        self.size += size


def meet(columns: Columns) -> Meetings:
    """Put every line into one position.

    Lines of one account and currency meet on instrument_id; those that do not, on line_ref; those that are left, on
    asset class, where a side that names no positions of the class is taken as the total of what the other side names.
    A position that only one side knows stays alone.
    """
    books = columns.of_books
    where = columns.account * (columns.currency.max(initial=0) + 1) + columns.currency
    grouping = _Grouping(len(columns))
    for on, name in ((INSTRUMENT, columns.instrument), (REFERENCE, columns.reference)):
        waiting = grouping.waiting & (name >= 0)
        if waiting.any():
            keys = _Keys(where, name)
            shared = keys.of(waiting & books) & keys.of(waiting & ~books)
            grouping.assign(waiting & shared[keys.key], on, keys)
    if grouping.waiting.any():
        _meet_the_rest(columns, where, grouping)
    level = np.concatenate([*grouping.levels, np.zeros(0, dtype=np.int64)])
    return Meetings(
        grouping.group,
        level,
        np.bincount(grouping.group[: columns.books], minlength=grouping.size) > 0,
        np.bincount(grouping.group[columns.books :], minlength=grouping.size) > 0,
    )


def _meet_the_rest(columns: Columns, where: np.ndarray, grouping: _Grouping) -> None:
    """Put what met on no name on its class, if it is part of a total or a total itself, else alone."""
    books, keys = columns.of_books, _Keys(where, columns.asset_class)
    named = (columns.instrument >= 0) | (columns.reference >= 0)
    joins = ~named
    for side in (books, ~books):
        totals = keys.of(~side & ~named) & ~keys.of(~side & named)
        joins = joins | (side & totals[keys.key])
    grouping.assign(grouping.waiting & joins, CLASS, keys)
    with_instrument = grouping.waiting & (columns.instrument >= 0)
    grouping.assign(with_instrument, INSTRUMENT, _Keys(where, columns.instrument))
    grouping.assign(grouping.waiting, REFERENCE, _Keys(where, columns.reference))
