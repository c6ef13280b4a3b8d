"""Reading reserve days and breaks: by coin, by day, the latest of all, and what still waits."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Max, Min, OuterRef, Q, QuerySet, Subquery

from core.access import Actor
from core.shared_reads import shared_of_each
from issuers.models import Coin
from issuers.selectors import coins_for
from reserves.models import Break, ReserveDay

_OF_RESULT = ("backing_ratio", "circulation", "reserve_market_value", "eligible_reserve", "composition", "limits")
_PREVIOUS = f"""
SELECT of_coin.id, found.* FROM unnest(%s::bigint[]) AS of_coin (id), LATERAL (
    SELECT as_of, version, jsonb_build_array({", ".join(f"result->'{name}'" for name in _OF_RESULT)})::text
    FROM reserves_reserveday WHERE coin_id = of_coin.id AND as_of < %s AND status = %s ORDER BY as_of DESC LIMIT 1
) AS found
"""  # noqa: S608 - the names above
_FOLLOWING = """
SELECT wanted.coin_id, min(day.as_of)
FROM unnest(%s::bigint[], %s::date[]) AS wanted (coin_id, as_of)
JOIN reserves_reserveday AS day ON day.coin_id = wanted.coin_id AND day.as_of > wanted.as_of AND day.status = ANY(%s)
GROUP BY wanted.coin_id
"""
WAITING = (ReserveDay.Status.OPEN, ReserveDay.Status.RECONCILED)


def days_of(coin: Coin, actor: Actor) -> QuerySet[ReserveDay]:
    """Return the judged days of a coin, newest first, without their results."""
    judged = ReserveDay.objects.visible_to(actor).filter(coin=coin, status=ReserveDay.Status.JUDGED)
    return judged.select_related("coin__issuer__organisation").defer("result").order_by("-as_of")


def day(coin: Coin, as_of: date, version: int | None = None) -> ReserveDay | None:
    """Return the judged day with its result, or the version asked for whatever became of it."""
    rows = ReserveDay.objects.filter(coin=coin, as_of=as_of).select_related("coin__issuer__organisation")
    wanted = rows.filter(status=ReserveDay.Status.JUDGED) if version is None else rows.filter(version=version)
    return wanted.first()


def judged_day(symbol: str, as_of: date) -> ReserveDay | None:
    """Return the judged day of the coin of that symbol with its result."""
    return ReserveDay.objects.filter(coin__symbol=symbol, as_of=as_of, status=ReserveDay.Status.JUDGED).first()


def history(coin: Coin, days: int = 400, until: date | None = None) -> list[tuple[date, Decimal | None]]:
    """Return day and backing ratio of the latest judged days, up to ``until`` if given, oldest first."""
    judged = ReserveDay.objects.filter(coin=coin, status=ReserveDay.Status.JUDGED).order_by("-as_of")
    if until is not None:
        judged = judged.filter(as_of__lte=until)
    return list(judged.values_list("as_of", "backing_ratio")[:days])[::-1]


def neighbours(coin: Coin, as_of: date) -> tuple[date | None, date | None]:
    """Return the judged days next to ``as_of``: the one before and the one after, None where there is none."""
    found = ReserveDay.objects.filter(coin=coin, status=ReserveDay.Status.JUDGED).aggregate(
        before=Max("as_of", filter=Q(as_of__lt=as_of)), after=Min("as_of", filter=Q(as_of__gt=as_of)))
    return found["before"], found["after"]


def histories(coins: Iterable[Coin], since: date) -> dict[int, list[tuple[date, Decimal | None]]]:
    """Return day and backing ratio by coin, oldest first, for many coins in one query."""
    found: dict[int, list[tuple[date, Decimal | None]]] = {coin.pk: [] for coin in coins}
    judged = ReserveDay.objects.filter(coin__in=found, status=ReserveDay.Status.JUDGED, as_of__gte=since)
    for coin_id, as_of, ratio in judged.order_by("as_of").values_list("coin_id", "as_of", "backing_ratio"):
        found[coin_id].append((as_of, ratio))
    return found


def latest_days(actor: Actor) -> list[ReserveDay]:
    """Return the latest judged day of each coin that the actor may see, by symbol, without the results."""
    of_coin = ReserveDay.objects.filter(coin=OuterRef("pk"), status=ReserveDay.Status.JUDGED).order_by("-as_of")
    newest = coins_for(actor).order_by().values(newest=Subquery(of_coin.values("pk")[:1]))  # one step of the index each
    latest = ReserveDay.objects.filter(pk__in=newest).order_by("coin__symbol")
    latest = latest.select_related("coin__issuer__organisation").prefetch_related("coin__issuer__licences")
    return list(latest.defer("result"))


@shared_of_each
def previous_judged(coins: list[Coin], as_of: date) -> dict[Coin, dict[str, Any] | None]:
    """Return figures, composition and limits of the last judged day before ``as_of``, as its result states them."""
    with connection.cursor() as cursor:
        cursor.execute(_PREVIOUS, [[coin.pk for coin in coins], as_of, ReserveDay.Status.JUDGED])
        found = {
            coin: {"as_of": day.isoformat(), "version": version, **dict(zip(_OF_RESULT, json.loads(said), strict=True))}
            for coin, day, version, said in cursor.fetchall()
        }
    return {coin: found.get(coin.pk) for coin in coins}


def following_days(days: Iterable[ReserveDay]) -> dict[int, date]:
    """Return by coin the first day after one of its days that was compared already, where there is one."""
    wanted = {day.coin_id: day.as_of for day in days}
    compared = [ReserveDay.Status.RECONCILED, ReserveDay.Status.JUDGED]
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWING, [list(wanted), list(wanted.values()), compared])
        return dict(cursor.fetchall())


def coins_of_days(pks: Iterable[int]) -> list[Coin]:
    """Return the coins of some days, each with its issuer and the licences of that."""
    of_days = ReserveDay.objects.filter(pk__in=list(pks)).values("coin")
    rows = Coin.objects.filter(pk__in=of_days).order_by("pk").select_related("issuer__organisation")
    return list(rows.prefetch_related("issuer__licences"))


def waiting_days(limit: int = 1000) -> list[int]:
    """Return the keys of days that still need a stage, oldest first."""
    rows = ReserveDay.objects.filter(status__in=WAITING).order_by("opened_at", "pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def waiting_days_of(symbol: str) -> list[int]:
    """Return the keys of one coin's days that still need a stage, oldest first."""
    rows = ReserveDay.objects.filter(coin__symbol=symbol, status__in=WAITING).order_by("opened_at", "pk")
    return list(rows.values_list("pk", flat=True))


def breaks_of(coin: Coin, actor: Actor, *, open_only: bool = False) -> QuerySet[Break]:
    """Return the breaks of a coin, oldest first."""
    rows = Break.objects.visible_to(actor).filter(coin=coin)
    return rows.filter(resolved_on=None) if open_only else rows
