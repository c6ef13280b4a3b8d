"""``recommend_application REF grant|refuse --as EMAIL --reasons TEXT``: what one officer recommends."""

from __future__ import annotations

from typing import Any

from core.commands import AnsweringCommand, aligned, day
from issuers.management.acting import application_named, officer_named
from issuers.services.decisions import recommend


class Command(AnsweringCommand):
    help = "Recommend to grant or to refuse an application, for another officer to decide"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("reference")
        parser.add_argument("outcome", choices=["grant", "refuse"])
        parser.add_argument("--as", dest="email", required=True, help="the officer's e-mail address")
        parser.add_argument("--reasons", required=True)
        parser.add_argument("--ground", default="", help="of a refusal, in words for the applicant")
        parser.add_argument("--effective-on", type=day, help="first day of the licence; else that of the decision")
        parser.add_argument("--condition", action="append", default=[], metavar="KIND=VALUE",
                            help="a condition, by kind; for the kind \"other\" the value is its wording")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        officer = officer_named(options["email"])
        made = recommend(
            application_named(options["reference"], officer), outcome=options["outcome"], reasons=options["reasons"],
            ground=options["ground"], effective_on=options["effective_on"], actor=officer,
            conditions=[_condition(each) for each in options["condition"]],
        )
        return {"application": options["reference"], "outcome": made.outcome, "conditions": made.conditions,
                "effective_on": made.effective_on.isoformat() if made.effective_on else None,
                "recommended_by": officer.email}

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(name, str(value)) for name, value in answer.items()])


def _condition(text: str) -> dict[str, str]:
    kind, _equals, value = text.partition("=")
    return {"kind": kind, "wording_en": value} if kind in ("other", "report") else {"kind": kind, "value": value}
