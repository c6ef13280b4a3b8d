"""Reads requests of holders to redeem and of customers to be issued coins (redemptions.toml, issuance.toml)."""

from __future__ import annotations

from functools import partial

from core.problems import Problems
from core.tables import Parsed, read_table
from reserves.parsers.checks import note_duplicates
from reserves.parsers.description import Description, describe

REDEMPTIONS, ISSUANCE = "redemptions", "issuance"
#: The columns of each feed that say when something happened, the earlier before the later.
MOMENTS = {REDEMPTIONS: ("received_at", "paid_at"), ISSUANCE: ("funds_received_at", "minted_at")}


def _parse(raw: bytes, *, filename: str, feed: str) -> Parsed:
    """Lines of the file, or every problem with it. A header alone says that there was no request."""
    description = describe(feed)
    parsed = read_table(
        raw, filename=filename, columns=description.columns, max_rows=description.assertions["rows"]["max"]
    )
    if [problem.rule for problem in parsed.problems] == ["no_rows"]:  # nobody asked for anything: that is a statement
        return Parsed(parsed.rows, (), 0, parsed.sheet)
    problems = Problems(file=filename, sheet=parsed.sheet)
    _note_moments_out_of_order(parsed, *MOMENTS[feed], problems)
    _note_half_payments(parsed, description, problems)
    note_duplicates(parsed, description, problems)
    return parsed.with_problems(problems)


parse_redemptions = partial(_parse, feed=REDEMPTIONS)
parse_issuance = partial(_parse, feed=ISSUANCE)


def _note_moments_out_of_order(parsed: Parsed, first: str, then: str, problems: Problems) -> None:
    columns = (parsed.rows.lines, parsed.rows.column(first), parsed.rows.column(then))
    for line, begun, done in zip(*columns, strict=True):
        if begun is not None and done is not None and done < begun:
            problems.add("dates_out_of_order", row=line, column=then, value=done.isoformat(), other=first,
                         other_value=begun.isoformat())


def _note_half_payments(parsed: Parsed, description: Description, problems: Problems) -> None:
    """What was paid has a moment and an amount; either without the other is half a statement."""
    together = description.assertions.get("paid_together")
    if not together:
        return
    faulty = {problem.row for problem in parsed.problems}
    for row in parsed.rows:
        given = {name for name in together if row[name] is not None}
        if row["status"] == "paid":
            given = given or {"status"}
        if given and given != set(together) and row.line not in faulty:
            missing = next(name for name in together if name not in given)
            problems.add("missing_value", row=row.line, column=missing)
