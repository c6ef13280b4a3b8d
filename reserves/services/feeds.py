"""The feeds of reserves: how each is read and kept, and what an accepted file sets in motion."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.feeds import Feed, register
from reserves.parsers import holdings, ledger, supply
from reserves.services.late_feeds import close_case_of
from reserves.services.opening import open_days_after
from reserves.services.rows import store_holdings, store_ledger, store_supply


def file_accepted(feed_file) -> None:
    """Open the days that the file completes or corrects, and close the case that it was late for."""
    close_case_of(feed_file)
    open_days_after(feed_file)


def register_feeds() -> None:
    """Make the feeds known to the intake; called once when the app starts."""
    register(Feed("holdings", _("Holdings"), parse=holdings.parse, store=store_holdings, accepted=file_accepted))
    register(Feed("ledger", _("Ledger"), parse=ledger.parse, store=store_ledger, accepted=file_accepted))
    register(Feed("supply", _("Supply"), parse=supply.parse, store=store_supply, accepted=file_accepted))
