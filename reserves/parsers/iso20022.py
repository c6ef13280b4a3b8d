"""Opens a message of ISO 20022 piece by piece: no entity is resolved, nothing is fetched, no document type is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from core.cells import Column, Converter
from core.problems import Problems, shown
from core.tablefile import CONTENT, CellRefused, Raw, Unreadable, blocks, content_of, head_of, opened
from reserves.parsers.statements import StatementDescription, judged_name

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
_DOCTYPE = b"<!DOCTYPE"
_ENCODING = re.compile(rb"^<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)[\"']")
_SAFE: dict[str, Any] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "dtd_validation": False, "huge_tree": False,
    "remove_comments": True, "remove_pis": True, "encoding": "UTF-8",
}
_AMOUNT = Converter(Column("amount", "decimal", places=4, max_digits=24, minimum=0))
_QUANTITY = Converter(Column("quantity", "decimal", places=18, max_digits=38, minimum=0))
_DAY = Converter(Column("day", "date"))
_CURRENCY = Converter(Column("currency", "currency"))


class Values:
    """Reads figures of elements; what cannot be read is noted with the number of the entry or position."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def amount(self, text: str | None, row: int, column: str) -> Any:
        return self._read(_AMOUNT, text, row, column)

    def quantity(self, text: str | None, row: int, column: str) -> Any:
        return self._read(_QUANTITY, text, row, column)

    def currency(self, text: str | None, row: int, column: str) -> Any:
        return self._read(_CURRENCY, text, row, column)

    def day(self, text: str | None, row: int, column: str) -> Any:
        """The day of a date or of a moment, as the sender's clock shows it."""
        return self._read(_DAY, (text or "").strip()[:10], row, column)

    def _read(self, converter: Converter, text: str | None, row: int, column: str) -> Any:
        cell = (text or "").strip()
        if not cell:
            self.problems.add("element_missing", row=row, column=column)
            return None
        try:
            return converter[cell]
        except CellRefused as refusal:
            rule = "unreadable_amount" if refusal.rule == "formula" else refusal.rule
            self.problems.add(rule, row=row, column=column, value=cell, **refusal.params)
            return None


def message_of(raw: Raw, filename: str, description: StatementDescription, root: str) -> str:
    """The namespace of the message. Raises Unreadable for anything but a message of this kind in a known version."""
    judged_name(raw, filename, description)
    head = head_of(raw, 4096)
    found = content_of(head)
    if found not in ("xml", "html"):
        raise Unreadable("not_what_name_says", expected=CONTENT["xml"],
                         found="text" if found == "csv" else CONTENT[found])
    if (stated := _ENCODING.match(head.removeprefix(b"\xef\xbb\xbf"))) and stated[1].lower() not in (
        b"utf-8", b"us-ascii", b"ascii",
    ):
        raise Unreadable("xml_encoding", found=shown(stated[1].decode("ascii", "replace")))
    _refuse_doctype(raw)
    names: list[etree.QName] = []
    with opened(raw) as source:
        try:
            for _, element in etree.iterparse(source, events=("start",), **_SAFE):
                names.append(etree.QName(element))
                if len(names) == 2:
                    break
        except etree.XMLSyntaxError as error:
            raise Unreadable("xml_broken", row=error.lineno or 1) from None
        except ValueError:  # a name such as "urn:", which the reader lets pass and namespaces do not allow
            raise Unreadable("xml_broken", row=element.sourceline or 1) from None
    namespace = names[0].namespace or ""
    version = namespace.removeprefix(NAMESPACE)
    if names[0].localname != "Document" or (version in description.versions and len(names) < 2):
        raise _Named("xml_root", names[0].localname, expected="Document")
    if version not in description.versions or version == namespace:
        raise _Named("xml_version", namespace or names[0].localname, expected=", ".join(description.versions))
    if names[1].localname != root:
        raise _Named("xml_root", names[1].localname, expected=root)
    return namespace


class _Named(Unreadable):
    """A refusal that names what was found instead."""

    def __init__(self, rule: str, value: str, *, expected: str) -> None:
        super().__init__(rule, expected=expected)
        self.value = value


def note_refusal(refusal: Unreadable, problems: Problems) -> None:
    """Note why a file cannot be read (any further)."""
    params: dict[str, Any] = refusal.params
    problems.add(refusal.rule, row=refusal.row, value=getattr(refusal, "value", ""), **params)


def _refuse_doctype(raw: Raw) -> None:
    """A document type can define entities that grow without bound or fetch files; no statement needs one."""
    before = b""
    for block in blocks(raw):
        if _DOCTYPE in before + block:
            raise Unreadable("doctype")
        before = block[-len(_DOCTYPE) :]


def elements_of(raw: Raw, namespace: str, names: tuple[str, ...]) -> Iterator[etree._Element]:
    """The elements of these names as each ends, then emptied. Raises Unreadable where the XML breaks off."""
    with opened(raw) as source:
        try:
            for _, element in etree.iterparse(
                source, events=("end",), tag=[f"{{{namespace}}}{name}" for name in names], **_SAFE
            ):
                yield element
        except etree.XMLSyntaxError as error:
            raise Unreadable("xml_broken", row=error.lineno or 1) from None


def forget(element: etree._Element) -> None:
    """Give back the memory of an element that was read, and of what stands before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
