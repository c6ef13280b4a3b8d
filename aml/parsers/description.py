"""Reads the .toml that describes a list: publisher, where it is fetched, of which day it is, what must hold."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Description:
    """What `<source>.toml` says.

    ``fetched_from`` are addresses at the publisher, for whoever sets ``setting``; nothing is fetched unless it is set;
    ``sends_on_to`` are hosts to which the publisher's servers are known to send on. ``is_dated`` says that the
    publisher dates each export anew. ``files`` says what each of ``formats`` consists of.

    ``least`` entries make a list that is believed to be whole; ``most_gone`` is the share of the entries of the version
    in force that one update may take away; ``by_two_officers`` says that no load is good without two.
    """

    source: str
    publisher: str
    published: str
    is_dated: bool
    setting: str
    fetched_from: tuple[str, ...]
    sends_on_to: tuple[str, ...]
    formats: tuple[str, ...]
    files: tuple[str, ...]
    least: int
    most_gone: Decimal
    by_two_officers: bool


@lru_cache
def describe(source: str) -> Description:
    """The description of a list. Raises KeyError if a part of it is missing: each must say all of these."""
    said = tomllib.loads((_FOLDER / f"{source}.toml").read_text(encoding="utf-8"), parse_float=Decimal)
    return Description(
        source=said["source"],
        publisher=said["publisher"],
        published=said["published"]["rule"],
        is_dated=said["published"]["dated"],
        setting=said["fetch"]["setting"],
        fetched_from=tuple(said["fetch"]["from"]),
        sends_on_to=tuple(said["fetch"].get("sends_on_to", ())),
        formats=tuple(said["formats"]),
        files=tuple(each["files"] for each in said["formats"].values()),
        least=said["assertions"]["least"],
        most_gone=said["assertions"]["most_gone"],
        by_two_officers=said["assertions"].get("two_officers", False),
    )
