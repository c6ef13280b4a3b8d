"""What kind of file these bytes are, and the words that the readers of CSV and XLSX share."""

from __future__ import annotations

from typing import Any, Final, Literal

MAX_BYTES = 200 * 1_000_000
MAX_COLUMNS = 256

Record = tuple[int, list[Any]]  # the spreadsheet's row number; its cells: text, StoredNumber or NOTED

NOTED: Final = object()  # a cell whose problem has been noted already: it has no value


class Unreadable(Exception):
    """The file cannot be read (any further); `rule` is a key of core.problems.SENTENCES."""

    def __init__(self, rule: str, *, row: int | None = None, **params: str | int) -> None:
        super().__init__(rule)
        self.rule = rule
        self.row = row
        self.params = params


class CellRefused(ValueError):
    """The cell is not a value of its column; `rule` is a key of core.problems.SENTENCES."""

    def __init__(self, rule: str, **params: str | int) -> None:
        super().__init__(rule)
        self.rule = rule
        self.params = params


_NAMES = {
    "csv": "CSV",
    "xlsx": "XLSX",
    "zip": "ZIP",
    "pdf": "PDF",
    "ole": "XLS",
    "html": "HTML",
    "xml": "XML",
    "json": "JSON",
    "gzip": "GZIP",
    "image": "PNG / JPEG",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_MAGIC = (
    (b"PK", "zip"),
    (b"%PDF-", "pdf"),
    (_OLE, "ole"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
)


def kind_of_file(raw: bytes, filename: str, *, max_bytes: int = MAX_BYTES) -> Literal["csv", "xlsx"]:
    """The kind that name and bytes agree on. Raises Unreadable if they do not, or if the file is empty or too large."""
    expected = filename.lower().rpartition(".")[2]
    if expected not in ("csv", "xlsx"):
        raise Unreadable("unknown_file_type")
    if len(raw) > max_bytes:
        raise Unreadable("too_large", limit_mb=max_bytes // 1_000_000)
    if not raw:
        raise Unreadable("empty_file")
    found = _content(raw)
    if found == "ole" and _ENCRYPTED_PACKAGE in raw:
        raise Unreadable("encrypted_file")
    if found == "zip" and (expected == "xlsx" or b"xl/workbook.xml" in raw):
        found = "xlsx"
    if found != expected:
        raise Unreadable("not_what_name_says", expected=_NAMES[expected], found=_NAMES[found])
    return "xlsx" if expected == "xlsx" else "csv"


def _content(raw: bytes) -> str:
    for magic, kind in _MAGIC:
        if raw.startswith(magic):
            return kind
    start = raw[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"<"):
        return "html" if b"html" in start else "xml"
    if start.startswith((b"{", b"[")):
        return "json"
    return "csv"


def column_letters(position: int) -> str:
    """The letters above a column, counted from 0: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
