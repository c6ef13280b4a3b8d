"""Reads statements of bank accounts as SWIFT MT940 (see mt940.toml): every field as written, or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from core.money import EXACT
from core.problems import Problems
from core.tablefile import Raw, Unreadable
from core.tables import Rows
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
from reserves.parsers.swift import Field, Figures, fields_of

FEED = "mt940"
_BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})(\d{1,15},\d{0,6})", re.ASCII)
_BALANCE_AS = "C or D, YYMMDD, currency, amount with a comma: C261120HKD1000,00"
_ENTRY = re.compile(
    r"(?P<day>\d{6})(?P<booked>\d{4})?(?P<sign>R?[CD])(?P<funds>[A-Z])?(?P<amount>\d{1,15},\d{0,6})"
    r"(?P<kind>[A-Z][A-Z0-9]{3})(?P<own>(?:(?!//).){0,24})(?://(?P<bank>.{0,34}))?",
    re.ASCII,
)
_ENTRY_AS = "YYMMDD, perhaps MMDD, C, D, RC or RD, amount with a comma, kind, reference: 2611201120D65,00NTRFREF1//B1"
#: A reversed credit takes away, a reversed debit gives back.
_GAINS = {"C": True, "RD": True, "D": False, "RC": False}
_NO_REFERENCE = frozenset({"", "NONREF", "EREF", "N"})
#: Subfields of :86: as banks of the German-speaking countries write them, which name the other side.
_PARTY = re.compile(r"\?3[23]([^?]*)")
_FREE = re.compile(r"\?2\d([^?]*)")
_INSIDE = frozenset({"25", "25P", "28", "28C", "60F", "60M", "61", "62F", "62M", "64", "65", "86"})


@dataclass(slots=True)
class _Message:
    line: int
    account_id: str = ""
    opening: tuple[Decimal, str, date] | None = None
    closing: tuple[Decimal, str, date] | None = None
    moved: Decimal = Decimal(0)
    pages_follow: bool = False
    entries: list[dict[str, Any]] = field(default_factory=list)
    faulty: bool = False


def parse(raw: Raw, *, filename: str) -> Statements:
    """Entries and balances of the file, or every problem with it."""
    problems = Problems(file=filename)
    reader = _Reader(problems)
    description = describe_statement(FEED)
    try:
        reader.read(fields_of(raw, filename, description), description.assertions["rows"]["max"])
        if not reader.count:
            raise Unreadable("no_statement")
    except Unreadable as refusal:
        params: dict[str, Any] = refusal.params
        problems.add(refusal.rule, row=refusal.row, **params)
    balances = follow_on(reader.balances, problems)
    return Statements(
        reader.rows, problems.in_order(), problems.count, "", balances,
        tuple(dict.fromkeys(reader.accounts)), days_of(reader.balances),
    )


class _Reader:
    def __init__(self, problems: Problems) -> None:
        self.problems, self.figures = problems, Figures(problems)
        self.rows = Rows(ENTRY_COLUMNS)
        self.balances: list[Balance] = []
        self.accounts: list[str] = []
        self.count = 0
        self._open: _Message | None = None
        self._entry: dict[str, Any] | None = None

    def read(self, fields: Any, max_rows: int) -> None:
        for found in fields:
            if found.ends or found.tag == "20":
                self._finish()
            if found.tag == "20":
                self._open = _Message(found.line)
            elif self._open is None:
                if found.tag in _INSIDE:
                    self.problems.add("field_out_of_place", row=found.line, column=found.name)
            elif not found.ends:
                self._take(self._open, found)
            if len(self.rows) > max_rows:
                raise Unreadable("too_many_rows", limit=max_rows)
        self._finish()

    def _take(self, message: _Message, found: Field) -> None:
        if found.tag in ("25", "25P"):
            message.account_id = words(found.first, 80) or ""
        elif found.tag in ("60F", "60M"):
            message.opening = self._balance(message, found)
        elif found.tag == "61":
            self._take_entry(message, found)
        elif found.tag == "86" and self._entry is not None:
            self._entry["told"] = found.content
            self._entry = None
        elif found.tag in ("62F", "62M"):
            self._entry = None  # a :86: after it is about the statement
            message.closing = self._balance(message, found)
            message.pages_follow = found.tag == "62M"
        elif found.tag in ("64", "65"):
            self._balance(message, found)

    def _balance(self, message: _Message, found: Field) -> tuple[Decimal, str, date] | None:
        read = None
        if match := _BALANCE.fullmatch(found.first):
            day = self.figures.day(match[2], found)
            currency = self.figures.currency(match[3], found)
            amount = self.figures.amount(match[4], found)
            if day and currency and amount is not None:
                read = amount if match[1] == "C" else EXACT.minus(amount), currency, day
        else:
            self.figures.unreadable(found, _BALANCE_AS)
        message.faulty = message.faulty or read is None
        return read

    def _take_entry(self, message: _Message, found: Field) -> None:
        match = _ENTRY.fullmatch(found.first)
        self._entry = None
        if match is None:
            self.figures.unreadable(found, _ENTRY_AS)
            message.faulty = True
            return
        value_on = self.figures.day(match["day"], found)
        amount = self.figures.amount(match["amount"], found)
        booked = value_on and self._booked_on(match["booked"], value_on, found)
        if value_on is None or amount is None or booked is None:
            message.faulty = True
            return
        amount = amount if _GAINS[match["sign"]] else EXACT.minus(amount)
        message.moved = EXACT.add(message.moved, amount)
        own, bank = (match["own"] or "").strip(), (match["bank"] or "").strip()
        reference = bank if bank not in _NO_REFERENCE else own if own not in _NO_REFERENCE else f"#{found.line}"
        self._entry = {"line": found.line, "reference": reference, "booked": booked, "value": value_on,
                       "amount": amount, "told": [], "more": found.content[1:]}
        message.entries.append(self._entry)

    def _booked_on(self, said: str | None, value_on: date, found: Field) -> date | None:
        """MMDD of the year that brings it nearest to the value date; the value date where none is given."""
        if said is None:
            return value_on
        near = []
        for year in (value_on.year - 1, value_on.year, value_on.year + 1):
            try:
                near.append(date(year, int(said[:2]), int(said[2:])))
            except ValueError:
                continue
        if not near:
            self.problems.add("impossible_date", row=found.line, column=found.name, value=said)
            return None
        return min(near, key=lambda day: abs((day - value_on).days))

    def _finish(self) -> None:
        message, self._open, self._entry = self._open, None, None
        if message is None:
            return
        self.count += 1
        said: dict[str, Any] = {"row": message.line}
        if not message.account_id:
            self.problems.add("no_account", **said | {"row": self.count})
            return
        self.accounts.append(message.account_id)
        currency = next((each[1] for each in (message.closing, message.opening) if each), "")
        if not message.faulty:
            for rule, given in (("no_opening_balance", message.opening), ("no_closing_balance", message.closing)):
                if given is None:
                    self.problems.add(rule, **said, value=message.account_id, currency=currency or "—")
        self._store(message, currency)
        if message.faulty or message.opening is None or message.closing is None:
            return
        if message.opening[1] != currency:
            self.problems.add("no_opening_balance", **said, value=message.account_id, currency=currency)
            return
        balance = Balance(message.line, message.account_id, currency, message.closing[2], message.opening[0],
                          message.closing[0], message.moved, message.opening[2], not message.pages_follow)
        tie_out(balance, self.problems)
        self.balances.append(balance)

    def _store(self, message: _Message, currency: str) -> None:
        self.rows.append_batch(
            [entry["line"] for entry in message.entries],
            ((message.account_id, words(entry["reference"], REFERENCE_LENGTH), entry["booked"], entry["value"],
              entry["amount"], currency, *_told(entry)) for entry in message.entries),
        )


def _told(entry: dict[str, Any]) -> tuple[str | None, str | None]:
    """What an entry says of itself, and who is named as its other side."""
    text = "".join(entry["told"])
    if "?2" in text:
        party = "".join(_PARTY.findall(text))
        return words("".join(_FREE.findall(text)), DESCRIPTION_LENGTH), words(party, PARTY_LENGTH)
    return words(" ".join(entry["told"]) or " ".join(entry["more"]), DESCRIPTION_LENGTH), None
