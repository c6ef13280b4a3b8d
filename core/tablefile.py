"""What kind of file these bytes are, and the words that the readers of CSV and XLSX share."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

MAX_BYTES = 200 * 1_000_000
MAX_COLUMNS = 256

Raw = bytes | Path  # what a file holds, or the file that holds it: a large one is not read into memory
BLOCK = 1 << 20

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


CONTENT = {
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


def opened(raw: Raw) -> BinaryIO:
    """A fresh reader at the first byte; whoever opens it closes it."""
    return raw.open("rb") if isinstance(raw, Path) else io.BytesIO(raw)


def size_of(raw: Raw) -> int:
    return raw.stat().st_size if isinstance(raw, Path) else len(raw)


def blocks(raw: Raw) -> Iterator[bytes]:
    """The bytes, a megabyte at a time."""
    with opened(raw) as source:
        while block := source.read(BLOCK):
            yield block


def head_of(raw: Raw, count: int = 512) -> bytes:
    with opened(raw) as source:
        return source.read(count)


def kind_of_file(raw: Raw, filename: str, *, max_bytes: int = MAX_BYTES) -> Literal["csv", "xlsx"]:
    """The kind that name and bytes agree on. Raises Unreadable if they do not, or if the file is empty or too large."""
    expected = filename.lower().rpartition(".")[2]
    if expected not in ("csv", "xlsx"):
        raise Unreadable("unknown_file_type")
    refuse_size(raw, max_bytes)
    found = content_of(head_of(raw))
    if found == "ole" and _holds(raw, _ENCRYPTED_PACKAGE):
        raise Unreadable("encrypted_file")
    if found == "zip" and (expected == "xlsx" or _holds(raw, b"xl/workbook.xml")):
        found = "xlsx"
    if found != expected:
        raise Unreadable("not_what_name_says", expected=CONTENT[expected], found=CONTENT[found])
    return "xlsx" if expected == "xlsx" else "csv"


def refuse_size(raw: Raw, max_bytes: int = MAX_BYTES) -> None:
    """Raises Unreadable for a file that is empty or too large."""
    if size_of(raw) > max_bytes:
        raise Unreadable("too_large", limit_mb=max_bytes // 1_000_000)
    if not size_of(raw):
        raise Unreadable("empty_file")


def _holds(raw: Raw, wanted: bytes) -> bool:
    return wanted in (raw.read_bytes() if isinstance(raw, Path) else raw)


def content_of(head: bytes) -> str:
    """What the first bytes of a file show it to be: a key of CONTENT; csv stands for any text."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    start = head[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
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
