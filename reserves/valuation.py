"""What the pool is worth, what it is made of, when it matures and how far it covers the coin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Literal

import numpy as np
import pandas as pd

from core.money import EXACT
from reserves.held import Held, held
from reserves.lines import ASSET_CLASSES, SETTLEMENT, HoldingLine
from reserves.units import sum_of, sums_by_group, to_amount

Verdict = Literal["met", "breached", "unknown"]
VERDICTS: tuple[Verdict, ...] = ("met", "breached", "unknown")

AT_ONCE = frozenset({"cash", "demand_deposit", SETTLEMENT})  # at hand without waiting for a maturity
BUCKETS = (("overnight", 1), ("2_7", 7), ("8_30", 30), ("31_90", 90), ("91_180", 180), ("181_365", 365))
BEYOND, UNDATED = "over_365", "undated"
LADDER = (*(bucket for bucket, _ in BUCKETS), BEYOND, UNDATED)
SHARE_PLACES = 8


@dataclass(frozen=True, slots=True)
class ClassValue:
    """One asset class of the pool. `share` of the market value of the pool, 8 places rounded down."""

    asset_class: str
    market_value: Decimal
    eligible_value: Decimal
    share: Decimal | None
    lines: int


@dataclass(frozen=True, slots=True)
class Rung:
    """What matures in one bucket of days; `cumulative_share` counts this bucket and all before it."""

    bucket: str
    market_value: Decimal
    cumulative_share: Decimal | None


@dataclass(frozen=True, slots=True)
class Valuation:
    """The pool at market value. Amounts have 4 places; shares are None where the pool is worth nothing.

    The weighted average maturity counts lines that are at hand at once as 0 days and lines past their maturity too;
    lines without a maturity date are left out of it, and `undated_share` says how much of the pool that is.
    """

    reserve_market_value: Decimal
    eligible_reserve: Decimal
    ineligible_reserve: Decimal
    unknown_eligibility: Decimal
    composition: tuple[ClassValue, ...]
    ladder: tuple[Rung, ...]
    weighted_average_maturity_days: Decimal | None
    undated_share: Decimal | None
    liquid_one_business_day: Decimal
    liquid_share: Decimal | None


def value_pool(
    holdings: Sequence[HoldingLine],
    eligibility: Sequence[Verdict | None],
    *,
    as_of: date,
    next_business_day: date,
    units: np.ndarray | None = None,
) -> Valuation:
    """Value the lines of one coin's pool, whose `eligibility` stands beside them, and their `units` where these are
    not their market values: all in the coin's currency.

    A settlement line has no eligibility of its own (None) and counts with its account: see `with_account`.
    Liquid within one business day is what is at hand at once or matures on or before `next_business_day`.
    """
    pool = held(holdings)
    units = pool.units if units is None else units
    classes = pool.numbers(lambda line: _place(line.asset_class, ASSET_CLASSES))
    verdicts = _numbered(with_account(pool, eligibility), VERDICTS)
    buckets = pool.numbers(lambda line: LADDER.index(bucket(line, as_of, next_business_day)))
    total = sum_of(units)
    met = verdicts == VERDICTS.index("met")
    by_verdict = _sums(units, verdicts, VERDICTS)
    by_bucket = _sums(units, buckets, LADDER)
    return Valuation(
        reserve_market_value=to_amount(total),
        eligible_reserve=to_amount(by_verdict["met"]),
        ineligible_reserve=to_amount(by_verdict["breached"]),
        unknown_eligibility=to_amount(by_verdict["unknown"]),
        composition=_composition(units, classes, met, total),
        ladder=_ladder(by_bucket, total),
        weighted_average_maturity_days=_average_maturity(pool, units, as_of),
        undated_share=share(by_bucket[UNDATED], total),
        liquid_one_business_day=to_amount(by_bucket["overnight"]),
        liquid_share=share(by_bucket["overnight"], total),
    )


def with_account(holdings: Sequence[HoldingLine], eligibility: Sequence[Verdict | None]) -> list[Verdict]:
    """The eligibility of each line, where a settlement line takes the best one of the other lines of its account.

    What is due to or from an account is netted with what the account holds; an account that holds nothing else is
    unknown. Any other line without a verdict is unknown too.
    """
    if all(kind.asset_class != SETTLEMENT for kind in held(holdings).kinds):
        return [verdict or "unknown" for verdict in eligibility]
    best: dict[str, Verdict] = {}
    for line, verdict in zip(holdings, eligibility, strict=True):
        if line.asset_class != SETTLEMENT:
            standing = best.setdefault(line.account_id, verdict or "unknown")
            best[line.account_id] = min(standing, verdict or "unknown", key=_PREFERENCE.index)
    return [
        best.get(line.account_id, "unknown") if line.asset_class == SETTLEMENT else verdict or "unknown"
        for line, verdict in zip(holdings, eligibility, strict=True)
    ]


_PREFERENCE: tuple[Verdict, ...] = ("met", "unknown", "breached")


def bucket(line: HoldingLine, as_of: date, next_business_day: date) -> str:
    """The rung of the ladder on which a line matures; what has no maturity date is undated, never guessed."""
    if line.asset_class in AT_ONCE:
        return "overnight"
    if line.maturity_date is None:
        return UNDATED
    if line.maturity_date <= next_business_day:
        return "overnight"
    days = (line.maturity_date - as_of).days
    return next((name for name, last in BUCKETS if days <= last), BEYOND)


def backing_ratio(value: Decimal | None, circulation: Decimal | None) -> Fraction | None:
    """value / circulation, exactly; None if either is not known or nothing circulates."""
    if value is None or not circulation:
        return None
    return Fraction(value) / Fraction(circulation)


def ratio_text(ratio: Fraction, places: int = SHARE_PLACES) -> str:
    """The ratio as printed: rounded down, so that a shortfall never prints as full backing."""
    return f"{_rounded_down(ratio, places):f}"


def surplus(value: Decimal | None, circulation: Decimal | None) -> Decimal | None:
    """value - circulation, exactly; negative in a shortfall; None if either is not known."""
    if value is None or circulation is None:
        return None
    return EXACT.subtract(value, circulation)


def share(part: int, total: int) -> Decimal | None:
    """part / total with 8 places, rounded down; None if the total is 0."""
    return _rounded_down(Fraction(part, total), SHARE_PLACES) if total else None


def _rounded_down(ratio: Fraction, places: int) -> Decimal:
    return EXACT.scaleb(Decimal(ratio.numerator * 10**places // ratio.denominator), -places)


def _composition(units: np.ndarray, classes: np.ndarray, met: np.ndarray, total: int) -> tuple[ClassValue, ...]:
    values, eligible = _sums(units, classes, ASSET_CLASSES), _sums(units[met], classes[met], ASSET_CLASSES)
    counts = dict(zip(ASSET_CLASSES, np.bincount(classes, minlength=len(ASSET_CLASSES)).tolist(), strict=True))
    return tuple(
        ClassValue(name, to_amount(values[name]), to_amount(eligible[name]), share(values[name], total), counts[name])
        for name in ASSET_CLASSES
        if counts[name]
    )


def _ladder(by_bucket: dict[str, int], total: int) -> tuple[Rung, ...]:
    running, rungs = 0, []
    for name in LADDER:
        running += by_bucket[name]
        rungs.append(Rung(name, to_amount(by_bucket[name]), share(running, total)))
    return tuple(rungs)


def _average_maturity(holdings: Held, units: np.ndarray, as_of: date) -> Decimal | None:
    """Days weighted by market value, 2 places half to even.

    None if what takes time is all undated, or if the lines with known maturity are worth nothing together.
    """
    weighted = weights = dated = undated = 0
    values = sums_by_group(units, holdings.of, len(holdings.kinds)).tolist()
    for line, value in zip(holdings.kinds, values, strict=True):
        if line.asset_class in AT_ONCE:
            weights += value
        elif line.maturity_date is None:
            undated += 1
        else:
            dated += 1
            weights += value
            weighted += value * max((line.maturity_date - as_of).days, 0)
    if weights <= 0 or (undated and not dated):
        return None
    return (EXACT.divide(Decimal(weighted), Decimal(weights))).quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)


def _place(name: str, known: Sequence[str]) -> int:
    if name not in known:
        raise ValueError(f"not one of {', '.join(known)}: {name!r}")
    return known.index(name)


def _numbered(names: Sequence[str], known: Sequence[str]) -> np.ndarray:
    """The position of each name among the known ones. Raises ValueError for one that is not known."""
    codes = pd.Index(list(known), dtype=object).get_indexer(pd.Index(list(names), dtype=object))
    if (codes < 0).any():
        raise ValueError(f"not one of {', '.join(known)}: {names[int(np.flatnonzero(codes < 0)[0])]!r}")
    return codes


def _sums(units: np.ndarray, codes: np.ndarray, names: Sequence[str]) -> dict[str, int]:
    return dict(zip(names, map(int, sums_by_group(units, codes, len(names))), strict=True))
