"""Reading reserves: coins, days, breaks, files, and the reference data in force on a day."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from core.access import Actor
from core.errors import Refused
from core.models import Case, FeedFile
from issuers.models import Coin, Licence
from issuers.selectors import coins_for
from reserves.models import Break, Holding, ReserveDay

WAITING = (ReserveDay.Status.OPEN, ReserveDay.Status.RECONCILED)
FEEDS = ("holdings", "ledger", "supply")


def coin_named(symbol: str, actor: Actor) -> Coin:
    """Return the coin with its issuer and licence.

    Raises:
        Refused: the actor sees no coin of that symbol.
    """
    found = coins_for(actor).filter(symbol=symbol).first()
    if found is None:
        raise Refused(_("There is no coin %(symbol)s.") % {"symbol": symbol}, code="unknown_coin")
    return found


# --- days -------------------------------------------------------------------------------------------
def days_of(coin: Coin, actor: Actor) -> QuerySet[ReserveDay]:
    """Return the judged days of a coin, newest first, without their results."""
    judged = ReserveDay.objects.visible_to(actor).filter(coin=coin, status=ReserveDay.Status.JUDGED)
    return judged.select_related("coin__issuer__organisation").defer("result").order_by("-as_of")


def day(coin: Coin, as_of: date, version: int | None = None) -> ReserveDay | None:
    """Return the judged day with its result, or the version asked for whatever became of it."""
    rows = ReserveDay.objects.filter(coin=coin, as_of=as_of).select_related("coin__issuer__organisation")
    wanted = rows.filter(status=ReserveDay.Status.JUDGED) if version is None else rows.filter(version=version)
    return wanted.first()


def history(coin: Coin, days: int = 400) -> list[tuple[date, Decimal | None]]:
    """Return day and backing ratio of the latest judged days, oldest first."""
    judged = ReserveDay.objects.filter(coin=coin, status=ReserveDay.Status.JUDGED).order_by("-as_of")
    return list(judged.values_list("as_of", "backing_ratio")[:days])[::-1]


def histories(coins: Iterable[Coin], since: date) -> dict[int, list[tuple[date, Decimal | None]]]:
    """Return day and backing ratio by coin, oldest first, for many coins in one query."""
    found: dict[int, list[tuple[date, Decimal | None]]] = {coin.pk: [] for coin in coins}
    judged = ReserveDay.objects.filter(coin__in=found, status=ReserveDay.Status.JUDGED, as_of__gte=since)
    for coin_id, as_of, ratio in judged.order_by("as_of").values_list("coin_id", "as_of", "backing_ratio"):
        found[coin_id].append((as_of, ratio))
    return found


def latest_days(actor: Actor) -> list[ReserveDay]:
    """Return the latest judged day of each coin that the actor may see, by symbol, without the results."""
    judged = ReserveDay.objects.visible_to(actor).filter(status=ReserveDay.Status.JUDGED)
    latest = judged.order_by("coin__symbol", "-as_of").distinct("coin__symbol")
    return list(latest.select_related("coin__issuer__organisation", "coin__issuer__licence").defer("result"))


def previous_judged(coin: Coin, as_of: date) -> dict[str, Any] | None:
    """Return figures and composition of the last judged day before ``as_of``, as its result states them."""
    judged = ReserveDay.objects.filter(coin=coin, as_of__lt=as_of, status=ReserveDay.Status.JUDGED)
    names = ("backing_ratio", "circulation", "reserve_market_value", "eligible_reserve", "composition")
    row = judged.order_by("-as_of").values_list("as_of", "version", *(f"result__{name}" for name in names)).first()
    if row is None:
        return None
    return {"as_of": row[0].isoformat(), "version": row[1], **dict(zip(names, row[2:], strict=True))}


def waiting_days(limit: int = 1000) -> list[int]:
    """Return the keys of days that still need a stage, oldest first."""
    rows = ReserveDay.objects.filter(status__in=WAITING).order_by("opened_at", "pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def waiting_days_of(symbol: str) -> list[int]:
    """Return the keys of one coin's days that still need a stage, oldest first."""
    rows = ReserveDay.objects.filter(coin__symbol=symbol, status__in=WAITING).order_by("opened_at", "pk")
    return list(rows.values_list("pk", flat=True))


