"""What every reader of a list makes: entries in one shape, or everything that is wrong with the files."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from aml.addresses import canonical
from core.problems import Problems

PRIMARY, ALIAS, WEAK, ORIGINAL = "primary", "alias", "weak", "original"
PERSON, ORGANISATION, VESSEL, AIRCRAFT, UNKNOWN = "person", "organisation", "vessel", "aircraft", "unknown"

#: The longest that is kept of each; anything longer is a damaged file.
LONGEST = {"key": 80, "name": 600, "asset": 12, "address": 160}


@dataclass(slots=True)
class Entry:
    """One person, company, vessel or wallet as a publisher lists it; ``row`` is where in the file it stands."""

    key: str
    kind: str
    name: str
    row: int = 0
    names: list[tuple[str, str]] = field(default_factory=list)
    programmes: list[str] = field(default_factory=list)
    listed_on: date | None = None
    birth_dates: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    identifiers: list[dict[str, str]] = field(default_factory=list)
    addresses: list[tuple[str, str, date | None]] = field(default_factory=list)  # asset, address, listed on
    details: dict[str, Any] = field(default_factory=dict)

    def add_name(self, name: str, kind: str) -> None:
        """Add a name unless it is there already; one in another script than Latin is in its own script."""
        name = clean(name)
        if name and not is_latin(name) and kind == ALIAS:
            kind = ORIGINAL
        if name and all(name != known for known, _kind in self.names):
            self.names.append((name, kind))

    def add_country(self, code: str) -> None:
        if code and code not in self.countries:
            self.countries.append(code)

    def add_birth_date(self, text: str) -> None:
        if text and text not in self.birth_dates:
            self.birth_dates.append(text)

    def add_identifier(self, kind: str, value: str, country: str = "") -> None:
        found = {"kind": kind, "value": clean(value), "country": country}
        if found["value"] and found not in self.identifiers:
            self.identifiers.append(found)

    def add_address(self, asset: str, address: str, listed_on: date | None = None) -> None:
        """Add a digital-currency address once, however it is spelled."""
        same = canonical(address)
        if all(asset != known or same != canonical(other) for known, other, _day in self.addresses):
            self.addresses.append((asset, address, listed_on))

    def add_detail(self, name: str, text: str) -> None:
        """Add one more text of a kind of which an entry may have several."""
        text = clean(text)
        if text and text not in self.details.get(name, ()):
            self.details.setdefault(name, []).append(text)

    @property
    def digest(self) -> str:
        """The digest of all that is published of it, whatever the order in which a file gives it."""
        said = [self.kind, self.name, sorted(self.names), sorted(self.programmes), _day(self.listed_on),
                sorted(self.birth_dates), sorted(self.countries),
                sorted(map(sorted, map(dict.items, self.identifiers))),
                sorted((asset, canonical(address), _day(on)) for asset, address, on in self.addresses),
                sorted(self.details.items())]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of the version in force; ``entry`` is read only of lists that their files may give in part."""

    pk: int
    digest: str
    entry: Entry | None = None


@dataclass(slots=True)
class ParsedList:
    """What the files of one list hold. It is good if it has no problem."""

    entries: list[Entry]
    problems: Problems
    published_on: date | None = None
    assets: tuple[str, ...] = ()
    format: str = ""


def clean(text: str | None) -> str:
    """Return the text in one line, without control characters, its accents composed."""
    if not text:
        return ""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(char if char.isprintable() or char in "\u200c\u200d" else " " for char in text)
    return " ".join(text.split())


def is_latin(text: str) -> bool:
    """Say whether the letters of a name are Latin, most of them at least."""
    if text.isascii():
        return True
    letters = [char for char in text if char.isalpha()]
    latin = sum(char < "\u0250" or "\u1e00" <= char < "\u1f00" for char in letters)
    return 2 * latin >= len(letters)


def join(*parts: str | None, between: str = " ") -> str:
    """Return the parts that are given as one text."""
    return between.join(part for part in map(clean, parts) if part)


def check(entries: Iterable[Entry], problems: Problems) -> None:
    """Note entries without a key or a name, keys that occur twice, and texts that are longer than any."""
    seen: set[str] = set()
    for entry in entries:
        if not entry.key:
            problems.add("list_no_key", row=entry.row)
        elif entry.key in seen:
            problems.add("list_key_twice", row=entry.row, value=entry.key)
        elif not entry.name:
            problems.add("list_no_name", row=entry.row, value=entry.key)
        seen.add(entry.key)
        texts = [("key", entry.key), ("name", entry.name), *(("name", name) for name, _kind in entry.names)]
        for asset, address, _day_listed in entry.addresses:
            texts += [("asset", asset), ("address", address)]
        for name, text in texts:
            if len(text) > LONGEST[name]:
                problems.add("list_too_long", row=entry.row, column=name, value=text, limit=LONGEST[name])


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
