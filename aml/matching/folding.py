"""A name in plain letters: case, width, diacritics, punctuation and apostrophes of every script taken off."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

from aml.matching.cyrillic import romanise_cyrillic
from aml.matching.scripts import CYRILLIC, LATIN, script_of_char

#: Letters whose diacritic is part of them, as they are written where it cannot be.
LETTERS = str.maketrans({
    "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "ng",
    "ə": "a", "ǝ": "a",
})
APOSTROPHES = re.compile(r"['’‘ʼʻ`´ʾʿ′ʹ＇ˈ]")
DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?")
NOT_WORD = re.compile(r"[^\w&]+|_")


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """Return the text in lower-case Latin letters, digits and single spaces."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = APOSTROPHES.sub("", text)
    text = DOTTED.sub(lambda found: found[0].replace(".", ""), text)
    if not text.isascii():
        text = "".join(plain(text))
    return " ".join(NOT_WORD.sub(" ", text).split())


def own_script(text: str) -> str:
    """Return the text in its own script: without marks that hang on letters where they are decoration."""
    text = APOSTROPHES.sub("", unicodedata.normalize("NFKC", text).casefold()).replace("\u200c", " ")
    kept = (char if (category := unicodedata.category(char))[0] in "LMN" else "" if category == "Cf" else " " for char in text)
    return " ".join("".join(kept).split())


def plain(text: str) -> list[str]:
    """Return the text piece by piece in Latin letters."""
    pieces = []
    if any(script_of_char(char) == CYRILLIC for char in text):
        text = romanise_cyrillic(text)
    for char in unicodedata.normalize("NFD", text.translate(LETTERS)):
        if char.isascii():
            pieces.append(char)
        elif unicodedata.category(char) == "Mn" and not pieces_need(char):
            continue
        elif script_of_char(char) == LATIN:
            pieces.append(anyascii(char).lower())
        else:
            pieces.append(anyascii(char).lower().replace("'", ""))
    return pieces


def pieces_need(mark: str) -> bool:
    """Say whether a mark is a vowel of its script, and no accent: those of India and the south-east."""
    return 0x0900 <= ord(mark) <= 0x1FFF
