"""Planning what licensees owe, settling it from what is on record, and opening cases for what is overdue."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import audit, cases, clock
from core.access import SYSTEM, Actor, require
from core.business_days import hong_kong_calendar
from core.deadlines import day_of, end_of
from core.errors import Refused
from core.models import Case, User
from core.outbox import enqueue
from core.roles import Can
from core.wording import hk_date
from issuers.duty_calendar import DUTIES, Entry, entries
from issuers.models import Issuer, Obligation
from issuers.notices.duties import ObligationOverdue
from issuers.selectors.duties import licensees
from issuers.services.duty_record import Evidence, evidence_of, known_of
from issuers.workflows import OBLIGATION
from issuers.workflows.duties import obligation_titled

PLANNED = audit.verb("issuers.obligation.planned", gettext_noop("planned %(count)s duties of %(target)s"))
MOVED = audit.verb("issuers.obligation.moved", gettext_noop("moved the last day of %(target)s to %(day)s"),
                   audience=audit.Audience.ISSUER, reading=obligation_titled)
WAIVER_PROPOSED = audit.verb("issuers.obligation.waiver_proposed",
                             gettext_noop("proposed to waive %(target)s: %(note)s"), reading=obligation_titled)
WAIVER_DECLINED = audit.verb("issuers.obligation.waiver_declined",
                             gettext_noop("did not go on with waiving %(target)s: %(note)s"),
                             reading=obligation_titled)

#: How far ahead duties are planned.
HORIZON = timedelta(days=120)
OVERDUE = "issuers.obligation_overdue"
#: The fields that hold who let the licensee off, and why.
WAIVER = ("waiver_proposed_by", "waiver_proposed_at", "waiver_reason", "waived_by")


def _words(params: dict[str, Any]) -> dict[str, Any]:
    """Return the duty by its title and its last day as it is written in the reader's language."""
    return params | {"title": _(DUTIES[params["duty"]].title), "day": hk_date(params["due_on"])}


cases.kind(
    OVERDUE, prefix="OBL", title=gettext_lazy("Overdue duty"),
    summary=gettext_noop("Not filed by %(subject)s by %(day)s: %(title)s"),
    queue="supervision", seen_by_issuer=True, words=_words,
)


@transaction.atomic
def plan_obligations(issuer: Issuer, *, until: date | None = None, actor: Actor = SYSTEM) -> int:
    """Keep a row for everything that falls due by ``until``, 120 days ahead unless given; return how many are new.

    Repeating it changes nothing, but for rows whose last day a closure has moved. What fell due before the licensee
    was first planned for is history and gets no row, unless it runs until it is done: a review, the last accounts.
    """
    Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    today = clock.today()
    owed = entries(known_of(issuer), until=until or today + HORIZON, calendar=hong_kong_calendar())
    standing = {(row.kind, row.key, row.coin_id): row for row in issuer.obligations.select_related("case")}
    made = []
    for entry in owed:
        row = standing.get((entry.kind, entry.key, entry.coin))
        if row is None and (entry.due_on >= today or DUTIES[entry.kind].chained or entry.kind == "accounts"):
            made.append(Obligation(
                issuer=issuer, kind=entry.kind, key=entry.key, cite=entry.cite, began_on=entry.began_on,
                due_at=end_of(entry.due_on), coin_id=entry.coin, condition_id=entry.condition,
            ))
        elif row is not None:
            _move(row, entry, actor)
    Obligation.objects.bulk_create(made)
    if made:
        audit.record(PLANNED, target=issuer, actor=actor, data={"count": len(made)})
    return len(made)


def _move(row: Obligation, entry: Entry, actor: Actor) -> None:
    """Follow the calendar: a warning day entered afterwards moves the last day of what is still owed."""
    due_at = end_of(entry.due_on)
    if row.status != Obligation.Status.DUE or row.due_at == due_at:
        return
    row.due_at = due_at
    row.save(update_fields=["due_at"])
    audit.record(MOVED, target=row, actor=actor, data={"day": entry.due_on.isoformat()})
    if row.case and due_at >= clock.now():
        cases.close_case(row.case, outcome="not due", actor=actor)


