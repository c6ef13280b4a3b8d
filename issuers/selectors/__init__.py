"""Reading who may issue: the register for everybody, issuers and breaches for those who may see them."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from core.access import Actor
from issuers.models import Breach, Coin, Issuer, Licence


def register(query: str = "") -> QuerySet[Licence]:
    """Return the entries of the public register, all or those that match (ORD s. 21).

    A revoked or surrendered licence has no entry; a suspended one stays with its notation. The query
    finds names in any language, licence numbers, coin symbols and contract addresses.
    """
    entries = Licence.objects.filter(
        status__in=[Licence.Status.ACTIVE, Licence.Status.SUSPENDED]
    ).select_related("issuer__organisation").prefetch_related("issuer__coins__deployments")
    query = query.strip()
    if not query:
        return entries
    found = Q(number__iexact=query) | Q(number__iexact=query.replace(" ", ""))
    found |= Q(issuer__coins__symbol__iexact=query) | Q(issuer__coins__deployments__contract__iexact=query)
    for form in ("name_en", "name_zh_hant", "name_zh_hans"):
        found |= Q(**{f"issuer__organisation__{form}__icontains": query})
    return entries.filter(found).distinct()


def coins_for(actor: Actor) -> QuerySet[Coin]:
    """Return the coins that the actor may see, with issuer and licence."""
    return Coin.objects.visible_to(actor).select_related("issuer__organisation", "issuer__licence")


def issuers_for(actor: Actor) -> QuerySet[Issuer]:
    """Return the issuers that the actor may see."""
    return Issuer.objects.visible_to(actor).select_related("organisation", "licence")


def breaches_for(actor: Actor) -> QuerySet[Breach]:
    """Return the breaches that the actor may see, newest first, with their cases."""
    return Breach.objects.visible_to(actor).select_related("case", "issuer__organisation")


def licence_on(issuer: Issuer, day: date) -> Licence | None:
    """Return the issuer's licence if it had taken effect by the day."""
    return Licence.objects.filter(issuer=issuer, effective_on__lte=day).first()
