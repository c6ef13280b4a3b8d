"""Reads what moved on the accounts of the pool (canonical columns: entries.toml)."""

from __future__ import annotations

from core.problems import Problems
from core.tables import Parsed, Raw, read_table
from reserves.parsers.checks import note_duplicates
from reserves.parsers.description import describe

FEED = "entries"


def parse(raw: Raw, *, filename: str) -> Parsed:
    """Lines of the file, or every problem with it. Whether all lines are for one day is judged on intake."""
    description = describe(FEED)
    parsed = read_table(
        raw, filename=filename, columns=description.columns, max_rows=description.assertions["rows"]["max"]
    )
    problems = Problems(file=filename, sheet=parsed.sheet)
    note_duplicates(parsed, description, problems)
    return parsed.with_problems(problems)
