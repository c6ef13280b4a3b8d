"""Carrying differences from day to day as breaks with a reference and an age."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from issuers.models import Coin
from reserves.models import Break, BreakDay, ReserveDay
from reserves.reconcile import Difference
from reserves.services.reconciliation import Compared

Key = tuple[str, str]


def breaks_on(coin: Coin, as_of: date) -> dict[Key, Break]:
    """Return the breaks that stood when the day began or began on it, by comparison and key."""
    found = Break.objects.filter(coin=coin, opened_on__lte=as_of).filter(
        Q(resolved_on=None) | Q(resolved_on__gte=as_of))
    return {(row.comparison, row.key): row for row in found.order_by("pk")}


def carry_breaks(day: ReserveDay, compared: Compared) -> None:
    """Write each difference of the day as a break: carried from before, or new; resolve those that are gone.

    Only the latest day of a coin resolves: a day judged again leaves what later days found as it is.
    """
    differences = {(found.comparison, found.key): found for found in compared.differences}
    rows = Break.objects.filter(coin=day.coin).filter(
        Q(resolved_on=None) | Q(resolved_on__gte=day.as_of)).order_by("pk")
    standing: dict[Key, Break] = {}
    later: dict[Key, Break] = {}
    for row in rows:
        if row.opened_on > day.as_of:
            later.setdefault((row.comparison, row.key), row)
        else:
            standing[row.comparison, row.key] = row
    following = _following_day(day) if (later or standing.keys() ^ differences.keys()) else None
    for key, row in standing.items():
        _settle(row, gone=key not in differences and key[0] in compared.whole, back=key in differences, day=day,
                latest=following is None)
    new = [key for key in differences if key not in standing]
    standing |= _opened(day, new, later, following)
    BreakDay.objects.bulk_create(
        BreakDay(standing=standing[key], day=day, cause=found.cause, left=found.left, right=found.right,
                 difference=found.difference, evidence=_evidence(found))
        for key, found in differences.items()
    )


def _following_day(day: ReserveDay) -> date | None:
    compared = (ReserveDay.Status.RECONCILED, ReserveDay.Status.JUDGED)
    later = ReserveDay.objects.filter(coin=day.coin, as_of__gt=day.as_of, status__in=compared)
    return later.order_by("as_of").values_list("as_of", flat=True).first()


def _settle(row: Break, *, gone: bool, back: bool, day: ReserveDay, latest: bool) -> None:
    if not latest:
        return
    if gone and row.resolved_on is None:
        row.resolved_on = day.as_of
    elif back and row.resolved_on is not None:  # an earlier version of this very day had resolved it
        row.resolved_on = None
    else:
        return
    row.save(update_fields=["resolved_on"])


def _opened(day: ReserveDay, keys: list[Key], later: Mapping[Key, Break], following: date | None) -> dict[Key, Break]:
    """Open breaks that began on the day; on a day judged again they end where the following day begins without."""
    standing = {}
    for key in keys:
        if key in later and later[key].opened_on == following:  # the same difference: it only began earlier
            standing[key] = later[key]
            later[key].opened_on = day.as_of
            later[key].save(update_fields=["opened_on"])
    fresh = [key for key in keys if key not in standing]
    if fresh:
        rows = [
            Break(coin=day.coin, reference=reference, comparison=comparison, key=key, opened_on=day.as_of,
                  resolved_on=following)
            for reference, (comparison, key) in ((_reference(day, key), key) for key in fresh)
        ]
        standing |= dict(zip(fresh, Break.objects.bulk_create(rows), strict=True))
    return standing


def _reference(day: ReserveDay, key: Key) -> str:
    """Return a reference that follows from what differs, where and since when.

    It stands in the result of the day, which must come out the same whichever worker judged which coin first; a
    number drawn from a common counter would not.
    """
    named = "|".join((day.coin.symbol, day.as_of.isoformat(), *key))
    return f"B-{day.as_of:%y%m}-{hashlib.sha256(named.encode()).hexdigest()[:6].upper()}"


def _evidence(found: Difference) -> dict[str, Any]:
    """Return the evidence with what the position is called, which the break's key only encodes."""
    return {"account_id": found.account_id, "instrument_id": found.instrument_id, "line_ref": found.line_ref,
            "asset_class": found.asset_class, "currency": found.currency, **found.evidence}
