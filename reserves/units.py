"""Amounts as whole numbers of a ten-thousandth, so that thousands of lines are added exactly and fast."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Context, Decimal

import numpy as np
import pandas as pd

PLACES = 4  # of every fiat amount (core.fields.FiatField)
_CONTEXT = Context(prec=60)
_INT64_MAX = 2**63 - 1


def to_units(amount: Decimal) -> int:
    """The amount in ten-thousandths. Raises ValueError if it has more than 4 decimal places."""
    scaled = _CONTEXT.scaleb(amount, PLACES)
    units = int(scaled)
    if units != scaled:
        raise ValueError(f"{amount} has more than {PLACES} decimal places")
    return units


def to_amount(units: int) -> Decimal:
    """The amount of so many ten-thousandths, with 4 decimal places."""
    return _CONTEXT.scaleb(Decimal(int(units)), -PLACES)


def exact_array(units: Sequence[int]) -> np.ndarray:
    """An array of which every sum over a part is exact: int64, or Python's own integers where 64 bits might not do."""
    largest = max(map(abs, units), default=0)
    return np.array(units, dtype=np.int64 if largest * max(len(units), 1) <= _INT64_MAX else object)


def sums_by_group(units: np.ndarray, groups: np.ndarray, size: int) -> np.ndarray:
    """The sum of `units` in each of the groups 0 … size-1; a group without members has 0."""
    sums = pd.Series(units).groupby(groups).sum()
    result = np.zeros(size, dtype=units.dtype)
    result[sums.index.to_numpy()] = sums.to_numpy()
    return result


def all_units(amounts: Iterable[Decimal | None]) -> list[int]:
    """Each amount in ten-thousandths; one that was not given counts 0."""
    return [0 if amount is None else to_units(amount) for amount in amounts]
