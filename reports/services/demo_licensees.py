"""Playing what licensees and officers do under a licence: fees, proposals, notices, consents, returns and duties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from aml.services.aml_returns import file_aml_return
from core.deadlines import day_of
from core.invitations import invite_person
from core.models import User
from core.roles import Role
from issuers.models import Appointment, Issuer, Obligation
from issuers.services import fees
from issuers.services.complaints import ended_quarters, file_complaint_return
from issuers.services.conditions import attach_condition
from issuers.services.consents import draft_consent, recommend_consent, request_consent
from issuers.services.event_notices import acknowledge_notice, draft_notice, submit_notice
from issuers.services.obligations import (
    meet_obligation,
    open_overdue_cases,
    plan_obligations,
    settle_obligations,
)
from issuers.services.proposals import propose, represent
from issuers.services.warnings import draft_warning, publish_warning
from reports.demo import licensing as plan
from reports.demo.aml import AML_RETURNS
from reports.demo.pdf import page_of
from reports.demo.world import IssuerPlan
from reports.services.demo_stage import Stage, admit, licence_of

#: Duties are planned from so many days before the last; what fell due earlier is history.
PLANNED_FROM = 75


@dataclass(frozen=True, slots=True)
class Licensees:
    """The licensees of the world by their place in the plan, and who speaks for each."""

    issuers: Mapping[int, Issuer]
    speakers: Mapping[int, User]


def play_licensees(stage: Stage, plans: tuple[IssuerPlan, ...], issuers: Mapping[int, Issuer]) -> None:
    """Play the licences' story, licensee by licensee; what concerns one that is not in the world is left out."""
    found = Licensees(issuers, _speakers(stage, plans, issuers))
    for place, issuer in issuers.items():
        _pay_fees(stage, issuer, late=place == plan.LATE_PAYER)
        _file_returns(stage, issuer, place, found.speakers[place])
    if plan.LION_ROCK in issuers:
        _play_lion_rock(stage, issuers[plan.LION_ROCK], found.speakers[plan.LION_ROCK])
    if plan.TIDEWATER in issuers:
        _propose_condition(stage, issuers[plan.TIDEWATER], found.speakers[plan.TIDEWATER])
    for place, issuer in issuers.items():
        _settle_duties(stage, issuer, leave_last=place == plan.OUTER_CHANNEL)
    if plan.OUTER_CHANNEL in issuers:
        _propose_suspension(stage, issuers[plan.OUTER_CHANNEL])
    for warned in plan.WARNINGS:
        _warn(stage, warned, issuers)
    _morning_after(stage)
    open_overdue_cases()


def _speakers(stage: Stage, plans: tuple[IssuerPlan, ...], issuers: Mapping[int, Issuer]) -> dict[int, User]:
    """Return who files for each licensee: somebody of the cast, or an administrator whom the authority lets in."""
    speakers = {plan.LION_ROCK: "ann", plan.TIDEWATER: "ian"}
    found = {place: stage.people[name] for place, name in speakers.items() if place in issuers}
    for place, (name, local) in plan.SPOKESPERSONS.items():
        if place in issuers:
            stage.at(220, 10, place)
            asked = invite_person(
                issuers[place].organisation, email=f"{local}@{plans[place].domain}", name=name,
                role=Role.ISSUER_ADMINISTRATOR, language="en", actor=stage.people["bo"],
            )
            stage.at(219, 10, place)
            found[place] = admit(asked)
    return found


def _pay_fees(stage: Stage, issuer: Issuer, *, late: bool) -> None:
    """Each fee is invoiced a month ahead and paid four days early; with ``late`` the last one is not."""
    licence, bo = licence_of(issuer), stage.people["bo"]
    latest = stage.until + timedelta(days=30)
    days: list[date] = []
    while (falls_on := fees.fee_day(licence, len(days))) <= latest:
        days.append(falls_on)
    for years, falls_on in enumerate(days):
        stage.on(falls_on - timedelta(days=30 if years else 0), 12)
        fee = fees.raise_fee(licence, years=years, actor=bo)
        due_on, paid_on = day_of(fee.due_at), stage.calendar.on_or_before(day_of(fee.due_at) - timedelta(days=4))
        if late and falls_on == days[-1] and years:
            if due_on < stage.until:
                stage.on(stage.calendar.next_business_day(due_on), 9)
                fees.open_overdue_cases()
        elif paid_on <= stage.until:
            stage.on(paid_on, 15, 30)
            reference = f"HB-{paid_on:%Y%m%d}-{licence.number[-3:]}"
            fees.record_payment(fee, paid_on=paid_on, reference=reference, actor=bo)


