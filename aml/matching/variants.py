"""Other ways of writing a listed name, made by rule: what the matcher is measured on beside labelled pairs.

The same name always gives the same variants.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from aml.matching import han
from aml.matching.folding import fold
from aml.matching.korean import spellings
from aml.matching.romanisation import hong_kong, wade_giles
from aml.matching.spelled import pieces
from aml.matching.tables import owners, table
from aml.matching.tokens import PERSON, WORD, tokens_of

LETTERS = "abcdefghijklmnopqrstuvwxyz"
ACCENTS = str.maketrans("aeioucns", "áéíôüçñš")
#: Runs that one transliteration writes so and another so.
SPELLINGS = (
    ("kh", "h"),
    ("ou", "u"),
    ("ee", "i"),
    ("oo", "u"),
    ("yy", "y"),
    ("sh", "ch"),
    ("dj", "j"),
    ("zh", "j"),
    ("y", "i"),
    ("i", "y"),
    ("k", "q"),
    ("u", "o"),
    ("o", "u"),
    ("e", "i"),
)
CYRILLIC = (
    ("shch", "щ"),
    ("zh", "ж"),
    ("kh", "х"),
    ("ts", "ц"),
    ("ch", "ч"),
    ("sh", "ш"),
    ("yu", "ю"),
    ("ya", "я"),
    ("ye", "е"),
    *zip("abvgdeziyklmnoprstufhcjqwx", "абвгдезийклмнопрстуфхкжквх", strict=True),
)


class Variant(NamedTuple):
    """Another way of writing a name: which, in which script, and whether it is still that name."""

    how: str
    script: str
    text: str
    is_match: bool = True


def variants_of(name: str, kind: str) -> Iterator[Variant]:
    """Yield the variants of a name in Latin letters."""
    words = fold(name).split()
    seed = zlib.crc32(" ".join(words).encode())
    longest = max(words, key=len, default="")
    if kind == PERSON:
        yield from _of_east(words, seed)
    if len(words) < 2 or len(longest) < 5:
        return
    place, at = words.index(longest), 1 + seed % (len(longest) - 2)

    def with_word(word: str) -> str:
        return " ".join((*words[:place], word, *words[place + 1 :]))

    other = LETTERS[(LETTERS.find(longest[at]) + 1 + seed % 24) % 26]
    yield Variant("case", "Latin", name.swapcase())
    yield Variant("letter", "Latin", with_word(longest[:at] + other + longest[at + 1 :]))
    yield Variant("dropped_letter", "Latin", with_word(longest[:at] + longest[at + 1 :]))
    yield Variant(
        "swapped_letters", "Latin", with_word(longest[:at] + longest[at + 1] + longest[at] + longest[at + 2 :])
    )
    yield Variant("diacritics", "Latin", " ".join(words).translate(ACCENTS))
    yield Variant("joined", "Latin", " ".join((words[0] + words[1], *words[2:])))
    if kind == PERSON:
        yield from _of_person(words, seed, longest, with_word)
    else:
        yield from _of_company(name, words)


def _of_person(words: list[str], seed: int, longest: str, with_word) -> Iterator[Variant]:
    yield Variant("order", "Latin", " ".join((*words[1:], words[0])))
    said = [token for token in tokens_of(" ".join(words), PERSON) if token.sort == WORD]
    if len(words) > 2 and len(words[-1]) > 1:
        yield Variant("initial", "Latin", " ".join((*words[:-1], words[-1][0] + ".")))
    if len(words) == len(said) > 2:
        yield Variant("missing_name", "Latin", " ".join((words[0], *words[2:])))
    run = next((run for run in SPELLINGS if run[0] in longest[1:]), None)
    if run:
        yield Variant("transliteration", "Latin", with_word(longest[0] + longest[1:].replace(*run, 1)))
    strange = "".join(reversed(longest))
    yield Variant("other_name", "Latin", with_word(strange), is_match=False)
    if not chinese_of(words) and not korean_of(words):
        yield Variant("cyrillic", "Cyrillic", _written(" ".join(words), CYRILLIC))
    if arabic := _in_arabic(words):
        yield Variant("arabic", "Arabic", arabic)


def _in_arabic(words: list[str]) -> str:
    known, names = table("variants")["arabic"], owners(table("people")["one_name"])
    written = [known.get(names.get(word, word), "") for word in words]
    return " ".join(written) if all(written) else ""


def _of_east(words: list[str], seed: int) -> Iterator[Variant]:
    if known := chinese_of(words):
        yield from _of_chinese(known, seed)
    elif hangul := korean_of(words):
        yield Variant("hangul", "Hangul", hangul)


def _of_company(name: str, words: list[str]) -> Iterator[Variant]:
    for short, long in (
        ("ltd", "limited"),
        ("co", "company"),
        ("llc", "limited liability company"),
        ("inc", "incorporated"),
    ):
        for one, other in ((short, long), (long, short)):
            if f" {one} " in f" {' '.join(words)} ":
                yield Variant("form", "Latin", f" {' '.join(words)} ".replace(f" {one} ", f" {other} ").strip())
                break
    yield Variant("article", "Latin", f"The {name}")
    yield Variant("other_name", "Latin", " ".join((words[0][::-1], *words[1:])), is_match=False)


def _of_chinese(syllables: list[str], seed: int) -> Iterator[Variant]:
    chars = "".join(_chars()[syllable][seed % len(_chars()[syllable])] for syllable in syllables[1:])
    simple = _surnames()[syllables[0]] + chars
    yield Variant("simplified", "Han", simple)
    traditional = "".join(han.traditional(char) for char in simple)
    if traditional != simple:
        yield Variant("traditional", "Han", traditional)
    turned = wade_giles(syllables[0])[0], "-".join(wade_giles(syllable)[0] for syllable in syllables[1:])
    if turned != (syllables[0], "-".join(syllables[1:])):
        yield Variant("wade_giles", "Latin", " ".join(turned))
    spelled = next((options for system, options in han.systems(simple) if system == han.JYUTPING), ())
    if spelled:
        surname, *given = [hong_kong(options[0])[0] for options in spelled]
        yield Variant("hong_kong", "Latin", f"{surname} {'-'.join(given)}")
    others = [each for each in sorted(_chars()) if each[0] != syllables[-1][0]]
    wrong = _chars()[others[seed % len(others)]][0]
    yield Variant("other_character", "Han", simple[:-1] + wrong, is_match=False)


def chinese_of(words: list[str]) -> list[str]:
    """Return a name in Latin letters as syllables of pinyin, if it is a Chinese one with its surname first."""
    if not 2 <= len(words) <= 3 or words[0] not in _surnames():
        return []
    found = [syllable for word in words for syllable in pieces(word, han.PINYIN)]
    whole = "".join(found) == "".join(words) and 2 <= len(found) <= 3
    return found if whole and all(syllable in _chars() for syllable in found[1:]) else []


def korean_of(words: list[str]) -> str:
    """Return a name in Latin letters in Hangul, if it is a Korean one with its surname first."""
    if not 2 <= len(words) <= 3 or words[0] not in _korean_surnames():
        return ""
    given = [syllable for word in words[1:] for syllable in pieces(word, han.KOREAN)]
    if len(given) != 2 or "".join(given) != "".join(words[1:]):
        return ""
    return _korean_surnames()[words[0]] + "".join(_hangul()[syllable] for syllable in given)


def _written(text: str, letters: tuple[tuple[str, str], ...]) -> str:
    for latin, other in letters:
        text = text.replace(latin, other)
    return "".join(char for char in text if not char.isascii() or char in " -")


@cache
def _surnames() -> dict[str, str]:
    found: dict[str, str] = {}
    for char in table("variants")["chinese"]:
        found.setdefault(han.systems(char)[0][1][0][0], char)
    return found


@cache
def _chars() -> dict[str, str]:
    """Return for each syllable of pinyin common characters that are read so."""
    found: dict[str, str] = {}
    for char, reading in han.characters().items():
        try:
            common = char.encode("gb2312")[0] < 0xD8  # its first part: the 3,755 most used
        except UnicodeEncodeError:
            continue
        if common and len(reading.mandarin) == 1:
            found[reading.mandarin[0]] = found.get(reading.mandarin[0], "") + char
    return found


@cache
def _korean_surnames() -> dict[str, str]:
    found: dict[str, str] = {}
    for char in table("variants")["korean"]:
        for spelling in spellings(char):
            found.setdefault(spelling, char)
    return found


@cache
def _hangul() -> dict[str, str]:
    found: dict[str, str] = {}
    for rank in range(12):
        for syllable in table("hanja"):
            for spelling in spellings(syllable)[rank : rank + 1]:
                found.setdefault(spelling, syllable)
    for syllable in table("hanja"):
        for spelling in spellings(syllable):
            found.setdefault(spelling, syllable)
    return found
