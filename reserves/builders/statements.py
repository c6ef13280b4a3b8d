"""Weekly statements as the rows of a table: one for every day that each version states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from core.downloads import figure
from reserves.models import WeeklyStatement

COLUMNS = ("coin", "as_at", "version", "state", "filed_at", "currency", "day", "outstanding_par",
           "reserve_market_value", "surplus", "backing_ratio", "composition", "corrected_since")


def statement_rows(
    statements: Iterable[WeeklyStatement], corrected: Mapping[int, list[dict[str, Any]]]
) -> Iterator[list[Any]]:
    """Yield the heading and the rows; the composition stands on the day that the statement is as at."""
    yield list(COLUMNS)
    for row in statements:
        again = {each["as_of"]: each["version"] for each in corrected.get(row.pk, [])}
        parts = "; ".join(f"{part['asset_class']} {part['market_value']}" for part in row.content["composition"])
        for day in row.content["days"]:
            yield [
                row.content["coin"], row.as_at.isoformat(), row.version, row.status,
                row.filed_at.isoformat() if row.filed_at else "", row.content["currency"], day["as_of"],
                *(figure(day[name]) for name in ("circulation", "reserve_market_value", "surplus", "backing_ratio")),
                parts if day["as_of"] == row.as_at.isoformat() else "", again.get(day["as_of"], ""),
            ]
