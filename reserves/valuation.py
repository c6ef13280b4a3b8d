"""What the pool is worth, what it is made of, when it matures and how far it covers the coin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Literal

import numpy as np

from core.money import EXACT
from reserves.held import held
from reserves.lines import ASSET_CLASSES, SETTLEMENT, HoldingLine
from reserves.units import sum_of, sums_by_group, to_amount

Verdict = Literal["met", "breached", "unknown"]
#: The best first: a settlement line takes the best verdict of its account.
VERDICTS: tuple[Verdict, ...] = ("met", "unknown", "breached")
MET, UNKNOWN, BREACHED = range(len(VERDICTS))
#: The verdict of each line, None where nobody gave one, or their places among ``VERDICTS``.
Eligibility = Sequence[Verdict | None] | np.ndarray

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
    eligibility: Eligibility,
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
    shape = len(pool.kinds), len(VERDICTS)
    of = pool.of * len(VERDICTS) + with_account(pool, eligibility)
    by_verdict = sums_by_group(units, of, shape[0] * shape[1]).reshape(shape)
    by_kind = by_verdict.sum(axis=1)
    classes = np.array([_place(line.asset_class, ASSET_CLASSES) for line in pool.kinds], dtype=np.int64)
    rungs = np.array([LADDER.index(bucket(line, as_of, next_business_day)) for line in pool.kinds], dtype=np.int64)
    total = sum_of(units)
    by_bucket = _sums(by_kind, rungs, LADDER)
    return Valuation(
        reserve_market_value=to_amount(total),
        eligible_reserve=to_amount(sum_of(by_verdict[:, MET])),
        ineligible_reserve=to_amount(sum_of(by_verdict[:, BREACHED])),
        unknown_eligibility=to_amount(sum_of(by_verdict[:, UNKNOWN])),
        composition=_composition(by_kind, by_verdict[:, MET], pool.counts, classes, total),
        ladder=_ladder(by_bucket, total),
        weighted_average_maturity_days=_average_maturity(pool.kinds, by_kind, as_of),
        undated_share=share(by_bucket[UNDATED], total),
        liquid_one_business_day=to_amount(by_bucket["overnight"]),
        liquid_share=share(by_bucket["overnight"], total),
    )


def verdict_numbers(eligibility: Eligibility) -> np.ndarray:
    """The place of each verdict among `VERDICTS`; what has none is unknown. What is that already stays."""
    if isinstance(eligibility, np.ndarray):
        return eligibility
    return np.array([VERDICTS.index(verdict or "unknown") for verdict in eligibility], dtype=np.int64)


def with_account(holdings: Sequence[HoldingLine], eligibility: Eligibility) -> np.ndarray:
    """The place of each line's verdict, where a settlement line takes the best one of the other lines of its account.

    What is due to or from an account is netted with what the account holds; an account that holds nothing else is
    unknown. Any other line without a verdict is unknown too.
    """
    pool, verdicts = held(holdings), verdict_numbers(eligibility)
    if all(kind.asset_class != SETTLEMENT for kind in pool.kinds):
        return verdicts
    settles = pool.numbers(lambda line: line.asset_class == SETTLEMENT).astype(bool)
    account, names = pool.accounts
    best = np.full(len(names), len(VERDICTS))
    np.minimum.at(best, account[~settles], verdicts[~settles])
    best[best == len(VERDICTS)] = UNKNOWN
    return np.where(settles, best[account], verdicts)


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


def _composition(
    by_kind: np.ndarray, met: np.ndarray, lines: np.ndarray, classes: np.ndarray, total: int
) -> tuple[ClassValue, ...]:
    values, eligible, counts = (_sums(each, classes, ASSET_CLASSES) for each in (by_kind, met, lines))
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


def _average_maturity(kinds: Sequence[HoldingLine], by_kind: np.ndarray, as_of: date) -> Decimal | None:
    """Days weighted by market value, 2 places half to even.

    None if what takes time is all undated, or if the lines with known maturity are worth nothing together.
    """
    weighted = weights = dated = undated = 0
    for line, value in zip(kinds, by_kind.tolist(), strict=True):
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


def _sums(units: np.ndarray, codes: np.ndarray, names: Sequence[str]) -> dict[str, int]:
    return dict(zip(names, map(int, sums_by_group(units, codes, len(names))), strict=True))
