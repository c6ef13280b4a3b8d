"""The licensee's way to the Stablecoin Review Tribunal (ORD ss. 140-141), as officers record it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, clock
from core.access import Actor, require
from core.deadlines import day_of
from core.errors import Refused
from core.models import User
from core.roles import Can
from issuers.models import Proposal, TribunalReference
from issuers.powers import POWERS
from issuers.services.effects import apply_proposal, reverse_effect
from issuers.workflows.guards import may_take_effect

RECORDED = audit.verb("issuers.tribunal.recorded", gettext_noop("recorded of %(target)s: %(outcome)s on %(on)s"),
                      audience=audit.Audience.ISSUER,
                      words=audit.coded(outcome=dict(TribunalReference.Outcome.choices)))
Outcome = TribunalReference.Outcome


@transaction.atomic
def record_tribunal(proposal: Proposal, *, outcome: str, on: date, actor: Actor) -> TribunalReference:
    """Record that the decision went to the tribunal, that the right was given up, or how the tribunal decided.

    A decision that is set aside is turned back from today on; one that waited for the tribunal and is upheld, or whose
    licensee gives its right up, takes effect if its day has come. A reference is no stay (ORD s. 141).

    Raises:
        NotPermitted: the actor does not work on licences, or, but for a reference, does not decide on them.
        Refused: there is no such way, it is too late, or the outcome is recorded already.
    """
    pending = outcome == Outcome.PENDING
    require(actor, Can.PROPOSE_LICENCE_ACTION if pending else Can.DECIDE_LICENCE_ACTION, proposal)
    row = Proposal.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "licence__issuer__organisation").get(pk=proposal.pk)
    standing = TribunalReference.objects.filter(proposal=row).first()
    _check(row, standing, outcome, on)
    if not isinstance(actor, User):
        raise Refused(_("A person records what the tribunal decided, never the platform."))
    reference = standing or TribunalReference(proposal=row, referred_on=on)
    reference.outcome, reference.ended_on = Outcome(outcome), None if pending else on
    reference.recorded_by, reference.recorded_at = actor, clock.now()
    reference.save()
    audit.record(RECORDED, target=row, actor=actor, data={"outcome": reference.outcome, "on": on.isoformat()})
    if outcome == Outcome.SET_ASIDE:
        reverse_effect(row, day=clock.today(), actor=actor)
    elif may_take_effect(row):
        apply_proposal(row, actor=actor)
    return reference


def _check(proposal: Proposal, standing: TribunalReference | None, outcome: str, on: date) -> None:
    if outcome not in Outcome.values:
        raise Refused(_("There is no such outcome."))
    if proposal.status != Proposal.Status.DECIDED or not POWERS[proposal.kind].reviewable:
        raise Refused(_("There is no decision here that the tribunal could review."))
    if on > clock.today() or (proposal.decided_at and on < day_of(proposal.decided_at)):
        raise Refused(_("The day lies between the decision and today."))
    if standing and standing.outcome != Outcome.PENDING:
        raise Refused(_("How it ended is recorded already: %(outcome)s.") % {"outcome": standing.get_outcome_display()})
    if standing is None and outcome in (Outcome.UPHELD, Outcome.SET_ASIDE):
        raise Refused(_("Record first that the decision was taken to the tribunal."))
    if standing and outcome == Outcome.PENDING:
        raise Refused(_("It is recorded already that the decision is before the tribunal."))
    if standing and on < standing.referred_on:
        raise Refused(_("It cannot have ended before it was referred."))
    if standing is None and proposal.tribunal_until and on > day_of(proposal.tribunal_until):
        raise Refused(_("The time to refer the decision to the tribunal was over (ORD s. 140)."))
