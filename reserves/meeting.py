"""Which lines of the books and of the custodian are the same position: on the account, then on its best reference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from reserves.lines import HoldingLine, LedgerLine, Line

LEVELS = ("instrument_id", "line_ref", "asset_class")
INSTRUMENT, REFERENCE, CLASS = range(3)


class Meetings(NamedTuple):
    """`group[n]` is the position that line n belongs to, books first, then custodian; `level[g]` what it met on."""

    group: np.ndarray
    level: np.ndarray
    on_books: np.ndarray
    at_custodian: np.ndarray


def instrument(identifier: str) -> str:
    """One name for one security: the ISIN of the United States and of Canada contains the CUSIP (ISO 6166)."""
    name = identifier.replace(" ", "").upper()
    return name[2:11] if len(name) == 12 and name[:2] in ("US", "CA") else name


def meet(ledger: Sequence[LedgerLine], holdings: Sequence[HoldingLine]) -> Meetings:
    """Put every line into one position.

    Lines of one account and currency meet on instrument_id; those that do not, on line_ref; those that are left, on
    asset class, where a side that names no positions of the class is taken as the total of what the other side names.
    A position that only one side knows stays alone.
    """
    books = np.arange(len(ledger) + len(holdings)) < len(ledger)
    lines: list[Line] = [*ledger, *holdings]
    account = _codes(line.account_id for line in lines)
    currency = _codes(line.currency for line in lines)
    where = account * (currency.max(initial=0) + 1) + currency
    names = (
        _codes(instrument(line.instrument_id) for line in lines),
        _codes(line.line_ref for line in lines),
        _codes(line.asset_class for line in lines),
    )
    keys = [_packed(where, name) for name in names]
    group = np.full(len(lines), -1)
    level: list[int] = []

    def assign(chosen: np.ndarray, on: int) -> None:
        positions, inverse = np.unique(keys[on][chosen], return_inverse=True)
        group[chosen] = inverse + len(level)
        level.extend([on] * len(positions))

    for on in (INSTRUMENT, REFERENCE):
        waiting = (group < 0) & (names[on] >= 0)
        assign(waiting & _on(keys[on], waiting & books) & _on(keys[on], waiting & ~books), on)
    named = (names[INSTRUMENT] >= 0) | (names[REFERENCE] >= 0)
    joins = ~named
    for side in (books, ~books):
        totals = _on(keys[CLASS], ~side & ~named) & ~_on(keys[CLASS], ~side & named)
        joins = joins | (side & totals)
    assign((group < 0) & joins, CLASS)
    assign((group < 0) & (names[INSTRUMENT] >= 0), INSTRUMENT)
    assign(group < 0, REFERENCE)
    size = len(level)
    return Meetings(
        group,
        np.array(level, dtype=np.int64),
        np.bincount(group[books], minlength=size) > 0,
        np.bincount(group[~books], minlength=size) > 0,
    )


def _codes(texts: Iterable[str]) -> np.ndarray:
    """A number for each text, -1 for one that was not given."""
    values: list[Any] = [text or None for text in texts]
    return pd.factorize(np.array([*values, None], dtype=object))[0][:-1]


def _packed(where: np.ndarray, name: np.ndarray) -> np.ndarray:
    return where * (name.max(initial=0) + 2) + name + 1


def _on(keys: np.ndarray, some: np.ndarray) -> np.ndarray:
    """For each line, whether its key is among those of `some` lines."""
    return np.isin(keys, keys[some])
