"""The parameters of detectors: those that the law fixes, dated and cited, and those that it leaves to officers."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

MOST = 100_000


@dataclass(frozen=True, slots=True)
class Fixed:
    """What the law says from a day on, and where."""

    since: date
    value: int
    cite: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number that detectors need; ``versions`` are empty where the law leaves it open."""

    name: str
    detectors: tuple[str, ...]
    versions: tuple[Fixed, ...]
    most: int

    @property
    def is_open(self) -> bool:
        return not self.versions

    def fixed_on(self, day: date) -> Fixed | None:
        """Return what the law says on the day; None before it said anything."""
        return next((each for each in reversed(self.versions) if each.since <= day), None)


@lru_cache(maxsize=1)
def parameters() -> dict[str, Parameter]:
    """Return every parameter by its name, in the order of the table."""
    spec = tomllib.loads((Path(__file__).parent / "parameters.toml").read_text(encoding="utf-8"))
    return {
        each["name"]: Parameter(
            each["name"], tuple(each["detectors"]),
            tuple(Fixed(row["from"], row["value"], row["cite"]) for row in each.get("version", ())),
            each.get("most", MOST))
        for each in spec["parameter"]
    }


def missing_for(detector: str, values: dict[str, int | None]) -> list[str]:
    """Return the parameters for want of which the detector does not run."""
    return [name for name, each in parameters().items() if detector in each.detectors and values.get(name) is None]
