"""Whom a command acts for: the officer named by e-mail, with that officer's own permissions, and on which record."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.access import Actor
from core.errors import Refused
from core.models import User
from issuers.models import Application
from issuers.selectors.assessment import submitted_applications_for


def officer_named(email: str) -> User:
    """Return the person with the address.

    Raises:
        Refused: there is none.
    """
    found = User.objects.filter(email__iexact=email, is_active=True).first()
    if found is None:
        raise Refused(_("There is nobody with the address %(email)s.") % {"email": email}, code="unknown_person")
    return found


def application_named(reference: str, actor: Actor) -> Application:
    """Return the application that the actor may see.

    Raises:
        Refused: there is none.
    """
    found = submitted_applications_for(actor).filter(reference=reference).first()
    if found is None:
        raise Refused(_("There is no application %(reference)s.") % {"reference": reference},
                      code="unknown_application")
    return found
