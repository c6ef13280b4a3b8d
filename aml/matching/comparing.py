"""Two names compared: the score, and the account of which token met which, how, and what it gave."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aml.matching.alignment import Aligned, Pair, align
from aml.matching.reasons import why
from aml.matching.scripts import HAN, HANGUL, KANA
from aml.matching.spelled import characters_alike, korean_alike, spelled_alike, systems_alike
from aml.matching.tokens import PERSON
from aml.matching.versions import ALGORITHM, THRESHOLD
from aml.matching.written import VOWELLESS, Written, kind_of, read

LIMIT = THRESHOLD
NONE = Aligned(0.0, ())


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing two names gave."""

    score: str
    is_match: bool
    explanation: dict[str, Any]
    why: str


def compare(name1: str, name2: str, kind: str) -> Comparison:
    """Compare two names of a person, an organisation or a vessel."""
    aligned, one, other = best_of(name1, name2, kind)
    explanation = explain(aligned, one, other)
    return Comparison(explanation["score"], is_match(aligned.score), explanation, why(explanation))


def is_match(score: float) -> bool:
    """Say whether a score reaches the threshold, in the four places in which it is written."""
    return round(score, 4) >= LIMIT


def written_score(score: float) -> str:
    """Return a score as rows, JSON and files have it."""
    return f"{score:.4f}"


@lru_cache(maxsize=5_000)
def best_of(name1: str, name2: str, kind: str) -> tuple[Aligned, str, str]:
    """Return the best alignment of the names that are written in two texts, and the two that met."""
    read_as = kind_of(kind, name1, name2)
    best, texts = NONE, (name1, name2)
    for one in read(name1, read_as):
        for other in read(name2, read_as):
            found = compare_written(one, other, read_as)
            if found.score > best.score or not best.pairs:
                best, texts = found, (one.text, other.text)
    return (best, *texts)


def compare_written(one: Written, other: Written, kind: str, *, floor: float = 0.0) -> Aligned:
    """Compare two names, each in one script, by what the two scripts can tell of one another."""
    if one.chars and other.chars and {one.script, other.script} <= {HAN, HANGUL}:
        return _characters(one, other)
    if one.own and other.own and one.script == other.script:
        return align(one.own, other.own, kind, floor=floor)
    if kind == PERSON and (one.chars or other.chars) and KANA not in (one.script, other.script):
        if one.chars:
            return spelled_alike(one.chars, other.tokens, hangul=one.script == HANGUL, swapped=False)
        return spelled_alike(other.chars, one.tokens, hangul=other.script == HANGUL, swapped=True)
    vowelless = one.script in VOWELLESS or other.script in VOWELLESS
    found = align(one.tokens, other.tokens, kind, vowelless=vowelless, floor=floor)
    if kind == PERSON and found.score < 0.9 and (across := systems_alike(one.tokens, other.tokens)).score > found.score:
        return across
    return found


def _characters(one: Written, other: Written) -> Aligned:
    if one.script == other.script:
        return characters_alike(one.chars, other.chars)
    if one.script == HAN:
        return korean_alike(one.chars, other.chars, swapped=False)
    return korean_alike(other.chars, one.chars, swapped=True)


def explain(aligned: Aligned, query: str, listed: str) -> dict[str, Any]:
    """Return the account of a comparison of two names alone."""
    score = written_score(aligned.score)
    return {
        "algorithm": ALGORITHM, "threshold": written_score(THRESHOLD), "score": score,
        "name": {"query": query, "listed": listed, "tokens": [shown(pair) for pair in aligned.pairs]},
        "parts": [{"part": "name", "given": query, "listed": listed, "says": says(aligned.score), "gives": score}],
    }


def shown(pair: Pair) -> dict[str, str]:
    """Return one pair of tokens as an explanation has it."""
    return {"query": pair.query, "listed": pair.listed, "how": pair.how, "score": written_score(pair.score)}


def says(score: float) -> str:
    """Return what a score of names says in a word."""
    if score >= 0.995:
        return "same"
    return "similar" if is_match(score) else "different"
