"""How one Chinese syllable is spelled: Wade-Giles from pinyin, the ways of Hong Kong and Macau from Jyutping."""

from __future__ import annotations

import re
from functools import cache

PINYIN = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcs]?)(.*)")
WADE_INITIALS = {
    "b": "p",
    "d": "t",
    "g": "k",
    "zh": "ch",
    "z": "ts",
    "c": "ts",
    "j": "ch",
    "q": "ch",
    "x": "hs",
    "r": "j",
}
WADE_WHOLE = {
    "zi": "tzu",
    "ci": "tzu",
    "si": "ssu szu",
    "zhi": "chih",
    "chi": "chih",
    "shi": "shih",
    "ri": "jih",
    "yi": "i yi",
    "yan": "yen",
    "ye": "yeh",
    "you": "yu",
    "yong": "yung",
    "yue": "yueh",
    "er": "erh",
    "e": "o e",
    "ge": "ko ke",
    "ke": "ko ke",
    "he": "ho",
    "gui": "kuei",
    "kui": "kuei",
    "guo": "kuo",
    "kuo": "kuo",
    "huo": "huo",
    "shuo": "shuo",
    "ying": "ying ing",
    "que": "chueh",
    "xue": "hsueh",
    "jue": "chueh",
    "lve": "lueh",
    "nve": "nueh",
    "lv": "lu",
    "nv": "nu",
    "xu": "hsu",
    "xi": "hsi",
}
WADE_FINALS = (("ong", "ung"), ("ian", "ien"), ("ie", "ieh"), ("ve", "ueh"), ("uo", "o"), ("v", "u"))
TONGYONG_INITIALS = {"zh": "jh", "q": "c", "x": "s"}
TONGYONG_FINALS = {"iu": "iou", "ui": "uei", "iong": "yong", "v": "yu", "ve": "yue"}
TONGYONG_WHOLE = {"feng": "fong", "weng": "wong", "wen": "wun"}
#: Initials and finals of Jyutping as Hong Kong spells them, the usual spelling first.
HK_INITIALS = {
    "gw": "kw",
    "kw": "kw",
    "ng": "ng",
    "b": "p",
    "p": "p",
    "m": "m",
    "f": "f",
    "d": "t",
    "t": "t",
    "n": "n",
    "l": "l",
    "g": "k",
    "k": "k",
    "h": "h",
    "w": "w",
    "z": "ch ts",
    "c": "ch ts",
    "s": "s sh",
    "j": "y",
}
HK_FINALS = {
    "aa": "a ah",
    "aai": "ai",
    "aau": "au",
    "aam": "am",
    "aan": "an",
    "aang": "ang",
    "aap": "ap",
    "aat": "at",
    "aak": "ak",
    "a": "a",
    "ai": "ai",
    "au": "au",
    "am": "am um",
    "an": "an un",
    "ang": "ang",
    "ap": "ap up",
    "at": "at ut",
    "ak": "ak",
    "e": "e",
    "ei": "ei ee i ey",
    "eng": "eng ing",
    "ek": "ek ik",
    "i": "i ee",
    "iu": "iu",
    "im": "im",
    "in": "in",
    "ing": "ing",
    "ip": "ip",
    "it": "it",
    "ik": "ik",
    "o": "o aw or",
    "oi": "oi oy",
    "ou": "o ou u",
    "on": "on",
    "ong": "ong",
    "ot": "ot",
    "ok": "ok",
    "u": "u oo",
    "ui": "ui ooi",
    "un": "un oon",
    "ung": "ung",
    "ut": "ut",
    "uk": "uk",
    "oe": "eu",
    "oeng": "eung",
    "oek": "euk",
    "eoi": "ui oi",
    "eon": "un",
    "eot": "ut",
    "yu": "u ue yu",
    "yun": "uen un yuen",
    "yut": "uet ut",
    "m": "m",
    "ng": "ng",
}
HK_WHOLE = {
    "zi": "chi tsz tse ji",
    "ci": "chi tsz tse",
    "si": "sze si shi see sz",
    "ji": "yi yee ye i",
    "jyu": "yu yue u",
    "jyun": "yuen yun",
    "jyut": "yuet yut",
    "jan": "yan yun",
    "ng": "ng eng",
    "m": "m ng",
    "jing": "ying ing",
    "jip": "yip ip",
    "joeng": "yeung young",
    "jau": "yau",
    "jam": "yam",
    "jik": "yik",
    "wong": "wong",
    "gaa": "ka kar",
    "haa": "ha",
    "maa": "ma",
    "lou": "lo",
    "fei": "fei fi fee",
    "wu": "wu woo",
    "gu": "ku koo",
    "gou": "ko",
    "sou": "so",
    "dou": "to do",
    "hou": "ho",
    "mou": "mo mou",
    "bou": "po",
    "ceoi": "tsui chui",
    "zoeng": "cheung tseung chiang",
}
HK_INITIAL = re.compile(r"(gw|kw|ng(?=.)|[bpmfdtnlgkhwzcsj](?=.)|)(.*)")
MACAU_INITIALS = HK_INITIALS | {"gw": "ku kw", "kw": "ku kw", "w": "w v", "j": "i y"}
MACAU_FINALS = HK_FINALS | {
    "aau": "ao",
    "au": "ao",
    "iu": "io",
    "oeng": "eong",
    "oek": "eok",
    "eon": "eon",
    "eot": "eot",
    "ou": "ou",
    "yu": "u",
    "yun": "un",
    "yut": "ut",
    "u": "u",
    "ok": "ok",
    "ui": "ui",
}


