"""Writes the summaries of judged days that have none: of days judged before summaries were kept."""

from __future__ import annotations

from typing import Any

from django.utils.translation import ngettext

from core.access import SYSTEM
from core.commands import AnsweringCommand
from reserves.services.summaries import summarise_days


class Command(AnsweringCommand):
    help = "Write the summaries of judged days that have none; repeating it changes nothing."

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        return dict(summarise_days(actor=SYSTEM))

    def table(self, answer: dict[str, Any]) -> list[str]:
        return [ngettext("%(days)d day summarised in %(parts)d parts", "%(days)d days summarised in %(parts)d parts",
                         answer["days"]) % answer]
