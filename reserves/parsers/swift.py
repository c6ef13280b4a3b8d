"""Reads the fields of SWIFT text messages (MT), line by line: what is not a field of a message is not guessed at."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TextIO

from core.cells import EARLIEST, LATEST, Column, Converter
from core.problems import Problems
from core.tablefile import CONTENT, CellRefused, Raw, Unreadable, content_of, head_of, opened
from reserves.parsers.statements import StatementDescription, judged_name

#: A line that is longer holds no field; SWIFT allows 65 characters.
MAX_LINE, MAX_FIELD_LINES = 2_000, 200
_TAG = re.compile(r":([0-9A-Z]{2,4}):(.*)", re.ASCII)
_ENVELOPE = re.compile(r"\{[1235]:")
_CLOSES = re.compile(r"-\}?.*|\}.*")
_AMOUNT = Converter(Column("amount", "decimal", places=4, max_digits=24))
_QUANTITY = Converter(Column("quantity", "decimal", places=18, max_digits=38))
_CURRENCY = Converter(Column("currency", "currency"))


@dataclass(slots=True)
class Field:
    """One field: its tag, the lines of its content, and the line of the file on which it begins.

    ``ends`` marks the end of a message, and has no tag.
    """

    tag: str
    line: int
    content: list[str] = field(default_factory=list)
    ends: bool = False

    @property
    def first(self) -> str:
        return self.content[0]

    @property
    def name(self) -> str:
        return f":{self.tag}:"


def fields_of(raw: Raw, filename: str, description: StatementDescription) -> Iterator[Field]:
    """The fields of all messages of the file. Raises Unreadable for what is no text of this kind."""
    judged_name(raw, filename, description)
    found = content_of(head_of(raw))
    if found not in ("csv", "json"):  # a message may begin with a brace
        raise Unreadable("not_what_name_says", expected="MT", found=CONTENT[found])
    with io.TextIOWrapper(opened(raw), encoding="utf-8-sig", newline="") as text:
        yield from _fields(text)


def _fields(text: TextIO) -> Iterator[Field]:
    open_field: Field | None = None
    begun = 0  # the line on which the envelope of a message opens that is not closed yet
    for number, line in enumerate(text, 1):
        said = line.rstrip("\r\n")
        if len(said) > MAX_LINE:
            raise Unreadable("cell_too_long", row=number, limit=MAX_LINE)
        if _ENVELOPE.match(said):
            if open_field:
                yield open_field
            open_field = None
            _, begins, said = said.partition("{4:")
            begun = number if begins else begun
            if not begins or not said:
                continue
        if match := _TAG.fullmatch(said):
            if open_field:
                yield open_field
            open_field = Field(match[1], number, [match[2].rstrip()])
        elif _CLOSES.fullmatch(said):
            if open_field:
                yield open_field
            open_field, begun = None, 0
            yield Field("", number, ends=True)
        elif open_field and len(open_field.content) < MAX_FIELD_LINES:
            open_field.content.append(said.rstrip())
    if open_field:
        yield open_field
    if begun:
        raise Unreadable("message_cut", row=begun)


class Figures:
    """Reads amounts, days and currencies of fields; what cannot be read is noted with its line."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def unreadable(self, found: Field, expected: str) -> None:
        self.problems.add("unreadable_field", row=found.line, column=found.name, value=found.first, expected=expected)

    def amount(self, text: str, found: Field) -> Decimal | None:
        """An amount with its decimal comma, which also stands where no decimals follow."""
        return self._read(_AMOUNT, text.removesuffix(",").replace(",", "."), text, found)

    def quantity(self, text: str, found: Field) -> Decimal | None:
        return self._read(_QUANTITY, text.removesuffix(",").replace(",", "."), text, found)

    def currency(self, text: str, found: Field) -> str | None:
        return self._read(_CURRENCY, text, text, found)

    def day(self, text: str, found: Field) -> date | None:
        """A day written YYMMDD or YYYYMMDD; two digits of a year are those of 1980 to 2079."""
        digits = text if len(text) == 8 else ("19" if text[:2] >= "80" else "20") + text
        try:
            day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
        except ValueError:
            self.problems.add("impossible_date", row=found.line, column=found.name, value=text)
            return None
        if not EARLIEST <= day <= LATEST:
            self.problems.add("implausible", row=found.line, column=found.name, value=text,
                              expected=f"{EARLIEST} – {LATEST}")
            return None
        return day

    def _read(self, converter: Converter, text: str, said: str, found: Field) -> Any:
        try:
            return converter[text]
        except CellRefused as refusal:
            self.problems.add(refusal.rule, row=found.line, column=found.name, value=said, **refusal.params)
            return None
