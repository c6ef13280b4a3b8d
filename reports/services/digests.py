"""The morning digest: what is overdue, due today or due within a week, on business days, only if there is any."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from core import cases, clock
from core.business_days import hong_kong_calendar
from core.calendars import HONG_KONG
from core.models import Case, CasePause, Message, OptOut, Organisation, User
from core.outbox import Notice, enqueue
from core.roles import Can
from issuers.services.obligations import open_overdue_cases
from reports.models import ReportNotice, ReportRun
from reports.notices import DueItem, MorningDigest, NewReport, NewReports
from reports.selectors.subscriptions import reports_to_tell
from reports.services.announcements import officers

AHEAD = timedelta(days=7)
LISTED = 15


def send_morning_digest() -> list[Message]:
    """Write today's digests to officers and issuers; a second time on the same day writes nothing.

    An officer is told of the cases of the kinds that the officer works, own ones and those assigned to nobody, and of
    the reports that wait to be told; an issuer's people of those cases of their organisation that issuers may see.
    """
    day = clock.today()
    if not hong_kong_calendar().is_business_day(day):
        return []
    open_overdue_cases()  # what ran out overnight is told also where the last sweep for it was lost with its worker
    rows: list[Message] = []
    news, working = reports_to_tell(), officers(*{kind.worked_with for kind in cases.KINDS.values()})
    for officer in {person.pk: person for person in (*working, *news)}.values():
        rows += _tell_officer(officer, day, news.get(officer, []))
    seen = [kind.name for kind in cases.KINDS.values() if kind.seen_by_issuer]
    for issuer in Organisation.objects.filter(kind=Organisation.Kind.ISSUER):
        if notice := _digest(day, _due(day).filter(owner=issuer, kind__in=seen)):
            rows += enqueue(notice, to=issuer, may=Can.VIEW_CASES, key=day.isoformat())
    return rows


def _tell_officer(officer: User, day: date, news: list[ReportNotice]) -> list[Message]:
    """Write an officer's digest, and note in the same transaction of which reports it tells.

    What falls due may be turned off; reports are chosen one kind at a time, and come in a mail of their own then.
    """
    notice: Notice | None
    if OptOut.objects.filter(user=officer, notice=MorningDigest.template).exists():
        listed = _listed(news)
        notice = NewReports(listed, more=len(news) - len(listed)) if news else None
    else:
        own = _due(day).filter(Q(assignee=None) | Q(assignee=officer), kind__in=cases.kinds_worked_by(officer))
        notice = _digest(day, own, news)
    if notice is None:
        return []
    with transaction.atomic():
        rows = enqueue(notice, to=officer, key=day.isoformat())
        for message in rows:
            ReportNotice.objects.filter(pk__in=[each.pk for each in news]).update(message=message)
    return rows


def _due(day: date) -> QuerySet[Case]:
    """Return open cases due before the end of the week ahead whose clock runs, the earliest first."""
    until = datetime.combine(day + AHEAD + timedelta(days=1), time(), HONG_KONG)
    running = Case.objects.filter(status=Case.Status.OPEN, due_at__lt=until)
    return running.exclude(pk__in=CasePause.objects.filter(resumed_at=None).values("case")).order_by("due_at", "pk")


def _digest(day: date, due: Iterable[Case], news: Sequence[ReportNotice] = ()) -> MorningDigest | None:
    items = [
        DueItem(case=case.reference, title=cases.KINDS[case.kind].title, subject=case.subject, due_at=case.due_at)
        for case in due
        if case.due_at
    ]
    if not items and not news:
        return None
    return MorningDigest(
        day=day, total=len(items), overdue=sum(item.due_at < clock.now() for item in items),
        today=sum(item.due_at.astimezone(HONG_KONG).date() == day and item.due_at >= clock.now() for item in items),
        items=tuple(items[:LISTED]), more=max(0, len(items) - LISTED),
        reports=_listed(news), more_reports=max(0, len(news) - LISTED),
    )


def _listed(news: Sequence[ReportNotice]) -> tuple[NewReport, ...]:
    """Return as many reports as one mail names."""
    return tuple(NewReport(ReportRun.Kind(each.run.kind).label, each.run.subject, each.run.as_of, each.run.reference)
                 for each in news[:LISTED])
