"""Which waiting days may be worked together: of different coins, and not more lines than a process holds at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Sum

from core.models import FeedFile
from reserves.models import ReserveDay
from reserves.selectors.day_files import HOLDINGS, LEDGER, MEETS

#: Lines of books and custodians; what a day has of both stays in memory until its stage ends, some 500 bytes a line.
MOST_LINES = 500_000
_LINED = (*MEETS[HOLDINGS], *MEETS[LEDGER])
#: So long before a day may the statements be that it rests on: they carry over the longest holidays.
_CARRIED = timedelta(days=10)


class _Waiting(NamedTuple):
    pk: int
    coin: int
    symbol: str
    as_of: date


def rounds_of(pks: Collection[int]) -> list[list[int]]:
    """Return the keys in rounds that are worked one after the other; a coin's earlier days are in earlier rounds."""
    rows = ReserveDay.objects.filter(pk__in=list(pks)).order_by("as_of", "version", "coin_id")
    days = [_Waiting._make(row) for row in rows.values_list("pk", "coin", "coin__symbol", "as_of")]
    rounds: list[list[_Waiting]] = []
    of_coin: dict[int, int] = {}
    for day in days:
        number = of_coin[day.coin] = of_coin.get(day.coin, -1) + 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(day)
    if len(days) == len(rounds):  # each is alone
        return [[day.pk] for each in rounds for day in each]
    lines = _lines_of(days)
    return [[day.pk for day in part] for each in rounds for part in _parts(each, lines)]


def _lines_of(days: Sequence[_Waiting]) -> dict[int, int]:
    """Return by key of a day how many lines it may have: as many as any day near before it, whichever it rests on."""
    stated = FeedFile.objects.filter(
        subject__in={day.symbol for day in days}, feed__in=_LINED, status=FeedFile.Status.ACCEPTED,
        as_of__range=(min(day.as_of for day in days) - _CARRIED, max(day.as_of for day in days)),
    )
    found: dict[str, list[tuple[date, int]]] = {}
    for symbol, as_of, lines in stated.order_by().values_list("subject", "as_of").annotate(Sum("row_count")):
        found.setdefault(symbol, []).append((as_of, lines))
    return {day.pk: max((lines for as_of, lines in found.get(day.symbol, ())
                         if day.as_of - _CARRIED <= as_of <= day.as_of), default=0) for day in days}


def _parts(days: Iterable[_Waiting], lines: dict[int, int]) -> list[list[_Waiting]]:
    """Split a round where its lines would be too many; a day that has too many of its own is alone."""
    parts: list[list[_Waiting]] = []
    left = 0
    for day in days:
        if lines[day.pk] > left or not parts:
            parts.append([])
            left = MOST_LINES
        parts[-1].append(day)
        left -= lines[day.pk]
    return parts
