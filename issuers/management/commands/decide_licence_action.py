"""``decide_licence_action REFERENCE --as EMAIL --note TEXT``: decide what another officer proposed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.commands import AnsweringCommand, aligned, day
from core.errors import Refused
from core.models import User
from issuers.models import Proposal
from issuers.services.proposals import decide_proposal


class Command(AnsweringCommand):
    help = "Decide a proposal on a licence as a person who may and did not make it"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("reference", help="the proposal's reference, for example LAC-2026-0042")
        parser.add_argument("--as", dest="email", required=True, help="e-mail address of the officer who decides")
        parser.add_argument("--note", required=True, help="why; part of the record")
        parser.add_argument("--from", dest="takes_effect_on", type=day, help="first day; the one proposed if not given")
        parser.add_argument("--digest", default="", help="SHA-256 of what was read; nothing is decided if it differs")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        proposal = Proposal.objects.filter(reference=options["reference"]).first()
        officer = User.objects.filter(email=options["email"]).first()
        if proposal is None or officer is None:
            raise Refused(_("There is no such proposal or person."), code="unknown_proposal")
        day_proposed = max(proposal.takes_effect_on or clock.today(), clock.today())
        row = decide_proposal(
            proposal, takes_effect_on=options["takes_effect_on"] or day_proposed, note=options["note"], actor=officer,
            digest=options["digest"],
        )
        return {"reference": row.reference, "power": row.kind, "state": row.status, "sha256": row.digest,
                "takes_effect_on": row.takes_effect_on.isoformat() if row.takes_effect_on else None,
                "tribunal_until": row.tribunal_until.isoformat() if row.tribunal_until else None,
                "in_effect": row.applied_at is not None}

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(name, str(value)) for name, value in answer.items()])
