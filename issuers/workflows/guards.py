"""What must hold, besides state and permission, before a record may move; each answers "" or the reason why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from core import clock
from core.business_days import hong_kong_calendar
from issuers.criteria import criteria_for
from issuers.models import (
    Application,
    Clearance,
    Consent,
    InformationRequest,
    Licence,
    Proposal,
    Recommendation,
    TribunalReference,
)
from issuers.powers import POWERS, Hearing, Power
from issuers.running_times import answers_due, decision_due, use_due

#: The move of each application step that can be taken back, by the move that takes it back.
UNDONE_BY = {
    "undo_return": "return", "undo_begin": "begin", "undo_refer": "refer", "undo_recommend": "recommend",
    "undo_refuse": "refuse", "undo_close": "close",
}


SET_ASIDE = TribunalReference.Outcome.SET_ASIDE
SUSPENSIONS = ("temporary_suspension", "ordinary_suspension", "suspension_renewal")


def signed_by_another(application: Application, actor) -> str:
    """Two people submit: one prepares, another signs."""
    if application.prepared_by_id == actor.pk:
        return _("You prepared this application; somebody else has to sign it.")
    return ""


def no_request_is_open(application: Application, actor) -> str:
    open_ones = application.requests.filter(status=InformationRequest.Status.OPEN)
    return _("A request for information is still open.") if open_ones.exists() else ""


def request_is_overdue(application: Application, actor) -> str:
    """ORD s. 14(4): processing may stop when what was asked for is not supplied."""
    late = list(application.requests.filter(status=InformationRequest.Status.OPEN, due_at__lt=clock.now()))
    if late and any(answers_due(each, hong_kong_calendar()) < clock.now() for each in late):
        return ""
    return _("No request for information is overdue.")


def asked_by_another(application: Application, actor) -> str:
    asked = application.requests.filter(status=InformationRequest.Status.OPEN, sent_by=actor.pk)
    return _("You sent the open request; another officer has to close the application.") if asked.exists() else ""


def open_recommendation(application: Application) -> Recommendation | None:
    """Return the recommendation that waits for its decision."""
    return application.recommendations.filter(result=Recommendation.Result.OPEN).first()


def recommendation_is_open(application: Application, actor) -> str:
    return "" if open_recommendation(application) else _("There is no recommendation yet.")


def decided_by_another(application: Application, actor) -> str:
    """The officer who recommends does not decide."""
    recommendation = open_recommendation(application)
    if recommendation is None:
        return _("There is no recommendation yet.")
    if recommendation.made_by_id == actor.pk:
        return _("You made the recommendation; another officer has to decide.")
    return ""


def grant_is_recommended(application: Application, actor) -> str:
    return _outcome_is(application, Recommendation.Outcome.GRANT)


def refusal_is_recommended(application: Application, actor) -> str:
    return _outcome_is(application, Recommendation.Outcome.REFUSE)


def _outcome_is(application: Application, outcome: str) -> str:
    recommendation = open_recommendation(application)
    if recommendation and recommendation.outcome == outcome:
        return ""
    return _("That is not what was recommended.")


def unsatisfied_criteria(application: Application) -> list[str]:
    """Return the keys of the minimum criteria without the finding "satisfied"."""
    latest: dict[str, str] = {}
    for criterion, finding in application.findings.order_by("at", "pk").values_list("criterion", "finding"):
        latest[criterion] = finding
    return [each.key for each in criteria_for(application.issuer.kind) if latest.get(each.key) != "satisfied"]


def criteria_are_satisfied(application: Application, actor) -> str:
    """ORD s. 15: no grant unless every applicable minimum criterion would be met."""
    return _("Not every minimum criterion is found satisfied.") if unsatisfied_criteria(application) else ""


def uncleared(application: Application) -> list[int | None]:
    """Return who is neither cleared nor overridden by two officers: keys of persons, None for the issuer itself."""
    issuer = application.issuer
    wanted: list[int | None] = [None, *issuer.persons.filter(removed_at=None).values_list("pk", flat=True)]
    states: dict[int | None, str] = {}
    for person, state in issuer.clearances.order_by("recorded_at", "pk").values_list("person", "state"):
        states[person] = state
    overridden = set(application.overrides.exclude(confirmed_by=None).values_list("person", flat=True))
    return [each for each in wanted if states.get(each) != Clearance.State.CLEAR and each not in overridden]


def everybody_is_cleared(application: Application, actor) -> str:
    if uncleared(application):
        return _("Somebody is not cleared by screening, and two officers have not overridden that.")
    return ""


def last_step_was_anothers(move: str):
    """Return the guard that lets a step be taken back only if it was the last one, and another officer's."""

    def guard(application: Application, actor) -> str:
        last = application.steps.order_by("-at", "-pk").first()
        if last is None or last.move != UNDONE_BY[move]:
            return _("The last step was another one.")
        if last.by_id == actor.pk:
            return _("You made this step; another officer has to take it back.")
        return ""

    return guard


def proposal_decided_by_another(proposal: Proposal, actor) -> str:
    if proposal.proposed_by_id == actor.pk:
        return _("You made the proposal; another officer has to decide.")
    return ""


def heard(proposal: Proposal, actor) -> str:
    """The time for representations is over, or the law lets it be left out."""
    if POWERS[proposal.kind].hearing is Hearing.NONE or is_urgent(proposal):
        return ""
    if proposal.representations_until is None or clock.now() <= proposal.representations_until:
        return _("The time for representations is not over.")
    return ""


