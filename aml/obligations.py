"""What the AML guideline asks of records, dated and cited: the travel rule, and how long records are kept.

The data is ``obligations.toml``. What the guideline leaves open is not there: a person sets it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from core.rulebook.periods import add_months


class NotInForce(LookupError):
    """No version is in force on the day: there is no default."""


@dataclass(frozen=True, slots=True)
class TravelRule:
    """One version of the rule: groups of fields of which one each must be given, and from which value on more are."""

    start: date
    cite: str
    threshold_hkd: Decimal
    every: tuple[tuple[str, ...], ...]
    at_threshold: tuple[tuple[str, ...], ...]

    def lacking(self, record: Mapping[str, Any], *, at_threshold: bool) -> list[str]:
        """Return the first field of every group of which the record gives nothing."""
        groups = (*self.every, *(self.at_threshold if at_threshold else ()))
        return [group[0] for group in groups if not any(record.get(name) for name in group)]


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many years, at the least, one kind of records is kept."""

    kind: str
    start: date
    cite: str
    years: int

    def kept_from(self, today: date) -> date:
        """Return the first day whose records must still be kept on ``today``."""
        return add_months(today, -12 * self.years)


def judge_record(
    rule: TravelRule, record: Mapping[str, Any] | None, *, value_hkd: Decimal | None
) -> tuple[str, list[str]]:
    """Return what one transfer's record is worth (complete, incomplete, late, missing, unknown), and what it lacks.

    Where the value is not known in HKD, a record that is enough above the threshold is complete, one that is not even
    enough below it is incomplete, and anything between is not known. The data must come before the transfer or with
    it (AML 6.12-6.13): after it, the record is late; when it came must be stated.
    """
    if record is None:
        return "missing", []
    sent_at, received_at = record["sent_at"], record.get("data_received_at")
    if lacking := rule.lacking(record, at_threshold=value_hkd is not None and value_hkd >= rule.threshold_hkd):
        return "incomplete", lacking
    if value_hkd is None and (lacking := rule.lacking(record, at_threshold=True)):
        return "unknown", lacking
    if received_at is None:
        return "unknown", ["data_received_at"]
    return ("late" if received_at > sent_at else "complete"), []


def travel_rule(on: date) -> TravelRule:
    """Return the version in force on a day.

    Raises:
        NotInForce: there is none.
    """
    found = [each for each in _all()[0] if each.start <= on]
    if not found:
        raise NotInForce(f"no travel rule on {on}")
    return found[-1]


def retention(kind: str, on: date) -> Retention:
    """Return for how long a kind of records is kept, by the version in force on a day.

    Raises:
        NotInForce: there is none.
    """
    found = [each for each in _all()[1] if each.kind == kind and each.start <= on]
    if not found:
        raise NotInForce(f"no retention of {kind} on {on}")
    return found[-1]


@cache
def _all() -> tuple[list[TravelRule], list[Retention]]:
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
    rules = [
        TravelRule(start=each["from"], cite=each["cite"], threshold_hkd=Decimal(each["threshold_hkd"]),
                   every=tuple(map(tuple, each["every"])), at_threshold=tuple(map(tuple, each["at_threshold"])))
        for each in data["travel_rule"]
    ]
    kept = [Retention(kind=each["kind"], start=each["from"], cite=each["cite"], years=each["years"])
            for each in data["retention"]]
    return sorted(rules, key=lambda each: each.start), sorted(kept, key=lambda each: each.start)
