"""Carrying differences from day to day as breaks with a reference and an age."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
from reserves.selectors.days import following_days
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
_NEXT = """
WITH keys AS MATERIALIZED (
    SELECT pg_get_serial_sequence('reserves_break', 'id')::regclass AS breaks,
           pg_get_serial_sequence('reserves_breakday', 'id')::regclass AS days
)
SELECT nextval(breaks) FROM keys, generate_series(1, %s)
UNION ALL SELECT nextval(days) FROM keys, generate_series(1, %s)
"""
_JSON = DjangoJSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@dataclass
class _Carrying:
    """One day's differences beside the breaks of its coin."""

    day: ReserveDay
    compared: Compared
    following: date | None  # the first later day that was compared
    standing: dict[Key, Break] = field(default_factory=dict)
    later: dict[Key, Break] = field(default_factory=dict)  # that begin after the day

    def __post_init__(self) -> None:
        self.differences = {(found.comparison, found.key): found for found in self.compared.differences}

    def add(self, row: Break) -> None:
        if row.opened_on > self.day.as_of:
            self.later.setdefault((row.comparison, row.key), row)
        elif row.resolved_on is None or row.resolved_on >= self.day.as_of:
            self.standing[row.comparison, row.key] = row

    def settle(self) -> None:
        """Resolve what is gone, let begin today what is known of the following day; the rest is fresh."""
        if self.following is None:
            for key, row in self.standing.items():
                _settle(row, self.differences.get(key), key[0] in self.compared.whole, self.day)
        unknown = [key for key in self.differences if key not in self.standing]
        self.known = self.standing | _begun_earlier(self.day, unknown, self.later, self.following)
        self.fresh = [key for key in unknown if key not in self.known]
        self.opened = {key: Standing(_reference(self.day, key), self.day.as_of, self.following) for key in self.fresh}

    @property
    def carries(self) -> bool:
        """Whether a break that stood before is found again."""
        return any(key in self.known for key in self.differences)


def carry_breaks(found: Sequence[tuple[ReserveDay, Compared]]) -> list[dict[Key, Standing]]:
    """Write each difference of each day as a break: carried from before, or new; resolve those that are gone.

    The days are of different coins. Only the latest day of a coin resolves, and opens again what was answered for
    another amount: a day judged again leaves what later days found as it is. Return, day by day, its breaks as
    ``breaks_on`` reads them from now on.
    """
    following = following_days(day for day, _ in found)
    carrying = {day.coin_id: _Carrying(day, compared, following.get(day.coin_id)) for day, compared in found}
    rows = Break.objects.filter(coin__in=carrying).filter(
        Q(resolved_on=None) | Q(resolved_on__gte=min(day.as_of for day, _ in found)))
    for row in rows.select_related("latest", "case", "coin").order_by("pk"):
        carrying[row.coin_id].add(row)
    for each in carrying.values():
        each.settle()
    _write(list(carrying.values()))
    for latest in (True, False):
        _follow([each.day.pk for each in carrying.values() if each.carries and (each.following is None) is latest],
                latest=latest)
    return [{key: Standing(row.reference, row.opened_on, row.resolved_on) for key, row in each.known.items()}
            | each.opened for each in carrying.values()]


def _write(carrying: Sequence[_Carrying]) -> None:
    """Write the breaks that are new, and what every break looks like on its day."""
    opened, seen = _next_keys(sum(len(each.fresh) for each in carrying),
                              sum(len(each.differences) for each in carrying))
    breaks, days = [], []
    for each in carrying:
        day = each.day
        # On a day judged again a break that began on it ends where the following day begins without.
        status = S.OPEN if each.following is None else S.RESOLVED
        keys = {key: row.pk for key, row in each.known.items()}
        for key, difference in each.differences.items():
            seen_as = next(seen)
            if row := each.opened.get(key):
                keys[key] = next(opened)
                breaks.append((keys[key], day.coin_id, row.reference, *key, day.as_of, each.following, status,
                               day.as_of, seen_as))
            days.append((seen_as, keys[key], day.pk, *_looks(difference)))
    _copy(_OPENED, breaks)
    _copy(_SEEN, days)


def _looks(found: Difference) -> tuple[Any, ...]:
    return (str(found.cause), found.left, found.right, found.difference, found.residual,
            _JSON.encode(part_entries(found.parts, found.currency)), needs_answer(found.parts, found.residual),
            _JSON.encode(_evidence(found)))


def needs_answer(parts: Iterable[Part], residual: Any) -> bool:
    """Say whether somebody has to account for it: something is not explained, or only by what is missing."""
    return bool(residual) or any(part.cause not in SAYS_ALL for part in parts)


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


def _follow(days: list[int], *, latest: bool) -> None:
    """Let the breaks that stood before point to what the days say of them; those without, where a later day does."""
    if not days:
        return
    lacking = "" if latest else " AND b.latest_id IS NULL"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reserves_break b SET latest_id = d.id FROM reserves_breakday d"  # noqa: S608
                       f" WHERE d.standing_id = b.id AND d.day_id = ANY(%s){lacking}", [days])


def _next_keys(opened: int, seen: int) -> tuple[Iterator[int], Iterator[int]]:
    """Take keys for breaks and for what is seen of them, so that rows that point to one another are written at once."""
    numbers: list[int] = []
    if seen:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [opened, seen])
            numbers = [number for (number,) in cursor.fetchall()]
    return iter(numbers[:opened]), iter(numbers[opened:])


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
