"""Reads the canonical CSV of a list: beside their own formats, what EU, UK, Hong Kong and own lists come in."""

from __future__ import annotations

import re

from aml.parsers import countries, dates
from aml.parsers.entry import (
    AIRCRAFT,
    ALIAS,
    ORGANISATION,
    PERSON,
    PRIMARY,
    UNKNOWN,
    VESSEL,
    Entry,
    ParsedList,
    clean,
    is_latin,
)
from aml.parsers.files import records
from core.problems import Problems

COLUMNS = ("entry_id", "type", "name", "aliases", "birth_date", "country", "programme", "listed_on", "address")
REQUIRED = ("entry_id", "type", "name")
KINDS = {
    "person": PERSON, "individual": PERSON, "organisation": ORGANISATION, "organization": ORGANISATION,
    "company": ORGANISATION, "entity": ORGANISATION, "vessel": VESSEL, "ship": VESSEL, "aircraft": AIRCRAFT,
    "unknown": UNKNOWN,
}
#: Several values of one cell are parted so.
_PARTED = re.compile(r"\s*[;|]\s*")


def is_canonical(raw: bytes) -> bool:
    """Say whether the first row of a text has the column that no other format has."""
    return b"entry_id" in raw[:2048].lstrip(b"\xef\xbb\xbf\r\n ").split(b"\n", 1)[0]


def read_canonical(raw: bytes, problems: Problems) -> ParsedList:
    """Return the entries of a canonical CSV; aliases, dates, countries and programmes may be several, parted by ;."""
    rows = records(raw)
    _row, header = next(rows, (1, []))
    names = [cell.strip() for cell in header]
    _check_header(names, problems)
    if problems.count:
        return ParsedList([], problems, format="canonical")
    entries = []
    for row, cells in rows:
        if len(cells) != len(names):
            problems.add("list_cells", row=row, found=len(cells), expected=len(names))
            continue
        entries.append(_entry(row, dict(zip(names, cells, strict=True)), problems))
    return ParsedList(entries, problems, format="canonical")


def _check_header(names: list[str], problems: Problems) -> None:
    expected = ", ".join(COLUMNS)
    for column in REQUIRED:
        if column not in names:
            problems.add("list_column_missing", row=1, column=column, expected=expected)
    for name in names:
        if name not in COLUMNS or names.count(name) > 1:
            problems.add("list_column_unknown", row=1, value=name, expected=expected)


def _entry(row: int, said: dict[str, str], problems: Problems) -> Entry:
    kind = KINDS.get(said["type"].strip().casefold())
    if kind is None:
        problems.add("list_kind", row=row, column="type", value=said["type"], expected=", ".join(sorted(KINDS)))
    entry = Entry(clean(said["entry_id"]), kind or UNKNOWN, clean(said["name"]), row)
    entry.add_name(entry.name, PRIMARY)
    for alias in _values(said, "aliases"):
        entry.add_name(alias, ALIAS)
    for text in _values(said, "birth_date"):
        found = list(dates.birth_dates(text))
        if not found:
            problems.add("list_date", row=row, column="birth_date", value=text, expected="1971-03-02, 1971-03, 1971")
        entry.birth_dates += [each for each in found if each not in entry.birth_dates]
    for text in _values(said, "country"):
        code = countries.code_of(text)
        if not code:
            problems.add("list_country", row=row, column="country", value=text)
        entry.add_country(code)
    entry.programmes = _values(said, "programme")
    if listed := said.get("listed_on", "").strip():
        entry.listed_on = dates.iso_day(listed)
        if entry.listed_on is None:
            problems.add("list_date", row=row, column="listed_on", value=listed, expected="2026-11-22")
    for text in _values(said, "address"):
        _add_address(entry, text)
    return entry


def _add_address(entry: Entry, text: str) -> None:
    """Take an address of a chain as one (with its asset before a colon or without), any other as where somebody is."""
    asset, between, address = text.rpartition(":")
    if not between or not re.fullmatch(r"[A-Z0-9]{2,12}", asset):
        asset, address = "", text
    if re.fullmatch(r"[0-9A-Za-z]{25,160}", address) and is_latin(address) and re.search(r"\d", address):
        entry.add_address(asset, address, entry.listed_on)
    else:
        entry.add_detail("addresses", text)


def _values(said: dict[str, str], column: str) -> list[str]:
    parts = (clean(part) for part in _PARTED.split(said.get(column, "")))
    return list(dict.fromkeys(part for part in parts if part))

