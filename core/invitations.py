"""Letting people in: who is invited by whom, who agrees, how a link becomes a membership, and how that ends.

Two people stand behind every account: one invites, another approves. The authority's invitation to an applicant that
has no administrator yet is its own act and is sent at once.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import audit, clock, outbox
from core.access import Actor, require
from core.attribution import Attribution
from core.audit import Audience
from core.errors import Refused
from core.invitation_notices import InvitationWaits, Invited
from core.models import Invitation, Membership, Organisation, User
from core.roles import ROLES, Can, Role
from core.workflow import Move, Workflow

#: The parts that a person may be invited to play for an issuer.
ISSUER_ROLES = (
    Role.COMPLIANCE_OFFICER, Role.ISSUER_ADMINISTRATOR, Role.AUTHORISED_SIGNATORY, Role.AUDITOR,
)
ADMINISTRATOR_ROLES = [role.value for role, allowed in ROLES.items() if Can.MANAGE_PEOPLE in allowed]
SECRET_BYTES = 32
NAME_LENGTH = 150
S = Invitation.Status

ISSUER = Audience.ISSUER
PROPOSED = audit.verb("core.invitation.proposed", gettext_noop("invited %(target)s"), audience=ISSUER)
APPROVED = audit.verb("core.invitation.approved", gettext_noop("approved the invitation of %(target)s"),
                      audience=ISSUER)
SENT = audit.verb("core.invitation.sent", gettext_noop("sent the invitation to %(target)s"), audience=ISSUER)
SENT_AGAIN = audit.verb("core.invitation.sent_again",
                        gettext_noop("sent %(target)s a fresh link; the old one is dead"), audience=ISSUER)
REVOKED = audit.verb("core.invitation.revoked", gettext_noop("withdrew the invitation of %(target)s"),
                     audience=ISSUER)
ACCEPTED = audit.verb("core.invitation.accepted", gettext_noop("accepted the invitation"), audience=ISSUER)
ENDED = audit.verb("core.membership.ended", gettext_noop("ended the access of %(name)s"), audience=ISSUER)


def administrators(organisation: Organisation) -> QuerySet[User]:
    """Return who may invite people into the organisation now."""
    current = Membership.objects.current().filter(organisation=organisation, role__in=ADMINISTRATOR_ROLES)
    return User.objects.filter(pk__in=current.values("user"), is_active=True).order_by("name", "pk")


def approvers(invitation: Invitation) -> QuerySet[User]:
    """Return the organisation's own people who may approve; where there are none the authority does."""
    own = administrators(invitation.organisation)
    return own.exclude(pk=invitation.invited_by_id) if invitation.invited_by_id else own


def _has_approver(invitation: Invitation) -> bool:
    if invitation.known_approvers is not None:
        return bool(invitation.known_approvers)
    return approvers(invitation).exists()


def _invited_by_another(invitation: Invitation, actor) -> str:
    if invitation.invited_by_id == actor.pk:
        return _("You invited this person; somebody else has to approve it.")
    return ""


def _acts_for_organisation(invitation: Invitation, actor) -> str:
    if invitation.organisation_id in actor.organisation_ids:
        return ""
    return _("Only an administrator of the organisation may do this.")


def _nobody_else_administers(invitation: Invitation, actor) -> str:
    if _has_approver(invitation):
        return _("A second administrator of the organisation has to approve this invitation.")
    return ""


def _is_the_authoritys_own(invitation: Invitation, actor) -> str:
    if actor.is_authority and invitation.invited_by_id == actor.pk:
        return ""
    return _("Somebody of the organisation has to approve this invitation.")


def _waits_for_the_authority(invitation: Invitation, actor) -> str:
    """What the authority sent, the only kind that is out without approval, and what waits for it, it may withdraw."""
    if invitation.status == S.PROPOSED and not _has_approver(invitation):
        return ""
    if invitation.status == S.SENT and invitation.approved_at is None:
        return ""
    return _("The organisation looks after its own invitations.")


