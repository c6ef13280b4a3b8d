"""Keys of those who send files about the coins of others: officers issue them to organisations that are registered."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.access import Actor
from core.errors import Refused
from core.keys import issue_key
from core.models import ApiKey, Organisation
from core.roles import Role
from issuers.models import Coin
from reserves.models import FeedSender
from reserves.models.schedules import SENDING_KINDS


def issue_sender_key(coin: Coin, organisation: Organisation, *, name: str, actor: Actor) -> tuple[ApiKey, str]:
    """Return a new key of a registered sender of the coin, and its secret.

    Raises:
        NotPermitted: the actor does not manage senders.
        Refused: the organisation is not registered for the coin, or the key has no name.
    """
    approved = FeedSender.objects.filter(coin=coin, organisation=organisation, status=FeedSender.Status.APPROVED)
    if organisation.kind not in SENDING_KINDS or not approved.exists():
        raise Refused(_("%(name)s is not registered to send files for %(coin)s.")
                      % {"name": organisation, "coin": coin.symbol})
    return issue_key(organisation, name=name, role=Role.FEED_SENDER, actor=actor)
