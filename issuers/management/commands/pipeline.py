"""``pipeline``: where every application stands that is not ended."""

from __future__ import annotations

from typing import Any

from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned
from issuers.models import Application
from issuers.selectors.pipeline import Card, card, pipeline


class Command(AnsweringCommand):
    help = "List the applications that are not ended, with stage, days in it, clock and officer"

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        return {"applications": [_line(card(row)) for row in pipeline(SYSTEM).exclude(status__in=Application.ENDED)]}

    def table(self, answer: dict[str, Any]) -> list[str]:
        heads = ("reference", "applicant", "stage", "days_in_stage", "clock", "due_at", "officer", "criteria")
        rows = [tuple(str(row[name]) if row[name] is not None else "-" for name in heads)
                for row in answer["applications"]]
        return aligned([heads, *rows])


def _line(shown: Card) -> dict[str, Any]:
    application, case = shown.application, shown.application.case
    assert case is not None, "the pipeline has what was submitted, and that has a case"
    return {
        "reference": application.reference, "applicant": application.issuer.organisation.name_en,
        "stage": application.status, "days_in_stage": shown.days, "clock": "paused" if shown.paused else "running",
        "due_at": case.due_at.isoformat() if case.due_at else None, "overdue": shown.over,
        "officer": case.assignee.email if case.assignee else None,
        "criteria": f"{shown.satisfied}/{shown.criteria}",
    }
