"""What a pool comes to by place (class, custodian, rung of the ladder) and by who owes on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

import numpy as np

from reserves.held import held
from reserves.lines import HoldingLine
from reserves.units import sums_by_group
from reserves.valuation import BUCKETS, bucket

PLACE, GROUP = "place", "group"
#: Classes whose obligor, where the line names none, is whoever keeps the account or took the cash.
OWED_BY_KEEPER = frozenset({"cash", "demand_deposit", "term_deposit", "settlement"})
LAST_DAYS = dict(BUCKETS)


class Part(NamedTuple):
    """One part of a pool, in ten-thousandths; of a ``place`` all of its three names are given."""

    kind: str
    asset_class: str
    bucket: str
    name: str
    units: int
    lines: int


def parts_of(
    lines: Iterable[HoldingLine], *, currency: str, as_of: date, next_business_day: date,
    group_of: Callable[[str], str],
) -> list[Part]:
    """Return the parts of the lines in the coin's currency, in a fixed order; ``group_of`` names an obligor's group."""
    found: dict[tuple[str, str, str, str], list[int]] = {}
    pool = held(lines)
    sums_of = sums_by_group(pool.units, pool.of, len(pool.kinds)).tolist()
    groups = {owing: group_of(owing) if owing else "" for owing in set(map(owes, pool.kinds))}
    for line, units, count in zip(pool.kinds, sums_of, np.bincount(pool.of).tolist(), strict=True):
        if line.currency != currency:
            continue
        place = (PLACE, line.asset_class, bucket(line, as_of, next_business_day), line.custodian)
        for key in (place, (GROUP, "", "", groups[owes(line)])):
            sums = found.setdefault(key, [0, 0])
            sums[0] += units
            sums[1] += count
    return [Part(*key, *sums) for key, sums in sorted(found.items())]


def owes(line: HoldingLine) -> str:
    """Who owes on the line: its obligor, the bank that keeps a deposit, the counterparty of a repo; else nobody said.
    """
    if line.obligor:
        return line.obligor
    if line.asset_class in OWED_BY_KEEPER:
        return line.custodian
    return line.counterparty if line.asset_class == "reverse_repo" else ""
