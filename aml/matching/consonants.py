"""The consonants of a name: what a script without vowels says, and what transliterations of one name share."""

from __future__ import annotations

import re
from functools import lru_cache

ARABIC = {
    "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ٱ": "a", "ب": "b", "ت": "t", "ث": "th", "ج": "j", "ح": "h", "خ": "kh",
    "د": "d", "ذ": "dh", "ر": "r", "ز": "z", "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a",
    "غ": "gh", "ف": "f", "ق": "q", "ك": "k", "ل": "l", "م": "m", "ن": "n", "ه": "h", "و": "w", "ي": "y", "ى": "a",
    "ئ": "y", "ؤ": "w", "ء": "", "ة": "a", "پ": "p", "چ": "ch", "ژ": "zh", "گ": "g", "ک": "k", "ی": "y", "ں": "n",
    "ہ": "h", "ھ": "h", "ے": "e", "ۀ": "h", "ٹ": "t", "ڈ": "d", "ڑ": "r", "ګ": "g", "ړ": "r", "ښ": "sh", "ځ": "z",
    "څ": "s", "ې": "e", "ۍ": "y", "ټ": "t", "ډ": "d", "ڼ": "n", "ږ": "zh",
}
#: Letters that Persian and Urdu have say that the whole name is read so.
PERSIAN = str.maketrans({"ض": "ز", "ظ": "ز", "ذ": "ز", "ث": "س"})
MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c-\u200f]")
#: Words and beginnings that Latin letters write as one usually does, with the vowels that Arabic leaves out.
WRITTEN_SO = (
    (re.compile(r"\bعبد\s*(?:الله|اللہ|اللّه)"), " abdullah "), (re.compile(r"\bعبد\s*ال"), " abdul "),
    (re.compile(r"\b(?:أبو|ابو|أبي|ابي)\s*ال"), " abu al "), (re.compile(r"\b(?:أبو|ابو|أبا|ابا)\s*"), " abu "),
    (re.compile(r"\bبن\b|\bإبن\b|\bابن\b"), " bin "), (re.compile(r"\b(و?)ال"), r"\1 al "),
)
#: Sounds that the consonants of one script leave open: ch and sh, g and j.
OPEN = str.maketrans({"č": "š", "g": "j"})
DIGRAPHS = (("sch", "š"), ("tch", "č"), ("sh", "š"), ("ch", "č"), ("kh", "x"), ("gh", "g"), ("th", "t"), ("dh", "d"),
            ("zh", "j"), ("dj", "j"), ("ph", "f"), ("ck", "k"), ("q", "k"), ("c", "k"), ("v", "f"), ("p", "b"))
VOWELS = re.compile("[aeiouwy]")
DOUBLED = re.compile(r"(.)\1+")
#: Runs that transliterations write in more than one way, in the order in which they are made one.
SOUNDS = (
    ("sch", "sh"), ("tch", "ch"), ("tsch", "ch"), ("dzh", "j"), ("dj", "j"), ("zh", "j"), ("kh", "h"), ("gh", "g"),
    ("ph", "f"), ("th", "t"), ("dh", "d"), ("ck", "k"), ("q", "k"), ("x", "ks"), ("tz", "ts"), ("ou", "u"),
    ("oo", "u"), ("ee", "i"), ("ie", "i"), ("yi", "i"), ("iy", "i"), ("yu", "iu"), ("ju", "iu"), ("ya", "ia"),
    ("ja", "ia"), ("ye", "e"), ("yo", "io"), ("w", "v"), ("o", "u"), ("y", "i"), ("e", "i"),
)
ENDINGS = (("off", "ov"), ("eff", "ev"), ("iev", "ev"), ("ij", "i"), ("yj", "i"), ("iy", "i"), ("yy", "i"), ("ii", "i"))


def romanise_arabic(text: str) -> str:
    """Return Arabic, Persian or Urdu in Latin letters, as far as it is written: without short vowels."""
    text = MARKS.sub("", text)
    if any(char in "پچژگکیٹڈڑے" for char in text):
        text = text.translate(PERSIAN)
    for pattern, latin in WRITTEN_SO:
        text = pattern.sub(latin, text)
    return "".join(ARABIC.get(char, char) for char in text)


@lru_cache(maxsize=100_000)
def skeleton(token: str) -> str:
    """Return the consonants of a token, one sign for each sound."""
    for run, sign in DIGRAPHS:
        token = token.replace(run, sign)
    return DOUBLED.sub(r"\1", VOWELS.sub("", token)).removesuffix("h")


def open_skeleton(token: str) -> str:
    """Return the consonants of a token, where one of them is written by a script without vowels."""
    return skeleton(token).translate(OPEN)


@lru_cache(maxsize=100_000)
def sound(token: str) -> str:
    """Return one spelling for all in which transliterations write what sounds alike."""
    for ending, usual in ENDINGS:
        if token.endswith(ending) and len(token) > len(ending) + 2:
            token = token.removesuffix(ending) + usual
            break
    for run, usual in SOUNDS:
        token = token.replace(run, usual)
    return DOUBLED.sub(r"\1", token.removesuffix("h"))
