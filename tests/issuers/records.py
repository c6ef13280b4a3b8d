"""One record of each lifecycle of licensing, in any state, so that a move's guards hold for whoever is nobody to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from core import clock
from core.access import SYSTEM
from core.cases import next_reference, open_case
from core.models import Organisation, User
from issuers.criteria import criteria_for
from issuers.models import (
    Application,
    ApplicationStep,
    Appointment,
    Clearance,
    Consent,
    Contact,
    CriterionFinding,
    EventNotice,
    InformationRequest,
    Issuer,
    Obligation,
    Person,
    Proposal,
    PublicWarning,
    Recommendation,
)
from issuers.powers import POWERS
from issuers.services.breaches import open_breach
from issuers.workflows.guards import UNDONE_BY

DAY = timedelta(days=1)


def somebody() -> User:
    """Return an officer who is nobody of the cast: whoever prepared, proposed or recommended before."""
    found = User.objects.filter(email="zoe@monetary-authority.example").first()
    return found or User.objects.create_user("zoe@monetary-authority.example", "Zoe Tam")


def application(issuer: Issuer, status: str, move: str = "") -> Application:
    """Return an application that the move's guards let pass."""
    other = somebody()
    made = Application.objects.create(
        reference=next_reference("APP"), issuer=issuer, form_version="2026-11", status=status, prepared_by=other,
        prepared_at=clock.now(),
    )
    for criterion in criteria_for(issuer.kind):
        CriterionFinding.objects.create(
            application=made, criterion=criterion.key, finding="satisfied", reasons="Seen.", by=other
        )
    Clearance.objects.create(issuer=issuer, state=Clearance.State.CLEAR, reference="SCR-1")
    Recommendation.objects.create(
        application=made, outcome="refuse" if move == "refuse" else "grant", reasons="As found.", made_by=other
    )
    if move == "close":
        InformationRequest.objects.create(application=made, number=1, sent_by=other, due_at=clock.now() - DAY)
    if move in UNDONE_BY:
        ApplicationStep.objects.create(
            application=made, move=UNDONE_BY[move], source="x", target=status, by=other, by_label=other.name
        )
    return made


def request(issuer: Issuer, status: str, move: str = "") -> InformationRequest:
    asked = application(issuer, Application.Status.AWAITING_INFORMATION)
    return InformationRequest.objects.create(
        application=asked, number=1, status=status, sent_by=somebody(), due_at=clock.now() + DAY
    )


#: The kind of proposal that orders each move of a licence.
ORDERS = {"suspend": "ordinary_suspension", "reinstate": "reinstatement", "revoke": "revocation",
          "surrender": "surrender"}  # fmt: skip


def licence(issuer: Issuer, status: str, move: str = "") -> Any:
    row = issuer.licence
    type(row).objects.filter(pk=row.pk).update(status=status)
    row.refresh_from_db()
    if move in ORDERS:
        proposal_of(row, ORDERS[move], status="decided", takes_effect_on=clock.today())
    return row


def proposal_of(licence: Any, kind: str, **fields: Any) -> Proposal:
    """Return a proposal by nobody of the cast, whose time for representations is over."""
    assert kind in POWERS
    return Proposal.objects.create(
        **{
            "licence": licence, "reference": next_reference("PRO"), "kind": kind, "grounds": "As found.",
            "proposed_by": somebody(), "representations_until": clock.now() - DAY,
        } | fields
    )  # fmt: skip


def proposal(issuer: Issuer, status: str, move: str = "") -> Proposal:
    until = clock.now() + DAY if move == "represent" else clock.now() - DAY
    return proposal_of(issuer.licence, "ordinary_suspension", status=status, representations_until=until)


def obligation(issuer: Issuer, status: str, move: str = "") -> Obligation:
    return Obligation.objects.create(
        issuer=issuer, kind="stress_test", key=clock.today().isoformat(), cite="SUP 6.4.7", began_on=clock.today(),
        due_at=clock.now(), status=status,
    )


def event_notice(issuer: Issuer, status: str, move: str = "") -> EventNotice:
    return EventNotice.objects.create(
        issuer=issuer, reference=next_reference("NOT"), kind="change_of_address", known_on=clock.today(), status=status
    )


def consent(issuer: Issuer, status: str, move: str = "") -> Consent:
    person = Person.objects.create(issuer=issuer, name_en="Dora Fan")
    past, coming = clock.now() - DAY, clock.now() + DAY
    return Consent.objects.create(
        issuer=issuer, reference=next_reference("CON"), person=person, position=Appointment.Position.CONTROLLER,
        status=status, recommended_by=somebody(), decide_by=past if move == "deem" else coming,
        use_by=past if move == "lapse" else coming,
    )


def contact(issuer: Issuer, status: str, move: str = "") -> Contact:
    authority = Organisation.objects.get(kind=Organisation.Kind.AUTHORITY)
    reference = next_reference("CNT")
    case = open_case("issuers.breach", subject="-", owner=authority, key=reference, actor=SYSTEM)
    return Contact.objects.create(
        reference=reference, case=case, company_en="Kestrel", person="Kit Lo", email="kit@kestrel.example",
        intention="To issue.", status=status,
    )


def warning(issuer: Issuer, status: str, move: str = "") -> PublicWarning:
    return PublicWarning.objects.create(
        reference=next_reference("WRN"), name_en="Moonbeam Dollar", wording_en="Not licensed.",
        proposed_by=somebody(), status=status,
    )


def breach(issuer: Issuer, status: str, move: str = "") -> Any:
    made = open_breach(issuer, rule="HK-RES-01", subject=next_reference("S"), as_of=clock.today(), actor=SYSTEM)
    type(made).objects.filter(pk=made.pk).update(status=status)
    made.refresh_from_db()
    return made


def case(issuer: Issuer, status: str, move: str = "") -> Any:
    made = open_case("issuers.breach", subject="-", owner=issuer.organisation, key=next_reference("K"), actor=SYSTEM)
    type(made).objects.filter(pk=made.pk).update(status=status)
    made.refresh_from_db()
    return made


RECORDS: dict[str, Callable[..., Any]] = {
    "case": case,
    "contact": contact, "application": application, "request": request, "licence": licence, "proposal": proposal,
    "obligation": obligation, "event_notice": event_notice, "consent": consent, "warning": warning, "breach": breach,
}  # fmt: skip
