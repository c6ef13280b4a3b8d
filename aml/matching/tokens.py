"""The tokens of a name in Latin letters: each with how much it says, and what sort of word it is."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from aml.matching.folding import fold
from aml.matching.tables import table, words

PERSON, ORGANISATION, VESSEL, UNKNOWN = "person", "organisation", "vessel", "unknown"
#: Sorts of words.
WORD, PARTICLE, TITLE, FORM, GENERIC, STOP, NUMBER, INITIAL, COMMON = (
    "word",
    "particle",
    "title",
    "form",
    "generic",
    "stop",
    "number",
    "initial",
    "common",
)
WEIGHTS = {
    WORD: 1.0,
    COMMON: 0.9,
    GENERIC: 0.7,
    NUMBER: 0.3,
    INITIAL: 0.3,
    FORM: 0.12,
    PARTICLE: 0.08,
    TITLE: 0.0,
    STOP: 0.0,
}
_NUMBERS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
#: What a word of one or two letters weighs in the name of a company.
BRIEF_WEIGHT = 0.5
NUMBERS = {name: str(at) for at, name in enumerate(_NUMBERS.split())}
ORDINALS = {name: str(at) for at, name in enumerate(_ORDINALS.split(), start=1)}
TENS = {name: at * 10 for at, name in enumerate(_TENS.split(), start=2)} | {"fourty": 40}
ROMAN = re.compile(r"(?=[xvi])(x{0,3})(ix|iv|v?i{0,3})")
ORDINAL = re.compile(r"(\d+)(st|nd|rd|th)")
LEET = str.maketrans("0134579", "oieastg")
#: "Servant of": written together with the name of God that follows, or apart.
SERVANT = re.compile(
    r"\babd ?[aeiou](?:l ?|([rsztdn]) ?(?=\1)|(?=[rsztdn][aeiou]|sh))(?!lah?i?\b)(?=[^\W\d]{3})"
)
#: From so many letters on, a word with one letter wrong is still the form of a company.
LONG_FORM = 7
SHIPS = frozenset(["mv", "mt", "ms", "ss", "mts", "mvs", "tanker", "vessel"])


class Token(NamedTuple):
    """One word of a name, in Latin letters, with how much of the name it is."""

    text: str
    weight: float
    sort: str


@lru_cache(maxsize=30_000)
def tokens_of(text: str, kind: str) -> tuple[Token, ...]:
    """Return the tokens of a name; a title, or a word of no weight, is left out."""
    folded = fold(text).replace("&", " ")
    found = _of_person(folded) if kind == PERSON else _of_company(folded, ship=kind == VESSEL)
    return tuple(found) or tuple(Token(word, 1.0, WORD) for word in folded.split())


def _of_person(folded: str) -> list[Token]:
    known = _people()
    folded = SERVANT.sub("abdul ", folded)
    found = []
    for word in folded.split():
        if word in known[TITLE]:
            continue
        if len(word) == 1:
            sort = INITIAL
        elif word in known[PARTICLE]:
            sort = PARTICLE
        elif word in known[COMMON]:
            sort = COMMON
        else:
            word, sort = _letters(word), WORD
        found.append(Token(word, WEIGHTS[sort], sort))
    if all(token.sort == PARTICLE for token in found):
        return [Token(word, WEIGHTS[WORD], WORD) for word in folded.split()]
    return found


def _of_company(folded: str, *, ship: bool) -> list[Token]:
    known, forms = _companies(), _forms()
    folded = folded.replace("u s a ", "united states ").replace("u s ", "united states ")
    parts, found, at = folded.split(), [], 0
    while at < len(parts):
        for length in range(min(8, len(parts) - at), 0, -1):
            form = forms.get(" ".join(parts[at : at + length]))
            if form and (length > 1 or len(parts) > 1):
                found.append(Token(form, WEIGHTS[FORM], FORM))
                break
        else:
            length, token = _word(parts, at, known, ship=ship)
            if token is not None:
                found.append(token)
        at += length
    return found


def _word(parts: list[str], at: int, known: dict[str, frozenset[str]], *, ship: bool) -> tuple[int, Token | None]:
    word = parts[at]
    if word in known[STOP] or (ship and word in SHIPS):
        return 1, None
    if word in TENS:
        more = NUMBERS.get(parts[at + 1], "0") if at + 1 < len(parts) else "0"
        return 1 + (more != "0"), Token(str(TENS[word] + int(more)), WEIGHTS[NUMBER], NUMBER)
    if number := _number(word, at):
        return 1, Token(number, WEIGHTS[NUMBER], NUMBER)
    if word in known[GENERIC]:
        return 1, Token(word, WEIGHTS[GENERIC], GENERIC)
    if len(word) >= LONG_FORM and len(parts) > 1 and (form := _nearly_a_form(word)):
        return 1, Token(form, WEIGHTS[FORM], FORM)
    return 1, Token(_letters(word), WEIGHTS[WORD] if len(word) > 2 else BRIEF_WEIGHT, WORD)


def _number(word: str, at: int) -> str:
    if word.isdigit():
        return word.lstrip("0") or "0"
    if found := ORDINAL.fullmatch(word):
        return found[1]
    if at and ROMAN.fullmatch(word):
        tens, ones = ROMAN.fullmatch(word).groups()  # type: ignore[union-attr]
        return str(len(tens) * 10 + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix").index(ones))
    return ORDINALS.get(word) or NUMBERS.get(word, "")


def _letters(word: str) -> str:
    """Return a word with the letters for which digits stand in it."""
    mixed = not word.isalpha() and sum(map(str.isalpha, word)) > len(word) / 2
    return word.translate(LEET) if mixed else word


@lru_cache(maxsize=50_000)
def _nearly_a_form(word: str) -> str:
    """Return the form of company that a long word misspells."""
    return next(
        (
            form
            for phrase, form in _forms().items()
            if len(phrase) >= LONG_FORM and " " not in phrase and OSA.distance(word, phrase, score_cutoff=1) <= 1
        ),
        "",
    )


@cache
def _people() -> dict[str, frozenset[str]]:
    people = table("people")
    return {TITLE: words(people["titles"]), PARTICLE: words(people["particles"]), COMMON: words(people["common"])}


@cache
def _companies() -> dict[str, frozenset[str]]:
    known = table("words")
    return {GENERIC: words(known["generic"]), STOP: words(known["stop"])}


@cache
def _forms() -> dict[str, str]:
    found: dict[str, str] = {}
    for form, phrases in table("words")["forms"].items():
        for phrase in phrases.split("|"):
            for spelling in {phrase, fold(phrase)}:
                found.setdefault(spelling, form)
    return found
