"""Writing what a judged day comes to, once for each version, so that overviews never read lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.db import transaction

from core.access import SYSTEM, Actor, require
from core.calendars import HongKongCalendar
from core.roles import Can
from core.rulebook import load
from core.shared_reads import shared
from reserves.lines import HoldingLine
from reserves.models import Obligor, ReserveDay, ReserveDaySummary
from reserves.selectors import spelled
from reserves.selectors.day_files import calendar_on
from reserves.selectors.judged_lines import judged_lines
from reserves.selectors.summaries import days_without_summary
from reserves.summaries import parts_of
from reserves.units import to_amount


def write_summaries(judged: Iterable[tuple[ReserveDay, Iterable[HoldingLine], HongKongCalendar]]) -> int:
    """Write the summaries of versions that were just judged on these lines; return the number of their parts.

    The caller's transaction judges the days, so that no judged day is ever without.
    """
    rows = [row for day, lines, calendar in judged for row in _parts_of(day, lines, calendar)]
    ReserveDaySummary.objects.bulk_create(rows)
    return len(rows)


def _parts_of(day: ReserveDay, lines: Iterable[HoldingLine], calendar: HongKongCalendar) -> Iterator[ReserveDaySummary]:
    groups = groups_on(day.as_of)
    parts = parts_of(
        lines, currency=day.coin.reference_currency, as_of=day.as_of,
        next_business_day=calendar.next_business_day(day.as_of),
        group_of=lambda name: groups.get(spelled(name), name),
    )
    for part in parts:
        yield ReserveDaySummary(day=day, kind=part.kind, asset_class=part.asset_class, bucket=part.bucket,
                                name=part.name, amount=to_amount(part.units), lines=part.lines)


@shared
def groups_on(day: date) -> Mapping[str, str]:
    """Return the group of each obligor that reference data put in one on the day, by name as it is compared."""
    rows = Obligor.objects.in_force(day).exclude(group="").order_by("valid_from", "pk").values_list("name", "group")
    return {spelled(name): group for name, group in rows}


def summarise_days(*, limit: int = 100_000, actor: Actor = SYSTEM) -> dict[str, int]:
    """Write the summaries of judged days that have none, from the files that their accounts name.

    Raises:
        NotPermitted: the actor does not run days.
    """
    require(actor, Can.RUN_DAY)
    rulebook, counted = load(), {"days": 0, "parts": 0}
    for pk in days_without_summary().values_list("pk", flat=True)[:limit]:
        with transaction.atomic():
            day = ReserveDay.objects.select_for_update(no_key=True, of=("self",)).select_related("coin").get(pk=pk)
            another = ReserveDaySummary.objects.filter(day=day).exists()  # process was here meanwhile
            if day.result is None or another:
                continue
            calendar = calendar_on(rulebook, day.as_of)
            counted["parts"] += write_summaries([(day, judged_lines(day.result), calendar)])
            counted["days"] += 1
    return counted
