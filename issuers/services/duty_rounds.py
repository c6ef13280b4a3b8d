"""The daily planning of duties: once on every business day from its hour on, whatever was lost on the way."""

from __future__ import annotations

from datetime import datetime, time

from django.db import transaction

from core import clock
from core.business_days import hong_kong_calendar
from core.calendars import HONG_KONG
from issuers.models import DutyRound
from issuers.services.obligations import refresh_duties
from issuers.services.recipients import refresh_recipient_cases

#: Before the first mail of the morning, which tells what was planned: the authority's own choice.
PLANNED_AT = time(7, 30)


@transaction.atomic
def plan_todays_duties() -> DutyRound | None:
    """Settle and plan what licensees owe, if that is still to do today; None if not, or if another worker is at it.

    The round is committed together with all that it planned: a worker that dies has done nothing, and the next does it.
    A day that passed without its round is not caught up, since the next one plans what has fallen due meanwhile.
    """
    day, now = clock.today(), clock.now()
    if now < datetime.combine(day, PLANNED_AT, HONG_KONG) or not hong_kong_calendar().is_business_day(day):
        return None
    DutyRound.objects.bulk_create([DutyRound(day=day)], ignore_conflicts=True)
    rows = DutyRound.objects.select_for_update(skip_locked=True, no_key=True)
    row = rows.filter(day=day, done_at=None).first()
    if row is None:
        return None
    row.planned = refresh_duties()
    refresh_recipient_cases()
    row.done_at = clock.now()
    row.save(update_fields=["planned", "done_at"])
    return row
