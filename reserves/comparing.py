"""Which positions of a coin differ beyond their tolerance, found over all lines at once in whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pandas as pd

from reserves.columns import Columns
from reserves.meeting import Meetings, meet
from reserves.units import sum_of, to_amount

_INT64_MAX = 2**63 - 1


class Tolerance(NamedTuple):
    """How far book and market value may differ: the larger of an amount and a share of the market value."""

    absolute: Decimal = Decimal(0)
    relative: Decimal = Decimal(0)


EXACTLY = Tolerance()


class Matched(NamedTuple):
    """What came of comparing: the sums of both sides of each position, and which positions differ."""

    columns: Columns
    meetings: Meetings
    on_face: np.ndarray
    left: np.ndarray
    right: np.ndarray
    differing: np.ndarray  # numbers of positions
    members: np.ndarray  # rows of the columns that belong to those, by position

    @property
    def rows(self) -> tuple[np.ndarray, np.ndarray]:
        """The rows of the books and, counted from 0 again, of the custodians that belong to positions that differ."""
        first = self.columns.books
        return self.members[self.members < first], self.members[self.members >= first] - first


class Sums(NamedTuple):
    """Both sides in one currency, how many positions were compared, and how many differ."""

    currency: str
    left: Decimal
    right: Decimal
    positions: int
    differing: int


def match(columns: Columns, tolerances: Mapping[str, Tolerance]) -> Matched:
    """Compare the two sides. `tolerances` by asset class; a class without one must agree exactly.

    Face values are compared where every line of a position gives one, and must agree exactly; else book value with
    market value, within the tolerance.
    """
    meetings = meet(columns)
    group, size, first = meetings.group, len(meetings.level), columns.books
    both = meetings.on_books & meetings.at_custodian
    on_face = both & (np.bincount(group[~columns.has_face], minlength=size) == 0)
    compared = np.where(on_face[group], columns.face, columns.value)
    left, right = _sums(compared[:first], group[:first], size), _sums(compared[first:], group[first:], size)
    unequal = (left != right) | ~both
    differing = np.flatnonzero(unequal & ~(both & ~on_face & _tolerated(columns, meetings, left, right, tolerances)))
    chosen = np.zeros(size, dtype=bool)
    chosen[differing] = True
    members = np.flatnonzero(chosen[group])
    by_position = members[np.argsort(group[members], kind="stable")]
    return Matched(columns, meetings, on_face, left, right, differing, by_position)


def sums_by_currency(matched: Matched) -> list[Sums]:
    """Both sides in each currency, by its code: currencies are never added."""
    columns, meetings = matched.columns, matched.meetings
    of_position = np.zeros(len(meetings.level), dtype=np.int64)
    of_position[meetings.group] = columns.currency
    found = []
    for number in sorted(pd.unique(columns.currency).tolist(), key=lambda number: columns.currencies[number]):
        own = of_position == number
        left, right = (to_amount(sum_of(side[own])) for side in (matched.left, matched.right))
        differing = int((of_position[matched.differing] == number).sum())
        found.append(Sums(columns.currencies[number], left, right, int(own.sum()), differing))
    return found


def _sums(units: np.ndarray, group: np.ndarray, size: int) -> np.ndarray:
    total = np.zeros(size, dtype=units.dtype)
    np.add.at(total, group, units)
    return total


def _tolerated(
    columns: Columns, meetings: Meetings, left: np.ndarray, right: np.ndarray, tolerances: Mapping[str, Tolerance]
) -> np.ndarray:
    """Within the tolerance of its class; a position on which the sides do not agree what it is has none."""
    if not tolerances:
        return np.zeros(len(left), dtype=bool)
    of_position = np.full(len(left), -1, dtype=np.int64)
    of_position[meetings.group] = columns.asset_class
    mixed = np.bincount(meetings.group[columns.asset_class != of_position[meetings.group]], minlength=len(left)) > 0
    within = np.zeros(len(left), dtype=bool)
    for number, name in enumerate(columns.classes):
        tolerance = tolerances.get(name)
        if tolerance is None:
            continue
        own = np.flatnonzero((of_position == number) & ~mixed)
        within[own] = _is_within(left[own], right[own], tolerance)
    return within


def _is_within(left: np.ndarray, right: np.ndarray, tolerance: Tolerance) -> np.ndarray:
    """Whether |left - right| is at most the tolerance, exactly: a whole number is at most x where it is at most ⌊x⌋."""
    relative = Fraction(tolerance.relative)
    absolute = int(Fraction(tolerance.absolute) * 10_000 // 1)
    if max(_largest(right) * relative.numerator, _largest(left) + _largest(right), absolute) > _INT64_MAX:
        left, right = left.astype(object), right.astype(object)
    share = abs(right) * relative.numerator // relative.denominator
    within: np.ndarray = abs(left - right) <= np.maximum(share, absolute)
    return within.astype(bool)


def _largest(units: np.ndarray) -> int:
    return max(int(units.max(initial=0)), -int(units.min(initial=0))) if len(units) else 0


def rows_by_position(matched: Matched) -> Sequence[tuple[int, np.ndarray]]:
    """Each differing position with its rows."""
    groups = matched.meetings.group[matched.members]
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]]) if len(groups) else np.zeros(0, dtype=np.int64)
    return [(int(groups[start]), rows) for start, rows in
            zip(starts, np.split(matched.members, starts[1:]), strict=True)] if len(groups) else []
