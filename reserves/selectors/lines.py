"""Reading the lines that a figure of a day comes from: the very rows, their file and where in it they stand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet, Sum

from core.calendars import HongKongCalendar
from core.models import FeedFile, Organisation
from issuers.models import Coin
from reserves import models
from reserves.comparing import match, rows_by_position
from reserves.meeting import LEVELS
from reserves.models import Break, ReserveDay
from reserves.positions import position_of
from reserves.reconcile import PAR_SUPPLY
from reserves.selectors.columns import read_sides
from reserves.selectors.day_files import files_by_ids
from reserves.selectors.tolerances import tolerances_on


class Kind(NamedTuple):
    """One table of lines: what of it may be filtered by, which column is summed, which are shown."""

    model: Any
    filters: tuple[str, ...]
    amount: str
    columns: tuple[str, ...]
    totals: tuple[str, ...]  # what the sum is broken down by


KINDS: dict[str, Kind] = {
    "holdings": Kind(
        models.Holding, ("asset_class", "custodian", "account_id", "currency", "instrument_id", "line_ref"),
        "market_value",
        ("account_id", "description", "asset_class", "instrument_id", "line_ref", "currency", "market_value",
         "face_value", "price", "price_basis", "custodian", "obligor", "start_date", "maturity_date"),
        ("custodian", "account_id"),
    ),
    "ledger": Kind(
        models.LedgerLine, ("asset_class", "account_id", "currency", "instrument_id", "line_ref"), "book_value",
        ("account_id", "description", "asset_class", "instrument_id", "line_ref", "currency", "book_value",
         "face_value", "booked_on", "value_on"),
        ("asset_class", "account_id"),
    ),
    "supply": Kind(
        models.SupplyLine, ("chain",), "total_supply",
        ("chain", "total_supply", "unissued", "frozen", "pending_redemption", "block_number", "block_time",
         "contract"),
        ("chain",),
    ),
}


class Lines(NamedTuple):
    """The lines of a figure: how many, what they sum to by currency, and the sums of their parts."""

    kind: Kind
    rows: QuerySet[Any]
    number: int
    sums: list[tuple[str, Decimal]]


def day_files_of(day: ReserveDay) -> list[int]:
    """Return the keys of the files that the day was judged on."""
    return [entry["file"] for entry in (day.result or {}).get("inputs", [])]


def lines_of(day: ReserveDay, of: str, asked: Mapping[str, str], keys: list[int] | None = None) -> Lines:
    """Return the lines of one table that the day rests on, as far as they are asked for.

    ``keys`` are the lines of one side of a break. Where a custodian reported an account itself, the issuer's lines on
    that account are no part of any figure and are left out.
    """
    kind = KINDS[of]
    rows = kind.model.objects.filter(file__in=day_files_of(day))
    if of == "holdings":
        rows = _first_hand(rows, day)
    rows = rows.filter(**{name: asked[name] for name in kind.filters if asked.get(name)})
    if keys is not None:
        rows = rows.filter(pk__in=keys)
    if of == "ledger" and not asked.get("asset_class") and keys is None:
        rows = rows.exclude(asset_class="par_outstanding")
    summed = rows.order_by()
    if of == "supply":
        total = summed.aggregate(count=Count("pk"), total=Sum(kind.amount))
        sums = [(day.coin.reference_currency, total["total"])] if total["count"] else []
        count = total["count"]
    else:
        found = summed.values_list("currency").annotate(Sum(kind.amount), Count("pk")).order_by("currency")
        sums, count = [(code, total) for code, total, _ in found], sum(number for *_, number in found)
    return Lines(kind, rows.select_related("file__sender").order_by("file_id", "line"), count, sums)


def totals_of(lines: Lines) -> list[tuple[str, list[tuple[str, int, Decimal]]]]:
    """Return the sums of the lines by what they are broken down by: each value, its lines, its sum; the largest first.

    Lines in several currencies are not added, so then there are none.
    """
    if len(lines.sums) != 1:
        return []
    found = []
    for name in lines.kind.totals:
        parts = lines.rows.order_by().values_list(name).annotate(Count("pk"), total=Sum(lines.kind.amount))
        rows = list(parts.order_by("-total", name)[:12])
        if len(rows) > 1:
            found.append((name, rows))
    return found


def _first_hand(rows: QuerySet[Any], day: ReserveDay) -> QuerySet[Any]:
    issuer = Q(file__sender__kind=Organisation.Kind.ISSUER)
    reported = models.Holding.objects.filter(file__in=day_files_of(day)).exclude(issuer)
    return rows.exclude(issuer & Q(account_id__in=reported.values("account_id")))


def lines_of_break(
    standing: Break, day: ReserveDay, coin: Coin, calendar: HongKongCalendar
) -> dict[str, list[int]] | None:
    """Return the keys of the lines of both sides of a break on a day; None if it did not stand then.

    The lines are matched again, so that they are all and exactly those that were compared.
    """
    if standing.comparison == PAR_SUPPLY:
        return {}
    sides = read_sides(files_by_ids(coin, day.as_of, calendar, day_files_of(day)))
    matched = match(sides.columns, tolerances_on(day.as_of))
    books, holdings = sides.lines(matched.rows)
    first = matched.columns.books
    for number, rows in rows_by_position(matched):
        of_books = [books[row] for row in rows.tolist() if row < first]
        of_custodian = [holdings[row - first] for row in rows.tolist() if row >= first]
        position = position_of(LEVELS[matched.meetings.level[number]], of_books, of_custodian,
                               bool(matched.on_face[number]), int(matched.left[number]), int(matched.right[number]))
        if position.key == standing.key:
            return {"ledger": [line.id for line in of_books], "holdings": [line.id for line in of_custodian]}
    return None


def files_named(keys: set[int]) -> dict[int, FeedFile]:
    """Return files with their senders by key, to name the rows of evidence by."""
    return {file.pk: file for file in FeedFile.objects.filter(pk__in=keys).select_related("sender")}
