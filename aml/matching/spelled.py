"""Names of east Asia across scripts and systems: characters against Latin letters, one romanisation against another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple

from rapidfuzz.distance import OSA

from aml.matching import han
from aml.matching.alignment import Aligned, Pair
from aml.matching.korean import ANY, spellings
from aml.matching.korean import readings as korean_readings
from aml.matching.likeness import DIFFERENT, SAME
from aml.matching.tables import table
from aml.matching.tokens import Token

#: How far a reading in a system is to be trusted: Korea and Macau have many spellings for one syllable.
TRUST = {
    han.PINYIN: 0.97,
    han.WADE_GILES: 0.95,
    han.TONGYONG: 0.94,
    han.HONG_KONG: 0.93,
    han.JYUTPING: 0.93,
    han.MACAU: 0.9,
    han.KOREAN: 0.92,
}
#: One romanisation against another says less: many characters lie behind a syllable.
ACROSS = {
    frozenset((han.PINYIN, han.WADE_GILES)): 0.88,
    frozenset((han.PINYIN, han.HONG_KONG)): 0.8,
    frozenset((han.WADE_GILES, han.HONG_KONG)): 0.77,
    frozenset((han.KOREAN,)): 0.85,
    frozenset((han.WADE_GILES,)): 0.85,
}
LONGEST = 4
#: A name that stands beside the Chinese one, as English given names do.
BESIDE = 0.04
ANOTHER_LETTER = 0.85
MISSING = 0.55
OUT_OF_ORDER = 0.8


class Syllables(NamedTuple):
    """A name in Latin letters read as syllables of one system, with what each may stand for and what is left over."""

    parts: tuple[tuple[str, frozenset[str]], ...]
    beside: int


def characters_alike(ours: str, theirs: str) -> Aligned:
    """Compare two names in characters of one script: a character that differs is another name."""
    if len(ours) > LONGEST or len(theirs) > LONGEST:
        score = 1 - OSA.distance(ours, theirs) / max(len(ours), len(theirs))
        return Aligned(score, (Pair(ours, theirs, SAME if score == 1 else "characters", score),))
    pairs = tuple(
        Pair(one, other, SAME if one == other else DIFFERENT, float(one == other))
        for one, other in zip(ours, theirs, strict=False)
    )
    differing = sum(pair.how == DIFFERENT for pair in pairs) + abs(len(ours) - len(theirs))
    return Aligned(MISSING**differing, pairs)


def korean_alike(chinese: str, hangul: str, *, swapped: bool) -> Aligned:
    """Compare a name in Chinese characters with one in Hangul, by how Korea reads the characters."""
    if len(chinese) != len(hangul):
        return Aligned(0.0, ())
    met = [syllable in korean_readings().get(char, ()) for char, syllable in zip(chinese, hangul, strict=True)]
    pairs = tuple(
        Pair(*((one, other) if not swapped else (other, one)), han.KOREAN if same else DIFFERENT, float(same))
        for one, other, same in zip(chinese, hangul, met, strict=True)
    )
    return Aligned(0.93 * MISSING ** met.count(False), pairs)


def spelled_alike(chars: str, tokens: tuple[Token, ...], *, hangul: bool, swapped: bool) -> Aligned:
    """Compare a name in characters with one in Latin letters, in each system by which the characters are spelled."""
    if hangul:
        known: Sequence[tuple[str, tuple[tuple[str, ...], ...]]] = (
            (han.KOREAN, tuple(spellings(char) for char in chars)),
        )
    else:
        known = han.systems(chars)
    written = tokens
    best = Aligned(0.0, ())
    if not written or len(chars) > LONGEST + 1:
        return best
    for system, options in known:
        if (
            all(options)
            and (found := _laid(chars, options, written[:8], system, swapped=swapped)).score > best.score
        ):
            best = found
    return best


def _laid(
    chars: str, options: tuple[tuple[str, ...], ...], tokens: tuple[Token, ...], system: str, *, swapped: bool
) -> Aligned:
    size = len(chars)
    fits: list[list[tuple[int, int, float]]] = []
    for token in tokens:
        spans = []
        for first in range(size):
            for last in range(first + 1, min(size, first + 4) + 1):
                if score := _fit(token.text, options[first:last]):
                    spans.append((first, last, score))
        fits.append(spans)
    best: tuple[float, tuple[tuple[int, int, int, float], ...]] = (0.0, ())

    def lay(at: int, taken: int, value: float, chosen: tuple[tuple[int, int, int, float], ...]) -> None:
        nonlocal best
        if value > best[0]:
            best = (value, chosen)
        if at == len(tokens):
            return
        lay(at + 1, taken, value, chosen)
        for first, last, score in fits[at]:
            mask = ((1 << last) - 1) & ~((1 << first) - 1)
            if not mask & taken:
                lay(at + 1, taken | mask, value + score * (last - first), (*chosen, (at, first, last, score)))

    lay(0, 0, 0.0, ())
    chosen = best[1]
    if not chosen:
        return Aligned(0.0, ())
    covered = sum(last - first for _, first, last, _ in chosen)
    used = {at for at, *_ in chosen}
    beside = len(tokens) - len(used)
    score = TRUST[system] * (ANOTHER_LETTER if (ANY,) in options else 1)
    for _, _, _, fit in chosen:
        score *= fit
    score *= MISSING ** (size - covered) * (1 - BESIDE * min(beside, 4))
    if size - covered and beside:
        score *= 0.8
    if not _in_order([(first, last) for _, first, last, _ in chosen]):
        score *= OUT_OF_ORDER
    pairs = [_shown(chars[first:last], tokens[at].text, system, fit, swapped) for at, first, last, fit in chosen]
    pairs += [_shown("", token.text, "beside", 0.0, swapped) for at, token in enumerate(tokens) if at not in used]
    laid = {place for _, first, last, _ in chosen for place in range(first, last)}
    pairs += [_shown(char, "", DIFFERENT, 0.0, swapped) for place, char in enumerate(chars) if place not in laid]
    return Aligned(score, tuple(pairs))


def _shown(chars: str, latin: str, how: str, score: float, swapped: bool) -> Pair:
    return Pair(latin, chars, how, score) if swapped else Pair(chars, latin, how, score)


def _in_order(spans: list[tuple[int, int]]) -> bool:
    """Say whether the characters stand as they are written, or with what comes first (the surname) put last."""
    order = [place for first, last in spans for place in range(first, last)]
    falls = sum(1 for before, after in zip(order, order[1:], strict=False) if after < before)
    return falls == 0 or (falls == 1 and order[-1] < order[0])


@lru_cache(maxsize=50_000)
def _fit(token: str, options: tuple[tuple[str, ...], ...]) -> float:
    if _reads(token, options):
        return 1.0
    if len(token) < 4 or len(token) > 18:
        return 0.0
    for spelling in product(*(each[:4] for each in options)):
        if abs(len(whole := "".join(spelling)) - len(token)) <= 1 and OSA.distance(whole, token, score_cutoff=1) <= 1:
            return ANOTHER_LETTER
    return 0.0


def _reads(token: str, options: tuple[tuple[str, ...], ...]) -> bool:
    if not options:
        return not token
    if options[0] == (ANY,):
        return any(_reads(token[length:], options[1:]) for length in range(2, 7) if length <= len(token))
    return any(token.startswith(spelling) and _reads(token[len(spelling) :], options[1:]) for spelling in options[0])


def systems_alike(ours: tuple[Token, ...], theirs: tuple[Token, ...]) -> Aligned:
    """Compare two names in Latin letters that two systems may have spelled: Mao Tse-tung and Mao Zedong."""
    best = Aligned(0.0, ())
    left, right = as_syllables(ours), as_syllables(theirs)
    for system, one in left:
        for other_system, other in right:
            trust = ACROSS.get(frozenset((system, other_system)), 0.0)
            if trust > best.score and len(one.parts) == len(other.parts) > 1:
                for turned in _turned(other.parts):
                    met = [bool(first & second) for (_, first), (_, second) in zip(one.parts, turned, strict=True)]
                    if all(met):
                        how = other_system if system == han.PINYIN else system
                        pairs = tuple(
                            Pair(first, second, SAME if first == second else how, trust)
                            for (first, _), (second, _) in zip(one.parts, turned, strict=True)
                        )
                        best = Aligned(trust * (1 - BESIDE * min(one.beside + other.beside, 4)), pairs)
    return best


def _turned(parts: tuple) -> tuple:
    return (parts, parts[1:] + parts[:1], parts[-1:] + parts[:-1])


@lru_cache(maxsize=50_000)
def as_syllables(tokens: tuple[Token, ...]) -> tuple[tuple[str, Syllables], ...]:
    """Return the name as syllables of each system that can have spelled it."""
    found = []
    if not 1 < len(tokens) <= 5:
        return ()
    for system, known in _systems().items():
        parts: list[tuple[str, frozenset[str]]] = []
        beside = 0
        for token in tokens:
            read = pieces(token.text, system)
            if read:
                parts.extend((piece, known[piece]) for piece in read)
            else:
                beside += 1
        if 2 <= len(parts) <= LONGEST and beside <= 1 and parts[0][0] + parts[-1][0]:
            found.append((system, Syllables(tuple(parts), beside)))
    return tuple(found)


@lru_cache(maxsize=50_000)
def pieces(token: str, system: str) -> tuple[str, ...]:
    """Return the token in the fewest syllables of the system, or nothing."""
    known = _systems()[system]
    if token in known:
        return (token,)
    if len(token) > 14:
        return ()
    for at in range(min(6, len(token) - 1), 0, -1):
        if token[:at] in known and (rest := pieces(token[at:], system)) and len(rest) < 3:
            return (token[:at], *rest)
    return ()


@cache
def _systems() -> dict[str, dict[str, frozenset[str]]]:
    korean: dict[str, set[str]] = {}
    for syllable in table("hanja"):
        for spelling in spellings(syllable):
            korean.setdefault(spelling, set()).add(syllable)
    return {**han.syllables(), han.KOREAN: {key: frozenset(value) for key, value in korean.items()}}