def is_urgent(proposal: Proposal) -> bool:
    """ORD s. 19(3): the hearing may be left out for an urgent condition to cease an activity, and for nothing else."""
    ceases = proposal.terms.get("condition", {}).get("kind") == "cease_activity"
    return bool(POWERS[proposal.kind].urgent and proposal.urgent_reason and ceases)


def may_still_be_heard(proposal: Proposal, actor) -> str:
    if proposal.representations_until is None:
        return _("This kind of proposal takes no representations.")
    return _("The time for representations is over.") if clock.now() > proposal.representations_until else ""


def can_be_used(power: Power, licence: Licence) -> bool:
    """Whether the licence is in a state for the power: of suspensions, only an ordinary one follows one that runs."""
    if licence.status != Licence.Status.SUSPENDED or not power.follows:
        return licence.status in power.from_states
    standing = standing_suspension(licence)
    return standing is not None and standing.kind in power.follows


def licence_allows(proposal: Proposal, actor) -> str:
    """The licence is still in a state from which the power can be used."""
    if can_be_used(POWERS[proposal.kind], proposal.licence):
        return ""
    return _("The licence is no longer in a state for this.")


def tribunal_is_over(proposal: Proposal) -> bool:
    """The tribunal upheld the decision, the licensee gave its right up, or its time ran out without a reference."""
    reference = TribunalReference.objects.filter(proposal=proposal).first()
    if reference:
        return reference.outcome in (TribunalReference.Outcome.WAIVED, TribunalReference.Outcome.UPHELD)
    return proposal.tribunal_until is None or clock.now() > proposal.tribunal_until


def may_take_effect(proposal: Proposal) -> bool:
    """It is decided, its day has come, the tribunal did not set it aside, and where the law waits for that, cannot."""
    return bool(
        proposal.status == Proposal.Status.DECIDED
        and proposal.applied_at is None
        and proposal.takes_effect_on
        and proposal.takes_effect_on <= clock.today()
        and not TribunalReference.objects.filter(proposal=proposal, outcome=SET_ASIDE).exists()
        and (not POWERS[proposal.kind].after_tribunal or tribunal_is_over(proposal))
    )


def ordered(effect: str):
    """Return the guard that moves a licence only where a decided proposal says so and its day has come."""

    def guard(licence, actor) -> str:
        waiting = licence.proposals.filter(status=Proposal.Status.DECIDED, applied_at=None)
        if any(POWERS[each.kind].effect == effect and may_take_effect(each) for each in waiting):
            return ""
        return _("No decision that has taken effect orders this.")

    return guard


def standing_suspension(licence) -> Proposal | None:
    """Return the decision by which the licence is suspended, a renewal before what it renews.

    None where the tribunal set it aside: nothing holds the licence suspended then.
    """
    applied = licence.proposals.exclude(applied_at=None).exclude(tribunal__outcome=SET_ASIDE)
    suspensions = applied.filter(kind__in=SUSPENSIONS).exclude(ends_on=None)
    ended = applied.filter(kind="reinstatement").order_by("-applied_at").first()
    if ended:  # a suspension that was ended before its last day is over for good
        suspensions = suspensions.filter(applied_at__gt=ended.applied_at)
    return suspensions.order_by("-applied_at", "-pk").first()


def suspension_is_over_or_ended(licence, actor) -> str:
    """A suspension ends on its last day, by a decision, or by the tribunal's."""
    suspension = standing_suspension(licence)
    over = suspension is None or (suspension.ends_on is not None and suspension.ends_on < clock.today())
    if over or not ordered("reinstate")(licence, actor):
        return ""
    return _("The suspension has not ended.")


def consent_decided_by_another(consent, actor) -> str:
    if consent.recommended_by_id is None:
        return _("There is no recommendation yet.")
    if consent.recommended_by_id == actor.pk:
        return _("You made the recommendation; another officer has to decide.")
    return ""


def decision_time_runs(consent, actor) -> str:
    """ORD ss. 37-38: after the limit the person may proceed, whatever anybody would have decided."""
    if _is_over(consent.decide_by, consent, decision_due):
        return _("The time for the decision has run out: the person may proceed.")
    return ""


def decision_time_has_run(consent, actor) -> str:
    """ORD ss. 37-38: silence until the limit means that the person may proceed."""
    if _is_over(consent.decide_by, consent, decision_due):
        return ""
    return _("The time for the decision has not run out.")


def use_time_runs(consent, actor) -> str:
    """The law sets a time for using a consent to a controller only (ORD ss. 37-38)."""
    return _("The consent has lapsed.") if _is_over(consent.use_by, consent, use_due) else ""


def use_time_has_run(consent, actor) -> str:
    return "" if _is_over(consent.use_by, consent, use_due) else _("The consent has not lapsed.")


def _is_over(standing: datetime | None, consent: Consent, due: Callable) -> bool:
    """Whether a time of the law has run out; one that seems over is worked out anew, as a closure may have moved it."""
    return standing is not None and standing < clock.now() and due(consent, hong_kong_calendar()) < clock.now()


def waived_by_another(obligation, actor) -> str:
    if obligation.waiver_proposed_by_id is None:
        return _("Nobody has proposed to waive it yet.")
    if obligation.waiver_proposed_by_id == actor.pk:
        return _("You proposed to waive it; another officer has to decide.")
    return ""


def published_by_another(warning, actor) -> str:
    if warning.proposed_by_id == actor.pk:
        return _("You drafted this warning; another officer has to publish it.")
    return ""
