"""Lines of books and custodians as columns of whole numbers, on which all positions of a coin are compared at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from reserves.lines import PAR_OUTSTANDING, HoldingLine, LedgerLine
from reserves.units import all_units, exact_array


class Columns(NamedTuple):
    """One row a line: the books first, then the custodians. Text is a number from 0, -1 where none was given.

    Amounts are ten-thousandths: int64, or Python's own integers where a sum might not fit 64 bits. Two amounts may be
    given: `face` counts 0 where `has_face` is not set.
    """

    books: int  # so many rows are of the books
    account: np.ndarray
    currency: np.ndarray
    instrument: np.ndarray
    reference: np.ndarray
    asset_class: np.ndarray
    has_face: np.ndarray
    face: np.ndarray
    value: np.ndarray
    currencies: Sequence[str]  # by number
    classes: Sequence[str]

    def __len__(self) -> int:
        return len(self.account)

    @property
    def of_books(self) -> np.ndarray:
        """For each row, whether it is of the books."""
        return np.arange(len(self)) < self.books


def instrument(identifier: str) -> str:
    """One name for one security: the ISIN of the United States and of Canada contains the CUSIP (ISO 6166)."""
    name = identifier.replace(" ", "").upper()
    return name[2:11] if len(name) == 12 and name[:2] in ("US", "CA") else name


def columns_of(ledger: Sequence[LedgerLine], holdings: Sequence[HoldingLine]) -> Columns:
    """The lines as columns, in the order in which they are given. Raises ValueError for more than 4 decimal places."""
    lines: list[LedgerLine | HoldingLine] = [*ledger, *holdings]
    currency, currencies = numbered(line.currency for line in lines)
    asset_class, classes = numbered(line.asset_class for line in lines)
    return Columns(
        books=len(ledger),
        account=numbered(line.account_id for line in lines)[0],
        currency=currency,
        instrument=numbered(instrument(line.instrument_id) for line in lines)[0],
        reference=numbered(line.line_ref for line in lines)[0],
        asset_class=asset_class,
        has_face=np.array([line.face_value is not None for line in lines], dtype=bool),
        face=exact_array(all_units(line.face_value for line in lines)),
        value=exact_array(
            all_units([*(line.book_value for line in ledger), *(line.market_value for line in holdings)])
        ),
        currencies=currencies,
        classes=classes,
    )


def assets_of(ledger: Sequence[LedgerLine]) -> list[LedgerLine]:
    """The lines of the books that a custodian has the other side of."""
    return [line for line in ledger if line.asset_class != PAR_OUTSTANDING]


def numbered(texts: Iterable[str]) -> tuple[np.ndarray, Sequence[str]]:
    """A number for each text, -1 for one that was not given, and the texts by number."""
    values: list[Any] = [text or None for text in texts]
    codes, names = pd.factorize(np.array([*values, None], dtype=object))
    return codes[:-1].astype(np.int64), names.tolist()
