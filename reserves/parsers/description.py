"""Reads the .toml that describes a feed: who sends it, what day it is for, its columns, what must hold."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.tables import Column

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Description:
    """What `<feed>.toml` says. `identity` are the columns by which two lines of a file are told apart."""

    feed: str
    title: str
    publisher: str
    as_of: str
    columns: tuple[Column, ...]
    identity: tuple[str, ...]
    distinguish: str
    assertions: dict[str, Any]


@lru_cache
def describe(feed: str) -> Description:
    """The description of a feed. Raises KeyError if a part of it is missing: each must say all of these."""
    said = tomllib.loads((_FOLDER / f"{feed}.toml").read_text(encoding="utf-8"), parse_float=Decimal)
    return Description(
        feed=said["feed"],
        title=said["title"],
        publisher=said["publisher"],
        as_of=said["as_of"],
        columns=tuple(_column(name, spec) for name, spec in said["columns"].items()),
        identity=tuple(said["lines"]["identity"]),
        distinguish=said["lines"]["distinguish"],
        assertions=said["assertions"],
    )


def _column(name: str, spec: dict[str, Any]) -> Column:
    described = {key: value for key, value in spec.items() if key != "means"}
    described["choices"] = tuple(described.get("choices", ()))
    return Column(name, **described)
