"""What changed between two texts of many pages: words taken out and words put in, page by page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

#: Words of unchanged text that are shown on each side of a change.
CONTEXT_WORDS = 24
#: Longer pages are shown as replaced whole: comparing them word by word would take too long.
MAX_WORDS = 6_000

EQUAL, INSERTED, DELETED, SKIPPED = "equal", "inserted", "deleted", "skipped"


@dataclass(frozen=True, slots=True)
class Run:
    """Words that were kept, put in or taken out; or a mark that unchanged words are left out."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class PageChange:
    """One page that changed; ``before`` or ``after`` is None where the page is new or gone."""

    before: int | None
    after: int | None
    runs: tuple[Run, ...]


def changed_pages(before: Sequence[str], after: Sequence[str]) -> list[PageChange]:
    """Return the pages that differ; pages that only moved because another was put in before them do not."""
    old, new = [_words(text) for text in before], [_words(text) for text in after]
    keys = [[" ".join(words) for words in each] for each in (old, new)]
    changes = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        if tag == EQUAL:
            continue
        for i, j in zip_longest(range(i1, i2), range(j1, j2)):
            runs = _runs([] if i is None else old[i], [] if j is None else new[j])
            changes.append(PageChange(None if i is None else i + 1, None if j is None else j + 1, tuple(runs)))
    return changes


def _words(text: str) -> list[str]:
    """Return the words; each character of Chinese is one, since nothing parts them."""
    return re.findall(r"[\u3400-\u9fff\uf900-\ufaff]|[^\s\u3400-\u9fff\uf900-\ufaff]+", text)


def _runs(old: list[str], new: list[str]) -> Iterator[Run]:
    if max(len(old), len(new)) > MAX_WORDS:
        yield from _replaced(old, new)
        return
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for at, (tag, i1, i2, j1, j2) in enumerate(codes):
        if tag == EQUAL:
            yield from _shortened(old[i1:i2], first=at == 0, last=at == len(codes) - 1)
        else:
            yield from _replaced(old[i1:i2], new[j1:j2])


def _replaced(old: list[str], new: list[str]) -> Iterator[Run]:
    if old:
        yield Run(DELETED, _joined(old))
    if new:
        yield Run(INSERTED, _joined(new))


def _shortened(words: list[str], *, first: bool, last: bool) -> Iterator[Run]:
    """Yield unchanged words, only those near a change."""
    before = 0 if first else CONTEXT_WORDS
    after = 0 if last else CONTEXT_WORDS
    if len(words) <= before + after + 1:
        yield Run(EQUAL, _joined(words))
        return
    if before:
        yield Run(EQUAL, _joined(words[:before]))
    yield Run(SKIPPED, "")
    if after:
        yield Run(EQUAL, _joined(words[-after:]))


def _joined(words: list[str]) -> str:
    """Return the words as text: Chinese characters stand together, everything else is parted by spaces."""
    return re.sub(r"(?<=[\u3400-\u9fff\uf900-\ufaff]) (?=[\u3400-\u9fff\uf900-\ufaff])", "", " ".join(words))
