"""Reading which accounts belong to a coin's pool, and which of them other coins' files name too."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from core.models import FeedFile
from core.shared_reads import foresee, shared_of_each, shared_reads
from issuers.models import Coin
from reserves.models import HeldAccount, PoolAccount
from reserves.parsers.statements import account_key
from reserves.selectors.day_files import HOLDINGS, MEETS, DayFiles, day_of

if TYPE_CHECKING:
    from reserves.held import Held

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


class AccountOn(NamedTuple):
    """An account on a day; those of a batch are read together once they are foreseen."""

    account_id: str
    day: date


@shared_of_each
def _stated_on(accounts: list[AccountOn]) -> dict[AccountOn, list[tuple[str, str]]]:
    """Return custodian and coin of every accepted statement of the accounts on their days."""
    stated: dict[AccountOn, list[tuple[str, str]]] = {account: [] for account in accounts}
    rows = HeldAccount.objects.filter(
        account_id__in={account.account_id for account in accounts}, file__feed__in=MEETS[HOLDINGS],
        file__status=FeedFile.Status.ACCEPTED, file__as_of__in={account.day for account in accounts},
    )
    for account, day, *said in rows.values_list("account_id", "file__as_of", "custodian", "file__subject"):
        if day and (key := AccountOn(account, day)) in stated:
            stated[key].append((said[0], said[1]))
    return stated


def accounts_of(files: DayFiles, lines: Held) -> list[AccountOn]:
    """Return the accounts that lines of the day are on, on each day of their statements."""
    days = {day_of(file) for file in files.of(HOLDINGS)}
    return [AccountOn(account, day) for account in lines.accounts[1] for day in days]


def pools_sharing(coin: Coin, accounts: Collection[AccountOn]) -> dict[tuple[str, str], int]:
    """Return, by account and custodian, how many other coins reported holdings on it for the days."""
    others: dict[tuple[str, str], set[str]] = {}
    with shared_reads():
        foresee(accounts)
        for account in accounts:
            for custodian, symbol in _stated_on(account):
                if symbol != coin.symbol:
                    others.setdefault((account.account_id, custodian), set()).add(symbol)
    return {key: len(coins) for key, coins in others.items()}
