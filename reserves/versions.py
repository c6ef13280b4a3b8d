"""What is another between two versions of a day: figures, findings, breaks, and the lines of the files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

Result = Mapping[str, Any]
FIGURES = ("circulation", "reserve_market_value", "eligible_reserve", "ineligible_reserve", "unknown_eligibility",
           "backing_ratio", "surplus", "liquid_one_business_day", "weighted_average_maturity_days")


class Change(NamedTuple):
    """One thing that is not the same; None where a version has it not."""

    name: str
    before: Any
    after: Any


class LineChange(NamedTuple):
    """A line of two files: where it stands in each, and the columns that differ. None where a file has it not."""

    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    columns: tuple[str, ...]

    @property
    def kind(self) -> str:
        """Whether it was added, removed or changed."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"


def changed_figures(before: Result, after: Result) -> list[Change]:
    """The key figures that differ."""
    return [Change(name, before.get(name), after.get(name)) for name in FIGURES if before.get(name) != after.get(name)]


def changed_findings(before: Result, after: Result) -> list[Change]:
    """The rules whose verdict, measure or exceptions differ, by rule."""
    one = {finding["rule"]: finding for finding in before["findings"]}
    other = {finding["rule"]: finding for finding in after["findings"]}
    told = ("verdict", "observed", "required", "exception_count")

    def said(finding: Mapping[str, Any] | None) -> Any:
        return finding and [finding[name] for name in told]

    return [Change(rule, one.get(rule), other.get(rule)) for rule in sorted(one.keys() | other.keys())
            if said(one.get(rule)) != said(other.get(rule))]


def changed_breaks(before: Result, after: Result) -> list[Change]:
    """The breaks that only one version has, or whose amount or cause differs, by what differs where."""

    def named(result: Result) -> dict[str, Any]:
        return {"|".join((each["comparison"], each["account_id"], each["instrument_id"], each["line_ref"],
                          each["asset_class"], each["currency"])): each for each in result["breaks"]}

    one, other = named(before), named(after)
    told = ("difference", "cause", "residual")

    def said(found: Mapping[str, Any] | None) -> Any:
        return found and [found.get(name) for name in told]

    return [Change(name, one.get(name), other.get(name)) for name in sorted(one.keys() | other.keys())
            if said(one.get(name)) != said(other.get(name))]


def changed_files(before: Result, after: Result) -> list[Change]:
    """The files that differ, by feed and sender."""
    one, other = ({(each["feed"], each["sender"]): each for each in result["inputs"]} for result in (before, after))
    return [Change(feed, one.get((feed, sender)), other.get((feed, sender)))
            for feed, sender in sorted(one.keys() | other.keys())
            if (one.get((feed, sender)) or {}).get("sha256") != (other.get((feed, sender)) or {}).get("sha256")]


def changed_lines(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]], identity: Sequence[str]
) -> list[LineChange]:
    """The lines that one file has and the other has not, or has with other figures, in the order of the newer file.

    Lines are the same that agree in `identity`; of several such, the first goes with the first. The row in which a
    line stands is no part of it.
    """
    waiting: dict[tuple[Any, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for line in before:
        waiting[tuple(line[name] for name in identity)].append(line)
    found = []
    for line in after:
        same = waiting.get(tuple(line[name] for name in identity))
        old = same.pop(0) if same else None
        columns = () if old is None else tuple(name for name in line if name != "line" and line[name] != old[name])
        if old is None or columns:
            found.append(LineChange(old, line, columns))
    gone = sorted((line for lines in waiting.values() for line in lines), key=lambda line: line["line"])
    return found + [LineChange(line, None, ()) for line in gone]
