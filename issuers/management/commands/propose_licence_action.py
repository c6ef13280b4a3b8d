"""``propose_licence_action LICENCE POWER --as EMAIL --grounds TEXT``: propose to act on a licence; another decides."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.commands import AnsweringCommand, aligned, day
from core.errors import Refused
from core.models import User
from issuers.models import Licence
from issuers.powers import POWERS
from issuers.services.proposals import propose


class Command(AnsweringCommand):
    help = "Propose an act on a licence as a person who may; prints the proposal's reference and last days"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("licence", help="licence number, for example FRS01")
        parser.add_argument("power", choices=sorted(POWERS))
        parser.add_argument("--as", dest="email", required=True, help="e-mail address of the officer who proposes")
        parser.add_argument("--grounds", required=True)
        parser.add_argument("--terms", default="{}", help="JSON object with what the power needs")
        parser.add_argument("--from", dest="takes_effect_on", type=day, help="intended day; today if not given")
        parser.add_argument("--until", dest="ends_on", type=day, help="last day of a suspension")
        parser.add_argument("--days", type=int, help="days for representations, if more than the law's")
        parser.add_argument("--urgent", default="", help="why the hearing is left out, where the law lets it be")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        licence = Licence.objects.filter(number=options["licence"]).first()
        officer = User.objects.filter(email=options["email"]).first()
        if licence is None or officer is None:
            raise Refused(_("There is no such licence or person."), code="unknown_licence")
        proposal = propose(
            licence, kind=options["power"], terms=_object(options["terms"]), grounds=options["grounds"], actor=officer,
            takes_effect_on=options["takes_effect_on"] or clock.today(), ends_on=options["ends_on"],
            urgent_reason=options["urgent"], representation_days=options["days"],
        )
        until = proposal.representations_until
        return {"reference": proposal.reference, "licence": licence.number, "power": proposal.kind,
                "representations_until": until.isoformat() if until else None}

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(name, str(value)) for name, value in answer.items()])


def _object(text: str) -> dict[str, Any]:
    try:
        terms = json.loads(text)
    except ValueError:
        terms = None
    if not isinstance(terms, dict):
        raise Refused(_("The terms are not a JSON object."), code="not_json")
    return terms