@transaction.atomic
def settle_obligations(issuer: Issuer, *, actor: Actor = SYSTEM) -> int:
    """Mark as met what facts, fees and returns on record already settle; return how many."""
    Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    waiting = list(issuer.obligations.filter(status=Obligation.Status.DUE).select_related("case"))
    found = list(evidence_of(issuer)) if waiting else []
    settled = 0
    for obligation in waiting:
        if proof := next((each for each in found if _settles(each, obligation)), None):
            meet_obligation(obligation, reference=proof.reference, on=proof.done_on, actor=actor)
            settled += 1
    return settled


def _settles(proof: Evidence, obligation: Obligation) -> bool:
    """Whether the record is about this duty and period; what was on record before it was reopened is not enough."""
    if proof.kind != obligation.kind or (obligation.coin_id or proof.coin) != proof.coin:
        return False
    if obligation.reopened_at and proof.recorded_at <= obligation.reopened_at:
        return False
    if proof.key:
        return proof.key == obligation.key
    if DUTIES[obligation.kind].chained:
        return proof.done_on > obligation.began_on
    return obligation.began_on <= proof.done_on <= day_of(obligation.due_at) and not (
        # The day on which a week begins closes the week before.
        obligation.kind == "weekly_statement" and proof.done_on == obligation.began_on
    )


@transaction.atomic
def meet_obligation(obligation: Obligation, *, reference: str, on: date | None = None, actor: Actor) -> Obligation:
    """Record that the duty was met, with the reference of what met it and the day it was.

    Raises:
        NotPermitted: the actor does not work cases.
        Refused: no reference, a day to come, or the duty is settled already.
    """
    on = on or clock.today()
    if not reference.strip():
        raise Refused(_("Give the reference of what met it."))
    if on > clock.today():
        raise Refused(_("The day lies ahead."))
    row = OBLIGATION.apply(obligation, "meet", actor=actor, note=reference.strip())
    row.met_with = reference.strip()[:80]
    row.met_at = min(clock.now(), end_of(on))
    row.save(update_fields=["met_at", "met_with"])
    _close_case(row, "met", actor)
    return row


def _open_for_waiver(obligation: Obligation, actor: Actor, *, proposed: bool) -> Obligation:
    """Lock a duty that is still due and of which a waiver is proposed, or is not yet."""
    require(actor, Can.REVIEW_NOTICE, obligation)
    row = Obligation.objects.select_for_update(no_key=True, of=("self",)).select_related("issuer__organisation").get(
        pk=obligation.pk
    )
    if row.status != Obligation.Status.DUE:
        raise Refused(_("It is settled already."))
    if (row.waiver_proposed_by_id is not None) is not proposed:
        raise Refused(_("Nobody has proposed to waive it yet.") if proposed else
                      _("It is proposed already that this be waived."))
    return row


@transaction.atomic
def propose_waiver(obligation: Obligation, *, reason: str, actor: User) -> Obligation:
    """Propose to let the licensee off this once; another officer decides, and until then it stays due.

    Raises:
        NotPermitted: the actor does not review notices.
        Refused: no reason, the duty is settled already, or a waiver is proposed already.
    """
    row = _open_for_waiver(obligation, actor, proposed=False)
    row.waiver_proposed_by, row.waiver_proposed_at, row.waiver_reason = actor, clock.now(), _said(reason)
    row.save(update_fields=WAIVER)
    audit.record(WAIVER_PROPOSED, target=row, actor=actor, data={"note": row.waiver_reason})
    return row


@transaction.atomic
def decline_waiver(obligation: Obligation, *, reason: str, actor: Actor) -> Obligation:
    """Take a proposal to waive off the table: the duty stays due. Who proposed it may do so too.

    Raises:
        NotPermitted: the actor does not review notices.
        Refused: no reason, the duty is settled already, or no waiver is proposed.
    """
    row = _open_for_waiver(obligation, actor, proposed=True)
    _forget_waiver(row)
    row.save(update_fields=WAIVER)
    audit.record(WAIVER_DECLINED, target=row, actor=actor, data={"note": _said(reason)})
    return row


