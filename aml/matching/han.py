"""Chinese names: in one form of their characters, and as tokens in each system by which they are spelled."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

from aml.matching.korean import read_as_korean
from aml.matching.romanisation import hong_kong, macau, spelled_pinyin, tongyong, wade_giles
from aml.matching.tables import HERE, table

PINYIN, WADE_GILES, TONGYONG = "pinyin", "wade_giles", "tongyong"
JYUTPING, HONG_KONG, MACAU, KOREAN = "jyutping", "hong_kong", "macau", "korean"
#: Forms of characters that the table of readings has no line for.
VARIANTS = str.maketrans(
    {
        "衞": "卫",
        "峯": "峰",
        "綉": "绣",
        "羣": "群",
        "啓": "启",
        "裏": "里",
        "産": "产",
        "説": "说",
        "髙": "高",
        "德": "德",
        "黄": "黄",
        "呉": "吴",
        "沢": "泽",
        "辺": "边",
        "斎": "斋",
        "広": "广",
        "竜": "龙",
        "栄": "荣",
    }
)


class Reading(NamedTuple):
    """How one character is read: pinyin and Jyutping, without tones."""

    mandarin: tuple[str, ...]
    cantonese: tuple[str, ...]


@cache
def _lines() -> tuple[dict[str, Reading], dict[int, str]]:
    readings: dict[str, Reading] = {}
    simple: dict[int, str] = {}
    for line in (HERE / "readings.tsv").read_text(encoding="utf-8").splitlines():
        char, others, mandarin, cantonese = line.split("\t")
        readings[char] = Reading(tuple(mandarin.split()), tuple(cantonese.split()))
        simple |= {ord(other): char for other in others}
    return readings, simple


def simplified(text: str) -> str:
    """Return the text with each character in the form under which we know it."""
    return text.translate(VARIANTS).translate(_lines()[1])


def characters() -> dict[str, Reading]:
    """Return the characters that we can read, simplified."""
    return _lines()[0]


@cache
def _traditional() -> dict[str, str]:
    found: dict[str, str] = {}
    for other, simple in _lines()[1].items():
        found.setdefault(simple, chr(other))
    return found


def traditional(char: str) -> str:
    """Return a simplified character as it is written traditionally, in one of the ways."""
    return _traditional().get(char, char)


@lru_cache(maxsize=20_000)
def systems(text: str, *, person: bool = True) -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
    """Return for each system its name and the spellings of each character of a text in simplified characters."""
    readings = _read(text, person=person)
    if readings is None:
        return ()
    found = [
        (PINYIN, tuple(_each(reading.mandarin, spelled_pinyin) for reading in readings)),
        (WADE_GILES, tuple(_each(reading.mandarin, wade_giles) for reading in readings)),
        (TONGYONG, _in_tongyong(readings)),
        (HONG_KONG, tuple(_each(reading.cantonese, hong_kong) for reading in readings)),
        (JYUTPING, tuple(reading.cantonese for reading in readings)),
        (MACAU, tuple(_each(reading.cantonese, macau) for reading in readings)),
    ]
    if person and len(text) <= 4 and (korean := read_as_korean(text)):
        found.append((KOREAN, tuple(korean)))
    return tuple(form for form in found if all(form[1]))


def _read(text: str, *, person: bool) -> list[Reading] | None:
    known, _ = _lines()
    readings = [known.get(char) for char in text]
    if not text or None in readings:
        return None
    read = [reading for reading in readings if reading is not None]
    if not person:
        return [Reading(reading.mandarin[:1], reading.cantonese[:1]) for reading in read]
    names = table("surnames")
    compound = names["compound"].get(text[:2]) if len(text) > 2 else None
    if compound:
        mandarin, cantonese = (half.split() for half in compound.split("|"))
        return [Reading((mandarin[at],), (cantonese[at],)) for at in (0, 1)] + read[2:]
    married = len(text) == 4  # a wife's name before her own surname: 林鄭月娥
    return [
        _surname(char, reading, names, only=at == 0) if at == 0 or (at == 1 and married) else reading
        for at, (char, reading) in enumerate(zip(text, read, strict=True))
    ]


def _surname(char: str, reading: Reading, names: dict[str, dict[str, str]], *, only: bool) -> Reading:
    mandarin = tuple(names["mandarin"].get(char, "").split())
    cantonese = tuple(names["cantonese"].get(char, "").split())
    if only:
        return Reading(mandarin or reading.mandarin[:2], cantonese or reading.cantonese[:2])
    return Reading(
        tuple(dict.fromkeys(mandarin + reading.mandarin)), tuple(dict.fromkeys(cantonese + reading.cantonese))
    )


def _in_tongyong(readings: list[Reading]) -> tuple[tuple[str, ...], ...]:
    """Spell a name in Tongyong; many kept their surname in Wade-Giles, as their fathers had it."""
    surname = (*_each(readings[0].mandarin, tongyong), *_each(readings[0].mandarin, wade_giles))
    return tuple(dict.fromkeys(surname)), *(_each(reading.mandarin, tongyong) for reading in readings[1:])


def _each(readings: tuple[str, ...], spell: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(spelling for reading in readings for spelling in spell(reading)))


@cache
def syllables() -> dict[str, dict[str, frozenset[str]]]:
    """Return the syllables of each system of Latin spelling, with the syllables of pinyin that each may stand for."""
    found: dict[str, dict[str, set[str]]] = {PINYIN: {}, WADE_GILES: {}, HONG_KONG: {}}
    surnames = table("surnames")
    for char, reading in _lines()[0].items():
        mandarin = dict.fromkeys([*surnames["mandarin"].get(char, "").split(), *reading.mandarin[:2]])
        cantonese = dict.fromkeys([*surnames["cantonese"].get(char, "").split(), *reading.cantonese[:1]])
        for pinyin in mandarin:
            for spelling in spelled_pinyin(pinyin):
                found[PINYIN].setdefault(spelling, set()).add(pinyin)
            for spelling in wade_giles(pinyin):
                found[WADE_GILES].setdefault(spelling, set()).add(pinyin)
        for jyutping in cantonese:
            for spelling in hong_kong(jyutping)[:2]:
                found[HONG_KONG].setdefault(spelling, set()).update(mandarin)
    return {system: {key: frozenset(value) for key, value in each.items()} for system, each in found.items()}
