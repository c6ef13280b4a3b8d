"""Files that a coin owes next: due and not there, and not yet so late that a case is open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from core import clock, feeds
from core.calendars import DAY
from core.rulebook import load
from issuers.models import Coin
from reserves.services.inputs import LONGEST_CLOSURE, accepted_files, calendar_on, choose_files
from reserves.services.opening import supervised_days

LOOK_BACK = timedelta(days=7)


class DueFile(NamedTuple):
    """One file of one day that is still to come."""

    coin: Coin
    feed: str
    title: Any
    as_of: date
    due_at: datetime


def files_due(coins: Iterable[Coin]) -> list[DueFile]:
    """Return the files that the coins owe and whose deadline has not passed, next due first; two queries."""
    coins, now, today = list(coins), clock.now(), clock.today()
    calendar = calendar_on(load(), today)
    accepted = accepted_files(coins, today - LOOK_BACK - LONGEST_CLOSURE, today)
    due = []
    for coin in coins:
        of_coin = [file for file in accepted if file.subject == coin.symbol]
        for day in supervised_days(coin, today - LOOK_BACK, today - DAY):
            files = choose_files(day, of_coin, calendar, issuer_id=coin.owner_id)
            if files.expected_by < now:
                continue
            for feed in dict.fromkeys(missing.feed for missing in files.missing):
                if feed == "supply" or calendar.is_business_day(day):
                    due.append(DueFile(coin, feed, feeds.FEEDS[feed].title, day, files.expected_by))
    return sorted(due, key=lambda item: (item.due_at, item.coin.symbol, item.as_of, item.feed))
