"""Reads statements of holdings of custodians as SWIFT MT535 (see mt535.toml)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from core.money import EXACT
from core.problems import Problems
from core.tablefile import Raw, Unreadable
from reserves.parsers.custody import Holdings, Position, described, is_isin
from reserves.parsers.statements import Statements, describe_statement, words
from reserves.parsers.swift import Field, Figures, fields_of

FEED = "mt535"
GENERAL, ACCOUNT, POSITION, ATTRIBUTES, PART, TOTALS = "GENL", "SUBSAFE", "FIN", "FIA", "SUBBAL", "ADDINFO"
_QUALIFIED = re.compile(r":(?P<name>[A-Z0-9]{4})/(?P<scheme>[A-Z0-9]{0,8})/(?P<value>.*)", re.ASCII)
_AMOUNT = re.compile(r"(N?)([A-Z]{3})(\d{1,15},\d{0,6})", re.ASCII)
_QUANTITY = re.compile(r"(FAMT|UNIT|AMOR)/(N?)(\d{1,15},\d{0,15})", re.ASCII)
_PAGE = re.compile(r"\d{1,5}/(ONLY|MORE|LAST)", re.ASCII)
_DAY = re.compile(r"(\d{8})(\d{6}.*)?", re.ASCII)
_ISIN = re.compile(r"ISIN ([A-Z0-9]{12})", re.ASCII)
_OTHER = re.compile(r"/[A-Z]{2,4}/(\S{1,40})", re.ASCII)
_PRICE = re.compile(r"(?:PRCT)/(\d{1,15},\d{0,15})", re.ASCII)
#: Balances in the order in which one is taken for the position: the whole of it, what is settled, what is free.
BALANCES = ("AGGR", "SETT", "AVAI")


@dataclass(slots=True)
class _Message:
    line: int
    page: str = ""
    day: date | None = None
    dated: bool = False
    account_id: str = ""
    total: tuple[str, Decimal] | None = None


@dataclass(slots=True)
class _Position:
    line: int
    account_id: str
    isin: str | None = None
    other: str | None = None
    text: str = ""
    quantities: dict[str, tuple[str, Decimal]] = field(default_factory=dict)
    value: tuple[str, Decimal] | None = None
    price: Decimal | None = None
    maturity: date | None = None
    faulty: bool = False


def parse(raw: Raw, *, filename: str) -> Statements:
    """Positions of the file, or every problem with it."""
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
    return reader.holdings.statements()


class _Reader:
    def __init__(self, problems: Problems) -> None:
        self.problems, self.figures, self.holdings = problems, Figures(problems), Holdings(problems)
        self.count = self.positions = 0
        self._blocks: list[str] = []
        self._message: _Message | None = None
        self._account = ""
        self._position: _Position | None = None
        self._last: _Message | None = None

    def read(self, fields: Any, max_rows: int) -> None:
        for found in fields:
            if found.ends:
                self._finish(found.line)
            elif found.tag == "16R":
                self._begin(found)
            elif found.tag == "16S":
                self._end(found)
            elif not self._blocks or self._message is None:
                if found.tag in ("35B", "93B", "19A", "97A"):
                    self.problems.add("field_out_of_place", row=found.line, column=found.name)
            else:
                self._take(found)
            if self.positions > max_rows:
                raise Unreadable("too_many_rows", limit=max_rows)
        self._finish(None)
        if self._last is not None and self._last.page == "MORE":
            self.problems.add("statement_incomplete", row=self._last.line, value=self._last.account_id)
        elif self._last is not None and not self.positions:
            self.problems.add("no_positions", row=self._last.line, value=self._last.account_id)

    def _begin(self, found: Field) -> None:
        if found.first == GENERAL:
            self._finish(found.line)
            self._message, self._account = _Message(found.line), ""
        elif found.first == POSITION and self._message is not None:
            self._position = _Position(found.line, self._account or self._message.account_id)
            self.positions += 1
        self._blocks.append(found.first)

    def _end(self, found: Field) -> None:
        if not self._blocks or self._blocks.pop() != found.first:
            self.problems.add("field_out_of_place", row=found.line, column=found.name)
            self._blocks.clear()
        elif found.first == POSITION and self._position is not None:
            self._keep(self._position)
            self._position = None
        elif found.first == ACCOUNT:
            self._account = ""

    def _take(self, found: Field) -> None:
        """One field of the block that is open; those that say nothing that is kept are read past."""
        block, message = self._blocks[-1], self._message
        assert message is not None
        if found.tag == "28E" and block == GENERAL:
            match = _PAGE.fullmatch(found.first)
            message.page = match[1] if match else ""
            if match is None:
                self.figures.unreadable(found, "00001/ONLY")
            return
        if found.tag == "35B" and block == POSITION and self._position:
            self._identify(self._position, found)
            return
        match = _QUALIFIED.fullmatch(found.first)
        if match is None:
            return
        name, value = match["name"], match["value"]
        if found.tag in ("98A", "98C") and name == "STAT" and block == GENERAL:
            message.day, message.dated = self._day(value, found), True
        elif found.tag in ("97A", "97B") and name == "SAFE" and block in (GENERAL, ACCOUNT):
            account = words(value, 80) or ""
            message.account_id = message.account_id or account
            self._account = account if block == ACCOUNT else ""
        elif found.tag == "19A" and name in ("HOLP", "HOLS") and block == TOTALS:
            message.total = self._money(value, found) or message.total
        elif self._position is not None:
            self._take_of_position(self._position, block, found, match)

    def _take_of_position(self, position: _Position, block: str, found: Field, match: re.Match[str]) -> None:
        name, value = match["name"], match["value"]
        if found.tag in ("93B", "93C") and name in BALANCES and block == POSITION:
            said = _QUANTITY.fullmatch(f"{match['scheme']}/{value}" if match["scheme"] in ("FAMT", "UNIT") else value)
            if said is None:
                self._fault(position, found, "FAMT/1000000,")
                return
            quantity = self.figures.quantity(said[3], found)
            if quantity is not None:
                position.quantities[name] = said[1], EXACT.minus(quantity) if said[2] else quantity
        elif found.tag == "19A" and name == "HOLD" and block == POSITION:
            position.value = self._money(value, found)
            position.faulty = position.faulty or position.value is None
        elif found.tag == "90A" and name == "MRKT" and block == POSITION:
            price = _PRICE.fullmatch(value)
            position.price = self.figures.quantity(price[1], found) if price else None
        elif found.tag == "98A" and name == "MATU" and block == ATTRIBUTES:
            position.maturity = self._day(value, found)

    def _identify(self, position: _Position, found: Field) -> None:
        match = _ISIN.match(found.first)
        if match:
            position.isin = match[1]
            if not is_isin(match[1]):
                self._fault(position, found, "ISIN HK0000123457")
            first = found.first[match.end() :]
        elif match := _OTHER.match(found.first):
            position.other, first = match[1], found.first[match.end() :]
        else:
            first = found.first
        position.text = " ".join([first, *found.content[1:]])

    def _fault(self, position: _Position, found: Field, expected: str) -> None:
        self.figures.unreadable(found, expected)
        position.faulty = True

    def _money(self, value: str, found: Field) -> tuple[str, Decimal] | None:
        match = _AMOUNT.fullmatch(value)
        if match is None:
            self.figures.unreadable(found, ":HOLD//HKD1000000,")
            return None
        currency, amount = self.figures.currency(match[2], found), self.figures.amount(match[3], found)
        if currency is None or amount is None:
            return None
        return currency, EXACT.minus(amount) if match[1] else amount

    def _day(self, value: str, found: Field) -> date | None:
        match = _DAY.fullmatch(value)
        if match is None:
            self.figures.unreadable(found, "YYYYMMDD")
            return None
        return self.figures.day(match[1], found)

    def _keep(self, position: _Position) -> None:
        if position.faulty:
            return
        balance = next((position.quantities[name] for name in BALANCES if name in position.quantities), None)
        given = [(":35B:", position.isin or position.other or position.text.strip()), (":93B::AGGR", balance),
                 (":19A::HOLD", position.value)]
        missing = [name for name, value in given if not value]
        for name in missing:
            self.problems.add("field_missing", row=position.line, column=name)
        if missing or balance is None or position.value is None or not position.account_id:
            return
        if balance[0] == "FAMT" and -balance[1].as_tuple().exponent > 4:  # type: ignore[operator]
            self.problems.add("too_many_places", row=position.line, column=":93B:", value=balance[1], places=4)
            return
        self.holdings.accounts[position.account_id] = None
        number = position.isin or position.other
        self.holdings.add(position.line, Position(
            position.account_id, number, None, described(position.text, number), position.value[0],
            balance[1] if balance[0] == "FAMT" else None, position.value[1], position.price, position.maturity,
        ), ":35B:")

    def _finish(self, line: int | None) -> None:
        message = self._message
        if message is None:
            return
        if self._blocks:
            self.problems.add("field_missing", row=message.line, column=f":16S:{self._blocks[-1]}")
        self._message, self._position, self._last = None, None, message
        self._blocks.clear()
        self.count += 1
        if not message.account_id:
            self.problems.add("no_account", row=self.count)
        else:
            self.holdings.accounts[message.account_id] = None
        if not message.dated:
            self.problems.add("no_statement_day", row=message.line, value=message.account_id)
        elif message.day is not None:
            self.holdings.days.setdefault(message.day, message.line)
        if message.page != "MORE":
            currency, total = message.total or (None, None)
            self.holdings.check_total(total, currency)
