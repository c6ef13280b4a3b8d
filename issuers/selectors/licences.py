"""Reading licences with what hangs on them: conditions in force, fees owed, proposals that a reader may know of."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from core import clock
from core.access import Actor
from core.findings import digest_of
from issuers.models import Condition, Document, Fee, Licence, Proposal, TribunalReference

#: States of a proposal in which it waits for its decision.
OPEN_STATES = (Proposal.Status.OPEN, Proposal.Status.REPRESENTED)


def licences_for(actor: Actor) -> QuerySet[Licence]:
    """Return the licences that the actor may see, with their issuers."""
    return Licence.objects.visible_to(actor).select_related("issuer__organisation")


def own_licence(actor: Actor) -> Licence | None:
    """Return the licence that the actor's issuer holds, else the latest that it held; None for an applicant."""
    first = licences_for(actor).first()
    return first.issuer.licence if first else None


def other_licences(licence: Licence) -> QuerySet[Licence]:
    """Return the issuer's licences under other numbers, the latest first."""
    return Licence.objects.filter(issuer=licence.issuer_id).exclude(pk=licence.pk).order_by("-effective_on", "-pk")


def ended_on(licence: Licence) -> date | None:
    """Return the day on which the licence ended, as the register says it; None while it is held."""
    last = licence.entries.order_by("version").last() if licence.has_ended else None
    return date.fromisoformat(last.fields["ended_on"]) if last and last.fields.get("ended_on") else None


def licences_counted(actor: Actor) -> QuerySet[Licence]:
    """Return the licences that the actor may see with ``condition_count``, ``fee_count`` and ``proposal_count``:
    the conditions in force today, the fees owed, and the proposals that are open or wait for their day."""
    in_force = Q(conditions__cancelled_from=None) | Q(conditions__cancelled_from__gt=clock.today())
    in_force &= Q(conditions__in_force_from__lte=clock.today())
    owed = Q(fees__paid_on=None, fees__withdrawn_at=None)
    open_ones = Q(proposals__status__in=OPEN_STATES)
    return licences_for(actor).annotate(
        condition_count=Count("conditions", filter=in_force, distinct=True),
        fee_count=Count("fees", filter=owed, distinct=True),
        proposal_count=Count("proposals", filter=open_ones, distinct=True),
    )


def conditions_in_force(licence: Licence, day: date) -> QuerySet[Condition]:
    """Return the licence's conditions that hold on the day."""
    return licence.conditions.filter(in_force_from__lte=day).filter(
        Q(cancelled_from=None) | Q(cancelled_from__gt=day)
    ).select_related("coin")


def conditions_for(actor: Actor) -> QuerySet[Condition]:
    """Return all conditions that the actor may see, those no longer in force too."""
    return Condition.objects.visible_to(actor).select_related("coin", "licence")


def fees_for(actor: Actor) -> QuerySet[Fee]:
    """Return the fees that the actor may see, newest first."""
    return Fee.objects.visible_to(actor).select_related("licence__issuer__organisation", "recorded_by")


def owed_fees() -> QuerySet[Fee]:
    """Return every fee that is neither paid nor withdrawn."""
    return Fee.objects.filter(paid_on=None, withdrawn_at=None)


def proposals_for(actor: Actor) -> QuerySet[Proposal]:
    """Return the proposals that the actor may know of; a licensee learns of one without a hearing by the decision."""
    proposals = Proposal.objects.visible_to(actor).select_related(
        "licence__issuer__organisation", "proposed_by", "decided_by", "case", "tribunal"
    )
    if actor.is_authority:
        return proposals
    return proposals.exclude(Q(representations_until=None) & ~Q(status=Proposal.Status.DECIDED))


def proposals_to_apply() -> QuerySet[Proposal]:
    """Return the decided proposals whose day has come and that have not changed their licence yet."""
    set_aside = TribunalReference.objects.filter(
        proposal=OuterRef("pk"), outcome=TribunalReference.Outcome.SET_ASIDE
    )
    return Proposal.objects.filter(
        ~Exists(set_aside), status=Proposal.Status.DECIDED, applied_at=None, takes_effect_on__lte=clock.today()
    ).order_by("takes_effect_on", "decided_at", F("pk"))


def proposal_digest(proposal: Proposal) -> str:
    """Return the SHA-256 of exactly what is to be decided: the act, its terms and grounds, and what was said on it."""
    said = [
        {"text": each.text, "by": each.by_id, "at": each.at.isoformat()} for each in proposal.representations.all()
    ]
    documents = Document.objects.filter(proposal=proposal).order_by("pk").values_list("blob_id", flat=True)
    return digest_of(
        {
            "reference": proposal.reference,
            "licence": proposal.licence.number,
            "kind": proposal.kind,
            "terms": {name: value for name, value in proposal.terms.items() if name != "made"},
            "grounds": proposal.grounds,
            "urgent_reason": proposal.urgent_reason,
            "ends_on": proposal.ends_on.isoformat() if proposal.ends_on else None,
            "representations_until": (
                proposal.representations_until.isoformat() if proposal.representations_until else None
            ),
            "representations": said,
            "documents": list(documents),
        }
    )
