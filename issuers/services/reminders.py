"""Reminding licensees of what falls due, each threshold once, and of notices that are saved but not submitted."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from core import clock
from core.business_days import hong_kong_calendar
from core.calendars import HongKongCalendar
from core.deadlines import day_of
from core.models import Membership, Message, Organisation
from core.outbox import Notice, enqueue
from core.roles import ROLES, Can
from issuers.duty_calendar import DUTIES
from issuers.events import EVENTS
from issuers.models import EventNotice, Obligation
from issuers.notices.duties import NoticeNotSubmitted, ObligationDue
from issuers.selectors.duties import licensees


def reminder_day(due_on: date, days_before: int, calendar: HongKongCalendar) -> date:
    """Return the business day of a reminder: one that falls on another day goes out on the business day before."""
    return calendar.on_or_before(due_on - timedelta(days=days_before))


def threshold_passed(due_on: date, thresholds: tuple[int, ...], today: date, calendar: HongKongCalendar) -> int | None:
    """Return the nearest threshold whose day has come, or None: before the first of them, and after the last day."""
    if today > due_on:
        return None
    passed = [days for days in thresholds if reminder_day(due_on, days, calendar) <= today]
    return min(passed, default=None)


def send_reminders() -> list[Message]:
    """Write today's reminders; a second time writes nothing, and after missed days only the nearest one is written."""
    today, calendar = clock.today(), hong_kong_calendar()
    if not calendar.is_business_day(today):
        return []
    rows: list[Message] = []
    waiting = Obligation.objects.filter(
        status=Obligation.Status.DUE, due_at__gte=clock.now(), due_at__lt=clock.now() + timedelta(days=31),
        issuer__in=licensees(),
    )
    for row in waiting.select_related("issuer__organisation"):
        duty = DUTIES[row.kind]
        days = threshold_passed(day_of(row.due_at), duty.reminders, today, calendar)
        if days is not None:
            notice = ObligationDue(duty.title, row.cite, row.due_at)
            rows += _remind(notice, row.issuer.organisation, f"{row.pk}.{days}")
    unsent = EventNotice.objects.filter(
        status__in=[EventNotice.Status.DRAFT, EventNotice.Status.RETURNED], due_at__gte=clock.now()
    )
    for draft in unsent.select_related("issuer__organisation"):
        if draft.due_at and reminder_day(day_of(draft.due_at), 1, calendar) <= today:
            saved = NoticeNotSubmitted(draft.reference, EVENTS[draft.kind].title, draft.due_at)
            rows += _remind(saved, draft.issuer.organisation, draft.reference)
    return rows


@transaction.atomic
def _remind(notice: Notice, organisation: Organisation, key: str) -> list[Message]:
    """Tell those who file; where that is one person only, tell those who may read the licence too."""
    if Message.objects.filter(key__startswith=f"{notice.template}:{key}:").exists():
        return []
    return enqueue(notice, to=organisation, may=_told(organisation), key=key)


def _told(organisation: Organisation) -> Can:
    filing = [role for role, allowed in ROLES.items() if Can.FILE_NOTICE in allowed]
    people = Membership.objects.current().filter(organisation=organisation, user__is_active=True, role__in=filing)
    return Can.FILE_NOTICE if people.values("user").distinct().count() > 1 else Can.VIEW_LICENCE
