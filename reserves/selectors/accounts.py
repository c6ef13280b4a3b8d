"""Reading which accounts belong to a coin's pool, and which of them other coins' files name too."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Count

from core.models import FeedFile
from issuers.models import Coin
from reserves.models import HeldAccount, PoolAccount
from reserves.parsers.statements import account_key
from reserves.selectors.day_files import HOLDINGS, MEETS

#: What a bank statement can be about; any other class is what a custody statement lists.
CASH_CLASSES = frozenset({"cash", "demand_deposit", "term_deposit", "settlement"})


class PoolAccounts:
    """The accounts of one pool in force on a day, found as statements spell them; of two records the later counts."""

    def __init__(self, found: Mapping[tuple[str, bool], PoolAccount]) -> None:
        self._found = found

    def cash(self, account_id: str) -> PoolAccount | None:
        """The account if it is one that a bank statement is about."""
        return self._found.get((account_key(account_id), True))

    def custody(self, account_id: str) -> PoolAccount | None:
        """The account if it is one that a custody statement is about."""
        return self._found.get((account_key(account_id), False))


def pool_accounts(symbol: str, day: date) -> PoolAccounts:
    """Return the accounts registered and approved for the coin's pool on the day, in one query."""
    rows = PoolAccount.objects.in_force(day).filter(coin__symbol=symbol).order_by("valid_from", "pk")
    return PoolAccounts({(account_key(row.account_id), row.asset_class in CASH_CLASSES): row for row in rows})


def pools_sharing(
    coin: Coin, accounts: Collection[str], days: Collection[date]
) -> dict[tuple[str, str], int]:
    """Return, by account and custodian, how many other coins reported holdings on it for the days."""
    others = HeldAccount.objects.filter(
        account_id__in=accounts, file__feed__in=MEETS[HOLDINGS], file__status=FeedFile.Status.ACCEPTED,
        file__as_of__in=days,
    ).exclude(file__subject=coin.symbol)
    counted = others.values_list("account_id", "custodian").annotate(coins=Count("file__subject", distinct=True))
    return {(account, custodian): coins for account, custodian, coins in counted}
