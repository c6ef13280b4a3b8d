"""Reminding a licensee of what it may answer: breaches, and notices of intention on which it may be heard.

A reminder that falls on a closed day goes out on the business day before; several that were missed are one; none
repeats, on the day of the first notice, what that notice said.
"""

from __future__ import annotations

from datetime import date, datetime

from core import clock
from core.business_days import hong_kong_calendar
from core.calendars import HongKongCalendar
from core.deadlines import day_of
from core.models import Message
from core.outbox import enqueue
from core.roles import Can
from issuers.models import Breach, Proposal
from issuers.notices.duties import BreachAnswerDue
from issuers.notices.licences import RepresentationsDue
from issuers.services.reminders import REMINDERS, reminder_day

#: Once the time is over, the next business day.
OVERDUE = -1


def reminder_of(due_at: datetime, told_on: date, today: date, calendar: HongKongCalendar) -> int | None:
    """Return which reminder stands today, as days before the last day; None if none, or the first notice said it."""
    last = day_of(due_at)
    if clock.now() > due_at and today > last:
        return OVERDUE
    come = [days for days in REMINDERS if told_on < reminder_day(last, days, calendar) <= today]
    return min(come) if come and clock.now() <= due_at else None


def send_deadline_reminders() -> list[Message]:
    """Write today's reminders of breaches that wait for an answer and of hearings; a second time writes nothing."""
    today, calendar = clock.today(), hong_kong_calendar()
    if not calendar.is_business_day(today):
        return []
    return [*_of_breaches(today, calendar), *_of_hearings(today, calendar)]


def _of_breaches(today: date, calendar: HongKongCalendar) -> list[Message]:
    waiting = Breach.objects.filter(status__in=[Breach.Status.OPEN, Breach.Status.NOTIFIED]).exclude(case__due_at=None)
    waiting = waiting.exclude(case__pauses__resumed_at=None, case__pauses__isnull=False)  # its clock stands
    rows: list[Message] = []
    for breach in waiting.select_related("case", "issuer__organisation").order_by("pk"):
        due_at = breach.case.due_at
        assert due_at is not None
        days = reminder_of(due_at, day_of(breach.opened_at), today, calendar)
        if days is not None:
            notice = BreachAnswerDue(breach.case.reference, breach.subject, due_at, days == OVERDUE)
            key = f"{breach.pk}:{day_of(due_at)}:{days}"
            rows += enqueue(notice, to=breach.issuer.organisation, may=Can.ANSWER_BREACH, key=key)
    return rows


def _of_hearings(today: date, calendar: HongKongCalendar) -> list[Message]:
    running = Proposal.objects.filter(status=Proposal.Status.OPEN, representations_until__gte=clock.now())
    rows: list[Message] = []
    for proposal in running.select_related("licence__issuer__organisation").order_by("pk"):
        until = proposal.representations_until
        assert until is not None
        days = reminder_of(until, day_of(proposal.proposed_at), today, calendar)
        if days is not None:
            notice = RepresentationsDue(proposal.reference, proposal.licence.number, until)
            key = f"{proposal.pk}:{day_of(until)}:{days}"
            rows += enqueue(notice, to=proposal.licence.issuer.organisation, may=Can.REPRESENT, key=key)
    return rows
