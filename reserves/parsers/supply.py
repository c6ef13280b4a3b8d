"""Reads how many tokens exist, and how many of them are unissued, frozen or taken back (columns: supply.toml)."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import reduce

from core.money import EXACT
from core.problems import Problems
from core.tables import Parsed, Raw, read_table
from reserves.parsers.checks import note_duplicates
from reserves.parsers.description import describe

FEED = "supply"
ALL_CHAINS = "all"
_CAIP_2 = re.compile(r"[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}", re.ASCII)  # https://chainagnostic.org/CAIPs/caip-2


def parse(raw: Raw, *, filename: str) -> Parsed:
    """Lines of the file, or every problem with it. Whether all lines are for one day and coin is judged on intake."""
    description = describe(FEED)
    assertions = description.assertions
    parsed = read_table(raw, filename=filename, columns=description.columns, max_rows=assertions["rows"]["max"])
    problems = Problems(file=filename, sheet=parsed.sheet)
    _note_chains(parsed, problems)
    _note_parts_beyond_total(parsed, assertions["parts_within_total"], problems)
    note_duplicates(parsed, description, problems)
    return parsed.with_problems(problems)


def _note_chains(parsed: Parsed, problems: Problems) -> None:
    named = [
        (line, chain)
        for line, chain in zip(parsed.rows.lines, parsed.rows.column("chain"), strict=True)
        if chain is not None
    ]
    single = any(chain != ALL_CHAINS for _, chain in named)
    for line, chain in named:
        if chain == ALL_CHAINS:
            if single:
                problems.add("all_with_chains", row=line, column="chain", value=chain)
        elif not _CAIP_2.fullmatch(chain):
            problems.add("unreadable_chain", row=line, column="chain", value=chain)


def _note_parts_beyond_total(parsed: Parsed, parts: list[str], problems: Problems) -> None:
    for row in parsed.rows:
        total = row["total_supply"]
        counts = [count for part in parts if (count := row[part]) is not None]
        known = reduce(EXACT.add, counts, Decimal(0))
        if total is not None and known > total:
            problems.add("parts_exceed_total", row=row.line, column="total_supply", value=total, parts=str(known))
