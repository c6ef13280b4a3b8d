"""A name in plain letters: case, width, diacritics, punctuation and apostrophes of every script taken off."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

from aml.matching.consonants import romanise_arabic
from aml.matching.cyrillic import romanise_cyrillic
from aml.matching.scripts import ARABIC, CYRILLIC, HAN, HANGUL, KANA, OTHER, script_of_char

#: Scripts in whose letters a mark is part of the letter, or a vowel, and no accent.
WHOLE_LETTERS = {HAN, HANGUL, KANA, OTHER}

#: Letters whose diacritic is part of them, as they are written where it cannot be.
LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ŋ": "ng",
        "ə": "a",
        "ǝ": "a",
    }
)
APOSTROPHES = re.compile(r"['’‘ʼʻ`´ʾʿ′ʹ＇ˈ]")
DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?")
NOT_WORD = re.compile(r"[^\w&]+|_")


@lru_cache(maxsize=30_000)
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
    kept = (
        char if (category := unicodedata.category(char))[0] in "LMN" else "" if category == "Cf" else " "
        for char in text
    )
    return " ".join("".join(kept).split())


def plain(text: str) -> list[str]:
    """Return the text piece by piece in Latin letters."""
    scripts = {script_of_char(char) for char in text}
    if CYRILLIC in scripts:
        text = romanise_cyrillic(text)
    if ARABIC in scripts:
        text = romanise_arabic(text)
    pieces = []
    for char in text.translate(LETTERS):
        if char.isascii():
            pieces.append(char)
        elif script_of_char(char) in WHOLE_LETTERS:
            pieces.append(anyascii(char).lower().replace("'", ""))
        else:
            pieces.extend(
                anyascii(piece).lower()
                for piece in unicodedata.normalize("NFD", char)
                if unicodedata.category(piece) != "Mn"
            )
    return pieces
