"""Reading what an issuer filed in a month and when: daily files, duties, weekly statements, attestations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from core.models import Case
from issuers.models import Coin, Issuer, Obligation
from reports.selectors.periods import Period
from reserves.models import AttestationReport, Engagement, WeeklyStatement
from reserves.selectors.due import LATE
from reserves.selectors.statements import PUBLISHED, last_as_at


def late_files(period: Period, issuer: Issuer | None = None) -> list[dict[str, Any]]:
    """Return the daily files found late in the period; ``came_at`` is None where one had not come by its end."""
    rows = Case.objects.filter(kind__in=LATE, opened_at__gte=period.begins, opened_at__lt=period.ends)
    rows = rows.filter(owner=issuer.organisation) if issuer else rows
    return [
        {
            "case": case.reference, "coin": case.subject, "feed": case.params.get("feed", ""),
            "sender": case.params.get("sender") or "", "as_of": case.as_of, "due_at": case.due_at,
            "came_at": case.closed_at if case.closed_at and case.closed_at < period.ends else None,
        }
        for case in rows.order_by("due_at", "pk")
    ]


def duties_in(period: Period, issuer: Issuer) -> list[dict[str, Any]]:
    """Return what fell due in the period, and what was overdue when it began and not settled before; as at its end."""
    open_then = Q(due_at__lt=period.begins) & (Q(met_at=None) | Q(met_at__gte=period.begins))
    due = Q(due_at__gte=period.begins, due_at__lt=period.ends)
    rows = Obligation.objects.filter(issuer=issuer).filter(due | open_then & ~Q(status=Obligation.Status.WAIVED))
    return [_duty(row, period) for row in rows.select_related("coin", "condition").order_by("due_at", "pk")]


def duties_ahead(following: Period, seen: Period, issuer: Issuer) -> list[dict[str, Any]]:
    """Return what falls due in the period that follows, as it stood at the end of the period that was."""
    rows = Obligation.objects.filter(issuer=issuer, due_at__gte=following.begins, due_at__lt=following.ends)
    return [_duty(row, seen) for row in rows.select_related("coin", "condition").order_by("due_at", "pk")]


def _duty(row: Obligation, period: Period) -> dict[str, Any]:
    met_at = row.met_at if row.met_at and row.met_at < period.ends else None
    if met_at is not None:
        state = "in_time" if met_at <= row.due_at else "late"
    elif row.status == Obligation.Status.WAIVED:
        state = "waived"
    else:
        state = "overdue" if row.due_at < period.ends else "due"
    return {
        "kind": row.kind, "key": row.key, "coin": row.coin.symbol if row.coin else "", "cite": row.cite,
        "condition": {"number": row.condition.number, "wording": row.condition.wording_en} if row.condition else None,
        "due_at": row.due_at, "met_at": met_at, "state": state,
    }


def weekly_statements(period: Period, coin: Coin, expected: Iterable[date]) -> list[dict[str, Any]]:
    """Return those of the days that a statement of the coin is as at, each with what was filed by the period's end."""
    wanted = [day for day in expected if last_as_at(day + timedelta(days=1)) == day]
    filed = WeeklyStatement.objects.filter(coin=coin, as_at__in=wanted, status__in=PUBLISHED,
                                           filed_at__lt=period.ends).order_by("version")
    latest = {row.as_at: row for row in filed}
    first: dict[Any, Any] = {}
    for row in filed:
        first.setdefault(row.as_at, row.filed_at)
    return [
        {"coin": coin.symbol, "as_at": day, "version": latest[day].version if day in latest else None,
         "filed_at": first.get(day)}
        for day in wanted
    ]


def attestations_in(period: Period, issuer: Issuer) -> list[dict[str, Any]]:
    """Return the engagements whose period ended in the period, or whose report was filed in it."""
    filed = Q(reports__filed_at__gte=period.begins, reports__filed_at__lt=period.ends)
    ended = Q(period_end__range=(period.first, period.last))
    rows = Engagement.objects.filter(coin__issuer=issuer).filter(ended | filed).exclude(
        status=Engagement.Status.ENDED).select_related("coin", "firm").distinct().order_by("period_end", "pk")
    return [
        {"reference": row.reference, "coin": row.coin.symbol, "firm": row.firm.name_en, "from": row.period_start,
         "to": row.period_end, **_report_of(row, period)}
        for row in rows
    ]


def _report_of(engagement: Engagement, period: Period) -> dict[str, Any]:
    reports = AttestationReport.objects.filter(engagement=engagement, filed_at__lt=period.ends)
    report = reports.order_by("-version").first()
    return {"filed_at": report.filed_at if report else None, "opinion": report.opinion if report else ""}
