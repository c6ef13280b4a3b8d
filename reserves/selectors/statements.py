"""Reading weekly statements: of a coin, as published, and which were corrected by later versions of their days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from core import clock
from core.access import Actor
from issuers.models import Coin
from reserves.models import ReserveDay, WeeklyStatement

PUBLISHED = (WeeklyStatement.Status.FILED, WeeklyStatement.Status.REPLACED)
WEEK = timedelta(days=7)


def statements_for(actor: Actor) -> QuerySet[WeeklyStatement]:
    """Return the statements that the actor may see; what an issuer has not filed is its own."""
    rows = WeeklyStatement.objects.visible_to(actor).select_related("coin__issuer__organisation")
    return rows.filter(status__in=PUBLISHED) if actor.is_authority else rows


def published_statements(coin: Coin) -> list[WeeklyStatement]:
    """Return every version of every statement that was published, the latest first."""
    return list(WeeklyStatement.objects.filter(coin=coin, status__in=PUBLISHED).select_related(
        "coin__issuer__organisation").order_by("-as_at", "-version"))


def last_as_at(today: date | None = None) -> date:
    """Return the latest day that has ended and on which a weekly statement is as at, by the authority's weekday."""
    yesterday = (today or clock.today()) - timedelta(days=1)
    return yesterday - timedelta(days=(yesterday.weekday() - settings.SERVICE_CLOCKS["weekly_statement_weekday"]) % 7)


def days_of_week(coin: Coin, as_at: date) -> dict[date, ReserveDay]:
    """Return the judged days of the week that ends on the day, by day."""
    rows = ReserveDay.objects.filter(coin=coin, as_of__range=(as_at - WEEK + timedelta(days=1), as_at),
                                     status=ReserveDay.Status.JUDGED)
    return {row.as_of: row for row in rows}


def corrected_days(statements: Sequence[WeeklyStatement]) -> dict[int, list[dict[str, Any]]]:
    """Return, by statement, the days that were judged otherwise since it was prepared; one query for all of a coin."""
    if not statements:
        return {}
    wanted = [day for each in statements for day in each.content["days"]]
    rows = ReserveDay.objects.filter(
        coin__in={each.coin_id for each in statements}, status=ReserveDay.Status.JUDGED,
        as_of__in={day["as_of"] for day in wanted},
    ).values_list("coin_id", "as_of", "version", "digest", "circulation", "reserve_market_value")
    now = {(coin, day.isoformat()): rest for coin, day, *rest in rows}
    return {each.pk: list(_corrected(each, now)) for each in statements}


def _corrected(statement: WeeklyStatement, now: dict[tuple[int, str], list[Any]]) -> Iterable[dict[str, Any]]:
    for day in statement.content["days"]:
        standing = now.get((statement.coin_id, day["as_of"]))
        if standing and standing[1] != day["digest"]:
            yield {"as_of": day["as_of"], "stated_version": day["version"], "version": standing[0],
                   "circulation": standing[2], "reserve_market_value": standing[3]}
