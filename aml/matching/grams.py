"""What a name is found by: the runs of three letters of its tokens, in every spelling that it can be met in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from aml.matching import han
from aml.matching.consonants import skeleton
from aml.matching.korean import ANY, spellings
from aml.matching.scripts import HAN, HANGUL
from aml.matching.spelled import as_syllables
from aml.matching.tokens import FORM, PERSON, STOP, TITLE, Token
from aml.matching.written import Written

#: Systems whose spellings are searched for; the others differ from one of them by a letter or two.
SYSTEMS = (han.PINYIN, han.WADE_GILES, han.TONGYONG, han.HONG_KONG, han.KOREAN)
SPELLINGS = 3
UNSAID = frozenset((FORM, TITLE, STOP))


def bags_of(written: Written, kind: str) -> Iterator[frozenset[str]]:
    """Yield the grams of a name, once for each spelling in which it may be met."""
    if written.chars:
        yield frozenset(_of_characters(written.chars))
        if kind == PERSON:
            for options in _spelled(written):
                yield frozenset(
                    gram for each in options for spelling in each[:SPELLINGS] for gram in _of_word(spelling)
                )
            return
    if written.own:
        yield frozenset(gram for token in written.own for gram in _of_word(token.text))
        yield consonants_of(written)
    yield frozenset(_of_tokens(written.tokens))
    if kind == PERSON and not written.chars:
        yield from _across(written.tokens)


def consonants_of(written: Written) -> frozenset[str]:
    """Return the grams by which a script without vowels finds a name in Latin letters."""
    return frozenset(
        gram for token in written.tokens if token.sort not in UNSAID for gram in _of_consonants(token.text)
    )


def _of_characters(chars: str) -> Iterator[str]:
    yield from chars
    for at in range(len(chars) - 1):
        yield chars[at : at + 2]


def _spelled(written: Written) -> Iterable[tuple[tuple[str, ...], ...]]:
    if written.script == HANGUL:
        return [tuple(spellings(char) for char in written.chars)]
    if written.script == HAN and len(written.chars) <= 5:
        return [
            tuple(() if each == (ANY,) else each for each in options)
            for system, options in han.systems(written.chars)
            if system in SYSTEMS
        ]
    return []


def _of_tokens(tokens: Iterable[Token]) -> Iterator[str]:
    said = [token for token in tokens if token.sort not in UNSAID]
    for token in said or tokens:
        yield from _of_word(token.text)


@lru_cache(maxsize=50_000)
def _of_word(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(padded[at : at + 3] for at in range(len(padded) - 2)) if len(padded) > 2 else (padded,)


@lru_cache(maxsize=50_000)
def _of_consonants(word: str) -> tuple[str, ...]:
    bones = f" {skeleton(word)} "
    return tuple("|" + bones[at : at + 2] for at in range(len(bones) - 1))


def _across(tokens: tuple[Token, ...]) -> Iterator[frozenset[str]]:
    """Yield a name as syllables of pinyin that it can stand for: what two systems of spelling have in common."""
    for _, found in as_syllables(tokens):
        yield frozenset("~" + sound for _, stands_for in found.parts for sound in stands_for)
