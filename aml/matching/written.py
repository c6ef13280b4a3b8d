"""A name as it is written: its script, its characters if each stands for itself, its tokens in Latin letters."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from aml.matching import han
from aml.matching.folding import own_script
from aml.matching.korean import spellings
from aml.matching.scripts import ARABIC, EAST, HAN, HANGUL, KANA, LATIN, OTHER, parts_of, script_of
from aml.matching.tables import table
from aml.matching.tokens import FORM, GENERIC, ORGANISATION, PERSON, UNKNOWN, VESSEL, WORD, Token, tokens_of

#: How a Chinese or Korean company says what it is.
CHARACTER_FORMS = re.compile("(股份有限公司|有限责任公司|有限公司|株式会社|集团公司|公司|주식회사|유한회사|㈜)")
VOWELLESS = frozenset((ARABIC, OTHER))


class Written(NamedTuple):
    """One name as one script has it."""

    text: str
    script: str
    chars: str  # of Han or Hangul: the characters, in one form
    tokens: tuple[Token, ...]  # in Latin letters
    own: tuple[Token, ...]  # of a script whose vowels Latin letters cannot know: the tokens as written


@lru_cache(maxsize=30_000)
def read(text: str, kind: str) -> tuple[Written, ...]:
    """Return the names that are written in one text, each in its own script."""
    return tuple(_read(part, kind) for part in parts_of(text))


def kind_of(kind: str, *names: str) -> str:
    """Return as what to read names: what is not said is guessed from the words in them."""
    if kind in (PERSON, ORGANISATION, VESSEL):
        return kind
    if kind != UNKNOWN:
        return VESSEL
    sorts = {token.sort for name in names for token in tokens_of(name, ORGANISATION)}
    return ORGANISATION if sorts & {FORM, GENERIC} or any(CHARACTER_FORMS.search(name) for name in names) else PERSON


def _read(text: str, kind: str) -> Written:
    script = script_of(text)
    if script in (HAN, HANGUL):
        letters = "".join(char for char in own_script(text) if char.isalnum())
        chars = han.simplified(letters) if script == HAN else letters
        return Written(text, script, chars, _of_characters(chars, script, kind), ())
    own = tuple(Token(word, 1.0, WORD) for word in own_script(text).split()) if script in VOWELLESS else ()
    return Written(text, script or LATIN, "", tokens_of(text, kind), own)


def _of_characters(chars: str, script: str, kind: str) -> tuple[Token, ...]:
    """Return characters in Latin letters: of a company word for word where the words are known."""
    found: list[Token] = []
    known = _words() if kind != PERSON else {}
    unread = ""

    def spell() -> None:
        nonlocal unread
        if unread:
            found.append(Token("".join(_spelling(char, script) for char in unread), 1.0, WORD))
        unread = ""

    parts = CHARACTER_FORMS.split(chars) if kind != PERSON else [chars]
    for part in parts:
        if CHARACTER_FORMS.fullmatch(part):
            spell()
            found.append(Token("jsc" if "股份" in part else "ltd", 0.12, FORM))
            continue
        at = 0
        while at < len(part):
            word = next((part[at:at + length] for length in (4, 3, 2) if part[at:at + length] in known), "")
            if word:
                spell()
                found.extend(tokens_of(known[word], ORGANISATION))
            else:
                unread += part[at]
            at += len(word) or 1
        spell()
    return tuple(found)


def _spelling(char: str, script: str) -> str:
    if script == HANGUL:
        return (spellings(char) or ("",))[0]
    found = han.systems(char, person=False)
    return found[0][1][0][0] if found else ""


@cache
def _words() -> dict[str, str]:
    return table("words")["chinese"]


__all__ = ["EAST", "HAN", "HANGUL", "KANA", "VOWELLESS", "Written", "kind_of", "read"]
