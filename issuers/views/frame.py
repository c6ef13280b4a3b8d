"""What the frame of every portal page says: for whom, under which licence, about which coin."""

from __future__ import annotations

from typing import Any

from core.models import Organisation, User
from core.roles import Can
from issuers.models import Coin, Licence
from issuers.selectors import coins_for


def portal_frame(user: User, coin: Coin | None = None, owner: Organisation | None = None) -> dict[str, Any]:
    """Return the frame around the page of a coin, of an issuer's matter, or of the reader's own first coin."""
    coins = coins_for(user)
    if coin is None:
        coin = (coins.filter(issuer__organisation=owner) if owner else coins).first()
    if coin is None:
        issuers = Organisation.objects.filter(pk__in=user.organisation_ids, kind=Organisation.Kind.ISSUER)
        own = (issuers.filter(pk=owner.pk) if owner else issuers).select_related("issuer").first()
        licence = own.issuer.licence if own and hasattr(own, "issuer") else None
        firm = None if own else Organisation.objects.filter(pk__in=user.organisation_ids,
                                                            kind=Organisation.Kind.AUDITOR).first()
        known = {"organisation": own or firm or owner, "coin": None, "may_send": False, "auditing": firm is not None}
        return known | _licence(user, licence)
    licence = coin.issuer.licence
    return {
        "organisation": coin.issuer.organisation, "coin": coin, "may_send": user.can(Can.SEND_FEEDS, coin),
    } | _licence(user, licence)


def _licence(user: User, licence: Licence | None) -> dict[str, Any]:
    """Return the licence's number, and whether the pages on it are the reader's: an applicant has none yet."""
    return {
        "licence_number": licence.number if licence else "",
        "views_licence": licence is not None and user.can(Can.VIEW_LICENCE, licence),
    }
