"""Amounts as whole numbers of a ten-thousandth, so that thousands of lines are added exactly and fast."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Context, Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

PLACES = 4  # of every fiat amount (core.fields.FiatField)
DECIMAL = pa.decimal128(38, PLACES)
#: Amounts, or what they come to in ten-thousandths.
Amounts = Sequence[Decimal] | np.ndarray
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


def as_units(amounts: Iterable[Decimal | None] | np.ndarray) -> np.ndarray:
    """Amounts in ten-thousandths, as `exact_array` holds them; 0 where none was given. What is that already stays.

    Raises ValueError for more than 4 decimal places.
    """
    if isinstance(amounts, np.ndarray):
        return amounts
    given = list(amounts)
    try:
        return units_in(pa.array(given, type=DECIMAL))
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # too long for 128 bits, or what `to_units` refuses
        return exact_array(all_units(given))


def units_in(decimals: pa.Array) -> np.ndarray:
    """The ten-thousandths in an array of decimals of 4 places: of their 128 bits 64, if they do; 0 where none is."""
    if decimals.null_count == len(decimals):
        return np.zeros(len(decimals), dtype=np.int64)
    decimals = pc.fill_null(decimals, pa.scalar(0, decimals.type))
    words = np.frombuffer(decimals.buffers()[1], dtype="<i8").reshape(-1, 2)
    words = words[decimals.offset : decimals.offset + len(decimals)]
    low, high = words[:, 0].astype(np.int64), words[:, 1]
    largest = max(int(low.max(initial=0)), -int(low.min(initial=0)))
    if (high == low >> 63).all() and largest * max(len(low), 1) <= _INT64_MAX:
        return low
    return exact_array([int(word) + (int(above) - (int(word) >> 63)) * 2**64 for word, above in words.tolist()])


def sums_by_group(units: np.ndarray, groups: np.ndarray, size: int) -> np.ndarray:
    """The sum of `units` in each of the groups 0 … size-1; a group without members has 0."""
    result = np.zeros(size, dtype=units.dtype)
    np.add.at(result, groups, units)
    return result


def sum_of(units: np.ndarray) -> int:
    """The sum, whatever its size."""
    return int(units.sum()) if len(units) else 0


def all_units(amounts: Iterable[Decimal | None]) -> list[int]:
    """Each amount in ten-thousandths; one that was not given counts 0."""
    return [0 if amount is None else to_units(amount) for amount in amounts]
