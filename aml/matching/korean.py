"""How Korean names are spelled in Latin letters: by both systems, and as passports of both Koreas have it."""

from __future__ import annotations

from functools import cache

from aml.matching.tables import table

FIRST = (
    "g k", "kk", "n", "d t", "tt", "r l n", "m", "b p", "pp", "s sh", "ss", "", "j ch", "jj", "ch", "k kh", "t th",
    "p ph", "h",
)
VOWELS = (
    "a", "ae ai e", "ya", "yae", "eo o u", "e", "yeo yo you yu", "ye", "o oh", "wa", "wae wai", "oe oi", "yo", "u oo",
    "wo weo", "we", "wi ui", "yu yoo", "eu u", "ui eui", "i ee",
)
LAST = (
    "", "k g", "k", "k", "n", "n", "n", "t d", "l r", "k", "m", "p", "l", "l", "l", "l", "m", "p b", "p", "t", "t s",
    "ng", "t", "t", "k", "t", "p", "",
)
#: Surnames, and sounds at the start of a name, that are written as neither system says.
WHOLE = {
    "이": "lee yi ri rhee i li",
    "리": "ri li lee",
    "김": "kim gim",
    "박": "park pak bak",
    "최": "choi choe",
    "정": "jung jeong chung jong chong",
    "조": "cho jo",
    "강": "kang gang",
    "임": "im lim rim yim",
    "림": "rim lim im",
    "노": "noh roh no ro",
    "로": "ro no roh",
    "유": "yoo yu ryu you",
    "류": "ryu yoo yu",
    "오": "oh o",
    "우": "woo u wu",
    "여": "yeo yo",
    "신": "shin sin",
    "문": "moon mun",
    "권": "kwon gwon",
    "황": "hwang",
    "안": "ahn an",
    "송": "song",
    "전": "jeon jun chon chun",
    "백": "paek baek paik",
    "허": "heo huh ho hur",
    "남": "nam",
    "심": "shim sim",
    "주": "joo ju chu",
    "구": "koo ku gu",
    "윤": "yoon yun",
    "장": "jang chang",
    "양": "yang ryang",
    "서": "seo suh so",
    "라": "ra na",
    "나": "na ra",
    "원": "won",
    "영": "young yeong yong",
    "현": "hyun hyeon hyon",
    "은": "eun un",
    "희": "hee hui",
    "숙": "sook suk",
    "준": "jun joon chun",
    "훈": "hoon hun",
    "선": "sun seon son",
    "성": "sung seong song",
    "승": "seung sung",
    "수": "soo su",
    "식": "sik shik",
    "일": "il",
    "인": "in",
    "용": "yong young ryong",
    "룡": "ryong yong",
    "렬": "ryol ryeol yol",
    "녀": "nyo nyeo yo",
    "려": "ryo ryeo",
    "련": "ryon ryeon yon",
    "령": "ryong ryeong yong",
    "량": "ryang yang",
    "률": "ryul yul",
    "례": "rye ye",
    "옥": "ok ock",
    "국": "kuk guk kook",
    "경": "kyung kyong gyeong kyeong",
    "명": "myung myong myeong",
    "병": "byung pyong byeong",
    "형": "hyung hyong hyeong",
    "철": "chul chol cheol",
    "혁": "hyuk hyok hyeok",
}

#: Stands for a syllable of which no reading is known.
ANY = "*"


@cache
def spellings(syllable: str) -> tuple[str, ...]:
    """Return the spellings of a syllable of Hangul."""
    number = ord(syllable) - 0xAC00
    if not 0 <= number < 11172:
        return ()
    first, vowel, last = FIRST[number // 588], VOWELS[number % 588 // 28], LAST[number % 28]
    made = [a + b + c for a in (first.split() or [""]) for b in vowel.split() for c in (last.split() or [""])]
    return tuple(dict.fromkeys([*WHOLE.get(syllable, "").split(), *made]))


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """Return for each Chinese character the syllables as which Korea reads it."""
    found: dict[str, tuple[str, ...]] = {}
    for syllable, chars in table("hanja").items():
        for char in chars:
            found[char] = (*found.get(char, ()), syllable)
    return found


def read_as_korean(text: str) -> list[tuple[str, ...]] | None:
    """Return the spellings of each character of a Chinese text as Korea reads it.

    One character of a given name of which we know no reading is left open; nothing if more have none.
    """
    found: list[tuple[str, ...]] = []
    for at, char in enumerate(text):
        syllables = readings().get(char)
        if syllables is None and (at == 0 or len(text) < 3 or (ANY,) in found):
            return None
        found.append(
            tuple(dict.fromkeys(spelling for syllable in syllables or () for spelling in spellings(syllable))) or (ANY,)
        )
    return found
