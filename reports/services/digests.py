"""The morning digest: what is overdue, due today or due within a week, on business days, only if there is any."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from core import cases, clock
from core.business_days import hong_kong_calendar
from core.calendars import HONG_KONG
from core.models import Case, CasePause, Message, Organisation
from core.outbox import enqueue
from core.roles import Can
from reports.notices import DueItem, MorningDigest
from reports.services.announcements import officers

AHEAD = timedelta(days=7)
LISTED = 15


def send_morning_digest() -> list[Message]:
    """Write today's digests to officers and issuers; a second time on the same day writes nothing.

    An officer is told of the cases of the kinds that the officer works, own ones and those assigned to nobody; an
    issuer's people of those of their organisation that issuers may see.
    """
    day = clock.today()
    if not hong_kong_calendar().is_business_day(day):
        return []
    rows: list[Message] = []
    for officer in officers(*{kind.worked_with for kind in cases.KINDS.values()}):
        own = _due(day).filter(Q(assignee=None) | Q(assignee=officer), kind__in=cases.kinds_worked_by(officer))
        if notice := _digest(day, own):
            rows += enqueue(notice, to=officer, key=day.isoformat())
    seen = [kind.name for kind in cases.KINDS.values() if kind.seen_by_issuer]
    for issuer in Organisation.objects.filter(kind=Organisation.Kind.ISSUER):
        if notice := _digest(day, _due(day).filter(owner=issuer, kind__in=seen)):
            rows += enqueue(notice, to=issuer, may=Can.VIEW_CASES, key=day.isoformat())
    return rows


def _due(day: date) -> QuerySet[Case]:
    """Return open cases due before the end of the week ahead whose clock runs, the earliest first."""
    until = datetime.combine(day + AHEAD + timedelta(days=1), time(), HONG_KONG)
    running = Case.objects.filter(status=Case.Status.OPEN, due_at__lt=until)
    return running.exclude(pk__in=CasePause.objects.filter(resumed_at=None).values("case")).order_by("due_at", "pk")


def _digest(day: date, due: Iterable[Case]) -> MorningDigest | None:
    items = [
        DueItem(case=case.reference, title=cases.KINDS[case.kind].title, subject=case.subject, due_at=case.due_at)
        for case in due
        if case.due_at
    ]
    if not items:
        return None
    return MorningDigest(
        day=day, total=len(items), overdue=sum(item.due_at < clock.now() for item in items),
        today=sum(item.due_at.astimezone(HONG_KONG).date() == day and item.due_at >= clock.now() for item in items),
        items=tuple(items[:LISTED]), more=max(0, len(items) - LISTED),
    )
