"""When times that run end under the calendar in force, whatever was written down before a warning day was entered.

The rows keep a last day for lists and mails; what a refusal rests on is worked out here, at the moment it is asked. A
last day that people were told only ever moves on.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from core.calendars import HongKongCalendar
from core.deadlines import day_of, end_of
from issuers.time_limits import time_limit

if TYPE_CHECKING:
    from issuers.models import Consent, InformationRequest


def answers_due(request: InformationRequest, calendar: HongKongCalendar) -> datetime:
    """Return by when a request for information is to be answered.

    It has its business days from when it was last asked; a last day that an officer chose moves to the next business
    day if a warning closed it.
    """
    if request.service_days is not None:
        day = calendar.add_business_days(day_of(request.asked_at), request.service_days)
    elif (day := day_of(request.due_at)) in calendar.closures:
        day = calendar.on_or_after(day)
    return max(request.due_at, end_of(day))


def decision_due(consent: Consent, calendar: HongKongCalendar) -> datetime | None:
    """Return by when to decide on a controller (ORD ss. 37-38); None where the law sets no time."""
    return _due(consent.decide_by, "consent_decision", consent.last_information_at, calendar)


def use_due(consent: Consent, calendar: HongKongCalendar) -> datetime | None:
    """Return by when a consent to a controller is to be used (ORD ss. 37-38); None where the law sets no time."""
    return _due(consent.use_by, "consent_use", consent.decided_at or consent.decide_by, calendar)


def _due(
    standing: datetime | None, limit: str, since: datetime | None, calendar: HongKongCalendar
) -> datetime | None:
    if standing is None or since is None:
        return standing
    return max(standing, time_limit(limit, day_of(since)).due(day_of(since), calendar))
