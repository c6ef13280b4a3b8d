"""To whom a pool is exposed, what of it can be cash when, and why part of it does not count: sums of its lines."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeVar

import numpy as np

from reserves.held import Held, held
from reserves.lines import SETTLEMENT, HoldingLine
from reserves.units import Amounts, as_units, sum_of, to_amount, to_units
from reserves.valuation import AT_ONCE, share

HORIZONS = (1, 2, 5, 10, 30)  # business days
#: Owed by whom the line was agreed with, or by the bank that keeps it.
OWED = frozenset({"cash", "demand_deposit", "term_deposit", "reverse_repo", SETTLEMENT})
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Exposure:
    """What is held of or with one name, and with those connected to it."""

    name: str
    members: tuple[str, ...]
    amount: Decimal
    share: Decimal | None
    lines: int


class Within(NamedTuple):
    """What is cash within so many business days."""

    business_days: int
    amount: Decimal
    share: Decimal | None


class Part(NamedTuple):
    """A sum of lines, and how many they are."""

    amount: Decimal
    lines: int


def sums_by(pool: Held, keys: Sequence[Key], amounts: Amounts) -> dict[Key, Part]:
    """The sum of the amounts of each key, of which each kind of lines has one: exact whatever the size."""
    found: dict[Key, tuple[int, int]] = {}
    for key, units, lines in zip(keys, pool.sums(as_units(amounts)).tolist(), pool.counts.tolist(), strict=True):
        before = found.get(key, (0, 0))
        found[key] = before[0] + units, before[1] + lines
    return {key: Part(to_amount(units), lines) for key, (units, lines) in found.items()}


def exposures(
    lines: Sequence[HoldingLine], amounts: Amounts, of: Callable[[HoldingLine], str],
    group_of: Callable[[str], str],
) -> list[Exposure]:
    """What is exposed to each group, the largest first; a line without a name counts under no name ("")."""
    units, pool = as_units(amounts), held(lines)
    named = [of(kind) for kind in pool.kinds]
    groups = {name: group_of(name) for name in dict.fromkeys(named)}
    parts = sums_by(pool, [groups[name] for name in named], units)
    total = sum_of(units)
    members: dict[str, list[str]] = {}
    for name, group in groups.items():
        members.setdefault(group, []).append(name)
    found = [
        Exposure(group, tuple(sorted(members[group])), part.amount, share(to_units(part.amount), total), part.lines)
        for group, part in parts.items()
    ]
    return sorted(found, key=lambda each: (-each.amount, each.name))


def counterparty(line: HoldingLine) -> str:
    """Who has to pay: the bank of a deposit, the other side of a repo or trade, the obligor of a security."""
    if line.asset_class in OWED:
        return line.counterparty or line.custodian
    return line.obligor or line.counterparty or line.description


def obligor(line: HoldingLine) -> str:
    """Who owes on a security; the bank or counterparty of anything else."""
    return line.obligor or counterparty(line)


def liquidity(
    lines: Sequence[HoldingLine], amounts: Amounts, *, days_to_cash: Mapping[str, int],
    ends: Mapping[int, date],
) -> list[Within]:
    """What is cash within each horizon: at hand, due by then, or of a class that can be sold in that time.

    ``ends`` gives the last day of each horizon. A class without an assumption is cash at its maturity only.
    """
    pool = held(lines)
    by_kind = pool.sums(as_units(amounts))
    total, never = sum_of(by_kind), max(ends) + 1
    known = {key: _first_horizon(*key, days_to_cash, ends, never)
             for key in {(line.asset_class, line.maturity_date) for line in pool.kinds}}
    first = np.array([known[line.asset_class, line.maturity_date] for line in pool.kinds], dtype=np.int64)
    cash = {days: sum_of(by_kind[first <= days]) for days in sorted(ends)}
    return [Within(days, to_amount(units), share(units, total)) for days, units in cash.items()]


def _first_horizon(
    asset_class: str, due: date | None, days_to_cash: Mapping[str, int], ends: Mapping[int, date], never: int
) -> int:
    if asset_class in AT_ONCE:
        return 0
    matures = next((days for days in sorted(ends) if due and due <= ends[days]), never)
    return min(matures, days_to_cash.get(asset_class, never))

