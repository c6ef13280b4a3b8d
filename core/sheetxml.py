"""Streams the XML parts of an XLSX workbook: relationships, shared strings, number formats and the cells of a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import IO, Any
from xml.parsers import expat

from core.problems import Problems
from core.storednumbers import StoredNumber
from core.tablefile import MAX_COLUMNS, NOTED, Record, Unreadable, column_letters

_BLOCK = 1 << 16
_MAX_ROWS = 1_048_576  # of a worksheet, by the standard
_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])  # ECMA-376 part 1, 18.8.30
_NOT_FORMAT = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_LETTERS_OF_A_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)

Attributes = dict[str, str]


def _refuse_doctype(*_: Any) -> None:
    raise Unreadable("doctype")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _blocks(source: IO[bytes], parser: expat.XMLParserType) -> Iterator[None]:
    """Feed the parser and stop after each block, so that what it found can be taken before it finds more."""
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.buffer_text = True
    while block := source.read(_BLOCK):
        parser.Parse(block, False)
        yield
    parser.Parse(b"", True)
    yield


def elements(source: IO[bytes]) -> Iterator[tuple[str, str, Attributes]]:
    """(parent, name, attributes) of every element, without namespace prefixes."""
    found: list[tuple[str, str, Attributes]] = []
    path = [""]

    def start(name: str, attributes: Attributes) -> None:
        name = _local(name)
        found.append((path[-1], name, {_local(key): value for key, value in attributes.items()}))
        path.append(name)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: path.pop()
    for _ in _blocks(source, parser):
        yield from found
        found.clear()


def shared_strings(source: IO[bytes]) -> list[str]:
    """The texts that cells refer to by number. Reading aids (phonetic runs) are not part of a text."""
    strings: list[str] = []
    parts: list[str] = []
    inside: list[str] = []

    def start(name: str, _attributes: Attributes) -> None:
        inside.append(_local(name))

    def end(_name: str) -> None:
        if inside.pop() == "si":
            strings.append("".join(parts))
            parts.clear()

    def text(data: str) -> None:
        if inside[-1] == "t" and "rPh" not in inside:
            parts.append(data)

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    for _ in _blocks(source, parser):
        pass
    return strings


def date_styles(source: IO[bytes]) -> frozenset[int]:
    """The cell styles (by number) that show a number as a date or time."""
    custom: dict[int, str] = {}
    styles: list[int] = []
    for parent, name, attributes in elements(source):
        if parent == "numFmts" and name == "numFmt":
            custom[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif parent == "cellXfs" and name == "xf":
            styles.append(int(attributes.get("numFmtId", 0)))
    return frozenset(number for number, style in enumerate(styles) if _shows_date(style, custom.get(style)))


def _shows_date(style: int, code: str | None) -> bool:
    if code is None:
        return style in _DATE_FORMATS
    return code.lower() != "general" and bool(_LETTERS_OF_A_DATE.search(_NOT_FORMAT.sub("", code)))


class SheetReader:
    """Yields the rows of one worksheet; a cell is text, a StoredNumber, or NOTED when its problem has been noted."""

    def __init__(self, strings: list[str], dates: frozenset[int], epoch: date, problems: Problems) -> None:
        self.strings = strings
        self.dates = dates
        self.epoch = epoch
        self.problems = problems
        self.width = 0
        self.row = 0
        self.cells: list[Any] = []
        self.found: list[Record] = []
        self.parts: list[str] = []
        self.collecting = False
        self.phonetic = False
        self.formula = False
        self.kind = "n"
        self.style = ""
        self.position = 0
        self.positions: dict[str, int] = {}

    def rows(self, source: IO[bytes]) -> Iterator[Record]:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        for _ in _blocks(source, parser):
            yield from self.found
            self.found.clear()

    def _start(self, name: str, attributes: Attributes) -> None:
        if ":" in name:
            name = _local(name)
        if name == "c":
            self.parts.clear()
            self.formula = False
            self.kind = attributes.get("t", "n")
            self.style = attributes.get("s", "0")
            reference = attributes.get("r")
            self.position = self._position(reference.rstrip("0123456789")) if reference else self.position + 1
        elif name in ("v", "t"):
            self.collecting = not self.phonetic
        elif name == "f":
            self.formula = True
        elif name == "rPh":
            self.phonetic = True
        elif name == "row":
            row = int(attributes.get("r", self.row + 1))
            if not self.row < row <= _MAX_ROWS:
                raise Unreadable("broken_workbook")
            self.row = row
            self.position = -1

    def _text(self, data: str) -> None:
        if self.collecting:
            self.parts.append(data)

    def _end(self, name: str) -> None:
        if ":" in name:
            name = _local(name)
        if name == "c":
            self._place(self._cell("".join(self.parts)))
        elif name in ("v", "t"):
            self.collecting = False
        elif name == "rPh":
            self.phonetic = False
        elif name == "row" and self.cells:
            self.width = self.width or len(self.cells)
            self.cells.extend([""] * (self.width - len(self.cells)))
            self.found.append((self.row, self.cells))
            self.cells = []

    def _cell(self, text: str) -> Any:
        reference = f"{column_letters(self.position)}{self.row}" if self.formula or self.kind == "e" else ""
        if self.formula:
            self.problems.add("formula", row=self.row, cell=reference)
            return NOTED
        if self.kind == "e":
            self.problems.add("error_cell", row=self.row, value=text, cell=reference)
            return NOTED
        if self.kind == "n":
            return StoredNumber(text, int(self.style) in self.dates, self.epoch) if text else ""
        if self.kind == "s":
            return self.strings[int(text)]
        if self.kind == "b":
            return "TRUE" if text == "1" else "FALSE"
        return text.removesuffix("T00:00:00") if self.kind == "d" else text

    def _place(self, cell: Any) -> None:
        if cell == "":
            return  # formatted, but empty
        if self.position >= MAX_COLUMNS:
            raise Unreadable("too_many_columns", row=self.row, limit=MAX_COLUMNS)
        gap = self.position - len(self.cells)
        if gap < 0:
            raise Unreadable("broken_workbook")
        self.cells.extend([""] * gap)
        self.cells.append(cell)

    def _position(self, letters: str) -> int:
        position = self.positions.get(letters)
        if position is None:
            position = 0
            if not (letters.isascii() and letters.isalpha() and letters.isupper() and len(letters) <= 3):
                raise Unreadable("broken_workbook")
            for letter in letters:
                position = position * 26 + ord(letter) - ord("A") + 1
            position -= 1
            self.positions[letters] = position
        return position
