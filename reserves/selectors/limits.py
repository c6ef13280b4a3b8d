"""Reading the limits that issuers set themselves: those in force, how they stand, the notices given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from core.access import Actor
from core.models.scoping import scoped_by
from core.shared_reads import shared_of_each
from issuers.models import Coin
from reserves.models import Limit, LimitNotice, ReserveDay

_OWNED = scoped_by("coin__issuer__organisation")


@shared_of_each
def limits_in_force(coins: list[Coin], day: date) -> dict[Coin, list[Limit]]:
    """Return the limits of each coin on record for the day, in the order in which they were stated."""
    found: dict[int, list[Limit]] = {coin.pk: [] for coin in coins}
    for limit in Limit.objects.in_force(day).filter(coin__in=found).order_by("pk"):
        found[limit.coin_id].append(limit)
    return {coin: found[coin.pk] for coin in coins}


def limits_of(coin: Coin, actor: Actor) -> QuerySet[Limit]:
    """Return every limit of the coin that was ever stated, the newest first."""
    rows = _OWNED(Limit).visible_to(actor).filter(coin=coin)
    return rows.select_related("proposed_by", "coin__issuer__organisation").order_by("-pk")


def notices_until(limits: Iterable[Limit], day: date) -> dict[tuple[int, date], date]:
    """Return when notice was given, by limit and first day of its breach, as far as it was by the day."""
    rows = LimitNotice.objects.filter(limit__in=list(limits), notified_on__lte=day)
    return {(limit, since): on for limit, since, on in rows.values_list("limit_id", "breached_since", "notified_on")}


def latest_limits(coin: Coin) -> list[dict[str, Any]]:
    """Return how the limits stand on the last judged day of the coin."""
    judged = ReserveDay.objects.filter(coin=coin, status=ReserveDay.Status.JUDGED).order_by("-as_of")
    return judged.values_list("result__limits", flat=True).first() or []


def notices_of(coin: Coin, actor: Actor) -> QuerySet[LimitNotice]:
    """Return the notices given of breaches of the coin's limits, the newest first."""
    return LimitNotice.objects.visible_to(actor).filter(limit__coin=coin).select_related("limit", "filed_by")
