"""Reads statements of holdings of custodians in ISO 20022: semt.002, SecuritiesBalanceCustodyReport (see its .toml)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from core.money import EXACT
from core.problems import Problems
from core.tablefile import Raw, Unreadable
from reserves.parsers.custody import Holdings, Position, described, is_isin
from reserves.parsers.iso20022 import Values, elements_of, forget, message_of, note_refusal
from reserves.parsers.statements import Statements, describe_statement, words

FEED = "semt002"
ROOT = "SctiesBalCtdyRpt"
_TRUE = frozenset({"true", "1"})


def parse(raw: Raw, *, filename: str) -> Statements:
    """Positions of the file, or every problem with it."""
    problems = Problems(file=filename)
    reader = _Reader(problems)
    description = describe_statement(FEED)
    try:
        namespace = message_of(raw, filename, description, ROOT)
        reader.read(raw, namespace, description.assertions["rows"]["max"])
    except Unreadable as refusal:
        note_refusal(refusal, problems)
    return reader.holdings.statements()


class _Reader:
    def __init__(self, problems: Problems) -> None:
        self.problems, self.values, self.holdings = problems, Values(problems), Holdings(problems)
        self.position = self.reports = 0
        self._account = self._sub_account = ""
        self._is_last = True

    def read(self, raw: Raw, namespace: str, max_rows: int) -> None:
        names = ("Pgntn", "StmtGnlDtls", "SfkpgAcct", "BalForAcct", "BalForSubAcct", "SubAcctDtls",
                 "AcctBaseCcyTtlAmts", ROOT)
        prefix = len(namespace) + 2
        for element in elements_of(raw, namespace, names):
            name, parent = element.tag[prefix:], element.getparent()
            within = parent.tag[prefix:] if parent is not None else ""
            if name == "SfkpgAcct" and within in (ROOT, "SubAcctDtls"):
                self._take_account(_text(element, "Id"), within == ROOT)
            elif name in ("BalForAcct", "BalForSubAcct"):
                self._take(element)
                forget(element)
                if self.position > max_rows:
                    raise Unreadable("too_many_rows", limit=max_rows)
            elif name == "SubAcctDtls":
                self._sub_account = ""
            elif name == "StmtGnlDtls":
                self._take_day(_text(element, "StmtDtTm", "Dt") or _text(element, "StmtDtTm", "DtTm"))
            elif name == "AcctBaseCcyTtlAmts" and within == ROOT:
                self._check_total(element)
            elif name == "Pgntn" and within == ROOT:
                self._is_last = _text(element, "LastPgInd") in _TRUE
            elif name == ROOT:
                self._finish()

    def _take_account(self, said: str | None, whole: bool) -> None:
        account = words(said, 80) or ""
        if whole:
            self._account = account
        else:
            self._sub_account = account
        if account:
            self.holdings.accounts[account] = None

    def _take_day(self, said: str | None) -> None:
        day: date | None = self.values.day(said, 1, "StmtGnlDtls/StmtDtTm")
        if day is not None:
            self.holdings.days.setdefault(day, 1)

    def _take(self, element: etree._Element) -> None:
        self.position += 1
        row = self.position
        account = self._sub_account or self._account
        if not account:
            self.problems.add("element_missing", row=row, column="SfkpgAcct/Id")
            return
        isin = _text(element, "FinInstrmId", "ISIN")
        number = isin or _text(element, "FinInstrmId", "OthrId", "Id")
        if isin and not is_isin(isin):
            self.problems.add("implausible", row=row, column="FinInstrmId/ISIN", value=isin,
                              expected="ISO 6166")
        text = _text(element, "FinInstrmId", "Desc")
        if not (number or text):
            self.problems.add("element_missing", row=row, column="FinInstrmId")
            return
        value, currency = self._value(element, row)
        self.holdings.add(row, Position(
            account, words(number, 40), None, described(text, number), currency, self._face(element, row), value,
            self._price(element, row), self._maturity(element, row),
        ), "BalForAcct")

    def _value(self, element: etree._Element, row: int) -> tuple[Decimal | None, str | None]:
        """The holding value, in the currency of the instrument where the statement gives it, else of the account."""
        for amounts in ("InstrmCcyAmts", "AcctBaseCcyAmts"):
            holding = _find(element, amounts, "HldgVal")
            if holding is None:
                continue
            said = _find(holding, "Amt")
            amount: Decimal | None = self.values.amount(_content(said), row, f"{amounts}/HldgVal/Amt")
            currency = self.values.currency(None if said is None else said.get("Ccy"), row, f"{amounts}/HldgVal/Ccy")
            negative = amount is not None and _text(holding, "Sgn") in ("false", "0")
            return EXACT.minus(amount) if negative and amount is not None else amount, currency
        self.problems.add("element_missing", row=row, column="AcctBaseCcyAmts/HldgVal")
        return None, None

    def _face(self, element: etree._Element, row: int) -> Decimal | None:
        """The nominal of the aggregate balance; what is counted in units has none."""
        balance = _find(element, "AggtBal")
        if balance is None:
            self.problems.add("element_missing", row=row, column="AggtBal")
            return None
        found = {name: quantity for name in ("FaceAmt", "Unit", "AmtsdVal")
                 if (quantity := balance.find(f".//{_namespace(balance)}{name}")) is not None}
        if not found:
            self.problems.add("element_missing", row=row, column="AggtBal/Qty")
            return None
        short = _text(balance, "ShrtLngInd") == "SHOR"
        if "FaceAmt" not in found:
            for name, quantity in found.items():
                self.values.quantity(_content(quantity), row, f"AggtBal/{name}")
            if short:
                self.problems.add("negative", row=row, column="AggtBal/ShrtLngInd", value="SHOR")
            return None
        face: Decimal | None = self.values.amount(_content(found["FaceAmt"]), row, "AggtBal/FaceAmt")
        return EXACT.minus(face) if short and face is not None else face

    def _price(self, element: etree._Element, row: int) -> Decimal | None:
        rate = _text(element, "PricDtls", "Val", "Rate")
        found: Decimal | None = self.values.quantity(rate, row, "PricDtls/Val/Rate") if rate else None
        return found

    def _maturity(self, element: etree._Element, row: int) -> date | None:
        said = _text(element, "FinInstrmAttrbts", "MtrtyDt")
        found: date | None = self.values.day(said, row, "FinInstrmAttrbts/MtrtyDt") if said else None
        return found

    def _check_total(self, element: etree._Element) -> None:
        holding = _find(element, "TtlHldgsValOfStmt")
        said = None if holding is None else _find(holding, "Amt")
        if said is not None:
            stated: Decimal | None = self.values.amount(_content(said), 1, "TtlHldgsValOfStmt/Amt")
            self.holdings.check_total(stated, said.get("Ccy"))

    def _finish(self) -> None:
        self.reports += 1
        if not self._account:
            self.problems.add("no_account", row=self.reports)
        if not self.position:
            self.problems.add("no_positions", value=self._account)
        if not self._is_last:
            self.problems.add("statement_incomplete", value=self._account)


def _namespace(element: Any) -> str:
    return str(element.tag[: element.tag.index("}") + 1])


def _find(element: etree._Element, *path: str) -> etree._Element | None:
    namespace = _namespace(element)
    return element.find("/".join(namespace + name for name in path))


def _content(element: etree._Element | None) -> str | None:
    return None if element is None else (element.text or "").strip() or None


def _text(element: etree._Element, *path: str) -> str | None:
    return _content(_find(element, *path))