# --- breaks and files -------------------------------------------------------------------------------
def breaks_of(coin: Coin, actor: Actor, *, open_only: bool = False) -> QuerySet[Break]:
    """Return the breaks of a coin, oldest first."""
    rows = Break.objects.visible_to(actor).filter(coin=coin)
    return rows.filter(resolved_on=None) if open_only else rows


def files_of(coin: Coin, actor: Actor, as_of: date | None = None) -> QuerySet[FeedFile]:
    """Return the files sent about a coin, newest first, of all days or of one."""
    rows = FeedFile.objects.visible_to(actor).filter(subject=coin.symbol, feed__in=FEEDS)
    rows = rows.select_related("sender", "sent_by", "sent_with")
    return rows if as_of is None else rows.filter(as_of=as_of)


def pools_sharing(
    coin: Coin, accounts: Collection[str], days: Collection[date]
) -> dict[tuple[str, str], int]:
    """Return, by account and custodian, how many other coins reported holdings on it for the days."""
    others = Holding.objects.filter(
        account_id__in=accounts, file__feed="holdings", file__status=FeedFile.Status.ACCEPTED, file__as_of__in=days
    ).exclude(file__subject=coin.symbol)
    counted = others.values_list("account_id", "custodian").annotate(coins=Count("file__subject", distinct=True))
    return {(account, custodian): coins for account, custodian, coins in counted}


# --- reference data ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ReferenceData:
    """Approved reference rows in force on a day, by name or instrument as ``spelled`` writes it."""

    obligors: Mapping[str, Mapping[str, Any]]
    custodians: Mapping[str, Mapping[str, Any]]
    funds: Mapping[str, Mapping[str, Any]]
    instruments: Mapping[str, Mapping[str, Any]]


_REFERENCE = {  # field of ReferenceData: table, column that names the row
    "obligors": ("reserves_obligor", "name"),
    "custodians": ("reserves_custodian", "name"),
    "funds": ("reserves_fund", "instrument_id"),
    "instruments": ("reserves_acceptedinstrument", "instrument_id"),
}
_IN_FORCE = " UNION ALL ".join(
    f"SELECT '{field}', {named}, valid_from, id, to_jsonb(r)::text FROM {table} r"  # noqa: S608
    " WHERE status = 'approved' AND valid_from <= %(day)s AND (valid_until IS NULL OR valid_until >= %(day)s)"
    for field, (table, named) in _REFERENCE.items()
) + " ORDER BY 3, 4"


def spelled(name: str) -> str:
    """Return a name as it is compared: case and spacing do not tell two obligors apart."""
    return " ".join(name.split()).casefold()


def reference_on(day: date) -> ReferenceData:
    """Return all reference data in force on the day, in one query; of two rows for one name the later counts."""
    found: dict[str, dict[str, Any]] = {field: {} for field in _REFERENCE}
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, {"day": day})
        for field, name, _valid_from, _pk, row in cursor.fetchall():
            found[field][spelled(name)] = json.loads(row, parse_float=Decimal)
    return ReferenceData(**found)


# --- what is due ------------------------------------------------------------------------------------
def supervised_coins() -> list[Coin]:
    """Return the coins of licensed issuers, whose files are due every day from their launch."""
    licensed = Coin.objects.filter(issuer__licence__status__in=[Licence.Status.ACTIVE, Licence.Status.SUSPENDED])
    return list(licensed.exclude(launched_on=None).select_related("issuer__organisation", "issuer__licence"))


def open_late_cases() -> QuerySet[Case]:
    """Return the open cases about late files, the longest due first."""
    return Case.objects.filter(kind="reserves.late_feed", status=Case.Status.OPEN).order_by("due_at", "pk")
