"""The feeds of reserves: how each is read and kept, and what an accepted file sets in motion."""

from __future__ import annotations

from datetime import date
from functools import partial

from django.utils.translation import gettext_lazy as _

from core.calendars import HONG_KONG
from core.feeds import Feed, register
from core.tables import Parsed
from reserves.parsers import entries, holdings, ledger, prices, requests, supply
from reserves.selectors.schedules import is_scheduled
from reserves.services.late_feeds import close_case_of
from reserves.services.opening import open_days_after
from reserves.services.plausibility import doubts_of
from reserves.services.quarantine import follow_case
from reserves.services.rows import (
    store_entries,
    store_holdings,
    store_issuance,
    store_ledger,
    store_prices,
    store_redemptions,
    store_supply,
)

#: A feed whose files are held where they are hard to believe.
believed = partial(Feed, doubts=doubts_of, held=follow_case)


def file_accepted(feed_file) -> None:
    """Open the days that the file completes or corrects, and close the case that it was late for."""
    close_case_of(feed_file)
    open_days_after(feed_file)


def companion_accepted(feed_file) -> None:
    """Do the same for a feed that a day only waits for where the coin's schedule says so."""
    close_case_of(feed_file)
    if is_scheduled(feed_file):
        open_days_after(feed_file)


def days_of_requests(feed: str, parsed: Parsed) -> dict[date, int]:
    """Return the Hong Kong days on which something is said to have happened, each with the first row that says so."""
    found: dict[date, int] = {}
    for name in requests.MOMENTS[feed]:
        for line, moment in zip(parsed.rows.lines, parsed.rows.column(name), strict=True):
            if moment is not None:
                day = moment.astimezone(HONG_KONG).date()
                found[day] = min(line, found.get(day, line))
    return found


def register_feeds() -> None:
    """Make the feeds known to the intake; called once when the app starts."""
    register(believed("holdings", _("Holdings"), parse=holdings.parse, store=store_holdings, accepted=file_accepted))
    register(believed("ledger", _("Ledger"), parse=ledger.parse, store=store_ledger, accepted=file_accepted))
    register(believed("supply", _("Supply"), parse=supply.parse, store=store_supply, accepted=file_accepted))
    register(believed("entries", _("Account entries"), parse=entries.parse, store=store_entries, subject_column=None,
                      accepted=companion_accepted))
    register(believed("prices", _("Prices"), parse=prices.parse, store=store_prices, subject_column=None,
                      accepted=companion_accepted))
    register(believed("redemptions", _("Redemption requests"), parse=requests.parse_redemptions,
                      store=store_redemptions, days=partial(days_of_requests, requests.REDEMPTIONS), one_day=False,
                      accepted=companion_accepted))
    register(believed("issuance", _("Issuance requests"), parse=requests.parse_issuance, store=store_issuance,
                      days=partial(days_of_requests, requests.ISSUANCE), one_day=False, accepted=companion_accepted))
