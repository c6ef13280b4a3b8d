"""A file of the demonstration that is hard to believe: a count of tokens whose decimals were read wrongly."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

from core import blobs, feeds
from core.models import ApiKey, FeedFile
from core.roles import Role
from issuers.models import Coin
from reports.services.demo_clock import PlayedClock, hong_kong

SUPPLY = "supply"
#: The exporter took the tokens for a unit ten times as large.
MISREAD = Decimal(10)


def send_doubtful_file(coin: Coin, as_of: date, *, sent_on: date, clock: PlayedClock) -> FeedFile | None:
    """Send a correction of the day's supply that is held: the file that it is to correct counts as before."""
    owner = coin.issuer.organisation
    right = FeedFile.objects.filter(subject=coin.symbol, feed=SUPPLY, as_of=as_of, sender=owner,
                                    status=FeedFile.Status.ACCEPTED).first()
    key = ApiKey.objects.select_related("organisation").filter(organisation=owner, role=Role.FEED_SENDER).first()
    if right is None or key is None:
        return None
    clock.set(hong_kong(sent_on, 9, 25))
    sent = feeds.receive(
        SUPPLY, _misread(blobs.read_blob(right.sha256)), filename=f"{coin.symbol}_supply_{as_of:%Y%m%d}_v2.csv",
        subject=coin.symbol, owner=owner, sender=owner, actor=key, as_of=as_of, supersedes=right,
    )
    return feeds.advance(sent.pk) or sent


def _misread(raw: bytes) -> bytes:
    rows = list(csv.DictReader(io.StringIO(raw.decode())))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(row | {"total_supply": f"{Decimal(row['total_supply']) * MISREAD:f}"} for row in rows)
    return out.getvalue().encode()
