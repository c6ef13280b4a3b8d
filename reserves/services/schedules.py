"""Rows of a coin's schedule and of its senders: one officer proposes, another approves or declines."""

from __future__ import annotations

from datetime import date, time

from django.utils.translation import gettext as _

from core.access import Actor
from core.errors import Refused
from core.feeds import FEEDS
from core.models import Organisation
from issuers.models import Coin
from reserves.models import FeedSchedule, FeedSender
from reserves.parsers.prices import FEED as PRICES
from reserves.services.reference import propose_reference


def propose_schedule(
    coin: Coin, *, feed: str, days: str, due: time, valid_from: date, source: str, actor: Actor,
    sender: Organisation | None = None, on_request: bool = False, valid_until: date | None = None,
) -> FeedSchedule:
    """Propose that the coin's days wait for a file; it counts once another officer has approved it.

    Raises:
        NotPermitted: the actor does not propose reference data.
        Refused: there is no such feed, or a field is missing or is not what it must be.
    """
    _check_feeds(feed)
    return propose_reference(FeedSchedule, coin=coin, feed=feed, sender=sender, days=days, due=due,
                             on_request=on_request, valid_from=valid_from, valid_until=valid_until, source=source,
                             actor=actor)


def propose_sender(
    coin: Coin, *, organisation: Organisation, feeds: list[str], valid_from: date, source: str, actor: Actor,
    valid_until: date | None = None,
) -> FeedSender:
    """Propose that an organisation sends feeds about the coin itself.

    Raises:
        NotPermitted: the actor does not propose reference data.
        Refused: there is no such feed, it is not one of such a sender, or a field is not what it must be.
    """
    _check_feeds(*feeds)
    quotes = organisation.kind == Organisation.Kind.PRICE_SOURCE
    if any((feed == PRICES) != quotes for feed in feeds):
        raise Refused(_("A source of prices sends prices and nothing else, and nobody else sends them."))
    return propose_reference(FeedSender, coin=coin, organisation=organisation, feeds=sorted(feeds),
                             valid_from=valid_from, valid_until=valid_until, source=source, actor=actor)


def _check_feeds(*names: str) -> None:
    for name in names:
        if name not in FEEDS:
            raise Refused(_("There is no feed %(feed)s; there are %(feeds)s.")
                          % {"feed": name, "feeds": ", ".join(sorted(FEEDS))}, code="unknown_feed")
