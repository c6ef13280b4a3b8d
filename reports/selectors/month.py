"""Reading what a month was for one issuer's reserves: days, breaches and breaks, as they stood when it was over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Min, Q, QuerySet

from core.money import EXACT
from core.rulebook import NotInForce, load
from issuers.models import Breach, Coin, Issuer
from reports.selectors.periods import Period
from reserves.models import Break, BreakDay, BreakNote, ReserveDay

JUDGED = ReserveDay.Status.JUDGED
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class JudgedDay:
    """What one judged day of a coin comes to; ``key`` is that of its row."""

    key: int
    as_of: date
    version: int
    ratio: Decimal | None
    verdict: str


def coins_in(period: Period, issuer: Issuer | None = None) -> list[Coin]:
    """Return the coins, of one issuer or of all, that holders had in the period or that have a judged day in it."""
    days = Q(days__status=JUDGED, days__as_of__range=(period.first, period.last))
    rows = Coin.objects.filter(Q(launched_on__lte=period.last) | days)
    rows = rows.filter(issuer=issuer) if issuer else rows
    found = rows.select_related("issuer__organisation").prefetch_related("issuer__licences").distinct()
    return list(found.order_by("symbol"))


def judged_in(period: Period, coins: Iterable[Coin]) -> dict[int, list[JudgedDay]]:
    """Return the judged days of each coin, oldest first, in one query."""
    found: dict[int, list[JudgedDay]] = {coin.pk: [] for coin in coins}
    rows = ReserveDay.objects.filter(coin__in=found, status=JUDGED, as_of__range=(period.first, period.last))
    values = rows.order_by("as_of").values_list("coin_id", "pk", "as_of", "version", "backing_ratio", "verdict")
    for coin_id, *values_of_day in values:
        found[coin_id].append(JudgedDay(*values_of_day))
    return found


def expected_days(coins: Iterable[Coin], period: Period) -> dict[int, list[date]]:
    """Return the days of the period that each coin owes figures for: from its launch, under a licence.

    A coin whose launch is not on record counts from the first day that the platform has of it.
    """
    coins = list(coins)
    first = dict(ReserveDay.objects.filter(coin__in=coins, status=JUDGED).values_list("coin").annotate(Min("as_of")))
    found = {}
    for coin in coins:
        licence = coin.issuer.licence_on(period.last)
        since = coin.launched_on or first.get(coin.pk)
        found[coin.pk] = [] if since is None else period.days(max(since, licence.effective_on) if licence else since)
    return found


def breaches_in(period: Period, issuers: Iterable[Issuer]) -> QuerySet[Breach]:
    """Return the breaches that were open at some moment of the period, the oldest first."""
    rows = Breach.objects.filter(issuer__in=list(issuers), opened_at__lt=period.ends)
    return rows.filter(Q(closed_at=None) | Q(closed_at__gte=period.begins)).select_related("case").order_by(
        "opened_at", "pk")


def citation_of(rule: str, day: date) -> str:
    """Return what the rule cited on the day; "" where it was not in force."""
    try:
        return str(load().rule(rule).on(day).cite)
    except (KeyError, NotInForce):
        return ""


def breach_rows(period: Period, issuer: Issuer) -> list[dict[str, Any]]:
    """Return each breach of the period as it stood at its end."""
    return [
        {
            "case": row.case.reference, "rule": row.rule, "cite": citation_of(row.rule, row.first_as_of),
            "subject": row.subject, "first_as_of": row.first_as_of, "last_as_of": min(row.last_as_of, period.last),
            "opened_at": row.opened_at, "due_at": row.case.due_at,
            "notified_at": _by(period, row.notified_at), "closed_at": _by(period, row.closed_at),
            "opened_in": row.opened_at >= period.begins, "closed_in": _by(period, row.closed_at) is not None,
            "overdue": _by(period, row.closed_at) is None and row.case.due_at is not None
            and row.case.due_at < period.ends,
        }
        for row in breaches_in(period, [issuer])
    ]


def _by(period: Period, moment: Any) -> Any:
    """A moment if it had come by the end of the period."""
    return moment if moment is not None and moment < period.ends else None


def breaks_of(period: Period, coin: Coin, closing: JudgedDay | None) -> dict[str, Any]:
    """Return how many differences were opened, explained, accepted and resolved, and what stood at the end.

    ``residual`` is what no cause explains on the last judged day, by currency and without netting; None where a
    difference of it was not taken apart, and the whole is None where no day of the period was judged.
    """
    rows = Break.objects.filter(coin=coin, opened_on__lte=period.last)
    within = (period.first, period.last)
    notes = BreakNote.objects.filter(standing__coin=coin, at__gte=period.begins, at__lt=period.ends)

    def noted(kind: str) -> int:
        return notes.filter(kind=kind).values("standing").distinct().count()

    standing = rows.filter(Q(resolved_on=None) | Q(resolved_on__gt=period.last))
    oldest = standing.order_by("opened_on", "pk").first()
    return {
        "opened": rows.filter(opened_on__gte=period.first).count(),
        "explained": noted(BreakNote.Kind.EXPLANATION), "accepted": noted(BreakNote.Kind.ACCEPTANCE),
        "resolved": rows.filter(resolved_on__range=within).count(), "standing": standing.count(),
        "oldest": oldest and {"reference": oldest.reference, "opened_on": oldest.opened_on},
        "residual_on": closing and closing.as_of, "residual": residual_on(closing) if closing else None,
    }


def residual_on(day: JudgedDay) -> list[dict[str, Any]]:
    """Return what no cause explains on a judged day: by currency, without netting, None where it is not known."""
    found: dict[str, Decimal | None] = {}
    rows = BreakDay.objects.filter(day=day.key).order_by("pk").values_list("evidence__currency", "residual")
    for currency, residual in rows:
        so_far = found.get(currency, ZERO)
        known = so_far is not None and residual is not None
        found[currency] = EXACT.add(so_far, abs(residual)) if known else None
    return [{"currency": currency, "amount": amount} for currency, amount in sorted(found.items())]
