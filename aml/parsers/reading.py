"""Which reader reads the files of a list, and what holds for every list whatever its format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from aml.parsers import canonical, crypto, eu, ofac_csv, ofac_xml, uk, un
from aml.parsers.description import Description, describe
from aml.parsers.entry import ParsedList, check
from aml.parsers.files import Refusal, first_line, kind_of, local, root_of, text_of
from core.problems import Problems

Files = Sequence[tuple[str, bytes]]


def read_list(source: str, files: Files, *, today: date) -> ParsedList:
    """Return what the files of a list hold, or everything that is wrong with them."""
    described, problems = describe(source), Problems()
    try:
        parsed = _read(described, files, problems)
    except Refusal as refusal:
        problems.add(refusal.rule, row=refusal.row, column=refusal.column, value=refusal.value, **refusal.params)
        return ParsedList([], problems)
    check(parsed.entries, problems)
    if not problems.count and len(parsed.entries) < described.least:
        problems.add("list_few", found=len(parsed.entries), expected=described.least)
    if parsed.published_on is not None and parsed.published_on > today:
        problems.add("list_future", day=parsed.published_on.isoformat())
    return parsed


def _read(described: Description, files: Files, problems: Problems) -> ParsedList:
    expected = "; ".join(described.files)
    if not files:
        raise Refusal("list_no_file", expected=expected)
    kinds = []
    for name, raw in files:
        problems.file = name
        kinds.append(kind_of(raw))
        if kinds[-1] != "xml":
            text_of(raw)
    problems.file = files[0][0]
    if described.source == "crypto":
        return crypto.read_crypto(files, problems)
    if described.source == "ofac" and set(kinds) == {"text"}:
        return ofac_csv.read_ofac_csv(files, problems)
    if len(files) > 1:
        problems.file = files[1][0]
        raise Refusal("list_one_file", expected=expected)
    return _reader(described, kinds[0], files[0][1], expected)(files[0][1], problems)


def _reader(described: Description, kind: str, raw: bytes, expected: str) -> Callable[[bytes, Problems], ParsedList]:
    """Return the reader of the one file of a list. Raises Refusal if the file is of none that the list may have."""
    if kind == "xml":
        root = root_of(raw)
        readers = {"ofac_xml": (ofac_xml.is_ofac, ofac_xml.read_ofac_xml), "un_xml": (un.is_un, un.read_un),
                   "eu_xml": (eu.is_eu, eu.read_eu), "uk_xml": (uk.is_uk, uk.read_uk_xml)}
        for name, (is_this, read) in readers.items():
            if name in described.formats and is_this(root):
                return read
        raise Refusal("list_wrong_file", row=1, value=f"<{local(root)[:60]}>", expected=expected)
    if kind == "text":
        if "canonical" in described.formats and canonical.is_canonical(raw):
            return canonical.read_canonical
        if "uk_csv" in described.formats and uk.is_uk_csv(raw):
            return uk.read_uk_csv
    raise Refusal("list_wrong_file", row=1, value=first_line(raw), expected=expected)
