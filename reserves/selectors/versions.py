"""Reading the versions of a day, and the lines of the files in which two of them differ."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Max, Min

from issuers.models import Coin
from reserves import models
from reserves.models import ReserveDay
from reserves.selectors.day_files import PRICES
from reserves.versions import Change, LineChange, changed_lines

#: What makes a line of a file the same as one of another.
IDENTITY: dict[Any, tuple[str, ...]] = {
    models.Holding: ("account_id", "custodian", "asset_class", "instrument_id", "line_ref", "currency"),
    models.LedgerLine: ("account_id", "asset_class", "instrument_id", "line_ref", "currency"),
    models.SupplyLine: ("chain", "contract"),
}
SHOWN = 200


class FileChange(NamedTuple):
    """Two files of one feed and sender: the lines that differ, the first of them, and how many there are."""

    change: Change
    lines: list[LineChange]
    number: int
    counts: dict[str, int]


def versions_of(coin: Coin, as_of: date) -> list[ReserveDay]:
    """Return the versions of a day that were judged, newest first, with their results."""
    return list(ReserveDay.objects.filter(coin=coin, as_of=as_of).exclude(digest="").order_by("-version"))


def versions_count(coin: Coin, as_of: date) -> int:
    """Return how many versions of a day there are."""
    found: int | None = ReserveDay.objects.filter(coin=coin, as_of=as_of).aggregate(Max("version"))["version__max"]
    return found or 0


def late_prices(day: ReserveDay) -> list[dict[str, Any]]:
    """Return the files of prices that the day rests on and that came after it had been judged."""
    if day.version == 1 or not day.result:
        return []
    first = ReserveDay.objects.filter(coin=day.coin_id, as_of=day.as_of).exclude(judged_at=None).aggregate(
        at=Min("judged_at"))["at"]
    return [entry for entry in day.result["inputs"]
            if entry["feed"] == PRICES and datetime.fromisoformat(entry["received_at"]) > first]


def file_changes(changes: list[Change]) -> list[FileChange]:
    """Return the lines in which the files differ; a file that has none of these tables has no lines here."""
    found = []
    for change in changes:
        lines: list[LineChange] = []
        for model, identity in IDENTITY.items():
            lines += changed_lines(_lines(model, change.before), _lines(model, change.after), identity)
        counts = {kind: sum(line.kind == kind for line in lines) for kind in ("added", "removed", "changed")}
        found.append(FileChange(change, lines[:SHOWN], len(lines), counts))
    return found


def _lines(model: Any, entry: dict[str, Any] | None) -> list[dict[str, Any]]:
    if entry is None:
        return []
    names = [field.name for field in model._meta.concrete_fields if field.name not in ("id", "file")]
    return list(model.objects.filter(file=entry["file"]).order_by("line").values(*names))