INVITATION = Workflow(
    "status",
    S,
    Move("approve", (S.PROPOSED,), S.SENT, Can.MANAGE_PEOPLE, APPROVED,
         (_invited_by_another, _acts_for_organisation), label=gettext_lazy("Approve and send")),
    Move("approve_for", (S.PROPOSED,), S.SENT, Can.INVITE_APPLICANT, APPROVED,
         (_invited_by_another, _nobody_else_administers), label=gettext_lazy("Approve and send")),
    Move("send", (S.PROPOSED,), S.SENT, Can.INVITE_APPLICANT, SENT, (_is_the_authoritys_own,)),
    Move("send_agreed", (S.PROPOSED,), S.SENT, Can.OPERATE, SENT),
    Move("accept", (S.SENT,), S.ACCEPTED, Can.OPERATE, ACCEPTED),
    Move("revoke", (S.PROPOSED, S.SENT), S.REVOKED, Can.MANAGE_PEOPLE, REVOKED,
         (_acts_for_organisation,), label=gettext_lazy("Withdraw")),
    Move("revoke_for", (S.PROPOSED, S.SENT), S.REVOKED, Can.INVITE_APPLICANT, REVOKED,
         (_waits_for_the_authority,), label=gettext_lazy("Withdraw")),
)


class Invitee:
    """Whoever holds the link: may accept that one invitation and nothing else."""

    is_authority = False
    organisation_ids: frozenset[int] = frozenset()
    pk = None

    def __init__(self, invitation: Invitation) -> None:
        self.invitation = invitation

    @property
    def label(self) -> str:
        return self.invitation.name

    def can(self, permission: Can, record=None) -> bool:
        return permission is Can.OPERATE and record is not None and record.pk == self.invitation.pk


def _move_of(name: str, invitation: Invitation, actor: Actor) -> str:
    """Return the move as the organisation makes it, or as the authority makes it for the organisation."""
    return f"{name}_for" if invitation.organisation_id not in actor.organisation_ids and actor.is_authority else name


def moves_open(invitation: Invitation, actor: Actor) -> list[str]:
    """Return what the actor may do with the invitation now: ``approve``, ``revoke``, ``send_again``."""
    names = {move.name for move in INVITATION.available(invitation, actor)}
    found = [name for name in ("approve", "revoke") if _move_of(name, invitation, actor) in names]
    return [*found, "send_again"] if "revoke" in found and invitation.status == S.SENT else found


@transaction.atomic
def invite_person(
    organisation: Organisation, *, email: str, name: str, role: str, language: str, actor: Actor
) -> Invitation:
    """Invite a person into an issuer: by its administrator, for a second one to approve; or by the authority.

    An officer invites only where there is no administrator yet; that invitation is sent at once.

    Raises:
        NotPermitted: the actor invites nobody there.
        Refused: the role or the address will not do, the person has the role, or an invitation is open.
    """
    by_authority = actor.is_authority and organisation.pk not in actor.organisation_ids
    require(actor, Can.INVITE_APPLICANT if by_authority else Can.MANAGE_PEOPLE, organisation)
    if by_authority and administrators(organisation).exists():
        raise Refused(_("%(organisation)s has an administrator, who invites its people.")
                      % {"organisation": organisation.name})
    email, name = email.strip().lower(), name.strip()
    _check(organisation, email, name, role, language)
    try:
        with transaction.atomic():
            row = Invitation.objects.create(
                organisation=organisation, email=email, name=name, role=role, language=language,
                invited_by=actor if isinstance(actor, User) else None,
            )
    except IntegrityError:
        raise Refused(_("%(email)s has an open invitation: send it again or withdraw it.") % {"email": email})
    audit.record(PROPOSED, target=row, actor=actor, data={"role": role})
    if by_authority:
        return send_link(INVITATION.apply(row, "send", actor=actor))
    _ask_for_approval(row)
    return row


