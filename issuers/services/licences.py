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
from issuers.services.conditions import attach_condition, end_earlier_figures
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
        Refused: the issuer holds a licence, or the number is another's.
    """
    require(actor, Can.REGISTER_ISSUERS)
    try:
        with transaction.atomic():
            licence = Licence.objects.create(issuer=issuer, number=number, effective_on=effective_on)
    except IntegrityError:
        raise Refused(_("%(issuer)s holds a licence, or number %(number)s is taken.")
                      % {"issuer": issuer.name, "number": number})
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
    first fee is invoiced. Whose licence ended gets another with a number of its own; the old one stays as it is, but
    what its conditions set holds no more.

    Raises:
        NotPermitted: the actor does not decide on licences.
        Refused: the issuer holds a licence, or a condition does not hold, such as for a coin not entered.
    """
    issuer = Issuer.objects.select_for_update(no_key=True).get(pk=application.issuer_id)
    if held := issuer.licences.exclude(status__in=Licence.ENDED).first():
        raise Refused(_("%(issuer)s holds licence %(number)s. Another can be granted when that one has ended.")
                      % {"issuer": issuer.name, "number": held.number})
    try:
        with transaction.atomic():
            licence = Licence.objects.create(
                issuer=issuer, application=application, number=_next_number(), effective_on=effective_on
            )
    except IntegrityError:  # the issuer is ours alone, so it is the number that another grant took
        raise Refused(_("Another licence was granted at this very moment. Decide again."))
    audit.record(RECORDED, target=licence, actor=actor)
    publish_entry(licence, event=RegisterEntry.Event.ENTERED)
    end_earlier_figures(licence, actor=actor)
    for terms in conditions:
        attach_condition(licence, terms=terms, in_force_from=effective_on, actor=actor)
    end_earlier_figures(licence, actor=actor)
    raise_fee(licence, years=0, actor=actor)
    return licence


def _next_number() -> str:
    """Return the number after the highest: FRS01, FRS02 …; two grants at once are told apart by the constraint."""
    taken = [int(found[1]) for number in Licence.objects.values_list("number", flat=True)
             if (found := NUMBER.match(number))]
    return f"FRS{max(taken, default=0) + 1:02d}"
