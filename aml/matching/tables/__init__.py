"""Readings, words and forms of names that the matcher knows: part of a version of the algorithm."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


@cache
def table(name: str) -> dict[str, Any]:
    """Return the table of that name."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def words(text: str) -> frozenset[str]:
    """Return the words of a text of the tables."""
    return frozenset(text.split())


def owners(groups: dict[str, str]) -> dict[str, str]:
    """Return for each word of each group the name of the group; the first that has a word keeps it."""
    found: dict[str, str] = {}
    for name, text in groups.items():
        for word in text.split():
            found.setdefault(word, name)
    return found