@cache
def spelled_pinyin(syllable: str) -> tuple[str, ...]:
    """Return a syllable of pinyin as passports have it; ü is u, v or yu there."""
    return (syllable.replace("v", "u"), syllable, syllable.replace("v", "yu")) if "v" in syllable else (syllable,)


@cache
def wade_giles(syllable: str) -> tuple[str, ...]:
    """Return the spellings of a syllable of pinyin in Wade-Giles, without apostrophes and marks."""
    if syllable in WADE_WHOLE:
        return tuple(WADE_WHOLE[syllable].split())
    found = PINYIN.fullmatch(syllable)
    initial, final = found.groups() if found else ("", syllable)
    for ending, usual in WADE_FINALS:
        if final == ending:
            final = usual
            break
    return (WADE_INITIALS.get(initial, initial) + final,)


@cache
def tongyong(syllable: str) -> tuple[str, ...]:
    """Return a syllable of pinyin as Taiwan's passports had it from 2002 to 2008."""
    found = PINYIN.fullmatch(syllable)
    initial, final = found.groups() if found else ("", syllable)
    if final == "i" and initial in ("zh", "ch", "sh", "r", "z", "c", "s"):
        final = "ih"
    usual = TONGYONG_FINALS.get(final, final)
    if initial in ("j", "q", "x") and usual.startswith("u"):
        usual = "y" + usual
    return (TONGYONG_WHOLE.get(syllable) or TONGYONG_INITIALS.get(initial, initial) + usual,)


@cache
def hong_kong(syllable: str) -> tuple[str, ...]:
    """Return the spellings of a syllable of Jyutping on identity cards of Hong Kong, the usual one first."""
    if syllable in HK_WHOLE:
        return tuple(HK_WHOLE[syllable].split())
    return spelled(syllable, HK_INITIALS, HK_FINALS)


@cache
def macau(syllable: str) -> tuple[str, ...]:
    """Return the spellings of a syllable of Jyutping on identity cards of Macau."""
    return spelled(syllable, MACAU_INITIALS, MACAU_FINALS)


def spelled(syllable: str, initials: dict[str, str], finals: dict[str, str]) -> tuple[str, ...]:
    """Return initial and final in every way that they are written."""
    found = HK_INITIAL.fullmatch(syllable)
    initial, final = found.groups() if found else ("", syllable)
    heads = initials.get(initial, initial).split() or [""]
    return tuple(dict.fromkeys(head + tail for head in heads for tail in finals.get(final, final).split()))
