"""``application REFERENCE``: where an application stands, and what it still lacks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.commands import AnsweringCommand, aligned
from core.errors import Refused
from issuers.models import Application
from issuers.selectors.applications import completeness


class Command(AnsweringCommand):
    help = "Show the state of an application and what is missing"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("reference")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        row = Application.objects.select_related("issuer__organisation").filter(reference=options["reference"]).first()
        if row is None:
            raise Refused(_("There is no application %(reference)s.") % {"reference": options["reference"]},
                          code="unknown_application")
        found = completeness(row)
        return {
            "reference": row.reference, "issuer": row.issuer.organisation.slug, "status": row.status,
            "complete": found.is_complete, "modules": {each.module.key: each.state for each in found.modules},
            "missing": [{"place": gap.place, "key": gap.key, "question": gap.question, "message": gap.sentence,
                         "cite": gap.cite} for gap in found.gaps],
        }

    def table(self, answer: dict[str, Any]) -> list[str]:
        names = ("reference", "issuer", "status", "complete")
        head: list[tuple[str, ...]] = [(name, str(answer[name])) for name in names]
        gaps: list[tuple[str, ...]] = [
            (gap["place"], gap["key"], gap["message"], gap["cite"]) for gap in answer["missing"]
        ]
        return [*aligned(head), *aligned(gaps)]
