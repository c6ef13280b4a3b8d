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
_Parts = dict[str, etree._Element]


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
    faulty: bool = False  # an entry could not be read, so no sum can be held against the balances
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
        self._open, self._prefix = _Statement(1), 0
        self._batch: list[tuple[Any, ...]] = []
        self._lines: list[int] = []

    def read(self, raw: Raw, namespace: str, max_rows: int) -> None:
        """Take the elements one by one, in the order in which the message has them."""
        statement = _ROOTS[self.feed][1]
        prefix = self._prefix = len(namespace) + 2
        for element in elements_of(raw, namespace, (*_READ, statement)):
            name = element.tag[prefix:]
            parent = element.getparent()
            if name == statement:
                self._finish(element)
            elif parent is None or parent.tag[prefix:] != statement:
                continue
            elif name == "Ntry":
                self._entry(element)
                if self.entry > max_rows:
                    raise Unreadable("too_many_rows", limit=max_rows)
                forget(element)
            elif name == "Acct":
                self._account(element)
            elif name == "Bal":
                self._balance(element)
            elif name == "CreDtTm":
                self._open.made = self._open.made or _content(element) or ""
            elif name == "FrToDt":
                self._open.made = self._text(element, "ToDtTm") or self._open.made
            else:
                self._open.stated_entries = self._text(self._parts(element).get("TtlNtries"), "NbOfNtries")

    def _account(self, element: etree._Element) -> None:
        parts = self._parts(element)
        named = {} if (said := parts.get("Id")) is None else self._parts(said)
        self._open.account_id = words(_content(named.get("IBAN")) or self._text(named.get("Othr"), "Id"), 80)
        if currency := _content(parts.get("Ccy")):
            self._open.currency = self.values.currency(currency, self._open.line, "Acct/Ccy")
        if self._open.account_id:
            self.accounts.append(self._open.account_id)

    def _balance(self, element: etree._Element) -> None:
        opened, line, parts = self._open, self._open.line, self._parts(element)
        kinds = {} if (said := parts.get("Tp")) is None else self._parts(said)
        code = _first(kinds.get("CdOrPrtry")) or ""
        if code not in INTERIM:
            return
        amount, currency = self._signed(parts, line, "Bal")
        day: date | None = self.values.day(_first(parts.get("Dt")), line, "Bal/Dt")
        if amount is None or currency is None or day is None:
            return
        if _first(kinds.get("SubTp")) == "INTM":
            opened.subtypes.add(code)
        opened.days.append(day)
        standing = opened.balances.setdefault((code, currency), (amount, day))
        if standing != (amount, day):
            self.problems.add("balance_twice", row=line, value=opened.account_id or "", balance=code,
                              currency=currency)

    def _signed(self, parts: _Parts, row: int, column: str) -> tuple[Decimal | None, str | None]:
        """Amount and currency of an element that has both, with the sign that stands beside them."""
        said = parts.get("Amt")
        amount: Decimal | None = self.values.amount(_content(said), row, f"{column}/Amt")
        currency: str | None = self.values.currency(
            None if said is None else said.get("Ccy"), row, f"{column}/Amt/Ccy")
        sign = _content(parts.get("CdtDbtInd"))
        if sign not in ("CRDT", "DBIT"):
            rule = "unknown_choice" if sign else "element_missing"
            self.problems.add(rule, row=row, column=f"{column}/CdtDbtInd", value=sign or "", allowed="CRDT, DBIT")
            return None, currency
        return amount if amount is None or sign == "CRDT" else EXACT.minus(amount), currency

    def _entry(self, element: etree._Element) -> None:
        self.entry += 1
        opened, row, parts = self._open, self.entry, self._parts(element)
        opened.entries += 1
        status = _content(parts.get("Sts")) or _first(parts.get("Sts"))
        if status != BOOKED and status not in NOT_BOOKED:
            self.problems.add("unknown_choice" if status else "element_missing", row=row, column="Ntry/Sts",
                              value=status or "", allowed=", ".join([BOOKED, *sorted(NOT_BOOKED)]))
            opened.faulty = True
            return
        amount, currency = self._signed(parts, row, "Ntry")
        if currency and currency != opened.currency:
            kept_in = {opened.currency} if opened.currency else {code for _, code in opened.balances}
            if kept_in and currency not in kept_in:
                self.problems.add("entry_currency", row=row, column="Ntry/Amt/Ccy", value=currency,
                                  expected=", ".join(sorted(kept_in)))
        if status != BOOKED:
            return
        booked: date | None = self.values.day(_first(parts.get("BookgDt")), row, "Ntry/BookgDt")
        stated = _first(parts.get("ValDt"))
        value_on: date | None = self.values.day(stated, row, "Ntry/ValDt") if stated else booked
        if amount is None or currency is None or booked is None or value_on is None:
            opened.faulty = True
            return
        opened.moved[currency] = EXACT.add(opened.moved.get(currency, Decimal(0)), amount)
        reference, description, party = self._told(parts, gained=amount >= 0)
        self._lines.append(row)
        self._batch.append((opened.account_id or "", reference or f"#{row}", booked, value_on, amount, currency,
                            description, party))
        if len(self._batch) >= _BATCH:
            self.flush()

    def _told(self, parts: _Parts, *, gained: bool) -> tuple[str | None, str | None, str | None]:
        """Reference, description and other side of an entry; of one that stands for many payments, their number."""
        reference = _content(parts.get("AcctSvcrRef")) or _content(parts.get("NtryRef"))
        description, party = _content(parts.get("AddtlNtryInf")), None
        details = parts.get("NtryDtls")
        payments = [] if details is None else [
            each for group in (details, *details.itersiblings(details.tag)) for each in group
            if each.tag[self._prefix :] == "TxDtls"
        ]
        if len(payments) == 1:
            payment = self._parts(payments[0])
            reference = reference or self._text(payment.get("Refs"), "AcctSvcrRef", "TxId")
            description = self._remitted(payment) or _content(payment.get("AddtlTxInf")) or description
            party = self._party(payment.get("RltdPties"), "Dbtr" if gained else "Cdtr")
        elif payments:
            description = description or f"{len(payments)} ×"
        return words(reference, REFERENCE_LENGTH), words(description, DESCRIPTION_LENGTH), words(party, PARTY_LENGTH)

    def _remitted(self, payment: _Parts) -> str | None:
        said = payment.get("RmtInf")
        if said is None:
            return None
        free = [each.text or "" for each in said if each.tag[self._prefix :] == "Ustrd"]
        if free:
            return " ".join(free)
        structured = self._parts(said).get("Strd")
        referred = None if structured is None else self._parts(structured).get("CdtrRefInf")
        return self._text(referred, "Ref")

    def _party(self, parties: etree._Element | None, side: str) -> str | None:
        """The name of one side; since version 07 of the message it stands one level deeper."""
        found = None if parties is None else self._parts(parties).get(side)
        if found is None:
            return None
        within = self._parts(found)
        return _content(within.get("Nm")) or self._text(within.get("Pty"), "Nm")

    def _text(self, element: etree._Element | None, *names: str) -> str | None:
        """The first of these children that says something."""
        within = {} if element is None else self._parts(element)
        return next((text for name in names if (text := _content(within.get(name)))), None)

    def _parts(self, element: etree._Element) -> _Parts:
        """The children of an element by name; of several with one name the first."""
        prefix = self._prefix
        found: _Parts = {}
        for child in element:
            found.setdefault(child.tag[prefix:], child)
        return found

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
        if not opened.faulty:
            tie_out(balance, self.problems)
        self.balances.append(balance)


def _content(element: etree._Element | None) -> str | None:
    text = None if element is None else element.text
    return None if text is None else text.strip() or None


def _first(element: etree._Element | None) -> str | None:
    """What a choice holds: a code or proprietary text, a date or a moment."""
    return None if element is None or not len(element) else _content(element[0])
