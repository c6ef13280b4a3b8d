"""Reads travel-rule records, canonical (CSV, XLSX) or as IVMS101 messages (JSON), into the same rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from aml.parsers import problems as _shared  # noqa: F401 - declares json_name
from aml.parsers import travel_problems as _sentences  # noqa: F401 - declares them
from aml.parsers.ivms101 import NotAMessage, cells_of
from core.calendars import HONG_KONG
from core.cells import Converter
from core.csvtext import refuse_what_is_not_text
from core.problems import Problems
from core.tablefile import MAX_BYTES, CellRefused, Raw, Unreadable, opened, refuse_size
from core.tables import Column, Parsed, Rows, read_table

FEED, IVMS101 = "travel_rule", "travel_rule_ivms101"
IVMS101_SUFFIXES = (".jsonl", ".json")
COLUMNS = (
    Column("transfer_id", required=True, max_length=140),
    Column("direction", "choice", required=True, choices=("sent", "received")),
    Column("amount", "decimal", required=True, places=18, max_digits=38, minimum=0),
    Column("currency", "currency", required=True),
    Column("sent_at", "datetime", required=True),
    Column("originator_name", max_length=300),
    Column("originator_account", max_length=160),
    Column("originator_address", max_length=500),
    Column("originator_id", max_length=200),
    Column("beneficiary_name", max_length=300),
    Column("beneficiary_account", max_length=160),
    Column("counterparty_vasp", max_length=200),
    Column("data_received_at", "datetime"),
)


def parse(raw: Raw, *, filename: str) -> Parsed:
    """Return the lines of a canonical file, or every problem with it."""
    return _judged(read_table(raw, filename=filename, columns=COLUMNS), filename)


def parse_ivms101(raw: Raw, *, filename: str) -> Parsed:
    """Return the records of a file of messages: one a line (``.jsonl``) or all in one array (``.json``).

    A message is an object with ``transfer`` (the columns of the canonical feed that say what moved and when) and
    ``ivms101`` (originator, beneficiary and their institutions, as the standard writes them). Rows are numbered as
    lines, or as places in the array.
    """
    problems, rows = Problems(file=filename), Rows(COLUMNS)
    try:
        if not filename.lower().endswith(IVMS101_SUFFIXES):
            raise Unreadable("json_name")
        refuse_size(raw, MAX_BYTES)
        refuse_what_is_not_text(raw)
        converters = {column.name: Converter(column) for column in COLUMNS}
        for number, message in _messages(raw, filename, problems):
            if (cells := _typed(message, number, converters, problems)) is not None:
                rows.append_batch([number], [cells])
        if not len(rows) and not problems.count:
            raise Unreadable("no_rows")
    except Unreadable as refusal:
        params: dict[str, Any] = refusal.params
        problems.add(refusal.rule, row=refusal.row, **params)
    return _judged(Parsed(rows, problems.in_order(), problems.count), filename)


def days(parsed: Parsed) -> dict[date, int]:
    """Return the Hong Kong days on which transfers were sent, each with the first row that is of it."""
    found: dict[date, int] = {}
    for line, moment in zip(parsed.rows.lines, parsed.rows.column("sent_at"), strict=True):
        if moment is not None:
            found.setdefault(moment.astimezone(HONG_KONG).date(), line)
    return found


def _judged(parsed: Parsed, filename: str) -> Parsed:
    """Note records that are there twice: one transfer has one record for each direction."""
    problems = Problems(file=filename, sheet=parsed.sheet)
    seen: dict[tuple[str, str], int] = {}
    names = ("transfer_id", "direction")
    for line, transfer, direction in zip(parsed.rows.lines, *map(parsed.rows.column, names), strict=True):
        if not transfer or not direction:
            continue
        first = seen.setdefault((transfer.lower(), direction), line)
        if first != line:
            problems.add("duplicate_line", row=line, column="transfer_id", first_row=first, key=transfer,
                         distinguish="transfer_id")
    return parsed.with_problems(problems)


def _messages(raw: Raw, filename: str, problems: Problems) -> Iterator[tuple[int, Any]]:
    with opened(raw) as source:
        if filename.lower().endswith(".jsonl"):
            for number, text in enumerate(source, 1):
                if text.strip():
                    yield number, _loaded(text)
            return
        whole = _loaded(source.read())
    if not isinstance(whole, list):
        raise Unreadable("not_an_array")
    yield from enumerate(whole, 1)


def _loaded(text: bytes) -> Any:
    """Return what the JSON text says, None where it is none."""
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def _typed(message: Any, number: int, converters: dict[str, Converter], problems: Problems) -> tuple[Any, ...] | None:
    before = problems.count
    try:
        given = cells_of(message)
    except NotAMessage as refusal:
        problems.add("not_ivms101", row=number, column=refusal.part)
        return None
    cells = []
    for column in COLUMNS:
        text = given.get(column.name, "")
        if column.required and not text:
            problems.add("missing_value", row=number, column=column.name)
            continue
        try:
            cells.append(converters[column.name][text])
        except CellRefused as refusal:
            params: dict[str, Any] = refusal.params
            problems.add(refusal.rule, row=number, column=column.name, value=text, **params)
    return tuple(cells) if problems.count == before else None