def _file_returns(stage: Stage, issuer: Issuer, place: int, speaker: User) -> None:
    """File what is returned of complaints and of AML, quarter by quarter."""
    complaints, aml = plan.COMPLAINTS[place], AML_RETURNS[place]
    quarters = reversed(ended_quarters(stage.until, len(complaints)))
    for (start, end), of_complaints, of_aml in zip(quarters, complaints, aml, strict=True):
        stage.on(min(stage.calendar.on_or_before(end + timedelta(days=24)), stage.until), 16, 20)
        file_complaint_return(issuer, period_start=start, actor=speaker, remarks="", **of_complaints.counts())
        file_aml_return(issuer, period_start=start, actor=speaker, remarks="", **of_aml.counts())


def _play_lion_rock(stage: Stage, issuer: Issuer, ann: User) -> None:
    """A condition that falls due each quarter, a move, a director to be, and a notice that nobody has submitted."""
    bo, cy = stage.people["bo"], stage.people["cy"]
    licence = licence_of(issuer)
    effective = licence.effective_on
    stage.on(effective, 11, 45)
    terms = {"kind": "internal_limits", "wording_en": plan.LIMITS_CONDITION, "every_months": 3,
             "first_due_on": effective + timedelta(days=91)}
    attach_condition(licence, terms=terms, in_force_from=effective, actor=cy)
    stage.at(47, 10)
    moved = draft_notice(issuer, kind="change_of_address", known_on=stage.day(47), happened_on=stage.day(47),
                         statements=plan.MOVED, actor=ann)
    stage.at(45, 17)
    submit_notice(moved, actor=ann)
    stage.at(43, 11, 20)
    acknowledge_notice(moved, actor=bo)
    name, reasons = plan.NEW_DIRECTOR
    stage.at(20, 15)
    consent = draft_consent(issuer, position=Appointment.Position.DIRECTOR, new_name=name, reasons=reasons, actor=ann)
    request_consent(consent, actor=ann)
    stage.at(5, 16)
    recommend_consent(consent, outcome="grant", note=plan.CONSENT_NOTE, actor=bo)
    stage.at(2, 17, 45)
    draft_notice(issuer, kind="material_change", known_on=stage.day(2), statements=plan.DRAFT_CHANGE, actor=ann)


def _propose_condition(stage: Stage, issuer: Issuer, ian: User) -> None:
    """Proposed, heard, and ready to be decided by another officer."""
    stage.at(24, 11)
    begins = stage.until + timedelta(days=28)
    proposal = propose(
        licence_of(issuer), kind="new_condition", grounds=plan.NEW_CONDITION_GROUNDS, takes_effect_on=begins,
        terms={"condition": plan.NEW_CONDITION | {"first_due_on": begins + timedelta(days=31)}},
        actor=stage.people["bo"],
    )
    stage.at(14, 16)
    checks = page_of("Checks of deposits since the finding", plan.CHECKS_OF_DEPOSITS)
    represent(proposal, text=plan.REPRESENTATION, actor=ian, documents=[(checks, "checks-of-deposits.pdf")])


def _propose_suspension(stage: Stage, issuer: Issuer) -> None:
    """The licensee has been told and is being heard."""
    stage.at(3, 15, 30)
    begins = stage.until + timedelta(days=21)
    propose(licence_of(issuer), kind="ordinary_suspension", terms={}, grounds=plan.SUSPENSION_GROUNDS,
            takes_effect_on=begins, ends_on=begins + timedelta(days=90), actor=stage.people["bo"])


def _settle_duties(stage: Stage, issuer: Issuer, *, leave_last: bool) -> None:
    """Plan what falls due, settle what is on record, and let an officer settle the rest on its last day.

    With ``leave_last`` the last weekly statement is missing. A stress test is settled by the issuer's filing alone.
    """
    stage.at(PLANNED_FROM, 7, 30)
    plan_obligations(issuer)
    _morning_after(stage)
    settle_obligations(issuer)
    plan_obligations(issuer)
    settle_obligations(issuer)
    due = [(row, day_of(row.due_at)) for row in issuer.obligations.filter(status=Obligation.Status.DUE)
           .order_by("due_at", "pk") if day_of(row.due_at) <= stage.until]
    left = [row for row, _last in due if row.kind == "weekly_statement"][-1:] if leave_last else []
    for row, last in due:
        if row not in left and row.kind != "stress_test":
            stage.on(last, 16, 40)
            initials = "".join(word[0] for word in row.kind.split("_")).upper()
            meet_obligation(row, reference=f"{initials}-{last:%Y%m%d}", on=last, actor=stage.people["bo"])
    _morning_after(stage)
    plan_obligations(issuer)


def _morning_after(stage: Stage) -> None:
    stage.on(stage.calendar.next_business_day(stage.until), 7, 30)


def _warn(stage: Stage, warned: plan.Warned, issuers: Mapping[int, Issuer]) -> None:
    stage.at(warned.ago, 10, 20)
    resembles = None if warned.resembles is None else issuers[warned.resembles].licence
    warning = draft_warning(actor=stage.people[warned.by], evidence=None, resembles=resembles, **warned.written)
    if warned.published_by:
        stage.at(warned.ago - 1, 9, 30)
        publish_warning(warning, actor=stage.people[warned.published_by])
