"""What a decided act does to its licence on its day, and how that is turned back where the tribunal sets it aside.

Every effect happens once: the proposal's row is the lock and ``applied_at`` the mark, in one transaction with the
licence's move, the conditions, the register and the mail. A worker that dies leaves all of it for the next sweep.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy, gettext_noop

from core import audit, cases, clock
from core.access import SYSTEM, Actor
from core.errors import Refused
from core.models import Case
from core.outbox import enqueue
from core.roles import Can
from issuers.models import Condition, Licence, Proposal, RegisterEntry
from issuers.notices.licences import LicenceChanged
from issuers.powers import POWERS, Effect
from issuers.selectors.licences import proposals_to_apply
from issuers.services.conditions import attach_condition, cancel_condition, replace_condition, terms_of
from issuers.services.fees import withdraw_fees
from issuers.services.proposal_terms import numbered_condition
from issuers.services.register import publish_entry
from issuers.workflows import LICENCE
from issuers.workflows.guards import can_be_used, may_take_effect, standing_suspension

APPLIED = audit.verb("issuers.proposal.applied", gettext_noop("put %(target)s into effect"),
                     audience=audit.Audience.ISSUER)
log = logging.getLogger(__name__)

cases.kind(
    "issuers.action_stuck", prefix="LAC", title=gettext_lazy("Decision not in effect"),
    summary=gettext_noop("%(reference)s on licence %(licence)s of %(subject)s could not take effect: %(reason)s"),
    queue="licensing", risk=Case.Risk.HIGH,
)

E = RegisterEntry.Event
#: Of an effect that moves the licence: the move, and what the register calls it.
MOVES = {
    Effect.SUSPEND: ("suspend", E.SUSPENDED),
    Effect.REINSTATE: ("reinstate", E.REINSTATED),
    Effect.REVOKE: ("revoke", E.REMOVED),
    Effect.SURRENDER: ("surrender", E.REMOVED),
}


@transaction.atomic
def apply_proposal(proposal: Proposal, *, actor: Actor) -> Proposal:
    """Put a decided proposal into effect; one that is in effect, set aside, or whose day has not come stays as it is.

    Raises:
        NotPermitted: the actor does not decide on licences.
        Refused: the licence or the condition has changed so that it cannot take effect.
    """
    row = Proposal.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "licence__issuer__organisation").get(pk=proposal.pk)
    if not may_take_effect(row):
        return row
    effect = POWERS[row.kind].effect
    if effect is Effect.EXTEND_SUSPENSION or (effect is Effect.SUSPEND and _follows(row)):
        _show(row.licence, E.SUSPENDED)  # it stays suspended, until another day
    elif effect in MOVES:
        move, event = MOVES[effect]
        _move(row.licence, move, event, actor=actor, note=row.reference)
    elif effect in CONDITION_EFFECTS:
        CONDITION_EFFECTS[effect](row, actor)
    row.applied_at = clock.now()
    row.save(update_fields=["applied_at"])
    audit.record(APPLIED, target=row, actor=actor)
    return row


def _follows(proposal: Proposal) -> bool:
    """Whether the licence is suspended already, by a decision that this one may follow."""
    licence = Licence.objects.select_for_update(no_key=True).get(pk=proposal.licence_id)
    return licence.status == Licence.Status.SUSPENDED and can_be_used(POWERS[proposal.kind], licence)


def _move(licence: Licence, move: str, event: str, *, actor: Actor, note: str) -> Licence:
    """Move the licence, keep what the register says from now on, settle an ended licence's fees, tell its people."""
    row = LICENCE.apply(licence, move, actor=actor, note=note)
    if row.status in LICENCE.final:
        withdraw_fees(row, ended_on=clock.today(), actor=actor)
    _show(row, event)
    return row


def _show(row: Licence, event: str) -> None:
    """Keep what the register says of the licence from now on, and tell its people."""
    entry = publish_entry(row, event=event)
    notice = LicenceChanged(row.number, Licence.Status(row.status).label, clock.today())
    version = entry.version if entry else clock.now().isoformat()
    enqueue(notice, to=row.issuer.organisation, key=f"{row.number}:{version}", may=Can.VIEW_LICENCE)


def _add(proposal: Proposal, actor: Actor) -> None:
    day = _effect_day(proposal)
    condition = attach_condition(proposal.licence, terms=proposal.terms["condition"], in_force_from=day, actor=actor)
    _remember(proposal, condition)


