"""Taking in the files of a coin's reserve: who may send what, and when it is read."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from core import feeds
from core.access import Actor
from core.errors import Refused
from core.models import FeedFile, Organisation
from issuers.models import Coin
from reserves.parsers.prices import FEED as PRICES

#: Who may have sent a file of a coin's reserve, besides the issuer itself.
OTHER_SENDERS = frozenset({Organisation.Kind.CUSTODIAN, Organisation.Kind.BANK})
#: Prices are quoted by who holds nothing; the issuer's own marks stand in its holdings.
SENDERS_OF_PRICES = frozenset({Organisation.Kind.PRICE_SOURCE})


def receive_file(
    coin: Coin, feed: str, raw: bytes, *, filename: str, actor: Actor, sender: Organisation | None = None,
    as_of: date | None = None, supersedes: FeedFile | None = None,
) -> FeedFile:
    """Store a file of the coin's reserve and judge it, now if it is small and else by a worker.

    The same file again answers with the first. The state of the returned row says what became of it.

    ``sender`` is the coin's issuer if not given; ``as_of`` is the day that the sender says the file is for.

    Raises:
        NotPermitted: the actor may not send feeds for the issuer.
        Refused: no such feed, or the sender is none of those who send the feed.
        FeedRefused: the file is over the size limit.
    """
    if feed not in feeds.FEEDS:
        raise Refused(_("There is no feed %(feed)s; there are %(feeds)s.")
                      % {"feed": feed, "feeds": ", ".join(sorted(feeds.FEEDS))}, code="unknown_feed")
    owner = coin.issuer.organisation
    sender = sender or owner
    allowed = SENDERS_OF_PRICES if feed == PRICES else OTHER_SENDERS | {Organisation.Kind.ISSUER}
    if sender.kind not in allowed or (sender.kind == Organisation.Kind.ISSUER and sender.pk != owner.pk):
        raise Refused(_("%(sender)s does not send files for %(coin)s.") % {"sender": sender, "coin": coin},
                      code="wrong_sender")
    feed_file = feeds.receive(
        feed, raw, filename=filename, subject=coin.symbol, owner=owner, sender=sender, actor=actor,
        as_of=as_of, supersedes=supersedes,
    )
    return parse_now_or_later(feed_file)


def parse_now_or_later(feed_file: FeedFile) -> FeedFile:
    """Judge a small file at once; leave a large one, or one that a worker holds, in the queue."""
    if feed_file.status != FeedFile.Status.RECEIVED or feed_file.blob.size > settings.FEED_PARSE_IN_REQUEST_BYTES:
        return feed_file
    return feeds.advance(feed_file.pk) or feed_file
