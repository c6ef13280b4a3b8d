"""Recording what was granted, for the register (ORD s. 15-16, 21)."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit
from core.access import Actor, require
from core.errors import Refused
from core.roles import Can
from issuers.models import Issuer, Licence

RECORDED = audit.verb("issuers.licence.recorded", gettext_noop("entered licence %(target)s in the register"),
                      audience=audit.Audience.PUBLIC)


@transaction.atomic
def record_licence(issuer: Issuer, *, number: str, effective_on: date, actor: Actor) -> Licence:
    """Enter a licence in the register.

    Raises:
        NotPermitted: the actor does not register issuers.
        Refused: the issuer has a licence, or the number is another's.
    """
    require(actor, Can.REGISTER_ISSUERS)
    try:
        with transaction.atomic():
            licence = Licence.objects.create(issuer=issuer, number=number, effective_on=effective_on)
    except IntegrityError:
        raise Refused(_("%(issuer)s has a licence, or number %(number)s is taken.")
                      % {"issuer": issuer, "number": number})
    audit.record(RECORDED, target=licence, actor=actor)
    return licence
