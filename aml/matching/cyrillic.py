"""Cyrillic in Latin letters, as passports and lists write it."""

from __future__ import annotations

LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu",
    "я": "ya",
    "і": "i", "ї": "i", "є": "ye", "ґ": "g", "ў": "u", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "ђ": "dj", "џ": "dz",
    "ѕ": "dz", "ѓ": "g", "ќ": "k", "қ": "q", "ғ": "gh", "ү": "u", "ұ": "u", "ө": "o", "ә": "a", "ң": "n", "һ": "h",
    "ӣ": "i", "ӯ": "u", "ҳ": "h", "ҷ": "j", "ӏ": "",
}
#: Ukrainian letters say that the whole name is read as Ukrainian.
UKRAINIAN = str.maketrans({"г": "h", "и": "y"})


def romanise_cyrillic(text: str) -> str:
    """Return the text with its Cyrillic letters, lower case, in Latin ones."""
    if any(char in "іїєґ" for char in text):
        text = text.translate(UKRAINIAN)
    return "".join(LETTERS.get(char, char) for char in text)
