"""Reading issuers, their coins and breaches, for those who may see them; the register is in ``selectors.register``."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.access import Actor
from core.errors import Refused
from issuers.models import Breach, Coin, Issuer, Licence


def coins_for(actor: Actor) -> QuerySet[Coin]:
    """Return the coins that the actor may see, with their issuers."""
    return Coin.objects.visible_to(actor).select_related("issuer__organisation")


def coin_named(symbol: str, actor: Actor) -> Coin:
    """Return the coin with its issuer and licence.

    Raises:
        Refused: the actor sees no coin of that symbol.
    """
    found = coins_for(actor).filter(symbol=symbol).first()
    if found is None:
        raise Refused(_("There is no coin %(symbol)s.") % {"symbol": symbol}, code="unknown_coin")
    return found


def issuers_for(actor: Actor) -> QuerySet[Issuer]:
    """Return the issuers that the actor may see, with their licences."""
    return Issuer.objects.visible_to(actor).select_related("organisation").prefetch_related("licences")


def breaches_for(actor: Actor) -> QuerySet[Breach]:
    """Return the breaches that the actor may see, newest first, with their cases."""
    return Breach.objects.visible_to(actor).select_related("case", "issuer__organisation")


def licence_on(issuer: Issuer, day: date) -> Licence | None:
    """Return the issuer's latest licence that had taken effect by the day."""
    return issuer.licence_on(day)
