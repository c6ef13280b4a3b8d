"""The feeds of wallets and transfers: how each is read and kept, and what an accepted file sets in motion."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from aml.parsers import transfers, transfers_read, wallets
from aml.services.transfers import check_contracts, store_transfers, transfers_accepted
from aml.services.transfers_read import read_transfers_accepted, store_read_transfers
from aml.services.wallets import store_wallets
from core.feeds import Feed, register
from core.tables import Parsed


def no_days(parsed: Parsed) -> dict[date, int]:
    """Name no day: a wallet is reported for good, and a range of blocks heeds no midnight."""
    return {}


def register_feeds() -> None:
    """Make the feeds known to the intake; called once when the app starts."""
    register(Feed(wallets.FEED, _("Wallets"), parse=wallets.parse, store=store_wallets, subject_column=None,
                  days=no_days, one_day=False, columns=wallets.COLUMNS, many=True))
    register(Feed(transfers.FEED, _("Transfers"), parse=transfers.parse, store=store_transfers, subject_column=None,
                  days=transfers.days, one_day=False, check=check_contracts, accepted=transfers_accepted,
                  columns=transfers.COLUMNS, many=True))
    register(Feed(transfers.ETL, _("Transfers, ethereum-etl"), parse=transfers.parse_etl, store=store_transfers,
                  subject_column=None, days=transfers.days, one_day=False, check=check_contracts,
                  accepted=transfers_accepted, suffixes=transfers.ETL_SUFFIXES, many=True))
    register(Feed(transfers_read.FEED, _("Transfers, read from the chain"), parse=transfers_read.parse,
                  store=store_read_transfers, subject_column=None, days=no_days, one_day=False,
                  accepted=read_transfers_accepted, suffixes=transfers_read.SUFFIXES, many=True, own=True))
