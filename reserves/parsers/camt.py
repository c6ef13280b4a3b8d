"""Reads statements and reports of bank accounts in ISO 20022: camt.053 and camt.052 (see the .toml of each).

Only booked entries move an account, so only they are kept; pending and informational ones are read past. A sign is
what CdtDbtInd says, also of a reversal: RvslInd says why an entry was made, not which way it goes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from lxml import etree

from core.money import EXACT
from core.problems import Problems
from core.tablefile import Raw, Unreadable
from core.tables import Rows
from reserves.parsers.iso20022 import Values, elements_of, forget, message_of, note_refusal
from reserves.parsers.statements import (
    DESCRIPTION_LENGTH,
    ENTRY_COLUMNS,
    PARTY_LENGTH,
    REFERENCE_LENGTH,
    Balance,
    Statements,
    days_of,
    describe_statement,
    follow_on,
    tie_out,
    words,
)

CAMT053, CAMT052 = "camt053", "camt052"
#: The message, and each statement in it.
_ROOTS = {CAMT053: ("BkToCstmrStmt", "Stmt"), CAMT052: ("BkToCstmrAcctRpt", "Rpt")}
BOOKED, NOT_BOOKED = "BOOK", frozenset({"PDNG", "INFO", "FUTR"})
OPENING, CLOSING, INTERIM = ("OPBD", "PRCD"), "CLBD", ("CLBD", "ITBD", "CLAV", "ITAV", "OPBD", "PRCD")
_READ = ("CreDtTm", "FrToDt", "Acct", "Bal", "TxsSummry", "Ntry")
_BATCH = 4_096


@dataclass(slots=True)
class _Statement:
    """What has been read of the statement that is open."""

    line: int
    account_id: str | None = None
    currency: str | None = None
    balances: dict[tuple[str, str], tuple[Decimal, date]] = field(default_factory=dict)
    days: list[date] = field(default_factory=list)
    moved: dict[str, Decimal] = field(default_factory=dict)
    entries: int = 0
    stated_entries: str | None = None
    subtypes: set[str] = field(default_factory=set)
    made: str = ""  # the end of its period, else when it was made


def _parse(raw: Raw, *, filename: str, feed: str) -> Statements:
    """Entries and balances of the file, or every problem with it."""
    problems = Problems(file=filename)
    reader = _Reader(feed, problems)
    description = describe_statement(feed)
    try:
        namespace = message_of(raw, filename, description, _ROOTS[feed][0])
        reader.read(raw, namespace, description.assertions["rows"]["max"])
        if not reader.count:
            raise Unreadable("no_statement")
    except Unreadable as refusal:
        note_refusal(refusal, problems)
    reader.flush()
    balances = follow_on(reader.balances, problems)
    return Statements(
        reader.rows, problems.in_order(), problems.count, "", balances,
        tuple(dict.fromkeys(reader.accounts)), days_of(reader.balances),
    )


parse_statement = partial(_parse, feed=CAMT053)
parse_report = partial(_parse, feed=CAMT052)


class _Reader:
    def __init__(self, feed: str, problems: Problems) -> None:
        self.feed, self.problems, self.values = feed, problems, Values(problems)
        self.rows = Rows(ENTRY_COLUMNS)
        self.balances: list[Balance] = []
        self.accounts: list[str] = []
        self.count = self.entry = 0
        self._open = _Statement(1)
        self._batch: list[tuple[Any, ...]] = []
        self._lines: list[int] = []

    def read(self, raw: Raw, namespace: str, max_rows: int) -> None:
        """Take the elements one by one, in the order in which the message has them."""
        statement = _ROOTS[self.feed][1]
        prefix = len(namespace) + 2
        for element in elements_of(raw, namespace, (*_READ, statement)):
            name = element.tag[prefix:]
            parent = element.getparent()
            if name == statement:
                self._finish(element)
            elif parent is None or parent.tag[prefix:] != statement:
                continue
            elif name == "Ntry":
                self._entry(_Element(element, prefix))
                if self.entry > max_rows:
                    raise Unreadable("too_many_rows", limit=max_rows)
                forget(element)
            elif name == "Acct":
                self._account(_Element(element, prefix))
            elif name == "Bal":
                self._balance(_Element(element, prefix))
            elif name == "CreDtTm":
                self._open.made = self._open.made or (element.text or "").strip()
            elif name == "FrToDt":
                self._open.made = _Element(element, prefix).text("ToDtTm") or self._open.made
            else:
                self._open.stated_entries = _Element(element, prefix).text("TtlNtries", "NbOfNtries")

    def _account(self, element: _Element) -> None:
        self._open.account_id = words(element.text("Id", "IBAN") or element.text("Id", "Othr", "Id"), 80)
        if currency := element.text("Ccy"):
            self._open.currency = self.values.currency(currency, self._open.line, "Acct/Ccy")
        if self._open.account_id:
            self.accounts.append(self._open.account_id)

    def _balance(self, element: _Element) -> None:
        opened, line = self._open, self._open.line
        code = element.text("Tp", "CdOrPrtry", "Cd") or element.text("Tp", "CdOrPrtry", "Prtry") or ""
        if code not in INTERIM:
            return
        amount = self._signed(element, line, "Bal")
        currency = self.values.currency(element.attribute("Amt", "Ccy"), line, "Bal/Amt/Ccy")
        day = self.values.day(element.text("Dt", "Dt") or element.text("Dt", "DtTm"), line, "Bal/Dt")
        if None in (amount, currency, day):
            return
        if element.text("Tp", "SubTp", "Cd") == "INTM":
            opened.subtypes.add(code)
        opened.days.append(day)
        standing = opened.balances.setdefault((code, currency), (amount, day))
        if standing != (amount, day):
            self.problems.add("balance_twice", row=line, value=opened.account_id or "", balance=code,
                              currency=currency)

    def _signed(self, element: _Element, row: int, column: str) -> Decimal | None:
        amount: Decimal | None = self.values.amount(element.text("Amt"), row, f"{column}/Amt")
        sign = element.text("CdtDbtInd")
        if sign not in ("CRDT", "DBIT"):
            rule = "unknown_choice" if sign else "element_missing"
            self.problems.add(rule, row=row, column=f"{column}/CdtDbtInd", value=sign or "", allowed="CRDT, DBIT")
            return None
        return amount if amount is None or sign == "CRDT" else EXACT.minus(amount)

    def _entry(self, element: _Element) -> None:
        self.entry += 1
        opened, row = self._open, self.entry
        opened.entries += 1
        status = element.text("Sts", "Cd") or element.text("Sts")
        if status != BOOKED and status not in NOT_BOOKED:
            self.problems.add("unknown_choice" if status else "element_missing", row=row, column="Ntry/Sts",
                              value=status or "", allowed=", ".join([BOOKED, *sorted(NOT_BOOKED)]))
            return
        amount = self._signed(element, row, "Ntry")
        currency = self.values.currency(element.attribute("Amt", "Ccy"), row, "Ntry/Amt/Ccy")
        kept_in = {opened.currency} if opened.currency else {code for _, code in opened.balances}
        if currency and kept_in and currency not in kept_in:
            self.problems.add("entry_currency", row=row, column="Ntry/Amt/Ccy", value=currency,
                              expected=", ".join(sorted(kept_in)))
        if status != BOOKED:
            return
        booked = self.values.day(element.text("BookgDt", "Dt") or element.text("BookgDt", "DtTm"), row, "Ntry/BookgDt")
        stated = element.text("ValDt", "Dt") or element.text("ValDt", "DtTm")
        value_on = self.values.day(stated, row, "Ntry/ValDt") if stated else booked
        if None in (amount, currency, booked, value_on):
            return
        opened.moved[currency] = EXACT.add(opened.moved.get(currency, Decimal(0)), amount)  # type: ignore[arg-type]
        reference, description, party = _told(element, gained=amount >= 0)  # type: ignore[operator]
        self._lines.append(row)
        self._batch.append((opened.account_id or "", reference or f"#{row}", booked, value_on, amount, currency,
                            description, party))
        if len(self._batch) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Hand over the entries read so far."""
        self.rows.append_batch(self._lines, self._batch)
        self._lines, self._batch = [], []

    def _finish(self, element: etree._Element) -> None:
        opened, self.count = self._open, self.count + 1
        self._open = _Statement(self.count + 1)
        if not opened.account_id:
            self.problems.add("no_account", row=opened.line)
            return
        if opened.stated_entries is not None and opened.stated_entries != str(opened.entries):
            self.problems.add("entry_count", row=opened.line, value=opened.account_id,
                              expected=opened.stated_entries, found=opened.entries)
        if self.feed == CAMT053:
            self._close(opened)
        else:
            self._report(opened)
        forget(element)

    def _close(self, opened: _Statement) -> None:
        """Every currency of the statement needs both balances."""
        currencies = dict.fromkeys([
            *([opened.currency] if opened.currency else ()),
            *(code for name, code in opened.balances if name in (*OPENING, CLOSING)), *opened.moved,
        ])
        said: dict[str, Any] = {"row": opened.line, "value": opened.account_id}
        for currency in currencies:
            opening = next((found for name in OPENING if (found := opened.balances.get((name, currency)))), None)
            closing = opened.balances.get((CLOSING, currency))
            if opening is None:
                self.problems.add("no_opening_balance", **said, currency=currency)
            if closing is None:
                self.problems.add("no_closing_balance", **said, currency=currency)
            if opening and closing:
                self._keep(opened, currency, opening, closing, closing[1])
        if not currencies:
            self.problems.add("no_closing_balance", **said, currency="—")

    def _report(self, opened: _Statement) -> None:
        """A report within the day need not close; where it gives both booked balances they have to tie out."""
        day = max(opened.days, default=None)
        if day is None and opened.made:
            day = self.values.day(opened.made, opened.line, "Rpt/CreDtTm")
        if day is None:
            self.problems.add("no_statement_day", row=opened.line, value=opened.account_id)
            return
        currencies = dict.fromkeys([code for _, code in opened.balances] or [opened.currency or "", *opened.moved])
        for currency in filter(None, currencies):
            opening = next((found for name in OPENING if (found := opened.balances.get((name, currency)))), None)
            closing = opened.balances.get((CLOSING, currency))
            self._keep(opened, currency, opening, closing if opening else None, day)

    def _keep(self, opened: _Statement, currency: str, opening: Any, closing: Any, as_of: date) -> None:
        balance = Balance(
            opened.line, str(opened.account_id), currency, as_of, opening and opening[0], closing and closing[0],
            opened.moved.get(currency, Decimal(0)), opening and opening[1], CLOSING not in opened.subtypes,
        )
        tie_out(balance, self.problems)
        self.balances.append(balance)


