"""How good the matcher is: pairs of which we know whether they are one, counted by script and kind of difference."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from aml.matching.comparing import best_of, is_match
from aml.matching.index import Listed
from aml.matching.scripts import script_of
from aml.matching.tokens import ORGANISATION, PERSON
from aml.matching.variants import variants_of

#: Entries of which variants are made; those that have a variant of the rarer kinds are made besides.
SAMPLE, EASTERN = 600, 300
RANDOM_PAIRS = 10_000
EAST = frozenset(("simplified", "traditional", "hangul", "wade_giles", "hong_kong", "other_character"))
OWN_SCRIPT, RANDOM = "own_script", "random"
ALL = "all"


class Pair(NamedTuple):
    """Two names of which we know whether they are one."""

    how: str  # the kind of difference between them
    name1: str
    name2: str
    kind: str
    is_match: bool

    @property
    def script(self) -> str:
        """The scripts that the two are written in."""
        return "–".join(sorted({script_of(self.name1), script_of(self.name2)} - {""})) or "Latin"


@dataclass(slots=True)
class Counts:
    """What was found of pairs of one group."""

    found: int = 0
    wrong: int = 0
    missed: int = 0
    passed: int = 0

    def add(self, *, expected: bool, given: bool) -> None:
        """Count one pair."""
        if expected:
            self.found += given
            self.missed += not given
        else:
            self.wrong += given
            self.passed += not given

    def as_dict(self) -> dict[str, int | str]:
        """Return counts with precision, recall and F1, each empty where nothing says it."""
        pairs = self.found + self.wrong + self.missed + self.passed
        return {
            "pairs": pairs,
            "found": self.found,
            "missed": self.missed,
            "wrong": self.wrong,
            "passed": self.passed,
            "precision": _share(self.found, self.found + self.wrong),
            "recall": _share(self.found, self.found + self.missed),
            "f1": _share(2 * self.found, 2 * self.found + self.wrong + self.missed),
            "false_positives": _share(self.wrong, self.wrong + self.passed),
        }


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.4f}" if whole else ""


def count(pairs: Iterable[Pair]) -> dict[str, list[dict[str, int | str]]]:
    """Compare every pair and return what came out: in all, by script, and by kind of difference."""
    groups: dict[str, dict[str, Counts]] = {ALL: {}, "script": {}, "how": {}}
    for pair in pairs:
        given = is_match(best_of(pair.name1, pair.name2, pair.kind)[0].score)
        for group, key in ((ALL, ALL), ("script", pair.script), ("how", pair.how)):
            groups[group].setdefault(key, Counts()).add(expected=pair.is_match, given=given)
    return {
        group: [{"name": key, **counts.as_dict()} for key, counts in sorted(found.items())]
        for group, found in groups.items()
    }


def generated(entries: Sequence[Listed]) -> Iterator[Pair]:
    """Yield pairs made by rule from entries of lists: their own originals, variants of them, and strangers."""
    ordered = sorted((entry for entry in entries if entry.kind in (PERSON, ORGANISATION) and entry.names), key=_place)
    eastern = 0
    for at, entry in enumerate(ordered):
        first, _ = entry.names[0]
        others = [name for name, sort in entry.names if sort == "original" and script_of(name) != "Latin"]
        if entry.kind == PERSON:
            yield from (Pair(OWN_SCRIPT, other, first, entry.kind, is_match=True) for other in others)
        if at >= SAMPLE and (entry.kind != PERSON or eastern >= EASTERN):
            continue
        made = list(variants_of(first, entry.kind))
        rare = any(variant.how in EAST for variant in made)
        eastern += rare
        yield from (
            Pair(variant.how, variant.text, first, entry.kind, variant.is_match)
            for variant in made
            if at < SAMPLE or variant.how in EAST
        )
    yield from strangers(ordered)


def strangers(ordered: Sequence[Listed]) -> Iterator[Pair]:
    """Yield names of two entries that are of one kind and different, none like the next."""
    for kind in (PERSON, ORGANISATION):
        rows = [entry for entry in ordered if entry.kind == kind]
        for at in range(RANDOM_PAIRS // 2 if len(rows) > 1 else 0):
            step = 1 + at // len(rows) % (len(rows) - 1)
            one, other = rows[at % len(rows)], rows[(at + step * 7919) % len(rows)]
            if one.ref != other.ref:
                yield Pair(RANDOM, one.names[0][0], other.names[0][0], kind, is_match=False)


def _place(entry: Listed) -> tuple[int, str, str]:
    return zlib.crc32(f"{entry.source}:{entry.key}".encode()), entry.source, entry.key
