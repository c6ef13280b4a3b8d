"""One record of each lifecycle, in any state, so that a move's guards hold for whoever is nobody to it.

Where guards ask who is who to a record, its standings say so, and which moves each leaves open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from core import clock
from core.access import SYSTEM
from core.cases import next_reference, open_case
from core.invitations import Invitee
from core.models import Invitation, Organisation, User
from core.roles import Can, Role
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
from issuers.services.coins import create_coin
from issuers.services.issuers import register_issuer
from issuers.workflows.guards import UNDONE_BY
from reports.models import Occasion, PackOrder, ReportRun, Schedule
from reserves.models import Custodian, Limit, ReserveDay

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
          "surrender": "surrender"}


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
    )


def proposal(issuer: Issuer, status: str, move: str = "") -> Proposal:
    until = clock.now() + DAY if move == "represent" else clock.now() - DAY
    return proposal_of(issuer.licence, "ordinary_suspension", status=status, representations_until=until)


def obligation(issuer: Issuer, status: str, move: str = "") -> Obligation:
    return Obligation.objects.create(
        issuer=issuer, kind="stress_test", key=clock.today().isoformat(), cite="SUP 6.4.7", began_on=clock.today(),
        due_at=clock.now(), status=status, waiver_proposed_by=somebody(), waiver_reason="As agreed.",
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
        status=status, recommended_by=somebody(),
        decide_by={"deem": past, "lapse": None}.get(move, coming),
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


def reserve_day(issuer: Issuer, status: str, move: str = "") -> ReserveDay:
    coin = issuer.coins.first() or create_coin(issuer, symbol="LRHKD", reference_currency="HKD", actor=SYSTEM)
    return ReserveDay.objects.create(coin=coin, as_of=clock.today(), version=coin.days.count() + 1, status=status)


def reference(issuer: Issuer, status: str, move: str = "") -> Custodian:
    return Custodian.objects.create(
        name="Harbour Bank", valid_from=clock.today(), source="Letter 1", status=status, proposed_by=somebody()
    )


def limit(issuer: Issuer, status: str, move: str = "") -> Limit:
    coin = issuer.coins.first() or create_coin(issuer, symbol="LRHKD", reference_currency="HKD", actor=SYSTEM)
    return Limit.objects.create(
        coin=coin, metric="average_maturity", measure="days", figure=60, valid_from=clock.today(), source="Board",
        status=status, proposed_by=somebody(),
    )


def report(issuer: Issuer, status: str, move: str = "") -> ReportRun:
    return ReportRun.objects.create(
        reference=next_reference("RUN"), kind=ReportRun.Kind.DAILY_RESERVE, subject=next_reference("S"), version=1,
        owner=issuer.organisation, as_of=clock.today(), status=status, facts={},
    )


def occasion(issuer: Issuer, status: str, move: str = "") -> Occasion:
    schedule = Schedule.objects.get_or_create(name="daily_reserve")[0]
    return Occasion.objects.create(schedule=schedule, first=clock.today(), last=clock.today(), due_at=clock.now(),
                                   status=status)


def pack_order(issuer: Issuer, status: str, move: str = "") -> PackOrder:
    authority = Organisation.objects.get(kind=Organisation.Kind.AUTHORITY)
    return PackOrder.objects.create(owner=authority, issuer=issuer, first=clock.today(), last=clock.today(), status=status,
                                    asked_by=somebody())


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is who to a record: who of the cast it comes from, and what its guards leave open because of that.

    ``own`` moves are for whoever it comes from, ``others`` for everybody else, ``within`` only for the organisation's
    own people, ``only`` for the one it names; ``shut`` names the moves that are closed to all, in the state where they
    are. ``states`` are those in which the standing makes a difference: all, if there are none.
    """

    by: str = ""
    of_somebody_new: bool = False
    approved: bool = True
    own: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
    only: Mapping[str, str] = field(default_factory=dict)
    shut: frozenset[tuple[str, str]] = frozenset()
    states: frozenset[str] = frozenset()

    def leaves_open(self, move: str, state: str, who: str, *, inside: bool) -> bool:
        """Whether the guards let the member of the cast make the move."""
        return not (
            (move, state) in self.shut
            or (move in self.own and who != self.by)
            or (move in self.others and who == self.by)
            or (move in self.within and not inside)
            or self.only.get(move, who) != who
        )


