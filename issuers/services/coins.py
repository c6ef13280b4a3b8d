"""Entering coins and the contracts they live in; the register shows both."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit
from core.access import Actor, require
from core.currencies import ISO_4217
from core.errors import Refused
from core.roles import Can
from issuers.models import Coin, Deployment, Issuer
from issuers.services.register import publish_change

ENTERED = audit.verb("issuers.coin.entered", gettext_noop("entered coin %(target)s"), audience=audit.Audience.ISSUER)
DEPLOYED = audit.verb("issuers.coin.deployed", gettext_noop("entered the contract of %(target)s"),
                      audience=audit.Audience.ISSUER)
DECIMALS = audit.verb("issuers.coin.decimals", gettext_noop("entered that the contract of %(target)s has %(decimals)s"
                                                            " decimals"), audience=audit.Audience.ISSUER)


@transaction.atomic
def create_coin(issuer: Issuer, *, symbol: str, reference_currency: str, actor: Actor, launched_on=None) -> Coin:
    """Enter a coin of the issuer.

    Raises:
        NotPermitted: the actor does not register issuers.
        Refused: the symbol is taken or malformed, or the currency is not in ISO 4217.
    """
    require(actor, Can.REGISTER_ISSUERS)
    if reference_currency not in ISO_4217:
        raise Refused(_("%(code)s is not a currency of ISO 4217.") % {"code": reference_currency})
    coin = Coin(issuer=issuer, symbol=symbol, reference_currency=reference_currency, launched_on=launched_on)
    try:
        coin.full_clean()
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages))
    coin.save()
    audit.record(ENTERED, target=coin, actor=actor)
    publish_change(issuer)
    return coin


#: Units of a token contract have so many decimals at most: 10 to this power fits the 256 bits of its amounts.
MOST_DECIMALS = 77


@transaction.atomic
def add_deployment(coin: Coin, *, chain: str, contract: str, actor: Actor) -> Deployment:
    """Enter one contract of the coin; entering it twice is one.

    Raises:
        NotPermitted: the actor does not register issuers.
    """
    require(actor, Can.REGISTER_ISSUERS)
    deployment, created = Deployment.objects.get_or_create(coin=coin, chain=chain, contract=contract)
    if created:
        audit.record(DEPLOYED, target=coin, actor=actor, data={"chain": chain, "contract": contract})
        publish_change(coin.issuer)
    return deployment


@transaction.atomic
def state_decimals(deployment: Deployment, *, decimals: int, actor: Actor) -> Deployment:
    """Enter how many decimals the units of the contract have, for one whose chain nobody reads here.

    Raises:
        NotPermitted: the actor does not register issuers.
        Refused: no contract has so many decimals.
    """
    require(actor, Can.REGISTER_ISSUERS)
    if not 0 <= decimals <= MOST_DECIMALS:
        raise Refused(_("A token has between 0 and %(most)s decimals.") % {"most": MOST_DECIMALS}, code="decimals")
    row = Deployment.objects.select_for_update(no_key=True).get(pk=deployment.pk)
    row.decimals = decimals
    row.save(update_fields=["decimals"])
    audit.record(DECIMALS, target=row.coin, actor=actor, data={"contract": row.contract, "decimals": decimals})
    return row
