"""Reminding issuers of what falls due, in one mail a day, and of what is saved but not submitted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from core import clock
from core.business_days import hong_kong_calendar
from core.calendars import HongKongCalendar
from core.deadlines import day_of
from core.findings import digest_of
from core.models import Membership, Message, Organisation
from core.outbox import Notice, enqueue
from core.roles import ROLES, Can
from issuers.duty_calendar import DUTIES
from issuers.events import EVENTS
from issuers.models import Application, EventNotice, Issuer, Obligation
from issuers.notices.applications import ApplicationNotSigned, ApplicationNotSubmitted
from issuers.notices.duties import ConsentNotSubmitted, Due, DutiesDue
from issuers.selectors.drafts import applications_at_rest, draft_consents
from issuers.selectors.duties import licensees

#: Days before its last day on which a licensee's people are reminded of what it owes.
REMINDERS = (10, 3, 1, 0)
#: The same for a notice that is saved and not submitted.
UNSENT = (1,)


def reminder_day(due_on: date, days_before: int, calendar: HongKongCalendar) -> date:
    """Return the business day of a reminder: one that falls on another day goes out on the business day before."""
    return calendar.on_or_before(due_on - timedelta(days=days_before))


def is_to_be_reminded(
    due_on: date, reminders: tuple[int, ...], last: date | None, today: date, calendar: HongKongCalendar
) -> bool:
    """Whether the day of a reminder has come since the last one; several that were missed are one."""
    days = (reminder_day(due_on, before, calendar) for before in reminders)
    return today <= due_on and any(day <= today and (last is None or day > last) for day in days)


def send_reminders() -> list[Message]:
    """Write today's reminders; a second time writes nothing new.

    What falls due is one mail to each reader and day, however much it is.
    """
    today, calendar = clock.today(), hong_kong_calendar()
    if not calendar.is_business_day(today):
        return []
    rows: list[Message] = []
    for issuer in Issuer.objects.filter(pk__in=_with_something_due()).select_related("organisation").order_by("pk"):
        rows += _remind_of_what_is_due(issuer, today, calendar)
    return rows + _remind_of_drafts(today)


def _waiting(**of: Issuer) -> tuple[QuerySet[Obligation], QuerySet[EventNotice]]:
    """Return the duties and the saved notices whose last day is near, of an issuer or of all."""
    soon: dict[str, Any] = {"due_at__gte": clock.now(), "due_at__lt": clock.now() + timedelta(days=31)} | of
    open_notices = [EventNotice.Status.DRAFT, EventNotice.Status.RETURNED]
    return (
        Obligation.objects.filter(status=Obligation.Status.DUE, issuer__in=licensees(), **soon),
        EventNotice.objects.filter(status__in=open_notices, **soon),
    )


def _with_something_due() -> set[int]:
    return {pk for rows in _waiting() for pk in rows.order_by().values_list("issuer", flat=True).distinct()}


@transaction.atomic
def _remind_of_what_is_due(issuer: Issuer, today: date, calendar: HongKongCalendar) -> list[Message]:
    """Write one mail on all of the issuer's duties and saved notices whose reminder has come, and note that it has."""
    owed, unsent = _waiting(issuer=issuer)
    reminded: dict[Obligation | EventNotice, Due] = {}
    for duty in owed.select_for_update(no_key=True, of=("self",)):
        if is_to_be_reminded(day_of(duty.due_at), REMINDERS, duty.reminded_on, today, calendar):
            reminded[duty] = Due(DUTIES[duty.kind].title, duty.due_at, cite=duty.cite)
    for notice in unsent.select_for_update(no_key=True, of=("self",)):
        if notice.due_at and is_to_be_reminded(day_of(notice.due_at), UNSENT, notice.reminded_on, today, calendar):
            reminded[notice] = Due(EVENTS[notice.kind].title, notice.due_at, reference=notice.reference)
    if not reminded:
        return []
    for row in reminded:
        row.reminded_on = today
        row.save(update_fields=["reminded_on"])
    listed = digest_of([f"{row._meta.label_lower}.{row.pk}" for row in reminded])
    mail = DutiesDue(tuple(sorted(reminded.values(), key=lambda due: due.due_at)))
    return _remind(mail, issuer.organisation, f"{issuer.pk}.{today.isoformat()}.{listed[:12]}")


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