class _Element:
    """An element whose children are found by name, without their namespace."""

    __slots__ = ("element", "prefix")

    def __init__(self, element: etree._Element, prefix: int) -> None:
        self.element, self.prefix = element, prefix

    def find(self, *path: str) -> etree._Element | None:
        namespace, found = self.element.tag[: self.prefix], self.element
        for name in path:
            found = found.find(namespace + name)
            if found is None:
                return None
        return found

    def all(self, *path: str) -> list[etree._Element]:
        namespace = self.element.tag[: self.prefix]
        return self.element.findall("/".join(namespace + name for name in path))

    def text(self, *path: str) -> str | None:
        found = self.find(*path)
        return None if found is None else (found.text or "").strip() or None

    def attribute(self, name: str, attribute: str) -> str | None:
        found = self.find(name)
        return None if found is None else found.get(attribute)


def _told(element: _Element, *, gained: bool) -> tuple[str | None, str | None, str | None]:
    """Reference, description and other side of an entry; of one that stands for many payments, their number."""
    reference = element.text("AcctSvcrRef") or element.text("NtryRef")
    description, party = element.text("AddtlNtryInf"), None
    details = element.all("NtryDtls", "TxDtls")
    if len(details) == 1:
        payment = _Element(details[0], element.prefix)
        reference = reference or payment.text("Refs", "AcctSvcrRef") or payment.text("Refs", "TxId")
        remitted = " ".join(found.text or "" for found in payment.all("RmtInf", "Ustrd"))
        description = (remitted.strip() or payment.text("RmtInf", "Strd", "CdtrRefInf", "Ref")
                       or payment.text("AddtlTxInf") or description)
        side = "Dbtr" if gained else "Cdtr"
        party = payment.text("RltdPties", side, "Nm") or payment.text("RltdPties", side, "Pty", "Nm")
    elif details:
        description = description or f"{len(details)} ×"
    return words(reference, REFERENCE_LENGTH), words(description, DESCRIPTION_LENGTH), words(party, PARTY_LENGTH)
