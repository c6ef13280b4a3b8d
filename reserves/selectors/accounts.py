"""Reading which accounts belong to a coin's pool, and which of its files may say what moved on them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from reserves.models import PoolAccount
from reserves.parsers.statements import account_key

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
