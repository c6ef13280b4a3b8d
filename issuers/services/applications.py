"""Opening an application for an issuer that has none under way."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit
from core.access import Actor, require
from core.cases import next_reference
from core.errors import Refused
from core.roles import Can
from issuers.manifest import FORM_VERSION
from issuers.models import Application, Issuer

OPENED = audit.verb("issuers.application.opened", gettext_noop("opened application %(target)s"),
                    audience=audit.Audience.ISSUER)


@transaction.atomic
def open_application(issuer: Issuer, *, actor: Actor) -> Application:
    """Open a draft for the issuer, by the officer who invites or by the issuer's own people.

    Raises:
        NotPermitted: the actor neither invites applicants nor edits the issuer's applications.
        Refused: the issuer holds a licence, or has an application under way.
    """
    if not actor.can(Can.INVITE_APPLICANT):
        require(actor, Can.EDIT_APPLICATION, issuer)
    licence = issuer.licence
    if licence and not licence.has_ended:
        raise Refused(_("%(issuer)s holds licence %(number)s. It may apply for another when that one has ended.")
                      % {"issuer": issuer.name, "number": licence.number})
    try:
        with transaction.atomic():
            application = Application.objects.create(
                reference=next_reference("APP"), issuer=issuer, form_version=FORM_VERSION
            )
    except IntegrityError:
        raise Refused(_("%(issuer)s has an application under way.") % {"issuer": issuer.name})
    audit.record(OPENED, target=application, actor=actor)
    return application
