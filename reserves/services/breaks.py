"""Carrying differences from day to day as breaks with a reference and an age."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Q

from core import cases
from core.access import SYSTEM
from reserves.causes import SAYS_ALL
from reserves.models import Break, ReserveDay
from reserves.reconcile import Difference
from reserves.selectors.breaks import Standing
from reserves.services.reconciliation import Compared
from reserves.services.result import part_entries
from reserves.solving import Part
from reserves.workflows import BREAK

Key = tuple[str, str]
S = Break.Status
_OPENED = "COPY reserves_break (id, coin_id, reference, comparison, key, opened_on, resolved_on, status, open_since," \
          " latest_id) FROM STDIN"
_SEEN = "COPY reserves_breakday (id, standing_id, day_id, cause, \"left\", \"right\", difference, residual, parts," \
        " needs_answer, evidence) FROM STDIN"
_JSON = DjangoJSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def carry_breaks(day: ReserveDay, compared: Compared) -> dict[Key, Standing]:
    """Write each difference of the day as a break: carried from before, or new; resolve those that are gone.

    Only the latest day of a coin resolves, and opens again what was answered for another amount: a day judged again
    leaves what later days found as it is. Return the breaks of the day as ``breaks_on`` reads them from now on.
    """
    differences = {(found.comparison, found.key): found for found in compared.differences}
    rows = Break.objects.filter(coin=day.coin).filter(
        Q(resolved_on=None) | Q(resolved_on__gte=day.as_of)).select_related("latest", "case", "coin").order_by("pk")
    standing: dict[Key, Break] = {}
    later: dict[Key, Break] = {}
    for row in rows:
        if row.opened_on > day.as_of:
            later.setdefault((row.comparison, row.key), row)
        else:
            standing[row.comparison, row.key] = row
    following = _following_day(day) if standing or later or differences else None
    for key, row in standing.items():
        if following is None:
            _settle(row, differences.get(key), key[0] in compared.whole, day)
    known = {key: row.pk for key, row in standing.items()}
    begun = _begun_earlier(day, [key for key in differences if key not in known], later, following)
    known |= {key: row.pk for key, row in begun.items()}
    fresh = [key for key in differences if key not in known]
    opened, seen = _next_keys(len(fresh), len(differences))
    keys, seen_as = known | dict(zip(fresh, opened, strict=True)), dict(zip(differences, seen, strict=True))
    # On a day judged again a break that began on it ends where the following day begins without.
    status = S.OPEN if following is None else S.RESOLVED
    new = {key: Standing(_reference(day, key), day.as_of, following) for key in fresh}
    _copy(_OPENED, [
        (keys[key], day.coin_id, row.reference, *key, day.as_of, following, status, day.as_of, seen_as[key])
        for key, row in new.items()
    ])
    _copy(_SEEN, [
        (seen_as[key], keys[key], day.pk, str(each.cause), each.left, each.right, each.difference, each.residual,
         _JSON.encode(part_entries(each.parts, each.currency)), needs_answer(each.parts, each.residual),
         _JSON.encode(_evidence(each)))
        for key, each in differences.items()
    ])
    if any(key in known for key in differences):
        _follow(day, latest=following is None)
    return {key: Standing(row.reference, row.opened_on, row.resolved_on)
            for key, row in (standing | begun).items()} | new


def needs_answer(parts: Iterable[Part], residual: Any) -> bool:
    """Say whether somebody has to account for it: something is not explained, or only by what is missing."""
    return bool(residual) or any(part.cause not in SAYS_ALL for part in parts)


def _following_day(day: ReserveDay) -> date | None:
    compared = (ReserveDay.Status.RECONCILED, ReserveDay.Status.JUDGED)
    later = ReserveDay.objects.filter(coin=day.coin, as_of__gt=day.as_of, status__in=compared)
    return later.order_by("as_of").values_list("as_of", flat=True).first()


def _settle(row: Break, found: Difference | None, whole: bool, day: ReserveDay) -> None:
    """Resolve a break that is gone, bring back one that is not, open again one whose amount is another."""
    if found is None:
        if whole and row.resolved_on is None:
            BREAK.apply(row, "resolve", actor=SYSTEM)
            row.resolved_on = day.as_of
            row.save(update_fields=["resolved_on"])
            if row.case is not None:
                cases.close_case(row.case, outcome="resolved", actor=SYSTEM)
    elif row.resolved_on is not None:  # an earlier version of this very day had resolved it
        BREAK.apply(row, "return", actor=SYSTEM)
        row.resolved_on = None
        row.save(update_fields=["resolved_on"])
    elif row.status != S.OPEN and row.latest is not None and row.latest.difference != found.difference:
        BREAK.apply(row, "reopen", actor=SYSTEM)
        row.open_since, row.proposed_by = day.as_of, None
        row.save(update_fields=["open_since", "proposed_by"])


def _begun_earlier(
    day: ReserveDay, keys: list[Key], later: Mapping[Key, Break], following: date | None
) -> dict[Key, Break]:
    """Let the breaks of the following day begin on this one that are the same difference; return them."""
    found = {}
    for key in keys:
        if key in later and later[key].opened_on == following:
            found[key] = later[key]
            later[key].opened_on = later[key].open_since = day.as_of
            later[key].save(update_fields=["opened_on", "open_since"])
    return found


def _follow(day: ReserveDay, *, latest: bool) -> None:
    """Let the breaks that stood before point to what the day says of them; those without, where a later day does."""
    lacking = "" if latest else " AND b.latest_id IS NULL"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reserves_break b SET latest_id = d.id FROM reserves_breakday d"  # noqa: S608
                       f" WHERE d.standing_id = b.id AND d.day_id = %s{lacking}", [day.pk])


def _next_keys(opened: int, seen: int) -> tuple[list[int], list[int]]:
    """Take keys for breaks and for what is seen of them, so that rows that point to one another are written at once."""
    if not seen:
        return [], []
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('reserves_break', 'id')) FROM generate_series(1, %s)"
                       " UNION ALL"
                       " SELECT nextval(pg_get_serial_sequence('reserves_breakday', 'id')) FROM generate_series(1, %s)",
                       [opened, seen])
        numbers = [number for (number,) in cursor.fetchall()]
    return numbers[:opened], numbers[opened:]


def _copy(statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _reference(day: ReserveDay, key: Key) -> str:
    """Return a reference that follows from what differs, where and since when.

    It stands in the result of the day, which must come out the same whichever worker judged which coin first; a
    number drawn from a common counter would not. Forty bits keep the breaks of a bad month of all coins apart.
    """
    named = "|".join((day.coin.symbol, day.as_of.isoformat(), *key))
    digest = base64.b32encode(hashlib.sha256(named.encode()).digest()[:5]).decode()
    return f"B-{day.as_of:%y%m}-{digest}"


def _evidence(found: Difference) -> dict[str, Any]:
    """Return the evidence with what the position is called, which the break's key only encodes."""
    return {"account_id": found.account_id, "instrument_id": found.instrument_id, "line_ref": found.line_ref,
            "asset_class": found.asset_class, "currency": found.currency, **found.evidence}
