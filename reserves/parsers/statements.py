"""What statements of banks and custodians have in common, whatever they are written in: accounts, balances, days."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path, PurePath
from typing import Any

from core.cells import Column
from core.csvtext import refuse_what_is_not_text
from core.money import EXACT
from core.problems import Problems
from core.tablefile import MAX_BYTES, Raw, Unreadable, refuse_size
from core.tables import Parsed
from reserves.parsers.description import describe

_FOLDER = Path(__file__).parent
DESCRIPTION_LENGTH, PARTY_LENGTH, REFERENCE_LENGTH = 300, 200, 80


@dataclass(frozen=True, slots=True)
class StatementDescription:
    """What `<feed>.toml` says of a native statement; ``reads`` names where each figure is taken from."""

    feed: str
    title: str
    publisher: str
    as_of: str
    suffixes: tuple[str, ...]
    reads: dict[str, str]
    assertions: dict[str, Any]
    versions: tuple[str, ...] = ()


@lru_cache
def describe_statement(feed: str) -> StatementDescription:
    """The description of a native feed. Raises KeyError if a part of it is missing."""
    said = tomllib.loads((_FOLDER / f"{feed}.toml").read_text(encoding="utf-8"), parse_float=Decimal)
    return StatementDescription(
        feed=said["feed"], title=said["title"], publisher=said["publisher"], as_of=said["as_of"],
        suffixes=tuple(said["suffixes"]), reads=said["reads"], assertions=said["assertions"],
        versions=tuple(said.get("versions", ())),
    )


def _columns(feed: str, *left_out: str) -> tuple[Column, ...]:
    return tuple(column for column in describe(feed).columns if column.name not in left_out)


#: What is read of each entry of a bank statement, and of each position of a custody statement.
ENTRY_COLUMNS = _columns("entries", "as_of")
POSITION_COLUMNS = tuple(
    column for column in describe("holdings").columns
    if column.name in ("account_id", "instrument_id", "line_ref", "description", "currency", "face_value",
                       "market_value", "price", "maturity_date")
)


@dataclass(frozen=True, slots=True)
class Balance:
    """How one statement says that an account stood in one currency; ``line`` is where the statement says so.

    ``closing`` is None where the statement does not close the account's day (camt.052).
    """

    line: int
    account_id: str
    currency: str
    as_of: date
    opening: Decimal | None
    closing: Decimal | None
    moved: Decimal = Decimal(0)
    opened_on: date | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Statements(Parsed):
    """A native file as read: its entries or positions as rows, and what it says of each account."""

    balances: tuple[Balance, ...] = ()
    accounts: tuple[str, ...] = ()
    days: Mapping[date, int] = field(default_factory=dict)


def judged_name(raw: Raw, filename: str, description: StatementDescription) -> None:
    """Raises Unreadable for a file whose name, size or text no statement of this kind has."""
    if PurePath(filename.lower()).suffix not in description.suffixes:
        raise Unreadable("statement_name", allowed=", ".join(description.suffixes))
    refuse_size(raw, MAX_BYTES)
    try:
        refuse_what_is_not_text(raw)
    except Unreadable as refusal:
        rule = "statement_not_utf8" if refusal.rule == "not_utf8" else refusal.rule
        raise Unreadable(rule, row=refusal.row) from None


def tie_out(balance: Balance, problems: Problems) -> None:
    """Opening balance and entries have to make the closing balance, exactly."""
    if balance.opening is None or balance.closing is None:
        return
    said: dict[str, Any] = {"row": balance.line, "value": balance.account_id}
    found = EXACT.add(balance.opening, balance.moved)
    if found != balance.closing:
        problems.add("balance_mismatch", **said, opening=f"{balance.opening:f}", moved=f"{balance.moved:f}",
                     found=f"{found:f}", closing=f"{balance.closing:f}", currency=balance.currency)
    if balance.opened_on is not None and balance.as_of < balance.opened_on:
        problems.add("balance_dates", **said, closed=balance.as_of.isoformat(), opened=balance.opened_on.isoformat())


def follow_on(balances: Iterable[Balance], problems: Problems) -> tuple[Balance, ...]:
    """How each account stood at the end: of several statements or pages on one account the last counts.

    Each has to open where the one before closed, and the last may not be a page of which others are to come.
    """
    last: dict[tuple[str, str], Balance] = {}
    for balance in balances:
        before = last.get((balance.account_id, balance.currency))
        if before and None not in (before.closing, balance.opening) and before.closing != balance.opening:
            problems.add("statements_apart", row=balance.line, value=balance.account_id, currency=balance.currency,
                         closing=f"{before.closing:f}", opening=f"{balance.opening:f}")
        last[balance.account_id, balance.currency] = balance
    for balance in last.values():
        if not balance.whole:
            problems.add("statement_incomplete", row=balance.line, value=balance.account_id)
    return tuple(last.values())


def days_of(balances: Iterable[Balance]) -> dict[date, int]:
    """The days of the statements, each with the first line that names it."""
    found: dict[date, int] = {}
    for balance in balances:
        found.setdefault(balance.as_of, balance.line)
    return found


def words(text: str | None, length: int) -> str | None:
    """Text that says no figure, as it is kept: on one line, printable, not longer than its column."""
    if not text:
        return None
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    plain = " ".join(text.split())
    return plain[:length].rstrip() or None


def account_key(account_id: str) -> str:
    """An account as it is compared: spaces and case do not tell two accounts apart."""
    return "".join(account_id.split()).upper()