def _check(organisation: Organisation, email: str, name: str, role: str, language: str) -> None:
    if organisation.kind != Organisation.Kind.ISSUER or role not in ISSUER_ROLES:
        raise Refused(_("Nobody is invited into this role here."))
    check_person(email, name, language)
    standing = Membership.objects.current().filter(organisation=organisation, role=role, user__email__iexact=email)
    if standing.exists():
        raise Refused(_("%(email)s has this role already.") % {"email": email})


def check_person(email: str, name: str, language: str) -> None:
    """Make sure that somebody can be invited under the address and name.

    Raises:
        Refused: with what will not do.
    """
    if language not in dict(settings.LANGUAGES):
        raise Refused(_("The platform does not speak %(language)s.") % {"language": language})
    if not 0 < len(name) <= NAME_LENGTH:
        raise Refused(_("Say who is invited."))
    try:
        validate_email(email)
    except ValidationError:
        raise Refused(_("%(email)s is not an e-mail address.") % {"email": email})


def _ask_for_approval(row: Invitation) -> None:
    by = row.invited_by.name if row.invited_by else ""
    notice = InvitationWaits(name=row.name, organisation=row.organisation, invited_by=by)
    if own := list(approvers(row)):
        named = lazy(lambda: Attribution(own[0]).name(row.invited_by_id, by), str)  # in each reader's language
        outbox.enqueue(replace(notice, invited_by=named()), to=own, key=str(row.pk))
        return
    for authority in Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY):
        outbox.enqueue(notice, to=authority, may=Can.INVITE_APPLICANT, key=str(row.pk))


def send_link(row: Invitation) -> Invitation:
    """Make a fresh link and leave it to the outbox; only its digest stays here, so any older link is dead."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    row.token_digest = digest_of(secret)
    row.expires_at = clock.now() + timedelta(days=settings.SERVICE_CLOCKS["invitation_days"])
    row.save(update_fields=["token_digest", "expires_at", "approved_by", "approved_at"])
    outbox.enqueue(
        Invited(name=row.name, organisation=row.organisation, secret=secret, expires_at=row.expires_at),
        to=outbox.Address(row.email, row.language), key=f"{row.pk}:{row.token_digest[:16]}",
    )
    return row


def digest_of(secret: str) -> str:
    """Return what is kept of a link's secret; its 256 random bits cannot be guessed back from a plain hash."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


@transaction.atomic
def approve_invitation(invitation: Invitation, *, actor: Actor) -> Invitation:
    """Approve what another proposed and send the link.

    Raises:
        NotPermitted: the actor lets nobody in there.
        Refused: the actor invited the person, a second administrator has to approve, or it was decided meanwhile.
    """
    row = INVITATION.apply(invitation, _move_of("approve", invitation, actor), actor=actor)
    row.approved_by, row.approved_at = actor if isinstance(actor, User) else None, clock.now()
    return send_link(row)


@transaction.atomic
def send_again(invitation: Invitation, *, actor: Actor) -> Invitation:
    """Send a fresh link to the same person; the old one dies, and the time to use it starts anew.

    Raises:
        NotPermitted: the actor lets nobody in there.
        Refused: the invitation is not out, or it is not the actor's side to send.
    """
    row = Invitation.objects.select_for_update(no_key=True).get(pk=invitation.pk)
    move = INVITATION.moves[_move_of("revoke", row, actor)]  # who may withdraw it may send it again
    require(actor, move.permission, row)
    if row.status != S.SENT:
        raise Refused(_("This invitation is not out: there is no link to send again."))
    if reason := INVITATION.refusal(row, move, actor):
        raise Refused(reason)
    audit.record(SENT_AGAIN, target=row, actor=actor)
    return send_link(row)


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, actor: Actor) -> Invitation:
    """Withdraw an invitation before it is accepted; its link is dead from then on.

    Raises:
        NotPermitted: the actor lets nobody in there.
        Refused: it was accepted or withdrawn meanwhile, or it is the organisation's own to withdraw.
    """
    row = INVITATION.apply(invitation, _move_of("revoke", invitation, actor), actor=actor)
    row.token_digest = ""
    row.save(update_fields=["token_digest"])
    return row


