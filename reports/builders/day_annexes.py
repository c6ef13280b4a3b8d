"""The tables of a daily report that may be too long to print: lines that do not meet rules, and breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.builders.annexes import Table

BREAK_COLUMNS = (
    "reference", "comparison", "cause", "account_id", "instrument_id", "line_ref", "asset_class", "currency", "left",
    "right", "difference", "residual", "opened_on", "age_business_days", "state",
)


def day_tables(
    result: Mapping[str, Any], exceptions: Mapping[str, Sequence[Mapping[str, Any]]],
    issuer_findings: Sequence[Mapping[str, Any]],
) -> list[Table]:
    """Return the tables; ``exceptions`` are all lines that do not meet the rules on the coin, by rule."""
    of = {"coin": result["coin"], "day": result["as_of"], "version": str(result["version"])}
    sources = [{"filename": each["filename"], "sha256": each["sha256"]} for each in result["inputs"]]
    found = [(each["rule"], each["cite"], exceptions.get(each["rule"], each["exceptions"]))
             for each in (*result["findings"], *issuer_findings)]
    names = sorted({name for _rule, _cite, lines in found for line in lines for name in line["observed"]})
    rows = [
        [rule, cite, line["line"], line["verdict"], *(_cell(line["observed"].get(name)) for name in names)]
        for rule, cite, lines in found for line in lines
    ]
    short = [each["rule"] for each in result["findings"]
             if each["exception_count"] > len(exceptions.get(each["rule"], each["exceptions"]))]
    if short:
        of |= {"first lines only of": ", ".join(short)}
    # The facts list the first lines of a rule only: those that they leave out are attached, however few they are.
    left_out = any(each["exception_count"] > len(each["exceptions"]) for each in result["findings"])
    return [
        Table("exceptions", ("rule", "cite", "line", "verdict", *names), rows, of | {"verdict": "not met"}, sources,
              always=left_out),
        Table("breaks", BREAK_COLUMNS,
              [[_cell(each.get(name)) for name in BREAK_COLUMNS] for each in result["breaks"]], of, sources),
    ]


def _cell(value: Any) -> Any:
    return ("yes" if value else "no") if isinstance(value, bool) else value
