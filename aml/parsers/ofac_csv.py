"""Reads OFAC's SDN list in its classic form: CSV files without header row: entries, aliases, addresses, remarks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from aml.parsers import countries
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
    join,
)
from aml.parsers.files import CTRL_Z, Refusal, first_line, records
from aml.parsers.remarks import read_remarks
from core.problems import Problems

#: Cells a row, and what the file has: the files are told apart by it.
PARTS = {12: "sdn", 5: "alt", 6: "add", 2: "comments"}
WORDS = {"sdn": "entries (sdn.csv)", "alt": "aliases (alt.csv)", "add": "addresses (add.csv)"}
KINDS = {"": ORGANISATION, "individual": PERSON, "vessel": VESSEL, "aircraft": AIRCRAFT, "entity": ORGANISATION}
EMPTY = "-0-"
_ALIASES = ("aka", "fka", "nka", "a.k.a.", "f.k.a.", "n.k.a.")


def part_of(raw: bytes) -> str:
    """Return which of the files this is, by its first row, or "" where it is none."""
    try:
        _row, cells = next(records(raw))
    except (StopIteration, Refusal):
        return ""
    number = cells[0].strip()
    return PARTS.get(len(cells), "") if number.isdecimal() and len(number) < 12 else ""


def read_ofac_csv(files: Sequence[tuple[str, bytes]], problems: Problems) -> ParsedList:
    """Return the entries of the files, all of one publication; the one of further remarks may be missing."""
    parts: dict[str, tuple[str, bytes]] = {}
    for name, raw in files:
        part = part_of(raw)
        problems.file = name
        if not part:
            raise Refusal("list_wrong_file", row=1, value=first_line(raw), expected=", ".join(WORDS.values()))
        if part in parts:
            problems.add("list_file_twice", value=parts[part][0])
        parts[part] = (name, raw)
    for part, words in WORDS.items():
        if part not in parts:
            problems.file = ""
            problems.add("list_file_missing", value=words, expected=", ".join(WORDS.values()))
    _check_ends(parts, problems)
    if problems.count:
        return ParsedList([], problems, format="ofac_csv")
    entries: dict[str, Entry] = {}
    further = _further_remarks(parts.get("comments"), problems)
    problems.file = parts["sdn"][0]
    for row, cells in _rows(parts["sdn"][1], 12, problems):
        entry = _entry(row, cells, further.pop(clean(cells[0]), ""), problems)
        if entry.key in entries:
            problems.add("list_key_twice", row=row, value=entry.key)
        entries[entry.key] = entry
    problems.file = parts["alt"][0]
    for row, cells in _rows(parts["alt"][1], 5, problems):
        _add_alias(entries, row, cells, problems)
    problems.file = parts["add"][0]
    for row, cells in _rows(parts["add"][1], 6, problems):
        if owner := _owner(entries, row, cells, problems):
            owner.add_detail("addresses", join(*cells[2:], between=", "))
            owner.add_country(countries.code_of(cells[4]))
    for key, remarks in further.items():
        if remarks:
            problems.file = parts["comments"][0]
            problems.add("list_orphan", value=key)
    problems.file = parts["sdn"][0]
    return ParsedList(list(entries.values()), problems, format="ofac_csv")


def _check_ends(parts: dict[str, tuple[str, bytes]], problems: Problems) -> None:
    """Note each file without the mark of its end where another has it: it breaks off between two rows."""
    marked = {part: raw[-8:].rstrip(b"\r\n ").endswith(CTRL_Z.encode()) for part, (_name, raw) in parts.items()}
    for part, (name, raw) in parts.items():
        if any(marked.values()) and not marked[part]:
            problems.file = name
            problems.add("list_no_end", row=raw.count(b"\n"))


def _rows(raw: bytes, width: int, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of one file, ``-0-`` as nothing."""
    for row, cells in records(raw):
        if len(cells) != width:
            problems.add("list_cells", row=row, found=len(cells), expected=width)
            continue
        yield row, ["" if cell.strip() == EMPTY else cell for cell in cells]


def _further_remarks(part: tuple[str, bytes] | None, problems: Problems) -> dict[str, str]:
    """Return by entry what remarks go on with: their cell ends after 1,000 characters, in the middle of a word too."""
    found: dict[str, str] = {}
    if part is not None:
        problems.file = part[0]
        for _row, (key, remarks) in _rows(part[1], 2, problems):
            found[clean(key)] = found.get(clean(key), "") + remarks
    return found


def _entry(row: int, cells: list[str], further: str, problems: Problems) -> Entry:
    remarks = cells[11] + further
    key, name, kind, programmes, title, call_sign, vessel_type, tonnage, grt, flag, owner, _remarks = map(clean, cells)
    if kind.lower() not in KINDS:
        problems.add("list_kind", row=row, column="SDN_Type", value=kind, expected="individual, vessel, aircraft, -0-")
    entry = Entry(key, KINDS.get(kind.lower(), UNKNOWN), name, row)
    entry.add_name(name, PRIMARY)
    entry.programmes = [part for part in map(clean, re.split(r"\]\s*\[", programmes.strip("[]"))) if part]
    entry.add_detail("titles", title)
    entry.add_identifier("call_sign", call_sign)
    entry.add_country(countries.code_of(flag))
    told = {"flags": flag, "vessel_types": vessel_type, "tonnage": tonnage or grt, "owners": owner}
    for name_of, value in told.items():
        entry.add_detail(name_of, value)
    read_remarks(entry, remarks)
    return entry


def _owner(entries: dict[str, Entry], row: int, cells: list[str], problems: Problems) -> Entry | None:
    entry = entries.get(clean(cells[0]))
    if entry is None:
        problems.add("list_orphan", row=row, value=cells[0])
    return entry


def _add_alias(entries: dict[str, Entry], row: int, cells: list[str], problems: Problems) -> None:
    _key, _number, kind, name, _remarks = map(clean, cells)
    if kind.lower() not in _ALIASES:
        problems.add("list_kind", row=row, column="alt_type", value=kind, expected=", ".join(_ALIASES[:3]))
    elif entry := _owner(entries, row, cells, problems):
        entry.add_name(name, ALIAS)
