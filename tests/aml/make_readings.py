"""Makes aml/matching/tables/readings.tsv from the libraries of the "readings" group: ``python -m tests.aml.make_readings``.

The product reads the table, not the libraries: what a version of the algorithm says may not change when a library does,
and they take seconds to load. One line a character: simplified, traditional and other forms, Mandarin, Cantonese.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

TABLE = Path(__file__).resolve().parents[2] / "aml" / "matching" / "tables" / "readings.tsv"
#: Readings that a character keeps, the usual one first.
MOST = 3
MORE = "衞峯綉群啓裏堃喆淼鑫焱垚犇堯"


def main() -> None:
    """Write the table."""
    TABLE.write_text("\n".join(lines()) + "\n", encoding="utf-8")


def lines() -> list[str]:
    """Return the lines of the table."""
    import opencc
    import ToJyutping
    from pypinyin import Style, pinyin

    simplify = opencc.OpenCC("t2s").convert
    forms: dict[str, set[str]] = defaultdict(set)
    for char in filter(wanted, map(chr, range(0x4E00, 0xA000))):
        simple = simplify(char)
        forms[simple if len(simple) == 1 else char].add(char)
    found = []
    for simple, written in sorted(forms.items()):
        every = [simple, *sorted(written - {simple})]
        mandarin = [reading for char in every for reading in pinyin(char, style=Style.NORMAL, heteronym=True, v_to_u=False)[0]]
        cantonese = [reading.rstrip("123456") for char in sorted(every, key=lambda char: char == simple)
                     for reading in ToJyutping.get_jyutping_candidates(char)[0][1] or []]
        mandarin = [reading for reading in mandarin if reading.isascii() and reading.isalpha()]
        if mandarin or cantonese:
            found.append("\t".join((simple, "".join(every[1:]), *(" ".join(list(dict.fromkeys(readings))[:MOST])
                                                                  for readings in (mandarin, cantonese)))))
    return found


def wanted(char: str) -> bool:
    """Say whether a name may hold the character: it is in GB 2312 or in Big5."""
    if char in MORE:
        return True
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        try:
            char.encode("big5")
        except UnicodeEncodeError:
            return False
    return True


if __name__ == "__main__":
    main()
