"""The issuer's licence with a fee, and a proposal on which it made representations with a document."""

from __future__ import annotations

from datetime import timedelta

from core import clock
from core.access import SYSTEM
from issuers.models import Document
from issuers.services.fees import raise_fee
from issuers.services.proposals import propose, represent
from tests.issuers.licensing import small_pdf

_PROPOSAL = {"reference": "licences_proposal"}
_FEE = {"invoice": "licences_invoice"}
PARTS = {
    "officer:propose_power": {"kind": "licences_power"},
    "officer:fee_pay": _FEE,
    "officer:fee_take_back": _FEE,
    "officer:proposal": _PROPOSAL,
    "officer:proposal_decide": _PROPOSAL,
    "officer:proposal_drop": _PROPOSAL,
    "officer:proposal_tribunal": _PROPOSAL,
    "officer:proposal_document": _PROPOSAL | {"pk": "licences_document"},
    "portal:proposal": _PROPOSAL,
    "portal:proposal_document": _PROPOSAL | {"pk": "licences_document"},
}


def build(world, request) -> None:
    licence = request.getfixturevalue("issuer").licence
    fee = raise_fee(licence, years=1, actor=SYSTEM)
    starts = clock.today() + timedelta(days=30)
    proposal = propose(
        licence, kind="ordinary_suspension", terms={}, grounds="The reserve fell short.", takes_effect_on=starts,
        ends_on=starts + timedelta(days=30), actor=request.getfixturevalue("ben"),
    )
    represent(proposal, text="It did not.", documents=[(small_pdf(), "proof.pdf")], actor=request.getfixturevalue("ann"))
    world |= {
        "licences_power": "surrender",
        "licences_proposal": proposal.reference,
        "licences_invoice": fee.invoice,
        "licences_document": Document.objects.get(proposal=proposal).pk,
    }
