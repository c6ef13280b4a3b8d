"""Alerts as officers work them: the queue folded by case, what comes next, what is remembered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from aml.models import Alert, AlertDecision, Screening
from core import clock
from core.access import Actor
from core.models import Case
from core.roles import Can

S = Alert.Status
#: Views of the queue by name: the states that each shows.
VIEWS: dict[str, tuple[str, ...]] = {
    "open": (S.OPEN,), "unclear": (S.UNCLEAR,), "proposed": (S.PROPOSED,), "decided": (S.CLEARED, S.CONFIRMED),
}
WAITING = (S.OPEN, S.UNCLEAR, S.PROPOSED)
#: What is shown of an alert besides itself.
SHOWN = ("subject", "wallet", "entry", "owner", "case", "case__assignee")


@dataclass(frozen=True, slots=True)
class Folded:
    """One case of the queue: its alerts that the view shows, since when the oldest waits."""

    case: Case
    alerts: list[Alert]
    since: datetime


def alerts_for(actor: Actor) -> QuerySet[Alert]:
    """Return the alerts that the actor may know of, with what lists of them show."""
    rows = Alert.objects.visible_to(actor) if actor.can(Can.VIEW_ALERTS) else Alert.objects.none()
    return rows.select_related(*SHOWN)


def filtered(rows: QuerySet[Alert], wanted: Mapping[str, str]) -> QuerySet[Alert]:
    """Return those of the rows that an address asks for: kind, list, words."""
    if (kind := wanted.get("kind", "")) in Alert.Kind.values:
        rows = rows.filter(kind=kind)
    if source := wanted.get("list", "").replace("\x00", ""):
        rows = rows.filter(entry__source=source)
    if words := wanted.get("q", "").replace("\x00", "").strip():
        rows = rows.filter(
            Q(subject__name_en__icontains=words) | Q(subject__name_zh__icontains=words)
            | Q(wallet__address__icontains=words) | Q(entry__name__icontains=words) | Q(owner__name_en__icontains=words)
            | Q(case__reference__icontains=words)
        )
    return rows


def counted(rows: QuerySet[Alert]) -> dict[str, int]:
    """Return how many of the rows each view of the queue shows."""
    found = rows.order_by().values_list("status").annotate(count=Count("pk"))
    by_state = dict(found)
    return {name: sum(by_state.get(state, 0) for state in states) for name, states in VIEWS.items()}


def folded_cases(rows: QuerySet[Alert]) -> QuerySet[Any]:
    """Return the cases of the rows, that with the oldest alert first: what the queue pages through."""
    return rows.order_by().values("case").annotate(since=Min("opened_at")).order_by("since", "case")


def fold(rows: QuerySet[Alert], page: list[dict[str, Any]]) -> list[Folded]:
    """Return one page of the queue with the alerts of each case, the best score first."""
    alerts: dict[int, list[Alert]] = defaultdict(list)
    for alert in rows.filter(case__in=[each["case"] for each in page]).order_by("-score", "opened_at", "pk"):
        alerts[alert.case_id].append(alert)
    return [Folded(found[0].case, found, each["since"]) for each in page if (found := alerts.get(each["case"]))]


def next_alert(actor: Actor, after: Alert | None = None) -> Alert | None:
    """Return the open alert that has waited longest, or the one that comes after the given one."""
    rows = alerts_for(actor).filter(status=S.OPEN).order_by("opened_at", "pk")
    if after is None:
        return rows.first()
    later = rows.filter(Q(opened_at__gt=after.opened_at) | Q(opened_at=after.opened_at, pk__gt=after.pk))
    return later.first() or rows.exclude(pk=after.pk).first()


def waiting_count(actor: Actor) -> int:
    """Return how many alerts wait for a decision of officers."""
    return alerts_for(actor).filter(status__in=WAITING).count()


def others_of(alert: Alert, actor: Actor) -> QuerySet[Alert]:
    """Return the other alerts of the same subject or wallet, or of the same entry, newest first."""
    same = Q(pk=None)
    if alert.subject_id:
        same |= Q(subject=alert.subject_id)
    if alert.wallet_id:
        same |= Q(wallet=alert.wallet_id)
    if alert.entry is not None:
        same |= Q(entry__source=alert.entry.source, entry__key=alert.entry.key)
    return alerts_for(actor).filter(same).exclude(pk=alert.pk).order_by("-opened_at", "-pk")


def parts_of(alert: Alert) -> list[dict[str, Any]]:
    """Return the parts of the score that gave something, each with its share of the most that a part gives."""
    return [part | {"of_hundred": _hundredths(part["gives"])} for part in alert.explanation.get("parts", [])]


def _hundredths(gives: str) -> int:
    try:
        return max(0, min(100, int(Decimal(gives) * 100)))
    except (InvalidOperation, ValueError):
        return 0


def screening_of(alert: Alert) -> Screening | None:
    """Return the latest screening that found what the alert is about."""
    if alert.subject_id is None or alert.entry is None:
        return None
    found = Screening.objects.filter(subject=alert.subject_id, hits__entry__source=alert.entry.source,
                                     hits__entry__key=alert.entry.key)
    return found.select_related("run").first()


def remembered_of(alert: Alert, decisions: list[AlertDecision]) -> AlertDecision | None:
    """Return the decision that keeps the alert closed, of all its decisions, the newest first."""
    return decisions[0] if alert.status == S.CLEARED and decisions else None


def remembered(actor: Actor, words: str = "") -> QuerySet[AlertDecision]:
    """Return the decisions that keep an alert closed as a false match, the next to expire first."""
    closed = filtered(alerts_for(actor), {"q": words}).filter(status=S.CLEARED)
    latest = AlertDecision.objects.order_by("alert_id", "-decided_at", "-pk").distinct("alert_id")
    return AlertDecision.objects.filter(
        pk__in=latest.filter(alert__in=closed.order_by()).values("pk"), outcome=AlertDecision.Outcome.FALSE,
    ).select_related("alert__subject", "alert__wallet", "alert__entry", "alert__owner", "decided_by").order_by(
        "expires_on", "pk")


def met_again(decision: AlertDecision) -> int:
    """Return how often what was decided was found again since."""
    return max(0, decision.alert.seen_count - int(decision.evidence.get("seen_count", decision.alert.seen_count)))


def has_expired(decision: AlertDecision) -> bool:
    """Whether the alert opens when it is found next."""
    return decision.expires_on is not None and decision.expires_on <= clock.today()
