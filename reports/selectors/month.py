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
from issuers.selectors.licences import ended_on
from reports.selectors.periods import Period
from reserves.models import Break, BreakDay, BreakNote, ReserveDay

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class JudgedDay:
    """What one judged day of a coin comes to; ``key`` is that of its row."""

    key: int
    as_of: date
    version: int
    ratio: Decimal | None
    verdict: str


@dataclass(frozen=True, slots=True)
class CoinPeriod:
    """One coin in a period: its judged days, oldest first, and the days that it owes figures for."""

    coin: Coin
    judged: list[JudgedDay]
    expected: list[date]

    @property
    def closing(self) -> JudgedDay | None:
        return self.judged[-1] if self.judged else None


def coins_of(period: Period, issuer: Issuer | None = None) -> list[CoinPeriod]:
    """Return the coins, of one issuer or of all, that owe figures for a day of the period or have a judged day in it.

    A coin owes figures from its launch on, while its issuer holds a licence; where its launch is not on record, from
    the first day that the platform has. Of a coin that owes nothing, the days that were judged all the same count.
    """
    rows = Coin.objects.filter(issuer=issuer) if issuer else Coin.objects.all()
    coins = list(rows.select_related("issuer__organisation").prefetch_related("issuer__licences").order_by("symbol"))
    days = ReserveDay.objects.filter(coin__in=coins, status=ReserveDay.Status.JUDGED)
    judged: dict[int, list[JudgedDay]] = {coin.pk: [] for coin in coins}
    within = days.filter(as_of__range=(period.first, period.last)).order_by("as_of")
    for coin_id, key, as_of, version, ratio, verdict in within.values_list(
        "coin_id", "pk", "as_of", "version", "backing_ratio", "verdict"
    ):
        judged[coin_id].append(JudgedDay(key, as_of, version, ratio, verdict))
    first = dict(days.order_by().values_list("coin").annotate(Min("as_of")))
    found = [
        CoinPeriod(coin, judged[coin.pk],
                   _owed(coin, period, first.get(coin.pk)) or [day.as_of for day in judged[coin.pk]])
        for coin in coins
    ]
    return [each for each in found if each.judged or each.expected]


def _owed(coin: Coin, period: Period, first_seen: date | None) -> list[date]:
    licence, since = coin.issuer.licence_on(period.last), coin.launched_on or first_seen
    if licence is None or since is None:
        return []
    until = ended_on(licence) or period.last
    return [day for day in period.days(max(since, licence.effective_on)) if day <= until]


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

    What only a judged day can show is None where no day of the period was judged. ``residual`` is what no cause
    explains on the last judged day, by currency and without netting, None where it was not taken apart.
    """
    rows = Break.objects.filter(coin=coin, opened_on__lte=period.last)
    within = (period.first, period.last)
    notes = BreakNote.objects.filter(standing__coin=coin, at__gte=period.begins, at__lt=period.ends)

    def noted(kind: str) -> int:
        return notes.filter(kind=kind).values("standing").distinct().count()

    standing = rows.filter(Q(resolved_on=None) | Q(resolved_on__gt=period.last))
    oldest = standing.order_by("opened_on", "pk").first()
    seen = {
        "opened": rows.filter(opened_on__gte=period.first).count(),
        "resolved": rows.filter(resolved_on__range=within).count(), "standing": standing.count(),
    }
    return {
        **(seen if closing else dict.fromkeys(seen)),
        "explained": noted(BreakNote.Kind.EXPLANATION), "accepted": noted(BreakNote.Kind.ACCEPTANCE),
        "oldest": oldest and {"reference": oldest.reference, "opened_on": oldest.opened_on},
        "residual_on": closing and closing.as_of, "residual": residual_on(closing) if closing else None,
    }


def residual_on(day: JudgedDay) -> list[dict[str, Any]]:
    """Return what no cause explains on a judged day: by currency, without netting, None where it is not known."""
    found: dict[str, Decimal | None] = {}
    rows = BreakDay.objects.filter(day=day.key).order_by("pk").values_list("evidence__currency", "residual")
    for currency, residual in ((name or "", residual) for name, residual in rows):
        so_far = found.get(currency, ZERO)
        found[currency] = None if so_far is None or residual is None else EXACT.add(so_far, abs(residual))
    return [{"currency": currency, "amount": amount} for currency, amount in sorted(found.items())]
