"""The time limits and amounts of licensing law, dated and cited, and when each of them ends.

The data is ``time_limits.toml``. A limit that the law leaves open (a representation period in a revocation notice) is
not here: a person sets it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from core.calendars import HongKongCalendar
from core.deadlines import Unit, end_of, last_day


class NotInForce(LookupError):
    """No version of the limit is in force on the day: there is no default."""


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """One version of a limit: ``count`` units from the day of the event, from ``start`` on, under ``cite``."""

    id: str
    start: date
    cite: str
    count: int
    unit: Unit

    def due(self, event_on: date, calendar: HongKongCalendar) -> datetime:
        """Return the last instant in Hong Kong that is in time for an event on the day."""
        return end_of(last_day(event_on, self.count, self.unit, calendar))


@dataclass(frozen=True, slots=True)
class StatutoryAmount:
    """One version of an amount in Hong Kong dollars that the law gives."""

    id: str
    start: date
    cite: str
    hkd: Decimal


@dataclass(frozen=True, slots=True)
class StatutoryMultiple:
    """One version of how many times over something may be asked."""

    id: str
    start: date
    cite: str
    times: int


_Tables = tuple[dict[str, list[TimeLimit]], dict[str, list[StatutoryAmount]], dict[str, list[StatutoryMultiple]]]


@cache
def _tables() -> _Tables:
    raw = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"), parse_float=Decimal)
    limits: dict[str, list[TimeLimit]] = {}
    for row in raw["limit"]:
        limits.setdefault(row["id"], []).append(
            TimeLimit(row["id"], row["from"], row["cite"], row["count"], Unit(row["unit"]))
        )
    amounts: dict[str, list[StatutoryAmount]] = {}
    for row in raw["amount"]:
        amounts.setdefault(row["id"], []).append(
            StatutoryAmount(row["id"], row["from"], row["cite"], Decimal(row["hkd"]))
        )
    multiples: dict[str, list[StatutoryMultiple]] = {}
    for row in raw["multiple"]:
        multiples.setdefault(row["id"], []).append(
            StatutoryMultiple(row["id"], row["from"], row["cite"], row["times"])
        )
    return limits, amounts, multiples


def time_limit(name: str, on: date) -> TimeLimit:
    """Return the version of the limit in force on the day.

    Raises:
        KeyError: there is no such limit.
        NotInForce: no version of it is in force.
    """
    return _in_force(name, on, _tables()[0][name])


def statutory_amount(name: str, on: date) -> StatutoryAmount:
    """Return the version of the amount in force on the day.

    Raises:
        KeyError: there is no such amount.
        NotInForce: no version of it is in force.
    """
    return _in_force(name, on, _tables()[1][name])


def statutory_multiple(name: str, on: date) -> StatutoryMultiple:
    """Return the version of the multiple in force on the day.

    Raises:
        KeyError: there is no such multiple.
        NotInForce: no version of it is in force.
    """
    return _in_force(name, on, _tables()[2][name])


def _in_force(name, on, versions):
    begun = [version for version in versions if version.start <= on]
    if not begun:
        raise NotInForce(f"{name} is not in force on {on}")
    return max(begun, key=lambda version: version.start)


def limit_names() -> list[str]:
    """Return the names of all limits."""
    return sorted(_tables()[0])
