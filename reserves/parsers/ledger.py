"""Reads the issuer's own books of the pool and of the par value outstanding (canonical columns: ledger.toml)."""

from __future__ import annotations

from core.problems import Problems
from core.tables import Parsed, Raw, read_table
from reserves.parsers.checks import note_duplicates, note_negatives
from reserves.parsers.description import describe

FEED = "ledger"


def parse(raw: Raw, *, filename: str) -> Parsed:
    """Lines of the file, or every problem with it. Whether all lines are for one day and coin is judged on intake."""
    description = describe(FEED)
    parsed = read_table(
        raw, filename=filename, columns=description.columns, max_rows=description.assertions["rows"]["max"]
    )
    problems = Problems(file=filename, sheet=parsed.sheet)
    note_negatives(parsed, ("face_value", "book_value"), problems)
    note_duplicates(parsed, description, problems)
    return parsed.with_problems(problems)
