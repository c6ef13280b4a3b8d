"""How schedules read: when something is done, which period an occasion is about, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.wording import hk_date
from reports.models import Occasion, ScheduleVersion
from reports.selectors.schedules import Progress
from reports.timetable import Cadence, Due, Period, Rhythm, period_of


@dataclass(frozen=True, slots=True)
class Line:
    """One schedule as the timetable shows it."""

    name: str
    title: Any
    text: Any
    version: ScheduleVersion
    when: str
    coming: Due | None
    last: Occasion | None
    last_period: str
    outcome: str
    may_run: bool


def when(rhythm: Rhythm) -> str:
    """Return when something is done, as a sentence without its stop."""
    at, day = rhythm.at.strftime("%H:%M"), rhythm.business_day
    if rhythm.cadence == Cadence.DAILY:
        return _("Every business day at %(at)s") % {"at": at}
    if rhythm.cadence == Cadence.WEEKLY and day == 1:
        return _("Every Monday, or the next business day, at %(at)s") % {"at": at}
    if rhythm.cadence == Cadence.WEEKLY:
        return _("Every week, on business day %(day)d of the week after, at %(at)s") % {"day": day, "at": at}
    if rhythm.cadence == Cadence.MONTHLY:
        return _("Every month, on business day %(day)d of the month after, at %(at)s") % {"day": day, "at": at}
    if rhythm.cadence == Cadence.QUARTERLY:
        return _("Every quarter, on business day %(day)d of the quarter after, at %(at)s") % {"day": day, "at": at}
    return _("As soon as there is something")


def period_words(period: Period) -> str:
    """Return the period as readers name it: a day, a week by its ends, a month or a quarter."""
    if period.first == period.last:
        return hk_date(period.first, "short")
    if period == period_of(Cadence.MONTHLY, period.first):
        return hk_date(period.first, "month_year")
    if period == period_of(Cadence.QUARTERLY, period.first):
        quarter = (period.first.month + 2) // 3
        return _("Quarter %(quarter)d of %(year)d") % {"quarter": quarter, "year": period.first.year}
    return _("%(first)s to %(last)s") % {"first": hk_date(period.first, "short"), "last": hk_date(period.last, "short")}


def outcome(occasion: Occasion, progress: Progress) -> str:
    """Return what came of an occasion in words, without its state."""
    if progress.expected == 0:
        return ngettext("%(count)d mail written", "%(count)d mails written", occasion.mailed) % {
            "count": occasion.mailed} if occasion.mailed else occasion.reason
    words = _("%(done)d of %(expected)d reports rendered") % {"done": progress.rendered, "expected": progress.expected}
    if progress.refused:
        refused = ngettext("%(count)d could not be made", "%(count)d could not be made", progress.refused)
        words = _("%(first)s; %(second)s") % {"first": words, "second": refused % {"count": progress.refused}}
    return words
