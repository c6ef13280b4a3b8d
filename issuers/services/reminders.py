"""Reminding issuers of what falls due, each threshold once, and of what is saved but not submitted."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
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
from issuers.models import Application, EventNotice, Obligation
from issuers.notices.applications import ApplicationNotSigned, ApplicationNotSubmitted
from issuers.notices.duties import ConsentNotSubmitted, NoticeNotSubmitted, ObligationDue
from issuers.selectors.drafts import applications_at_rest, draft_consents
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
    return rows + _remind_of_drafts(today)


def _remind_of_drafts(today: date) -> list[Message]:
    """Say of every draft that lay for the days that the authority set; once, until somebody works on it again."""
    rows: list[Message] = []
    before = today - timedelta(days=settings.SERVICE_CLOCKS["draft_reminder_days"])
    for application, quiet_since in applications_at_rest():
        if day_of(quiet_since) > before:
            continue
        key = f"{application.reference}.{quiet_since.isoformat()}"
        if application.status == Application.Status.PREPARED:
            by = application.prepared_by.name if application.prepared_by else ""
            unsigned = ApplicationNotSigned(application.reference, by, quiet_since)
            rows += _remind(unsigned, application.issuer.organisation, key, Can.SIGN_APPLICATION, Can.VIEW_APPLICATION)
        else:
            unsent = ApplicationNotSubmitted(application.reference, quiet_since)
            rows += _remind(unsent, application.issuer.organisation, key, Can.EDIT_APPLICATION, Can.VIEW_APPLICATION)
    for consent, quiet_since in draft_consents():
        if day_of(quiet_since) <= before:
            left = ConsentNotSubmitted(consent.reference, quiet_since)
            rows += _remind(left, consent.issuer.organisation, f"{consent.reference}.{quiet_since.isoformat()}")
    return rows


@transaction.atomic
def _remind(
    notice: Notice, organisation: Organisation, key: str, doing: Can = Can.FILE_NOTICE, reading: Can = Can.VIEW_LICENCE
) -> list[Message]:
    """Tell those who may do what is to be done; where that is one person only, tell those who may read it too."""
    if Message.objects.filter(key__startswith=f"{notice.template}:{key}:").exists():
        return []
    roles = [role for role, allowed in ROLES.items() if doing in allowed]
    people = Membership.objects.current().filter(organisation=organisation, user__is_active=True, role__in=roles)
    several = people.values("user").distinct().count() > 1
    return enqueue(notice, to=organisation, may=doing if several else reading, key=key)
