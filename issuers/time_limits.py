"""The time limits, amounts and shares of licensing law, dated and cited, and when each limit ends.

The data is ``time_limits.toml``. A limit that the law leaves open (a representation period in a revocation notice) is
not here: a person sets it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

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
class StatutoryShare:
    """One version of a part of a whole that the law gives, for issuers of the ``kinds``."""

    id: str
    start: date
    cite: str
    part: Fraction
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatutoryMultiple:
    """One version of how many times over something may be asked."""

    id: str
    start: date
    cite: str
    times: int


_READ = {
    "limit": lambda row: TimeLimit(row["id"], row["from"], row["cite"], row["count"], Unit(row["unit"])),
    "amount": lambda row: StatutoryAmount(row["id"], row["from"], row["cite"], Decimal(row["hkd"])),
    "share": lambda row: StatutoryShare(
        row["id"], row["from"], row["cite"], Fraction(row["part"]), tuple(row["kinds"])
    ),
    "multiple": lambda row: StatutoryMultiple(row["id"], row["from"], row["cite"], row["times"]),
}


@cache
def _tables() -> dict[str, dict[str, list[Any]]]:
    """Return the versions of everything, by kind of table and then by name."""
    raw = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"), parse_float=Decimal)
    tables: dict[str, dict[str, list[Any]]] = {kind: {} for kind in _READ}
    for kind, rows in raw.items():
        for row in rows:
            tables[kind].setdefault(row["id"], []).append(_READ[kind](row))
    return tables


def time_limit(name: str, on: date) -> TimeLimit:
    """Return the version of the limit in force on the day.

    Raises:
        KeyError: there is no such limit.
        NotInForce: no version of it is in force.
    """
    return _in_force(name, on, _tables()["limit"][name])


def statutory_amount(name: str, on: date) -> StatutoryAmount:
    """Return the version of the amount in force on the day.

    Raises:
        KeyError: there is no such amount.
        NotInForce: no version of it is in force.
    """
    return _in_force(name, on, _tables()["amount"][name])


def statutory_share(name: str, on: date) -> StatutoryShare:
    """Return the version of the share in force on the day.

    Raises:
        KeyError: there is no such share.
        NotInForce: no version of it is in force.
    """
    return _in_force(name, on, _tables()["share"][name])


def statutory_multiple(name: str, on: date) -> StatutoryMultiple:
    """Return the version of the multiple in force on the day.

    Raises:
        KeyError: there is no such multiple.
        NotInForce: no version of it is in force.
    """
    return _in_force(name, on, _tables()["multiple"][name])


def _in_force(name, on, versions):
    begun = [version for version in versions if version.start <= on]
    if not begun:
        raise NotInForce(f"{name} is not in force on {on}")
    return max(begun, key=lambda version: version.start)
