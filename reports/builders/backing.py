"""What the backing ratios of a period come to, and how values become the strings that are frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any

from core.money import EXACT, ratio, round_down
from reports.builders.parties import instant
from reports.selectors.month import JudgedDay


def texts(value: Any) -> Any:
    """Return a value with every figure, day and moment in it as text; what is not known stays None."""
    if isinstance(value, Mapping):
        return {str(name): texts(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [texts(each) for each in value]
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else f"{value:f}" if isinstance(value, Decimal) else str(value)


def mean(ratios: Sequence[Decimal]) -> Decimal | None:
    """Return the mean of exact ratios, rounded down to the eight places of a ratio; None of nothing."""
    found = ratio(reduce(EXACT.add, ratios, Decimal(0)), Decimal(len(ratios)))
    return None if found is None else round_down(found)


def backing(days: Iterable[JudgedDay], expected: Sequence[date]) -> dict[str, Any]:
    """Return how the days that are owed were judged, the range of the ratio, and the ratio day by day.

    A day that was not judged, or whose verdict is unknown, is unknown. The mean is of the days that have a ratio.
    """
    by_day = {day.as_of: day for day in days}
    owed = [by_day.get(day) for day in expected]
    verdicts = [day.verdict if day else "unknown" for day in owed]
    known = [(day.ratio, day.as_of) for day in owed if day and day.ratio is not None]
    lowest = min(known, default=(None, None))
    highest = max(known, key=lambda each: each[0], default=(None, None))
    counts = {verdict: verdicts.count(verdict) for verdict in ("met", "breached")}
    return {
        "days": len(expected), **counts, "unknown": len(expected) - sum(counts.values()), "with_ratio": len(known),
        "not_judged": owed.count(None),
        "lowest": lowest[0], "lowest_on": lowest[1], "highest": highest[0], "highest_on": highest[1],
        "mean": mean([each for each, _day in known]),
        "closing": owed[-1].ratio if owed and owed[-1] else None,
        "series": [[day, found.ratio if found else None] for day, found in zip(expected, owed, strict=True)],
        "verdict": verdict_of(verdicts),
    }


def verdict_of(verdicts: Iterable[str]) -> str:
    """Return the verdict on several things together: one breach breaches all, one unknown leaves the rest open."""
    found = set(verdicts)
    return next((each for each in ("breached", "unknown") if each in found), "met") if found else "unknown"
