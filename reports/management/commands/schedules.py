"""Prints what is made and sent regularly: how it is set, the next occasion and what came of the last."""

from __future__ import annotations

from typing import Any

from core.business_days import hong_kong_calendar
from core.commands import AnsweringCommand, aligned
from core.wording import hk_datetime
from reports.builders.schedule_words import period_words, when
from reports.selectors.schedules import last_occasions, next_of
from reports.services.schedules import enter_default_schedules


class Command(AnsweringCommand):
    """``schedules``: one line for each."""

    help = "Print what is made and sent regularly, when it is next, and what came of the last occasion."

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        versions, calendar = enter_default_schedules(), hong_kong_calendar()
        last = last_occasions(version.schedule_id for version in versions.values())
        found = []
        for name, version in versions.items():
            row = last.get(version.schedule_id)
            coming = next_of(version, row, calendar)
            found.append({
                "name": name, "active": version.active, "cadence": version.cadence, "when": when(version.rhythm),
                "next": coming.at.isoformat() if coming else None, "next_in_words": _moment(coming),
                "last": row and {"first": row.first, "last": row.last, "period": period_words(row.period),
                                 "status": row.status, "reason": row.reason},
            })
        return {"schedules": found}

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([("schedule", "when", "next", "last", "outcome"), *(
            (each["name"], each["when"] if each["active"] else "off", each["next_in_words"],
             each["last"]["period"] if each["last"] else "-", each["last"]["status"] if each["last"] else "-")
            for each in answer["schedules"]
        )])


def _moment(coming: Any) -> str:
    return hk_datetime(coming.at, "short") if coming else "-"
