"""Files of names to compare or to screen: read whole, or refused with all that is wrong with them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from core.cells import Column, is_formula
from core.csvtext import csv_records
from core.problems import Problems
from core.tablefile import CellRefused, Raw, Unreadable, column_letters, kind_of_file

MAX_ROWS = 200_000
LONGEST_NAME = 600
#: What a file calls the kinds of those it names, in small letters.
KINDS = {
    "person": "person",
    "individual": "person",
    "company": "organisation",
    "organization": "organisation",
    "organisation": "organisation",
    "entity": "organisation",
    "publicbody": "organisation",
    "vessel": "vessel",
    "legalentity": "unknown",
    "unknown": "unknown",
    "": "unknown",
}
COMPARE = (
    Column("schema", required=True),
    Column("name1", required=True, max_length=LONGEST_NAME),
    Column("name2", required=True, max_length=LONGEST_NAME),
)
#: Whether two names are one, as people labelled them.
LABELLED = (*COMPARE, Column("is_match", "choice", required=True, choices=("true", "false")))
SCREEN = (
    Column("id", required=True),
    Column("name", required=True, max_length=LONGEST_NAME),
    Column("type"),
    Column("birth_date"),
    Column("country"),
)
_PART_OF_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_COUNTRY = re.compile(r"[A-Za-z]{2}", re.ASCII)


class NameTable(NamedTuple):
    """The rows of a file, each with a value, or "", for every column that we know; and what is wrong with it."""

    rows: list[dict[str, str]]
    problems: Problems


def read_names(raw: Raw, *, filename: str, columns: Sequence[Column]) -> NameTable:
    """Read a CSV file of names; columns that we do not know are passed over."""
    problems, rows = Problems(file=filename), []
    try:
        if kind_of_file(raw, filename) != "csv":
            raise Unreadable("unknown_file_type")
        rows = list(_rows(raw, columns, problems))
    except Unreadable as refusal:
        params: dict = refusal.params
        problems.add(refusal.rule, row=refusal.row, **params)
    return NameTable(rows, problems)


def _rows(raw: Raw, columns: Sequence[Column], problems: Problems) -> Iterator[dict[str, str]]:
    records = csv_records(raw)
    number, header = next(records, (0, []))
    if not number:
        raise Unreadable("empty_file")
    if number > 1 or not any(header):
        raise Unreadable("no_header", row=1)
    places = _places([str(cell).strip() for cell in header], columns, problems)
    count = 0
    for row, cells in records:
        if not any(cells):
            continue
        count += 1
        if count > MAX_ROWS:
            raise Unreadable("too_many_rows", limit=MAX_ROWS)
        if len(cells) != len(header):
            problems.add("wrong_cell_count", row=row, found=len(cells), expected=len(header))
        elif places:
            yield {column.name: _value(column, cells, places.get(column.name), row, problems) for column in columns}
    if not count:
        raise Unreadable("no_rows")


def _places(header: list[str], columns: Sequence[Column], problems: Problems) -> dict[str, int]:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        found = next(words for mark, words in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")) if mark in header[0])
        raise Unreadable("wrong_separator", row=1, found=found)
    places: dict[str, int] = {}
    for column in columns:
        if header.count(column.name) > 1:
            problems.add("duplicate_column", row=1, column=column.name)
        elif column.name in header:
            places[column.name] = header.index(column.name)
        elif column.required:
            problems.add("missing_column", row=1, column=column.name)
    return {} if problems.count else places


def _value(column: Column, cells: Sequence[str], place: int | None, row: int, problems: Problems) -> str:
    if place is None:
        return ""
    value = cells[place].strip()
    try:
        _check(column, value)
    except CellRefused as refusal:
        params: dict = refusal.params | {"cell": f"{column_letters(place)}{row}"}
        problems.add(refusal.rule, row=row, column=column.name, value=value, **params)
        return ""
    return value


def _check(column: Column, value: str) -> None:
    if not value:
        if column.required:
            raise CellRefused("missing_value")
        return
    if is_formula(value):
        raise CellRefused("formula")
    # Names of some scripts hold joiners, which show nothing and belong there.
    if any(unicodedata.category(char) == "Cc" for char in value):
        raise CellRefused("control_character")
    if len(value) > column.max_length:
        raise CellRefused("text_too_long", limit=column.max_length)
    if column.choices and value not in column.choices:
        raise CellRefused("unknown_choice", allowed=", ".join(column.choices))
    if column.name in ("schema", "type") and _kind(value) not in KINDS:
        raise CellRefused("unknown_choice", allowed=", ".join(sorted(filter(None, KINDS))))
    if column.name == "birth_date" and not is_part_of_date(value):
        raise CellRefused("unreadable_date")
    if column.name == "country" and not _COUNTRY.fullmatch(value):
        raise CellRefused("unknown_choice", allowed="AD, AE … ZW (ISO 3166-1)")


def _kind(text: str) -> str:
    return text.casefold().replace(" ", "")


def kind_named(text: str) -> str:
    """Return the kind that a file calls so."""
    return KINDS[_kind(text)]


def is_part_of_date(text: str) -> bool:
    """Say whether a text is a date, or a year or month of one."""
    found = _PART_OF_DATE.fullmatch(text)
    if not found:
        return False
    year, month, day = (int(part or 1) for part in found.groups())
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
