"""``plan_obligations [--issuer SLUG] [--until DAY]``: settle and plan what licensees owe, as each morning does."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned, day
from core.errors import Refused
from issuers.selectors.duties import licensees
from issuers.services.obligations import plan_obligations, settle_obligations


class Command(AnsweringCommand):
    help = "Settle and plan what licensees owe, 120 days ahead"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--issuer", help="the issuer's slug; all licensees if not given")
        parser.add_argument("--until", type=day, help="plan to this day instead")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        issuers = licensees()
        if options["issuer"]:
            issuers = issuers.filter(organisation__slug=options["issuer"])
            if not issuers:
                raise Refused(_("There is no licensee named %(name)s.") % {"name": options["issuer"]},
                              code="unknown_issuer")
        rows = []
        for issuer in issuers:
            settled = settle_obligations(issuer, actor=SYSTEM)
            planned = plan_obligations(issuer, until=options["until"], actor=SYSTEM)
            settled += settle_obligations(issuer, actor=SYSTEM)
            rows.append({"issuer": issuer.organisation.slug, "planned": planned, "settled": settled})
        return {"issuers": rows}

    def table(self, answer: dict[str, Any]) -> list[str]:
        rows = [(row["issuer"], str(row["planned"]), str(row["settled"])) for row in answer["issuers"]]
        return aligned([("issuer", "planned", "settled"), *rows])
