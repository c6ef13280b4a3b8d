"""``list_applications``: every application with its state, the ones under way first."""

from __future__ import annotations

from typing import Any

from core.commands import AnsweringCommand, aligned
from issuers.models import Application


class Command(AnsweringCommand):
    help = "List applications"

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        rows = Application.objects.select_related("issuer__organisation", "case")
        ordered = sorted(rows, key=lambda row: row.status in Application.ENDED)
        return {"applications": [
            {"reference": row.reference, "issuer": row.issuer.organisation.slug, "status": row.status,
             "opened_at": row.opened_at.isoformat(), "case": row.case.reference if row.case else None,
             "due_at": row.case.due_at.isoformat() if row.case and row.case.due_at else None}
            for row in ordered
        ]}

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(row["reference"], row["status"], row["issuer"], row["due_at"] or "")
                        for row in answer["applications"]])
