"""Cases for files that are late: opened when the deadline has passed, closed when the file is accepted."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy, gettext_noop

from core import cases, clock
from core.access import SYSTEM
from core.calendars import DAY
from core.models import Case, FeedFile
from core.rulebook import load
from reserves.selectors import open_late_cases, supervised_coins
from reserves.services.inputs import LONGEST_CLOSURE, accepted_files, calendar_on, choose_files
from reserves.services.opening import supervised_days

LATE_FEED = "reserves.late_feed"
ARRIVED = "arrived"

cases.kind(
    LATE_FEED, prefix="LATE", title=gettext_lazy("Late file"),
    summary=gettext_noop("No %(feed)s of %(subject)s for %(as_of)s"),
    queue="supervision", seen_by_issuer=True,
)


def open_late_feed_cases(now: datetime | None = None) -> list[Case]:
    """Open a case for each file of a licensed issuer's coin that is due and not there; return those that are open.

    Closes cases whose file is there by now. Looks back the authority's number of days and no further.
    """
    now = now or clock.now()
    today = now.astimezone(clock.HONG_KONG).date()
    first = today - timedelta(days=settings.SERVICE_CLOCKS["late_feed_look_back_days"])
    calendar = calendar_on(load(), today)
    coins = supervised_coins()
    accepted = accepted_files(coins, first - LONGEST_CLOSURE, today)
    standing = {case.key: case for case in open_late_cases()}
    late: dict[str, Case] = {}
    for coin in coins:
        of_coin = [file for file in accepted if file.subject == coin.symbol]
        for day in supervised_days(coin, first, today - DAY):
            files = choose_files(day, of_coin, calendar, issuer_id=coin.owner_id)
            if files.expected_by > now:
                continue
            for feed in dict.fromkeys(missing.feed for missing in files.missing):
                # On a day without business the statement of the business day before is what is late.
                if feed != "supply" and not calendar.is_business_day(day):
                    continue
                key = f"{coin.symbol}:{feed}:{day}"
                late[key] = standing.get(key) or cases.open_case(
                    LATE_FEED, subject=coin.symbol, owner=coin.issuer.organisation, key=key, as_of=day, actor=SYSTEM,
                    due_at=files.expected_by,
                    params={"feed": feed, "as_of": day.isoformat(), "expected_by": files.expected_by.isoformat()},
                )
    for key, case in standing.items():
        if key not in late and case.as_of >= first:
            cases.close_case(case, outcome=ARRIVED, actor=SYSTEM)
    return list(late.values())


def close_case_of(feed_file: FeedFile) -> None:
    """Close the case that waits for this file, if there is one."""
    key = f"{feed_file.subject}:{feed_file.feed}:{feed_file.as_of}"
    for case in open_late_cases().filter(key=key):
        cases.close_case(case, outcome=ARRIVED, actor=SYSTEM)
