"""Granting licences, and recording those that were granted elsewhere, for the register (ORD s. 15-16, 21)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit
from core.access import Actor, require
from core.errors import Refused
from core.roles import Can
from issuers.models import Application, Issuer, Licence, RegisterEntry
from issuers.services.conditions import attach_condition
from issuers.services.fees import raise_fee
from issuers.services.register import publish_entry

RECORDED = audit.verb("issuers.licence.recorded", gettext_noop("entered licence %(target)s in the register"),
                      audience=audit.Audience.PUBLIC)
NUMBER = re.compile(r"^FRS(\d+)$")


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
    publish_entry(licence, event=RegisterEntry.Event.ENTERED)
    return licence


@transaction.atomic
def grant_licence(
    application: Application, *, effective_on: date, conditions: Sequence[Mapping[str, Any]], actor: Actor
) -> Licence:
    """Give the applicant of a granted application its number and effective date (ORD s. 15).

    Called by the decision in the same transaction; who decided was checked there. ``conditions`` are those recommended,
    each as ``issuers.services.conditions.check_condition_terms`` takes it; they hold from the effective date, and the
    first fee is invoiced.

    Raises:
        NotPermitted: the actor does not decide on licences.
        Refused: the issuer has a licence already, or a condition does not hold, such as for a coin not entered.
    """
    try:
        with transaction.atomic():
            licence = Licence.objects.create(
                issuer=application.issuer, application=application, number=_next_number(), effective_on=effective_on
            )
    except IntegrityError:
        raise Refused(_("%(issuer)s has a licence.") % {"issuer": application.issuer})
    audit.record(RECORDED, target=licence, actor=actor)
    publish_entry(licence, event=RegisterEntry.Event.ENTERED)
    for terms in conditions:
        attach_condition(licence, terms=terms, in_force_from=effective_on, actor=actor)
    raise_fee(licence, years=0, actor=actor)
    return licence


def _next_number() -> str:
    """Return the number after the highest: FRS01, FRS02 …; two grants at once are told apart by the constraint."""
    taken = [int(found[1]) for number in Licence.objects.values_list("number", flat=True)
             if (found := NUMBER.match(number))]
    return f"FRS{max(taken, default=0) + 1:02d}"
