"""Inviting a person into a firm whose work for another organisation two people have agreed to elsewhere."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.access import SYSTEM
from core.errors import Refused
from core.invitations import INVITATION, check_person, send_link
from core.models import Invitation, Membership, Organisation, User
from core.roles import Role


@transaction.atomic
def invite_auditor(
    firm: Organisation, *, email: str, name: str, language: str, proposed_by: User | None, approved_by: User | None
) -> Invitation | None:
    """Invite an auditor into an audit firm and send the link; None if the person is of the firm already.

    An open invitation of the same address stands.

    Raises:
        Refused: the address will not do, or the organisation is no audit firm.
    """
    email = email.strip().lower()
    if firm.kind != Organisation.Kind.AUDITOR:
        raise Refused(_("Nobody is invited into this role here."))
    check_person(email, name.strip(), language)
    if Membership.objects.current().filter(organisation=firm, user__email__iexact=email).exists():
        return None
    waiting = (Invitation.Status.PROPOSED, Invitation.Status.SENT)
    if standing := Invitation.objects.filter(organisation=firm, email=email, status__in=waiting).first():
        return standing
    row = Invitation.objects.create(
        organisation=firm, email=email, name=name.strip(), role=Role.AUDITOR, language=language,
        invited_by=proposed_by, approved_by=approved_by, approved_at=clock.now(),
    )
    return send_link(INVITATION.apply(row, "send_agreed", actor=SYSTEM))
