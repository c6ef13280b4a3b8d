"""Who acts for an organisation, who was invited, and who waits for whom."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce

from core import clock, invitations
from core.access import Actor
from core.models import AuditEvent, Invitation, Membership, Organisation, User
from issuers.models import Contact

OPEN = (Invitation.Status.PROPOSED, Invitation.Status.SENT)
INVITATION_VERBS = sorted({move.verb for move in invitations.INVITATION.moves.values()})


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open invitation, who may approve it (nobody: the authority), and what the reader may do with it."""

    invitation: Invitation
    approvers: tuple[User, ...]
    moves: tuple[str, ...]
    has_run_out: bool


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """Return the memberships in force, administrators' own roles as all others, by name."""
    current = Membership.objects.current().filter(organisation=organisation, user__is_active=True)
    return current.select_related("user").order_by("user__name", "role")


def invitations_of(organisation: Organisation, actor: Actor) -> list[Waiting]:
    """Return the organisation's open invitations, newest first."""
    own = list(invitations.administrators(organisation))
    rows = Invitation.objects.visible_to(actor).filter(organisation=organisation, status__in=OPEN)
    found = []
    for row in rows.select_related("organisation", "invited_by", "approved_by"):
        row.known_approvers = [each for each in own if each.pk != row.invited_by_id]
        has_run_out = row.expires_at is not None and row.expires_at <= clock.now()
        found.append(
            Waiting(row, tuple(row.known_approvers), tuple(invitations.moves_open(row, actor)), has_run_out)
        )
    return found


def waiting_for_authority() -> QuerySet[Invitation]:
    """Return the invitations into issuers that no second administrator can approve."""
    administering = Membership.objects.current().filter(
        role__in=invitations.ADMINISTRATOR_ROLES, user__is_active=True, organisation=OuterRef("organisation")
    )
    others = administering.exclude(user=Coalesce(OuterRef("invited_by"), Value(0)))
    return Invitation.objects.filter(
        ~Exists(others), status=Invitation.Status.PROPOSED, organisation__kind=Organisation.Kind.ISSUER
    ).select_related("organisation", "invited_by")


def contacts(status: str = "") -> QuerySet[Contact]:
    """Return the first contacts, newest first, all or those in one state; for officers alone."""
    rows = Contact.objects.select_related("case__assignee", "issuer__organisation")
    return rows.filter(status=status) if status else rows


def people_events(organisation: Organisation) -> QuerySet[AuditEvent]:
    """Return what happened to the organisation's invitations and memberships, newest first."""
    verbs = [invitations.ENDED, invitations.PROPOSED, invitations.SENT_AGAIN, *INVITATION_VERBS]
    return AuditEvent.objects.filter(organisation=organisation, verb__in=verbs)
