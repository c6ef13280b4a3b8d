"""How schedules read: when something is done, which period an occasion is about, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.calendars import HongKongCalendar
from core.wording import hk_date
from reports.models import Occasion, ScheduleVersion
from reports.selectors.schedules import Progress, last_occasions, next_of
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


def asked_outcome(anew: int | None) -> str:
    """Return what asking for an occasion has brought, in words; nothing where that is not known."""
    if anew is None:
        return ""
    if anew == 0:
        return _("Nothing has changed since: every report stands as it was.")
    return ngettext("%(count)d report was made.", "%(count)d reports were made.", anew) % {"count": anew}


def account_of(versions: Mapping[str, ScheduleVersion], calendar: HongKongCalendar) -> list[dict[str, Any]]:
    """Return each schedule as programs are told of it: how it is set, the next occasion, what came of the last."""
    last = last_occasions(version.schedule_id for version in versions.values())
    found = []
    for name, version in versions.items():
        row = last.get(version.schedule_id)
        coming = next_of(version, row, calendar)
        found.append({
            "name": name, "active": version.active, "cadence": version.cadence, "at": version.at.strftime("%H:%M"),
            "business_day": version.business_day, "when": when(version.rhythm), "version": version.number,
            "set_at": version.set_at, "set_by": version.set_by_label, "next": coming.at if coming else None,
            "last": row and {"first": row.first, "last": row.last, "period": period_words(row.period),
                             "state": row.status, "due_at": row.due_at, "settled_at": row.settled_at,
                             "reason": row.reason},
        })
    return found
