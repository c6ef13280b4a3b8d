"""Taking in the files of a coin's reserve: who may send what, and when it is read."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from core import feeds
from core.access import Actor, not_permitted
from core.errors import Refused
from core.models import FeedFile, Organisation
from core.roles import Can
from core.tablefile import Raw
from issuers.models import Coin
from reserves.parsers.prices import FEED as PRICES
from reserves.parsers.supply import FEED as SUPPLY
from reserves.selectors.senders import registered_senders

#: Who may have sent a file of a coin's reserve, besides the issuer itself.
OTHER_SENDERS = frozenset({Organisation.Kind.CUSTODIAN, Organisation.Kind.BANK})
#: Prices are quoted by who holds nothing; the issuer's own marks stand in its holdings.
SENDERS_OF_PRICES = frozenset({Organisation.Kind.PRICE_SOURCE})


def receive_file(
    coin: Coin, feed: str, raw: Raw, *, filename: str, actor: Actor, sender: Organisation | None = None,
    as_of: date | None = None, supersedes: FeedFile | None = None,
) -> FeedFile:
    """Store a file of the coin's reserve and judge it, now if it is small and else by a worker.

    ``raw`` is what the file holds, or the file on disk where it is too large to have in memory.
    The same file again answers with the first. The state of the returned row says what became of it.

    ``sender`` is the coin's issuer if not given, or the custodian, bank or source of prices whose own key sends;
    ``as_of`` is the day that the sender says the file is for.

    Raises:
        NotPermitted: the actor may not send feeds for the issuer, nor is it registered to send this one itself.
        Refused: no such feed, or the sender is none of those who send the feed.
        FeedRefused: the file is over the size limit.
    """
    if feed not in feeds.FEEDS:
        raise Refused(_("There is no feed %(feed)s; there are %(feeds)s.")
                      % {"feed": feed, "feeds": ", ".join(sorted(feeds.FEEDS))}, code="unknown_feed")
    owner = coin.issuer.organisation
    sender = _sender(coin, feed, owner, sender, actor)
    if not _may_have_sent(sender, owner, feed, actor):
        raise Refused(_("%(sender)s does not send files for %(coin)s.") % {"sender": sender.name, "coin": coin},
                      code="wrong_sender")
    feed_file = feeds.receive(
        feed, raw, filename=filename, subject=coin.symbol, owner=owner, sender=sender, actor=actor,
        as_of=as_of, supersedes=supersedes,
    )
    return parse_now_or_later(feed_file)


def _may_have_sent(sender: Organisation, owner: Organisation, feed: str, actor: Actor) -> bool:
    """Say whether the sender is one of those who send the feed; what a chain says is sent by the platform alone."""
    if sender.kind == Organisation.Kind.READER:
        return (feed == SUPPLY or feeds.FEEDS[feed].own) and actor.can(Can.OPERATE)
    if feeds.FEEDS[feed].own:
        return False
    if feed == PRICES:
        return sender.kind in SENDERS_OF_PRICES
    return sender.pk == owner.pk or sender.kind in OTHER_SENDERS


def _sender(coin: Coin, feed: str, owner: Organisation, stated: Organisation | None, actor: Actor) -> Organisation:
    """Return who made the file: a registered sender sends its own files and nobody else's, and nobody sends for it."""
    if actor.is_authority:
        return stated or owner
    registered = {each.pk: each for each in registered_senders(coin, feed)}
    if owner.pk in actor.organisation_ids:
        if stated and stated.pk in registered:
            raise Refused(_("%(sender)s sends this file itself, with its own key.") % {"sender": stated.name},
                          code="sends_itself")
        return stated or owner
    own = [organisation for pk, organisation in registered.items() if pk in actor.organisation_ids]
    if not own:
        raise not_permitted(Can.SEND_FEEDS)
    if stated and stated not in own:
        raise Refused(_("A key sends the files of its own organisation only."), code="wrong_sender")
    return own[0]


def parse_now_or_later(feed_file: FeedFile) -> FeedFile:
    """Judge a small file at once; leave a large one, or one that a worker holds, in the queue."""
    if feed_file.status != FeedFile.Status.RECEIVED or feed_file.blob.size > settings.FEED_PARSE_IN_REQUEST_BYTES:
        return feed_file
    return feeds.advance(feed_file.pk) or feed_file
