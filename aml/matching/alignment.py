"""The tokens of two names laid against one another, and the score that results.

A score begins at 1 and each finding takes its share: a token that is like another but not the same, tokens of one name
for which the other has none, and tokens of both names that contradict each other, which takes most.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from aml.matching.likeness import ACRONYM, CUTOFF, DIFFERENT, JOINED, likeness
from aml.matching.tokens import GENERIC, INITIAL, ORGANISATION, PERSON, VESSEL, WORD, Token

#: What is left of a score when a token of full weight on one side contradicts one on the other.
CONTRADICTED = {PERSON: 0.6, ORGANISATION: 0.45, VESSEL: 0.45}
#: How much of a score goes with the share of a name for which the other has nothing.
SURPLUS = {PERSON: 0.42, ORGANISATION: 0.8, VESSEL: 0.9}
#: A person of whom only one token is found.
ONE_TOKEN = 0.85
#: How fast a score falls with what a token lacks.
STEEP = 0.72
#: From here down, two tokens that are one in the other name come before two that are only alike.
JOIN_FIRST = 0.9
#: How alike tokens written together have to be to what they are apart.
JOINED_ALIKE = 0.85
SON_OF = frozenset(("bin", "ben", "ibn", "bint", "ould", "wuld"))
#: A name of one short token with a letter that differs.
SHORT_NAME, BRIEF_TOKEN = 0.85, 5


class Pair(NamedTuple):
    """A token of one name and what it met in the other, either of them "" if nothing."""

    query: str
    listed: str
    how: str
    score: float


class Aligned(NamedTuple):
    """What laying two names against one another gave."""

    score: float
    pairs: tuple[Pair, ...]


def align(
    ours: tuple[Token, ...], theirs: tuple[Token, ...], kind: str, *, vowelless: bool = False, floor: float = 0.0
) -> Aligned:
    """Lay the tokens of two names against one another.

    What cannot reach ``floor`` gets no account, and as score the most that it could have.
    """
    if not ours or not theirs:
        return Aligned(0.0, ())
    kind = kind if kind in SURPLUS else ORGANISATION
    if kind == ORGANISATION and (found := _acronym(ours, theirs)):
        return found
    candidates = []
    for at, token in enumerate(ours):
        text = token.text
        for to, other in enumerate(theirs):
            score, how = likeness(text, other.text, vowelless)
            if score >= CUTOFF:
                candidates.append((score, -abs(at - to), at, to, how))
    if floor and (most := _most(ours, theirs, candidates, kind)) < floor:
        return Aligned(most, ())
    candidates.sort(reverse=True)
    left, right = list(range(len(ours))), list(range(len(theirs)))
    pairs: list[tuple[float, Pair]] = []
    tried = False
    for score, _, at, to, how in candidates:
        if score < JOIN_FIRST and not tried:
            _pair_joined(ours, theirs, left, right, pairs, vowelless)
            tried = True
        if at in left and to in right:
            left.remove(at)
            right.remove(to)
            pairs.append((_weight(ours[at], theirs[to]), Pair(ours[at].text, theirs[to].text, how, score)))
    _pair_joined(ours, theirs, left, right, pairs, vowelless)
    found = _score(pairs, _unsaid(ours, left), _unsaid(theirs, right), kind)
    if kind == PERSON and _turned_round(ours, theirs):
        return Aligned(found.score * CONTRADICTED[kind], found.pairs)
    return found


def _unsaid(tokens: tuple[Token, ...], left: list[int]) -> list[Token]:
    """Return the tokens that met nothing, but one that only says again what stands beside it."""
    return [
        tokens[at]
        for at in left
        if not any(
            tokens[near].text == tokens[at].text
            for near in (at - 1, at + 1)
            if 0 <= near < len(tokens) and near not in left
        )
    ]


def _most(ours: tuple[Token, ...], theirs: tuple[Token, ...], candidates: list, kind: str) -> float:
    """Return the most that two names can score with the tokens that meet nothing, unless some of them can be joined."""
    left, right = list(range(len(ours))), list(range(len(theirs)))
    missing, other_missing = sum([token.weight for token in ours]), sum([token.weight for token in theirs])
    for _, _, at, to, _ in candidates:
        if at in left:
            left.remove(at)
            missing -= ours[at].weight
        if to in right:
            right.remove(to)
            other_missing -= theirs[to].weight
    most = CONTRADICTED[kind] ** max(0.0, min(missing, other_missing))
    return 1.0 if most < 1 and (_may_join(ours, left, theirs) or _may_join(theirs, right, ours)) else most


def _may_join(tokens: tuple[Token, ...], left: list[int], others: tuple[Token, ...]) -> bool:
    heads = {other.text[0] for other in others[:-1]}
    return any(tokens[at].text[0] in heads and len(tokens[at].text) >= 4 for at in left)


def _turned_round(ours: tuple[Token, ...], theirs: tuple[Token, ...]) -> bool:
    """Say whether one name has as son whom the other has as father."""
    one, other = _fathers(ours), _fathers(theirs)
    return bool(one and other) and any((father, son) in other for son, father in one) and not one & other


@lru_cache(maxsize=30_000)
def _fathers(tokens: tuple[Token, ...]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (tokens[at - 1].text, tokens[at + 1].text) for at in range(1, len(tokens) - 1) if tokens[at].text in SON_OF
    )


def _pair_joined(
    ours: tuple[Token, ...],
    theirs: tuple[Token, ...],
    left: list[int],
    right: list[int],
    pairs: list[tuple[float, Pair]],
    vowelless: bool,
) -> None:
    """Pair tokens that one name writes together and the other apart."""
    if len(right) > 1:
        _join(ours, theirs, left, right, pairs, vowelless, swapped=False)
    if len(left) > 1:
        _join(theirs, ours, right, left, pairs, vowelless, swapped=True)


def _join(
    ours: tuple[Token, ...],
    theirs: tuple[Token, ...],
    left: list[int],
    right: list[int],
    pairs: list[tuple[float, Pair]],
    vowelless: bool,
    *,
    swapped: bool,
) -> None:
    for at in list(left):
        token = ours[at]
        if len(token.text) < 4:
            continue
        for to in [to for to in right if to + 1 in right and theirs[to].text[0] == token.text[0]]:
            if found := _whole(token.text, theirs, to, right, vowelless):
                length, score = found
                left.remove(at)
                for each in range(to, to + length):
                    right.remove(each)
                apart = " ".join(theirs[each].text for each in range(to, to + length))
                weight = max(token.weight, sum(theirs[each].weight for each in range(to, to + length)) / 2)
                given = (apart, token.text) if swapped else (token.text, apart)
                pairs.append((weight, Pair(*given, JOINED, round(score * 0.99, 4))))
                break


def _whole(text: str, tokens: tuple[Token, ...], to: int, free: list[int], vowelless: bool) -> tuple[int, float] | None:
    """Return how many tokens from one place on make the text, and how alike the two are."""
    whole = tokens[to].text
    for length in (2, 3, 4):
        if to + length - 1 not in free:
            return None
        whole += tokens[to + length - 1].text
        if len(whole) > len(text) + 2 and not vowelless:
            return None
        if (vowelless or len(whole) >= len(text) - 2) and (
            score := likeness(text, whole, vowelless)[0]
        ) >= JOINED_ALIKE:
            return length, score
    return None


def _weight(one: Token, other: Token) -> float:
    return max(one.weight, other.weight) if one.sort != INITIAL and other.sort != INITIAL else 0.6


def _score(pairs: list[tuple[float, Pair]], left: list[Token], right: list[Token], kind: str) -> Aligned:
    found, met, full = 1.0, 0.0, 0
    for weight, pair in pairs:
        met += weight * pair.score
        full += weight >= 0.6 and len(pair.query) > 1 and len(pair.listed) > 1
        found *= 1 - min(1.0, weight) * STEEP * (1 - pair.score)
    if not full and not (pairs and kind != PERSON):
        found = min(found, 0.3) if pairs else 0.0
    ours, theirs = sum(token.weight for token in left), sum(token.weight for token in right)
    against, surplus = min(ours, theirs), abs(ours - theirs)
    found *= CONTRADICTED[kind] ** against
    if len(pairs) == 1 and not left and not right and pairs[0][1].score < 0.9 and len(pairs[0][1].listed) < BRIEF_TOKEN:
        found *= SHORT_NAME
    if surplus:
        found *= 1 - SURPLUS[kind] * surplus / (met + surplus + against)
        if kind == PERSON and full == 1 and surplus > 0.5:
            found *= ONE_TOKEN
    shown = [pair for _, pair in pairs]
    shown += [Pair(token.text, "", DIFFERENT, 0.0) for token in left]
    shown += [Pair("", token.text, DIFFERENT, 0.0) for token in right]
    return Aligned(max(0.0, min(1.0, found)), tuple(shown))


def _acronym(ours: tuple[Token, ...], theirs: tuple[Token, ...]) -> Aligned | None:
    for short, long in ((ours, theirs), (theirs, ours)):
        said = [token for token in long if token.sort in (WORD, GENERIC)]
        if (
            len(short) == 1
            and 3 <= len(short[0].text) == len(said)
            and all(letter == token.text[0] for letter, token in zip(short[0].text, said, strict=True))
        ):
            whole = " ".join(token.text for token in said)
            pair = (
                Pair(short[0].text, whole, ACRONYM, 0.8) if short is ours else Pair(whole, short[0].text, ACRONYM, 0.8)
            )
            return Aligned(0.8, (pair,))
    return None
