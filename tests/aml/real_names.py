"""The real lists, read roughly: names alone, for tests and measures of the matching that need no database."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from aml.matching import Listed

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
LABELLED = DATA / "names" / "labelled_pairs.csv"
real_names = pytest.mark.skipif(not LABELLED.is_file(), reason="the real lists of names (../shared/data) are not here")
KINDS = {"individual": "person", "vessel": "vessel", "aircraft": "aircraft"}
NAME_PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")


@cache
def real_entries() -> tuple[Listed, ...]:
    """Return every entry of the lists of the United States and the United Nations."""
    return (*_ofac(), *_united_nations())


def _ofac() -> list[Listed]:
    folder = DATA / "sanctions"
    others: dict[str, list[tuple[str, str]]] = {}
    for row in _rows(folder / "ofac_alt.csv"):
        if len(row) > 3:
            others.setdefault(row[0].strip(), []).append((row[3].strip(), "alias"))
    return [
        Listed(f"ofac:{row[0]}", "ofac", row[0], KINDS.get(row[2].strip(), "organisation"),
               ((row[1].strip(), "primary"), *others.get(row[0].strip(), ())))
        for row in _rows(folder / "ofac_sdn.csv") if len(row) > 3
    ]


def _rows(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8", errors="replace").splitlines()))


def _united_nations() -> list[Listed]:
    tree, found = etree.parse(DATA / "sanctions" / "un_consolidated.xml"), []
    for kind, tag in (("person", "INDIVIDUAL"), ("organisation", "ENTITY")):
        for element in tree.iter(tag):
            parts = (element.findtext(part) for part in NAME_PARTS)
            names = [(" ".join(part.strip() for part in parts if part), "primary")]
            if original := (element.findtext("NAME_ORIGINAL_SCRIPT") or "").strip():
                names.append((original, "original"))
            names += [(each.text.strip(), "alias") for each in element.iter("ALIAS_NAME") if each.text]
            key = element.findtext("DATAID") or ""
            found.append(Listed(f"un:{key}", "un", key, kind, tuple(names)))
    return found
