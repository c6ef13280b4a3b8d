"""Reads OFAC's SDN list in its classic form: three CSV files without header row, of entries, aliases and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from aml.parsers import countries
from aml.parsers.entry import ALIAS, AIRCRAFT, ORGANISATION, PERSON, PRIMARY, UNKNOWN, VESSEL, Entry, ParsedList, clean, join
from aml.parsers.files import Refusal, records
from aml.parsers.remarks import read_remarks
from core.problems import Problems

#: Cells a row, and what the file has: the three are told apart by it.
PARTS = {12: "sdn", 5: "alt", 6: "add"}
WORDS = {"sdn": "entries (sdn.csv)", "alt": "aliases (alt.csv)", "add": "addresses (add.csv)"}
KINDS = {"": ORGANISATION, "individual": PERSON, "vessel": VESSEL, "aircraft": AIRCRAFT, "entity": ORGANISATION}
EMPTY = "-0-"
_ALIASES = ("aka", "fka", "nka", "a.k.a.", "f.k.a.", "n.k.a.")


def part_of(raw: bytes) -> str:
    """Return which of the three files this is, by its first row, or "" where it is none."""
    try:
        _row, cells = next(records(raw))
    except (StopIteration, Refusal):
        return ""
    number = cells[0].strip()
    return PARTS.get(len(cells), "") if number.isdecimal() and len(number) < 12 else ""


def read_ofac_csv(files: Sequence[tuple[str, bytes]], problems: Problems) -> ParsedList:
    """Return the entries of the three files, which have to be of one publication."""
    parts: dict[str, tuple[str, bytes]] = {}
    for name, raw in files:
        part = part_of(raw)
        if part in parts:
            problems.file = name
            problems.add("list_file_twice", value=parts[part][0])
        parts[part] = (name, raw)
    for part, words in WORDS.items():
        if part not in parts:
            problems.file = ""
            problems.add("list_file_missing", value=words, expected=", ".join(WORDS.values()))
    if problems.count:
        return ParsedList([], problems, format="ofac_csv")
    problems.file = parts["sdn"][0]
    entries: dict[str, Entry] = {}
    for row, cells in _rows(parts["sdn"][1], 12, problems):
        entry = _entry(row, cells, problems)
        if entry.key in entries:
            problems.add("list_key_twice", row=row, value=entry.key)
        entries[entry.key] = entry
    problems.file = parts["alt"][0]
    for row, cells in _rows(parts["alt"][1], 5, problems):
        _add_alias(entries, row, cells, problems)
    problems.file = parts["add"][0]
    for row, cells in _rows(parts["add"][1], 6, problems):
        if entry := _owner(entries, row, cells, problems):
            entry.add_detail("addresses", join(*cells[2:], between=", "))
            entry.add_country(countries.code_of(cells[4]))
    problems.file = parts["sdn"][0]
    return ParsedList(list(entries.values()), problems, format="ofac_csv")


def _rows(raw: bytes, width: int, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of one file, ``-0-`` as nothing."""
    for row, cells in records(raw):
        if len(cells) != width:
            problems.add("list_cells", row=row, found=len(cells), expected=width)
            continue
        yield row, ["" if cell.strip() == EMPTY else clean(cell) for cell in cells]


def _entry(row: int, cells: list[str], problems: Problems) -> Entry:
    key, name, kind, programmes, title, call_sign, vessel_type, tonnage, grt, flag, owner, remarks = cells
    if kind.lower() not in KINDS:
        problems.add("list_kind", row=row, column="SDN_Type", value=kind, expected="individual, vessel, aircraft, -0-")
    entry = Entry(key, KINDS.get(kind.lower(), UNKNOWN), name, row)
    entry.add_name(name, PRIMARY)
    entry.programmes = [part for part in map(clean, re.split(r"\]\s*\[", programmes.strip("[]"))) if part]
    entry.add_detail("titles", title)
    entry.add_identifier("call_sign", call_sign)
    entry.add_country(countries.code_of(flag))
    for name_of, value in (("flags", flag), ("vessel_types", vessel_type), ("tonnage", tonnage or grt), ("owners", owner)):
        entry.add_detail(name_of, value)
    read_remarks(entry, remarks)
    return entry


def _owner(entries: dict[str, Entry], row: int, cells: list[str], problems: Problems) -> Entry | None:
    entry = entries.get(cells[0])
    if entry is None:
        problems.add("list_orphan", row=row, value=cells[0])
    return entry


def _add_alias(entries: dict[str, Entry], row: int, cells: list[str], problems: Problems) -> None:
    _key, _number, kind, name, _remarks = cells
    if kind.lower() not in _ALIASES:
        problems.add("list_kind", row=row, column="alt_type", value=kind, expected=", ".join(_ALIASES[:3]))
    elif entry := _owner(entries, row, cells, problems):
        entry.add_name(name, ALIAS)
