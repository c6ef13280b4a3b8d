"""The feeds of reserves: how each is read and kept, and what an accepted file sets in motion."""

from __future__ import annotations

from datetime import date
from functools import partial

from django.utils.translation import gettext_lazy as _

from core.calendars import HONG_KONG
from core.feeds import Feed, register
from core.tables import Parsed
from reserves.parsers import camt, entries, holdings, ledger, mt535, mt940, prices, requests, semt002, supply
from reserves.parsers.statements import describe_statement
from reserves.services.late_feeds import close_case_of
from reserves.services.native_statements import (
    check_accounts,
    days_of_statements,
    store_bank_report,
    store_bank_statement,
    store_custody_statement,
)
from reserves.services.opening import open_days_after, open_days_explained_by
from reserves.services.plausibility import doubts_of, statement_doubts
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


def nothing_follows(feed_file) -> None:
    """Open nothing: no day waits for the file."""


def entries_accepted(feed_file) -> None:
    """Do the same where days wait for movements, and open those whose differences they explain."""
    file_accepted(feed_file)
    open_days_explained_by(feed_file)


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
                      accepted=entries_accepted))
    register(believed("prices", _("Prices"), parse=prices.parse, store=store_prices, subject_column=None,
                      accepted=file_accepted))
    register(believed("redemptions", _("Redemption requests"), parse=requests.parse_redemptions,
                      store=store_redemptions, days=partial(days_of_requests, requests.REDEMPTIONS), one_day=False,
                      accepted=file_accepted))
    register(believed("issuance", _("Issuance requests"), parse=requests.parse_issuance, store=store_issuance,
                      days=partial(days_of_requests, requests.ISSUANCE), one_day=False, accepted=file_accepted))
    _register_statements()


def _register_statements() -> None:
    """Make the native statements of banks and custodians known."""
    for name, title, parse, store, accepted in (
        ("camt053", _("Bank statement, camt.053"), camt.parse_statement, store_bank_statement, file_accepted),
        ("mt940", _("Bank statement, MT940"), mt940.parse, store_bank_statement, file_accepted),
        ("camt052", _("Bank report within the day, camt.052"), camt.parse_report, store_bank_report, nothing_follows),
        ("semt002", _("Custody statement, semt.002"), semt002.parse, store_custody_statement, file_accepted),
        ("mt535", _("Custody statement, MT535"), mt535.parse, store_custody_statement, file_accepted),
    ):
        register(Feed(name, title, parse=parse, store=store, subject_column=None, days=days_of_statements,
                      check=check_accounts, accepted=accepted, suffixes=describe_statement(name).suffixes,
                      doubts=statement_doubts, held=follow_case))