def _replace(proposal: Proposal, actor: Actor) -> None:
    old = numbered_condition(proposal.licence, proposal.terms["number"])
    terms, day = proposal.terms["condition"], _effect_day(proposal)
    _remember(proposal, replace_condition(old, terms=terms, in_force_from=day, actor=actor))


def _cancel(proposal: Proposal, actor: Actor) -> None:
    condition = numbered_condition(proposal.licence, proposal.terms["number"])
    cancel_condition(condition, cancelled_from=_effect_day(proposal), actor=actor)


def _effect_day(proposal: Proposal) -> date:
    """Return the day from which the figures hold: the day decided, also when a worker comes to it later."""
    assert proposal.takes_effect_on is not None
    return proposal.takes_effect_on


def _remember(proposal: Proposal, condition: Condition) -> None:
    """Keep which condition the act made; the digest of what was decided was taken before."""
    proposal.terms = proposal.terms | {"made": condition.number}
    proposal.save(update_fields=["terms"])


CONDITION_EFFECTS: dict[Effect, Callable[[Proposal, Actor], None]] = {
    Effect.ADD_CONDITION: _add,
    Effect.REPLACE_CONDITION: _replace,
    Effect.CANCEL_CONDITION: _cancel,
}


def reverse_effect(proposal: Proposal, *, day: date, actor: Actor) -> None:
    """Turn back what a decision that was set aside had done, from the day on; what it did until then stays history.

    Raises:
        Refused: the licence has ended, or a condition has changed since.
    """
    if proposal.applied_at is None:
        return
    licence, effect = proposal.licence, POWERS[proposal.kind].effect
    if effect in (Effect.SUSPEND, Effect.EXTEND_SUSPENSION):
        left = licence.status == Licence.Status.SUSPENDED
        if not _reinstate_if_over(licence, actor=actor, note=proposal.reference) and left:
            publish_entry(licence, event=E.SUSPENDED)  # until the last day of the suspension that is left
    elif effect in (Effect.REVOKE, Effect.SURRENDER):
        raise Refused(gettext_lazy("The licence has ended; a new one has to be granted."))
    elif effect is Effect.ADD_CONDITION:
        cancel_condition(numbered_condition(licence, proposal.terms["made"]), cancelled_from=day, actor=actor)
    elif effect is Effect.REPLACE_CONDITION:
        varied = numbered_condition(licence, proposal.terms["made"])
        before = terms_of(licence.conditions.select_related("coin").get(number=proposal.terms["number"]))
        replace_condition(varied, terms=before, in_force_from=day, actor=actor)
    elif effect is Effect.CANCEL_CONDITION:
        before = terms_of(licence.conditions.select_related("coin").get(number=proposal.terms["number"]))
        attach_condition(licence, terms=before, in_force_from=day, actor=actor)


def _reinstate_if_over(licence: Licence, *, actor: Actor, note: str) -> bool:
    row = Licence.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "issuer__organisation").get(pk=licence.pk)
    suspension = standing_suspension(row)
    over = suspension is None or (suspension.ends_on is not None and suspension.ends_on < clock.today())
    if row.status != Licence.Status.SUSPENDED or not over:
        return False
    _move(row, "reinstate", E.REINSTATED, actor=actor, note=note)
    return True


def apply_due_proposals() -> list[Proposal]:
    """Put every decision into effect whose day has come; one that cannot gets a case for people to look at."""
    applied = []
    for proposal in proposals_to_apply().select_related("licence__issuer__organisation"):
        if not can_be_used(POWERS[proposal.kind], proposal.licence):
            continue  # a suspension waits until the one that runs is over; an ended licence needs no more
        try:
            row = apply_proposal(proposal, actor=SYSTEM)
        except Refused as reason:
            _open_stuck_case(proposal, reason)
            continue
        applied += [row] if row.applied_at else []
    return applied


def _open_stuck_case(proposal: Proposal, reason: Refused) -> None:
    owner = proposal.licence.issuer.organisation
    params: dict[str, Any] = {
        "reference": proposal.reference, "licence": proposal.licence.number, "reason": str(reason)
    }
    cases.open_case("issuers.action_stuck", subject=owner.slug, owner=owner, key=proposal.reference, actor=SYSTEM,
                    params=params, due_at=clock.now())
    log.warning("decision %s could not take effect: %s", proposal.reference, reason)


def end_suspensions() -> list[Licence]:
    """Let every suspension end whose last day is over, without anybody's doing."""
    suspended = Licence.objects.filter(status=Licence.Status.SUSPENDED)
    ended = []
    for licence in suspended:
        with transaction.atomic():
            if _reinstate_if_over(licence, actor=SYSTEM, note=""):
                ended.append(licence)
    return ended
