"""Reading the daily summaries: the parts of the latest judged day of every coin, and which days have none yet."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from reserves.models import ReserveDay, ReserveDaySummary

JUDGED = (ReserveDay.Status.JUDGED, ReserveDay.Status.SUPERSEDED)


class DayPart(NamedTuple):
    """One part of one coin's day."""

    kind: str
    asset_class: str
    bucket: str
    name: str
    amount: Decimal
    lines: int


def parts_of_days(days: Collection[ReserveDay]) -> dict[int, list[DayPart]]:
    """Return the parts of each of the days by its key, in one query; a day without a summary has none."""
    found: dict[int, list[DayPart]] = {day.pk: [] for day in days}
    rows = ReserveDaySummary.objects.filter(day__in=list(found)).order_by("day_id", "pk")
    for day, *part in rows.values_list("day_id", *DayPart._fields):
        found[day].append(DayPart(*part))
    return found


def days_without_summary() -> QuerySet[ReserveDay]:
    """Return the judged days, of all versions, that were judged on holdings and have no summary, oldest first."""
    summary = ReserveDaySummary.objects.filter(day=OuterRef("pk"))
    judged = ReserveDay.objects.filter(status__in=JUDGED).exclude(result__composition=[])
    return judged.filter(~Exists(summary)).order_by("as_of", "pk")
