"""How alike two tokens are, and in which way: a number between 0 and 1 and a word for it."""

from __future__ import annotations

from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from aml.matching.consonants import open_skeleton, skeleton, sound
from aml.matching.tables import owners, table

SAME, ONE_NAME, SHORT, INITIAL, SOUND, SPELLING, CONSONANTS, JOINED, ACRONYM, DIFFERENT = (
    "same", "one_name", "short_form", "initial", "sound", "spelling", "consonants", "joined", "acronym", "different")
#: Below it, two tokens are two words.
CUTOFF = 0.6
#: Up to so many letters, one other letter makes another word.
BRIEF = 3
VOWELS = frozenset("aeiouyw")


@lru_cache(maxsize=200_000)
def likeness(one: str, other: str, vowelless: bool) -> tuple[float, str]:
    """Return how alike two tokens are and in which way; ``vowelless`` if a script without vowels wrote one."""
    if one == other:
        return 1.0, SAME
    if len(one) > len(other):
        one, other = other, one
    if len(one) == 1:
        return (0.9, INITIAL) if other[0] == one and other.isalpha() else (0.0, DIFFERENT)
    if one.isdigit() or other.isdigit():
        return 0.0, DIFFERENT
    names = _names()
    if one in names and names.get(one) == names.get(other):
        return 0.97, ONE_NAME
    if other in _short().get(one, ()) or one in _short().get(other, ()):
        return 0.9, SHORT
    if vowelless and (found := _by_consonants(one, other)):
        return found, CONSONANTS
    if len(one) * 2 < len(other):
        return 0.0, DIFFERENT
    return _by_letters(one, other)


def _by_letters(one: str, other: str) -> tuple[float, str]:
    longer = len(other)
    edits = OSA.distance(one, other, score_cutoff=4)
    written = 1 - edits / longer
    if longer <= BRIEF:
        written -= 0.15
    first, second = sound(one), sound(other)
    if first == second and len(first) > 1:
        return max(written, 0.95 if longer > BRIEF else 0.8), SOUND
    if written < 0.45:
        return 0.0, DIFFERENT
    spoken = 1 - OSA.distance(first, second) / max(len(first), len(second), 4) - 0.04
    best = max(written, spoken)
    if longer > 4 and written >= 0.6 and skeleton(one) == skeleton(other):
        best = max(best, min(0.88, best + 0.08))
    if best < CUTOFF:
        return 0.0, DIFFERENT
    return best, SPELLING if written >= spoken else SOUND


def _by_consonants(one: str, other: str) -> float:
    first, second = open_skeleton(one), open_skeleton(other)
    longer = max(len(first), len(second))
    if longer < 2:
        alike = one[0] == other[0] or (one[0] in VOWELS and other[0] in VOWELS)
        return 0.9 if first == second and alike else 0.0
    found = 1 - OSA.distance(first, second) / longer
    if first == second:
        return 0.97
    return 0.95 * found if found >= 0.75 or (longer == 3 and found > 0.6) else 0.0


@cache
def _names() -> dict[str, str]:
    return owners(table("people")["one_name"])


@cache
def _short() -> dict[str, frozenset[str]]:
    return {name: frozenset(forms.split()) for name, forms in table("people")["short"].items()}
