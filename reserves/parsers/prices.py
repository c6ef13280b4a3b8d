"""Reads independent prices of the instruments in pools (canonical columns: prices.toml)."""

from __future__ import annotations

from core.problems import Problems
from core.tables import Parsed, Raw, read_table
from reserves.parsers.checks import note_duplicates
from reserves.parsers.description import describe

FEED = "prices"


def parse(raw: Raw, *, filename: str) -> Parsed:
    """Lines of the file, or every problem with it. Whether all lines are for one day is judged on intake."""
    description = describe(FEED)
    parsed = read_table(
        raw, filename=filename, columns=description.columns, max_rows=description.assertions["rows"]["max"]
    )
    problems = Problems(file=filename, sheet=parsed.sheet)
    _note_sides(parsed, description.assertions["sides"], problems)
    note_duplicates(parsed, description, problems)
    return parsed.with_problems(problems)


def _note_sides(parsed: Parsed, sides: list[str], problems: Problems) -> None:
    """A line without any price says nothing; one whose buyer pays more than the seller asks cannot be right."""
    faulty = {problem.row for problem in parsed.problems}
    for line, *quoted in zip(parsed.rows.lines, *(parsed.rows.column(side) for side in sides), strict=True):
        given = [(side, price) for side, price in zip(sides, quoted, strict=True) if price is not None]
        if not given and line not in faulty:
            problems.add("no_price", row=line, column=sides[0])
        for (lower, below), (upper, above) in zip(given, given[1:], strict=False):
            if below > above:
                problems.add("prices_crossed", row=line, column=lower, value=below, other=upper, other_value=str(above))
