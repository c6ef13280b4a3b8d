"""Reads the UK Sanctions List of the Foreign, Commonwealth and Development Office, as XML and as CSV."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from typing import Any

from lxml import etree

from aml.parsers import countries, dates
from aml.parsers.entry import (
    ALIAS,
    ORGANISATION,
    ORIGINAL,
    PERSON,
    PRIMARY,
    UNKNOWN,
    VESSEL,
    WEAK,
    Entry,
    ParsedList,
    clean,
    join,
)
from aml.parsers.files import below, elements, local, records, text
from core.problems import Problems

ROOT = "Designations"
KINDS = {"individual": PERSON, "entity": ORGANISATION, "ship": VESSEL}
NEEDED = ("Unique ID", "Name 6", "Name type", "Designation Type")
#: Leaves of the XML and columns of the CSV, and what they give; in the CSV several values may stand in one cell.
_IDENTIFIERS = (
    ("PassportNumber", "Passport number", "passport"),
    ("NationalIdentifierNumber", "National Identifier number", "national_id"),
    ("BusinessRegistrationNumber", "Business registration number (s)", "registration"),
    ("IMONumber", "IMO number", "imo"),
)
_COUNTRIES = (
    ("Nationality", "Nationality(/ies)", "nationalities"), ("CountryOfBirth", "Country of birth", "birth_places"),
    ("AddressCountry", "Address Country", ""), ("CurrentBelievedFlagOfShip", "Current believed flag of ship", "flags"),
)
_TEXTS = (
    ("OtherInformation", "Other Information", "remarks"),
    ("UKStatementofReasons", "UK Statement of Reasons", "remarks"),
    ("SanctionsImposed", "Sanctions Imposed", "measures"),
    ("Position", "Position", "titles"), ("Title", "Title", "titles"),
    ("UNReferenceNumber", "UN Reference Number", "un_reference"), ("Gender", "Gender", "gender"),
)
_REPORT = re.compile(r"Report Date:\s*(\d{1,2}-[A-Za-z]{3}-\d{4})")
_PARTED = re.compile(r"\s*[|;]\s*")


def read_uk_xml(raw: bytes, problems: Problems) -> ParsedList:
    """Return the designations of the XML, which says when it was generated."""
    entries, published_on = [], None
    for element in elements(raw, "DateGenerated", "Designation"):
        if local(element) == "DateGenerated":
            published_on = dates.slashed_day(element.text)
            continue
        entry = Entry(clean(text(element, "UniqueID")), UNKNOWN, "", element.sourceline or 0)
        _set_kind(entry, text(element, "IndividualEntityShip"), problems)
        for name in below(element, "Names/Name"):
            parts = [text(name, f"Name{number}") for number in (1, 2, 3, 4, 5, 6)]
            _add_name(entry, join(*parts), text(name, "NameType"), text(name, "AliasStrength"))
        for leaf in element.iter("{*}NameNonLatinScript"):
            entry.add_name(leaf.text or "", ORIGINAL)
        for address in below(element, "Addresses/Address"):
            entry.add_detail("addresses", join(*(part.text for part in address), between=", "))
        _fill(entry, partial(_leaves, element))
        _add_listing(entry, text(element, "DateDesignated"), text(element, "RegimeName"))
        for leaf in element.iter("{*}DOB"):
            _add_birth(entry, leaf.text)
        entries.append(entry)
    return ParsedList(entries, problems, published_on, format="uk_xml")


def read_uk_csv(raw: bytes, problems: Problems) -> ParsedList:
    """Return the designations of the CSV: rows of one Unique ID are names and addresses of one entry."""
    published_on: date | None = None
    header: list[str] | None = None
    entries: dict[str, Entry] = {}
    for row, cells in records(raw):
        if header is None:
            if found := _REPORT.search(" ".join(cells)):
                published_on = _report_day(found[1])
            elif "Unique ID" in cells:
                header = [cell.strip() for cell in cells]
                for column in NEEDED:
                    if column not in header:
                        problems.add("list_column_missing", row=row, column=column, expected=", ".join(NEEDED))
            continue
        if len(cells) != len(header):
            problems.add("list_cells", row=row, found=len(cells), expected=len(header))
            continue
        said = dict(zip(header, cells, strict=True))
        key = clean(said.get("Unique ID"))
        entry = entries.get(key) if key else None
        if entry is None:
            entry = entries[key or f"row {row}"] = Entry(key, UNKNOWN, "", row)
        _add_row(entry, said, problems)
    return ParsedList(list(entries.values()), problems, published_on, format="uk_csv")


def _add_row(entry: Entry, said: dict[str, str], problems: Problems) -> None:
    _set_kind(entry, said.get("Designation Type", ""), problems)
    name = join(*(said.get(f"Name {number}") for number in (1, 2, 3, 4, 5, 6)))
    _add_name(entry, name, said.get("Name type", ""), said.get("Alias strength", ""))
    entry.add_name(said.get("Name non-latin script", ""), ORIGINAL)
    parts = [*(f"Address Line {number}" for number in range(1, 7)), "Address Postal Code", "Address Country"]
    entry.add_detail("addresses", join(*(said.get(part) for part in parts), between=", "))
    _fill(entry, lambda _leaf, column: _PARTED.split(said.get(column, "")))
    _add_listing(entry, said.get("Date Designated", ""), said.get("Regime Name", ""))
    for born in _PARTED.split(said.get("D.O.B", "")):
        _add_birth(entry, born)


def _leaves(element: etree._Element, leaf: str, _column: str) -> list[Any]:
    return [found.text or "" for found in element.iter(f"{{*}}{leaf}")]


def _fill(entry: Entry, values: Callable[[str, str], list[Any]]) -> None:
    """Take what XML and CSV call differently; ``values`` gives the texts of a leaf or column."""
    for leaf, column, kind in _IDENTIFIERS:
        for value in values(leaf, column):
            entry.add_identifier(kind, value)
    for leaf, column, detail in _COUNTRIES:
        for value in values(leaf, column):
            entry.add_country(countries.code_of(value))
            if detail:
                entry.add_detail(detail, value)
    for leaf, column, detail in _TEXTS:
        for value in values(leaf, column):
            entry.add_detail(detail, value)


def _set_kind(entry: Entry, said: str, problems: Problems) -> None:
    kind = KINDS.get(clean(said).lower())
    if kind is None:
        problems.add("list_kind", row=entry.row, value=said, expected=", ".join(sorted(KINDS)))
    entry.kind = kind or UNKNOWN


def _add_name(entry: Entry, name: str, kind: str, strength: str) -> None:
    if not name:
        return
    if clean(kind).lower() == "primary name" and all(known != PRIMARY for _name, known in entry.names):
        entry.name = name
        entry.names = [(name, PRIMARY), *(each for each in entry.names if each[0] != name)]
        return
    entry.name = entry.name or name
    weak = "low" in strength.lower() or "weak" in strength.lower()
    entry.add_name(name, WEAK if weak else ALIAS)


def _add_listing(entry: Entry, day: str, regime: str) -> None:
    entry.listed_on = entry.listed_on or dates.slashed_day(day)
    regime = clean(regime)
    if regime and regime not in entry.programmes:
        entry.programmes.append(regime)


def _add_birth(entry: Entry, said: str | None) -> None:
    for found in dates.birth_dates(said):
        entry.add_birth_date(found)


def _report_day(said: str) -> date | None:
    with suppress(ValueError):
        return datetime.strptime(said, "%d-%b-%Y").date()  # noqa: DTZ007 - a day has no zone
    return None


def is_uk(root: etree._Element) -> bool:
    """Say whether a document begins as this list does."""
    return local(root) == ROOT


def is_uk_csv(raw: bytes) -> bool:
    """Say whether a text begins as the CSV of this list does: a line with its day, then the names of its columns."""
    return b"Unique ID" in raw[:8192]
