"""Recording figures about one issuer: what the authority set, and what the issuer filed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit
from core.access import Actor, require
from core.errors import Refused
from core.models import User
from core.roles import Can
from core.rulebook.facts import FACTS
from issuers.models import CapitalStatement, Coin, Issuer, IssuerFact

RECORDED = audit.verb("issuers.fact.recorded", gettext_noop("recorded %(fact)s of %(target)s from %(valid_from)s"),
                      audience=audit.Audience.ISSUER)
CAPITAL_FILED = audit.verb("issuers.capital.filed", gettext_noop("filed capital figures of %(target)s"),
                           audience=audit.Audience.ISSUER)


@transaction.atomic
def record_fact(
    issuer: Issuer, *, fact: str, value: Any, valid_from: date, source: str, origin: str, actor: Actor,
    coin: Coin | None = None,
) -> IssuerFact:
    """Record a fact of the rulebook's table, for the issuer or one of its coins, from a day on.

    Raises:
        NotPermitted: the actor does not register issuers.
        Refused: the rulebook knows no such fact, the value is not of its type, or that day has one.
    """
    require(actor, Can.REGISTER_ISSUERS)
    declared = FACTS.get(fact)
    if declared is None:
        raise Refused(_("The rulebook knows no fact named %(fact)s.") % {"fact": fact})
    if not declared.accepts(value):
        raise Refused(_("%(value)s is not a value for %(fact)s.") % {"value": value, "fact": fact})
    stored = value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value
    try:
        with transaction.atomic():
            row = IssuerFact.objects.create(
                issuer=issuer, coin=coin, fact=fact, value=stored, origin=origin, source=source,
                valid_from=valid_from, recorded_by=actor if isinstance(actor, User) else None,
            )
    except IntegrityError:
        raise Refused(_("%(fact)s has a value from %(day)s already; record a later day.")
                      % {"fact": fact, "day": valid_from})
    audit.record(RECORDED, target=issuer, actor=actor, data={"fact": fact, "valid_from": valid_from.isoformat()})
    return row


@transaction.atomic
def file_capital(issuer: Issuer, *, as_of: date, actor: Actor, **figures: Any) -> CapitalStatement:
    """File an issuer's capital figures as of a day; ``figures`` are the fields of ``CapitalStatement``.

    Raises:
        NotPermitted: the actor does not file for the issuer.
    """
    require(actor, Can.SEND_FEEDS, issuer)
    statement = CapitalStatement.objects.create(issuer=issuer, as_of=as_of, **figures)
    audit.record(CAPITAL_FILED, target=issuer, actor=actor, data={"as_of": as_of.isoformat()})
    return statement
