"""Reads what a custodian, a bank or the issuer says the pool holds (canonical columns: holdings.toml)."""

from __future__ import annotations

from core.problems import Problems
from core.tables import Parsed, Raw, read_table
from reserves.parsers.checks import note_duplicates, note_negatives
from reserves.parsers.description import describe

FEED = "holdings"


def parse(raw: Raw, *, filename: str) -> Parsed:
    """Lines of the file, or every problem with it. Whether all lines are for one day and coin is judged on intake."""
    description = describe(FEED)
    parsed = read_table(
        raw, filename=filename, columns=description.columns, max_rows=description.assertions["rows"]["max"]
    )
    problems = Problems(file=filename, sheet=parsed.sheet)
    note_negatives(parsed, ("face_value", "market_value"), problems)
    note_duplicates(parsed, description, problems)
    _note_dates_out_of_order(parsed, problems)
    return parsed.with_problems(problems)


def _note_dates_out_of_order(parsed: Parsed, problems: Problems) -> None:
    columns = (parsed.rows.lines, parsed.rows.column("start_date"), parsed.rows.column("maturity_date"))
    for line, start, maturity in zip(*columns, strict=True):
        if start is not None and maturity is not None and maturity < start:
            problems.add(
                "dates_out_of_order",
                row=line,
                column="maturity_date",
                value=maturity,
                other="start_date",
                other_value=start.isoformat(),
            )
