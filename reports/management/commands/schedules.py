"""Prints what is made and sent regularly: how it is set, the next occasion and what came of the last."""

from __future__ import annotations

from typing import Any

from core.business_days import hong_kong_calendar
from core.commands import AnsweringCommand, aligned
from core.wording import hk_datetime
from reports.builders.schedule_words import account_of
from reports.services.schedules import enter_default_schedules


class Command(AnsweringCommand):
    """``schedules``: one line for each."""

    help = "Print what is made and sent regularly, when it is next, and what came of the last occasion."

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        return {"schedules": account_of(enter_default_schedules(), hong_kong_calendar())}

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([("schedule", "when", "next", "last", "outcome"), *(
            (each["name"], each["when"] if each["active"] else "off",
             hk_datetime(each["next"], "short") if each["next"] else "-",
             each["last"]["period"] if each["last"] else "-", each["last"]["state"] if each["last"] else "-")
            for each in answer["schedules"]
        )])
