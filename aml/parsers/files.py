"""Opens the files of a list: what kind they are, their records, their elements. Nothing hostile gets past here."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from core.problems import shown
from core.tablefile import content_of

MAX_BYTES = 400 * 1_000_000
_ENCODING = re.compile(rb"^<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)[\"']")
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SAFE: dict[str, Any] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "dtd_validation": False, "huge_tree": False,
    "remove_comments": True, "remove_pis": True, "encoding": "UTF-8",
}
#: MS-DOS's mark of the end of a file, which OFAC still writes.
CTRL_Z = "\x1a"


class Refusal(Exception):
    """The file cannot be read (any further); ``rule`` is a key of core.problems.SENTENCES."""

    def __init__(self, rule: str, *, row: int | None = None, column: str = "", value: str = "", **params: Any) -> None:
        super().__init__(rule)
        self.rule, self.row, self.column, self.value, self.params = rule, row, column, value, params


def kind_of(raw: bytes) -> str:
    """Return what the bytes are: xml, json or text. Raises Refusal for what no list is."""
    if len(raw) > MAX_BYTES:
        raise Refusal("list_too_large", limit_mb=MAX_BYTES // 1_000_000)
    if not raw.strip():
        raise Refusal("list_empty")
    found = content_of(raw[:4096])
    if found == "html" or raw[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html")):
        raise Refusal("list_html")
    if found not in ("xml", "json", "csv"):
        raise Refusal("list_wrong_file", value=found.upper(), expected="XML, CSV, JSON")
    return {"csv": "text"}.get(found, found)


def first_line(raw: bytes) -> str:
    """Return how a text begins, for a sentence about it."""
    line = raw[:200].removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0]
    return f"“{line.decode('utf-8', 'replace').strip()[:60]}”"


def text_of(raw: bytes) -> str:
    """Return the text of the bytes. Raises Refusal for anything but UTF-8, and for NUL bytes."""
    if (position := raw.find(b"\0")) >= 0:
        raise Refusal("list_nul", row=raw.count(b"\n", 0, position) + 1)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal("list_not_utf8", row=raw.count(b"\n", 0, error.start) + 1) from None


def records(raw: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield row number and cells of every record of a CSV that is not blank."""
    reader = csv.reader(io.StringIO(text_of(raw), newline=""), strict=True)
    row = 0
    while True:
        row += 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise Refusal("list_csv_broken", row=row) from None
        if cells is None:
            return
        if any(cell.strip(CTRL_Z + " ") for cell in cells):
            yield row, cells


def root_of(raw: bytes) -> etree._Element:
    """Return the element that an XML file begins with, without what is in it.

    Raises:
        Refusal: it has a document type, says another encoding than UTF-8, or is not XML.
    """
    stated = _ENCODING.match(raw[:4096].removeprefix(b"\xef\xbb\xbf"))
    if stated and stated[1].lower() not in (b"utf-8", b"us-ascii", b"ascii"):
        raise Refusal("list_encoding", value=shown(stated[1].decode("ascii", "replace")))
    if _DOCTYPE.search(raw):
        raise Refusal("list_doctype")
    text_of(raw)
    try:
        for _event, element in etree.iterparse(io.BytesIO(raw), events=("start",), **_SAFE):
            return element
    except etree.XMLSyntaxError as error:
        raise Refusal("list_xml_broken", row=error.lineno or 1) from None
    raise Refusal("list_xml_broken", row=1)


def elements(raw: bytes, *names: str) -> Iterator[etree._Element]:
    """Yield the elements of these names, in whatever namespace, as each ends; what was read is given back.

    Raises:
        Refusal: the XML breaks off.
    """
    wanted = [f"{{*}}{name}" for name in names]
    try:
        for _event, element in etree.iterparse(io.BytesIO(raw), events=("end",), tag=wanted, **_SAFE):
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        raise Refusal("list_xml_broken", row=error.lineno or 1) from None


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace, also where it is no name that namespaces allow ("a:")."""
    return str(element.tag).rpartition("}")[2]


def text(element: etree._Element, path: str) -> str:
    """Return the text of the first element below, on a path of names in whatever namespace; "" where there is none."""
    found = element.find("/".join(f"{{*}}{name}" for name in path.split("/")))
    return "" if found is None or found.text is None else found.text.strip()


def below(element: etree._Element, path: str) -> list[etree._Element]:
    """Return the elements below, on a path of names in whatever namespace."""
    return element.findall("/".join(f"{{*}}{name}" for name in path.split("/")))