def open_invitations() -> QuerySet[Invitation]:
    """Return the invitations whose link opens something now."""
    return Invitation.objects.filter(status=S.SENT, expires_at__gt=clock.now()).exclude(token_digest="")


def invitation_of(secret: str) -> Invitation | None:
    """Return the invitation that the link's secret opens, or None: unknown, used, withdrawn and run out are alike."""
    return open_invitations().select_related("organisation").filter(token_digest=digest_of(secret)).first()


def account_of(invitation: Invitation) -> User | None:
    """Return the account that the invited person has already."""
    return User.objects.filter(email__iexact=invitation.email).first()


def _locked(secret: str) -> Invitation:
    row = open_invitations().select_for_update(no_key=True).filter(token_digest=digest_of(secret)).first()
    if row is None:
        raise Refused(_("This link no longer works."), code="link_dead")
    return row


@transaction.atomic
def accept_invitation(secret: str, *, password: str, name: str = "") -> User:
    """Make the invited person's account and membership; the link works once.

    Raises:
        Refused: the link is dead, the password will not do, or the address has an account (``sign_in``).
    """
    row = _locked(secret)
    if account_of(row):
        raise Refused(_("This address has an account: sign in with it, then open the link again."), code="sign_in")
    name = name.strip() or row.name
    try:
        validate_password(password, User(email=row.email, name=name))
    except ValidationError as weak:
        raise Refused(" ".join(weak.messages), code="password")
    try:
        with transaction.atomic():
            user = User.objects.create_user(row.email, name, password, language=row.language)
    except IntegrityError:  # another organisation's invitation was accepted at this moment
        raise Refused(_("This address has an account: sign in with it, then open the link again."), code="sign_in")
    return _join(row, user)


@transaction.atomic
def join_by_invitation(secret: str, *, user: User) -> User:
    """Add the membership to the account of a person who has signed in with the invited address.

    Raises:
        Refused: the link is dead, was sent to another address, or the person acts for the authority.
    """
    row = _locked(secret)
    if user.email.lower() != row.email.lower():
        raise Refused(_("This link was sent to another address."), code="another_address")
    if user.is_authority:
        raise Refused(_("Who acts for the authority cannot act for an issuer."))
    return _join(row, user)


def _join(row: Invitation, user: User) -> User:
    invitation = INVITATION.apply(row, "accept", actor=Invitee(row))
    invitation.accepted_by, invitation.accepted_at, invitation.token_digest = user, clock.now(), ""
    invitation.save(update_fields=["accepted_by", "accepted_at", "token_digest"])
    part = Membership.objects.filter(user=user, organisation=row.organisation, role=row.role)
    if not part.exists():
        Membership.objects.create(user=user, organisation=row.organisation, role=row.role)
    elif not part.current().exists():  # who comes back does so from today on
        part.update(since=clock.today(), until=None)
    return user


@transaction.atomic
def end_membership(membership: Membership, *, actor: User) -> Membership:
    """End another person's access, from this moment; whoever acts for nobody any more is signed out everywhere.

    Raises:
        NotPermitted: the actor does not administer the organisation.
        Refused: it is the actor's own, or has ended.
    """
    # The organisation's row is the lock: of two administrators who end each other's access, one stays.
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=membership.organisation_id)
    if actor not in administrators(organisation):
        require(actor, Can.MANAGE_PEOPLE, membership)
        raise Refused(_("Only an administrator of the organisation may do this."))
    row = Membership.objects.current().select_related("user").filter(pk=membership.pk).first()
    if row is None:
        raise Refused(_("This access has ended already."))
    if row.user_id == actor.pk:
        raise Refused(_("Another administrator has to end your own access."))
    row.until = clock.yesterday()  # the last day is included
    row.save(update_fields=["until"])
    audit.record(ENDED, target=row, actor=actor, data={"name": row.user.name, "role": row.role})
    if not Membership.objects.current().filter(user=row.user_id).exists():
        for session in UserSession.objects.filter(user=row.user_id):
            session.end()
    return row