#: What holds of every invitation: nobody approves an own one, only the authority's own are sent without approval.
_INVITED: dict[str, Any] = {
    "own": frozenset({"send"}), "others": frozenset({"approve", "approve_for"}),
    "within": frozenset({"approve", "revoke"}),
}
_FOR_IT = frozenset({("approve_for", "proposed"), ("revoke_for", "proposed")})
_SENT = frozenset({("revoke_for", "sent")})
#: Who administers the organisation decides who may approve an invitation and withdraw it.
INVITED: dict[str, Standing] = {
    "a second one administers": Standing(shut=_FOR_IT | _SENT, **_INVITED),
    "the only administrator invited": Standing(by="amy", shut=_SENT, **_INVITED),
    "nobody administers any more": Standing(of_somebody_new=True, shut=_SENT, **_INVITED),
    "the authority invited": Standing(by="cy", of_somebody_new=True, approved=False, **_INVITED),
}


def invitation(issuer: Issuer, status: str, move: str = "", standing: str = "a second one administers") -> Invitation:
    """Return an invitation into the issuer that amy administers, or into one that nobody administers yet."""
    is_ = INVITED[standing]
    into = register_issuer(name_en=next_reference("New"), actor=SYSTEM) if is_.of_somebody_new else issuer
    by = User.objects.get(email__startswith=f"{is_.by}@") if is_.by else somebody()
    approved = is_.approved and status != Invitation.Status.PROPOSED
    return Invitation.objects.create(
        organisation=into.organisation, email="kim@new.example", name="Kim Au", role=Role.COMPLIANCE_OFFICER,
        status=status, invited_by=by, approved_at=clock.now() if approved else None,
    )


@dataclass(frozen=True, slots=True)
class Beside:
    """Somebody beside the cast: how to be them once there is the record, and what they may do to it, guards apart."""

    make: Callable[[Any], Any]
    may: frozenset[Can] = frozenset()


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """How to make a record of a lifecycle in any state, and who else than the cast tries to move it.

    ``of_issuer`` is false for what belongs to the authority or to nobody.
    """

    make: Callable[..., Any]
    of_issuer: bool = True
    standings: Mapping[str, Standing] = field(default_factory=lambda: {"": Standing()})
    besides: Mapping[str, Beside] = field(default_factory=dict)


#: By the name under which ``Workflow.ALL`` holds the table; ``records_reserves`` has the rest of them.
LIFECYCLES: dict[str, Lifecycle] = {
    "Application": Lifecycle(application),
    "Breach": Lifecycle(breach),
    "Case": Lifecycle(case),
    "Consent": Lifecycle(consent),
    "Contact": Lifecycle(contact, of_issuer=False),
    "EventNotice": Lifecycle(event_notice),
    "InformationRequest": Lifecycle(request),
    "Invitation": Lifecycle(invitation, standings=INVITED, besides={"the link": Beside(Invitee, frozenset({Can.OPERATE}))}),
    "Licence": Lifecycle(licence),
    "Obligation": Lifecycle(obligation),
    "Proposal": Lifecycle(proposal),
    "PublicWarning": Lifecycle(warning, of_issuer=False),
    "Limit": Lifecycle(limit),
    "Reference": Lifecycle(reference, of_issuer=False),
    "Occasion": Lifecycle(occasion, of_issuer=False),
    "PackOrder": Lifecycle(pack_order, of_issuer=False),
    "ReportRun": Lifecycle(report),
    "ReserveDay": Lifecycle(reserve_day),
}
