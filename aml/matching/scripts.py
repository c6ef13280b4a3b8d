"""Which scripts a name is written in, and the parts of one that is written in two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

HAN, HANGUL, KANA, LATIN, CYRILLIC, ARABIC, OTHER = "Han", "Hangul", "Kana", "Latin", "Cyrillic", "Arabic", "Other"
RANGES = (
    (0x0041, 0x024F, LATIN),
    (0x1E00, 0x1EFF, LATIN),
    (0xFF21, 0xFF5A, LATIN),
    (0x0400, 0x052F, CYRILLIC),
    (0x0600, 0x06FF, ARABIC),
    (0x0750, 0x077F, ARABIC),
    (0xFB50, 0xFDFF, ARABIC),
    (0xFE70, 0xFEFF, ARABIC),
    (0x3040, 0x30FF, KANA),
    (0x31F0, 0x31FF, KANA),
    (0x3400, 0x4DBF, HAN),
    (0x4E00, 0x9FFF, HAN),
    (0xF900, 0xFAFF, HAN),
    (0x20000, 0x323AF, HAN),
    (0x1100, 0x11FF, HANGUL),
    (0x3130, 0x318F, HANGUL),
    (0xAC00, 0xD7AF, HANGUL),
)
EAST = {HAN, HANGUL, KANA}
BRACKETED = re.compile(r"\(([^()]*)\)|（([^（）]*)）|\[([^\[\]]*)\]")


@lru_cache(maxsize=20_000)
def script_of_char(char: str) -> str:
    """Return the script of a letter, or "" of what is no letter."""
    point = ord(char)
    for first, last, script in RANGES:
        if first <= point <= last:
            return script if unicodedata.category(char)[0] in "LM" else ""
    return OTHER if unicodedata.category(char)[0] == "L" else ""


def script_of(text: str) -> str:
    """Return the script that most letters of a name are in; "" if it has none."""
    counts: dict[str, int] = {}
    for char in text:
        if script := script_of_char(char):
            counts[script] = counts.get(script, 0) + 1
    if KANA in counts and HAN in counts:
        return KANA if counts[KANA] >= counts[HAN] else HAN
    return max(counts, key=lambda script: (counts[script], script), default="")


def parts_of(text: str) -> Iterator[str]:
    """Yield the names that are written in one: ``Jin Tiesan (金铁三)`` is two, each whole in its own script."""
    scripts = {script for char in text if (script := script_of_char(char))}
    if not (scripts & EAST and scripts - EAST):
        yield text
        return
    for eastern in (True, False):
        kept = "".join(
            char if not (script := script_of_char(char)) or (script in EAST) is eastern else " " for char in text
        )
        kept = re.sub(r"[(（\[]\s*[)）\]]", " ", kept).strip(" ,;/")
        letters = sum(1 for char in kept if script_of_char(char))
        if letters > 1 or (letters and eastern):
            yield kept
