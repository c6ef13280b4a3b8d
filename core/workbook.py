"""Writes XLSX workbooks: figures as numbers, everything else as text that no spreadsheet runs; equal rows, equal bytes.

The usual writers stamp the time of writing into the file, and keep the whole of it in memory.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from core.archives import member
from core.downloads import safe_cell

Rows = Iterable[Sequence[object]]
Sheet = tuple[str, Rows]
#: Of more digits a spreadsheet keeps only the first: such a figure is written as text.
EXACT_DIGITS = 15
#: Rows of one sheet, and characters of one cell, that spreadsheets take.
MAX_ROWS, MAX_CHARACTERS = 1_048_576, 32_767
#: Characters that XML cannot hold.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_NAME = re.compile(r"[\[\]:*?/\\]")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write the sheets, each a name and its rows, to the file.

    Raises:
        ValueError: a sheet has more rows than spreadsheets take.
    """
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in _frame([name for name, _rows in sheets]):
            archive.writestr(member(name), text)
        for number, (_name, rows) in enumerate(sheets, 1):
            with archive.open(member(f"xl/worksheets/sheet{number}.xml"), "w") as part:
                part.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
                for line in _lines(rows):
                    part.write(line.encode())
                part.write(b"</sheetData></worksheet>")


def _lines(rows: Rows) -> Iterator[str]:
    for number, row in enumerate(rows, 1):
        if number > MAX_ROWS:
            raise ValueError(f"a sheet takes {MAX_ROWS} rows")
        yield f'<row r="{number}">{"".join(map(_cell, row))}</row>'


def _cell(value: object) -> str:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        written = f"{value:f}" if isinstance(value, Decimal) else str(value)
        if len(written.strip("-").replace(".", "").strip("0")) <= EXACT_DIGITS:
            return f"<c><v>{written}</v></c>"
        return _text(written)
    return _text(safe_cell(value)) if value not in (None, "") else "<c/>"


def _text(text: str) -> str:
    kept = _NO_XML.sub("\ufffd", text)[:MAX_CHARACTERS]
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(kept)}</t></is></c>'


def _frame(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The parts of the package besides its sheets."""
    numbers = range(1, len(names) + 1)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>' for number in numbers
    )
    yield "[Content_Types].xml", (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType='
        f'"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{kinds}</Types>'
    )
    yield "_rels/.rels", (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    )
    shown = "".join(
        f'<sheet name={quoteattr(_NO_NAME.sub(" ", name)[:31])} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in zip(numbers, names, strict=True)
    )
    yield "xl/workbook.xml", (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{shown}</sheets></workbook>'
    )
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    yield "xl/_rels/workbook.xml.rels", (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>'
    )
