"""When beat would have sent what: the entries of the timetable that fell due between two moments of a moved clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from celery.schedules import crontab

from core.calendars import HONG_KONG

#: Not part of the rehearsal, which has no lists, chains or wallets: they would make neither report nor mail.
LEFT_OUT = frozenset({
    "lists of publishers", "how good names are matched", "chains to read", "wallets and transfers that wait",
    "wallets and transfers, every night", "what contracts did, for AML", "subjects that wait", "subjects every night",
    "files that were dropped", "mail that came back",
})
MINUTE = timedelta(minutes=1)


def due_between(schedule: dict, before: datetime, now: datetime) -> list[str]:
    """Return the tasks of entries due after ``before`` up to ``now``, each once, as beat would after a pause."""
    return [entry["task"] for name, entry in schedule.items()
            if name not in LEFT_OUT and _is_due(entry["schedule"], before, now)]


def _is_due(when: float | crontab, before: datetime, now: datetime) -> bool:
    if not isinstance(when, crontab):
        return True
    moment = before.astimezone(HONG_KONG).replace(second=0, microsecond=0) + MINUTE
    while moment <= now:
        if (moment.minute in when.minute and moment.hour in when.hour
                and moment.isoweekday() % 7 in when.day_of_week and moment.day in when.day_of_month
                and moment.month in when.month_of_year):
            return True
        moment += MINUTE
    return False
