"""``decide_application REF accept|decline --as EMAIL``: what another officer decides on a recommendation."""

from __future__ import annotations

from typing import Any

from core.commands import AnsweringCommand, aligned
from issuers.management.acting import application_named, officer_named
from issuers.models import Licence
from issuers.services.decisions import decide_application


class Command(AnsweringCommand):
    help = "Decide as was recommended, or send the recommendation back"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("reference")
        parser.add_argument("decision", choices=["accept", "decline"])
        parser.add_argument("--as", dest="email", required=True, help="the officer's e-mail address")
        parser.add_argument("--note", default="", help="why, if the recommendation is sent back")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        officer = officer_named(options["email"])
        row = decide_application(
            application_named(options["reference"], officer), decision=options["decision"], note=options["note"],
            actor=officer,
        )
        licence = Licence.objects.filter(application=row).values_list("number", flat=True).first()
        return {"application": row.reference, "state": row.status, "licence": licence, "decided_by": officer.email}

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(name, str(value)) for name, value in answer.items()])
