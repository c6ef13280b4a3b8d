"""Keeping what native statements say: entries, and a holding for each balance or position of a registered account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from core.models import FeedFile
from core.problems import Problem
from core.tables import Parsed, Rows
from reserves.lines import SETTLEMENT
from reserves.models import Entry, Holding, PoolAccount
from reserves.parsers.description import describe
from reserves.parsers.statements import Statements
from reserves.selectors.accounts import PoolAccounts, pool_accounts
from reserves.selectors.day_files import CUSTODY_STATEMENTS, day_of
from reserves.services.rows import copy_rows

HOLDING_COLUMNS = describe("holdings").columns


def days_of_statements(parsed: Parsed) -> dict[date, int]:
    """Return the days that the statements close, each with the first row that says so."""
    return dict(_statements(parsed).days)


def check_accounts(feed_file: FeedFile, parsed: Parsed) -> list[Problem]:
    """Find the accounts that nobody registered for the coin, and those that are not what they were registered as."""
    statements, day = _statements(parsed), max(_statements(parsed).days)
    accounts = pool_accounts(feed_file.subject, day)
    problems = [
        Problem("unregistered_account", value=account_id,
                params={"coin": feed_file.subject, "day": day.isoformat()})
        for account_id in statements.accounts if _registered(accounts, feed_file, account_id) is None
    ]
    problems += _wrong_currencies(statements, accounts, feed_file)
    for balance in statements.balances:
        account = accounts.cash(balance.account_id)
        owed = balance.closing is not None and balance.closing < 0
        if account and owed and account.asset_class != SETTLEMENT:
            problems.append(Problem("overdrawn", row=balance.line, value=balance.account_id,
                                    params={"closing": f"{balance.closing:f}", "currency": balance.currency}))
    return problems


def store_bank_statement(feed_file: FeedFile, parsed: Parsed) -> int:
    """Write the entries and, of each account, the balance it closed at; return the number of lines."""
    statements, accounts = _statements(parsed), pool_accounts(feed_file.subject, day_of(feed_file))
    rows = Rows(HOLDING_COLUMNS)
    for balance in statements.balances:
        account = accounts.cash(balance.account_id)
        if account and balance.closing is not None:
            said = {"description": "Closing balance", "currency": balance.currency, "market_value": balance.closing}
            rows.append_batch([balance.line], [_holding(account, said)])
    return _store_entries(feed_file, statements, accounts) + copy_rows(Holding, feed_file, rows)


def store_bank_report(feed_file: FeedFile, parsed: Parsed) -> int:
    """Write the entries of a report within the day, which says nothing of what the pool holds at its end."""
    return _store_entries(feed_file, _statements(parsed), pool_accounts(feed_file.subject, day_of(feed_file)))


def store_custody_statement(feed_file: FeedFile, parsed: Parsed) -> int:
    """Write each position as a holding of the class that its account is registered for."""
    accounts = pool_accounts(feed_file.subject, day_of(feed_file))
    rows = Rows(HOLDING_COLUMNS)
    for row in parsed.rows:
        account = accounts.custody(row["account_id"])
        if account:
            rows.append_batch([row.line], [_holding(account, row.values)])
    return copy_rows(Holding, feed_file, rows)


def _store_entries(feed_file: FeedFile, statements: Statements, accounts: PoolAccounts) -> int:
    """Entries name the account as the pool does, whatever spaces the statement puts in."""
    spelled = {name: account.account_id for name in statements.accounts if (account := accounts.cash(name))}
    return copy_rows(Entry, feed_file, statements.rows, instead={"account_id": spelled})


def _holding(account: PoolAccount, said: dict[str, object]) -> tuple[object, ...]:
    known = said | {"account_id": account.account_id, "custodian": account.custodian,
                    "asset_class": account.asset_class}
    return tuple(known.get(column.name) for column in HOLDING_COLUMNS)


def _registered(accounts: PoolAccounts, feed_file: FeedFile, account_id: str) -> PoolAccount | None:
    custody = feed_file.feed in CUSTODY_STATEMENTS
    return accounts.custody(account_id) if custody else accounts.cash(account_id)


def _wrong_currencies(statements: Statements, accounts: PoolAccounts, feed_file: FeedFile) -> Iterator[Problem]:
    said: dict[tuple[str, str], int] = {}
    for balance in statements.balances:
        said.setdefault((balance.account_id, balance.currency), balance.line)
    if feed_file.feed in CUSTODY_STATEMENTS:
        for row in statements.rows:
            said.setdefault((row["account_id"], row["currency"]), row.line)
    for (account_id, currency), line in said.items():
        account = _registered(accounts, feed_file, account_id)
        if account and account.currency and account.currency != currency:
            yield Problem("account_currency", row=line, value=account_id,
                          params={"expected": account.currency, "currency": currency})


def _statements(parsed: Parsed) -> Statements:
    if not isinstance(parsed, Statements):
        raise TypeError(f"{type(parsed).__name__} holds no statements")
    return parsed
