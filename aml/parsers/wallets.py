"""Reads the wallets that an issuer reports: whose they are said to be, on which chain."""

from __future__ import annotations

from aml.addresses import canonical
from aml.parsers.transfers import named_chain, note_address
from core.problems import Problems
from core.tables import Column, Parsed, Raw, read_table

FEED = "wallets"
PARTS = ("issuer", "treasury", "custodian", "customer")
COLUMNS = (
    Column("chain", required=True, max_length=41),
    Column("address", required=True, max_length=128),
    Column("part", "choice", required=True, choices=PARTS),
    Column("holder_ref", max_length=80),
)


def parse(raw: Raw, *, filename: str) -> Parsed:
    """Return the lines of the file, or every problem with it."""
    parsed = read_table(raw, filename=filename, columns=COLUMNS)
    problems = Problems(file=filename, sheet=parsed.sheet)
    faulty = {problem.row for problem in parsed.problems}
    seen: dict[tuple[str, str], int] = {}
    for line, chain, address in zip(parsed.rows.lines, parsed.rows.column("chain"), parsed.rows.column("address"),
                                    strict=True):
        if line in faulty:
            continue
        if not named_chain(chain):
            problems.add("chain_not_named", row=line, column="chain", value=chain)
            continue
        note_address(chain, address, line, "address", problems)
        first = seen.setdefault((chain, canonical(address, chain)), line)
        if first != line:
            problems.add("duplicate_line", row=line, column="address", first_row=first, key=f"{chain}, {address}",
                         distinguish="address")
    return parsed.with_problems(problems)