def _forget_waiver(row: Obligation) -> None:
    row.waiver_proposed_by, row.waiver_proposed_at, row.waiver_reason, row.waived_by = None, None, "", None


@transaction.atomic
def waive_obligation(obligation: Obligation, *, actor: User) -> Obligation:
    """Let the licensee off this once, for the reason that another officer gave.

    Raises:
        NotPermitted: the actor does not review notices.
        Refused: nobody proposed it, the actor did, or the duty is settled already.
    """
    reason = Obligation.objects.values_list("waiver_reason", flat=True).get(pk=obligation.pk)
    row = OBLIGATION.apply(obligation, "waive", actor=actor, note=reason)
    row.waived_by = actor
    row.save(update_fields=WAIVER)
    _close_case(row, "waived", actor)
    return row


@transaction.atomic
def reopen_obligation(obligation: Obligation, *, reason: str, actor: Actor) -> Obligation:
    """Take back that the duty is settled; what was on record until now does not settle it again.

    Raises:
        NotPermitted: the actor does not review notices.
        Refused: no reason, or the duty is not settled.
    """
    row = OBLIGATION.apply(obligation, "reopen", actor=actor, note=_said(reason))
    row.met_at, row.met_with, row.reopened_at = None, "", clock.now()
    _forget_waiver(row)
    row.save(update_fields=["met_at", "met_with", "reopened_at", *WAIVER])
    return row


MOVES = ("meet", "propose_waiver", "decline_waiver", "waive", "reopen")


def move_obligation(obligation: Obligation, name: str, *, text: str, actor: User) -> Obligation:
    """Make the named move with what the officer wrote: the reference of what met it, or the reason."""
    if name == "meet":
        return meet_obligation(obligation, reference=text, actor=actor)
    if name == "waive":
        return waive_obligation(obligation, actor=actor)
    act = {"propose_waiver": propose_waiver, "decline_waiver": decline_waiver, "reopen": reopen_obligation}[name]
    return act(obligation, reason=text, actor=actor)


def _said(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("Say why: the note is part of the record."))
    return reason.strip()


def _close_case(row: Obligation, outcome: str, actor: Actor) -> None:
    if row.case:
        cases.close_case(row.case, outcome=outcome, actor=actor)


def open_overdue_cases() -> int:
    """Open one case for every duty that is overdue and has none open; return how many."""
    late = Obligation.objects.filter(status=Obligation.Status.DUE, due_at__lt=clock.now())
    late = late.exclude(case__status=Case.Status.OPEN).order_by("due_at", "pk")
    return sum(_open_overdue_case(pk) for pk in late.values_list("pk", flat=True))


@transaction.atomic
def _open_overdue_case(pk: int) -> bool:
    row = Obligation.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "issuer__organisation", "case"
    ).get(pk=pk)
    standing = row.case is not None and row.case.status == Case.Status.OPEN
    if row.status != Obligation.Status.DUE or row.due_at >= clock.now() or standing:
        return False
    owner = row.issuer.organisation
    row.case = cases.open_case(
        OVERDUE, subject=owner.slug, owner=owner, key=str(row.pk), actor=SYSTEM, due_at=row.due_at,
        as_of=day_of(row.due_at), params={"duty": row.kind, "due_on": day_of(row.due_at).isoformat()},
    )
    row.save(update_fields=["case"])
    notice = ObligationOverdue(row.case.reference, DUTIES[row.kind].title, row.due_at)
    enqueue(notice, to=owner, may=Can.VIEW_CASES, key=row.case.reference)
    return True


def refresh_duties() -> int:
    """Settle and plan for every licensee; return how many rows are new."""
    planned = 0
    for issuer in licensees():
        settle_obligations(issuer)
        planned += plan_obligations(issuer)
        settle_obligations(issuer)
    return planned


