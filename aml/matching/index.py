"""Lists searched by name: candidates by their runs of letters, then each of them compared in full."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from aml.matching.alignment import Aligned
from aml.matching.comparing import compare_written, explain, is_match, says, written_score
from aml.matching.grams import bags_of, consonants_of
from aml.matching.particulars import TAKES, Part, plain_identifier, weigh
from aml.matching.scripts import LATIN
from aml.matching.tokens import UNKNOWN
from aml.matching.versions import THRESHOLD
from aml.matching.written import Written, kind_of, read

#: Names that are compared in full for one way of writing a query.
CANDIDATES = 40
#: The same by syllables, each of which may stand for several: it takes more to have all that fit.
SYLLABLE_CANDIDATES = 120
#: How much of its letters a candidate has to share.
LEAST_SHARED = 0.2
LIMIT = 20
#: Queries searched at once: what bounds the memory of a batch.
BATCH = 256
#: Below it a name is not worth an account.
LEAST_NAME = 0.55
LIMIT_SCORE = THRESHOLD - 0.01


@dataclass(frozen=True, slots=True)
class Query:
    """Whom to search for. ``identifiers`` are numbers of passports and registers."""

    names: tuple[str, ...]
    kind: str = UNKNOWN
    birth_date: str = ""
    country: str = ""
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a list. ``names`` are pairs of a name and its kind: primary, alias, weak or original."""

    ref: Any
    source: str
    key: str
    kind: str
    names: tuple[tuple[str, str], ...]
    birth_dates: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """One entry that was found, and the account of why."""

    ref: Any
    score: str
    matched_name: str
    explanation: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search found; ``compared`` names were scored, ``best`` is the highest score, of a match or not."""

    matches: tuple[Match, ...]
    compared: int
    best: str


@dataclass(frozen=True, slots=True)
class _Name:
    entry: int
    text: str
    sort: str
    kind: str
    written: Written


class NameIndex:
    """All names of some lists, ready to be searched."""

    def __init__(self, listed: Iterable[Listed]) -> None:
        self.entries = tuple(listed)
        self._names: list[_Name] = []
        self._identified: dict[str, list[int]] = defaultdict(list)
        rows: list[int] = []
        bags: list[frozenset[str]] = []
        for number, entry in enumerate(self.entries):
            for value in entry.identifiers:
                self._identified[plain_identifier(value)].append(number)
            for text, sort in entry.names:
                kind = kind_of(entry.kind, text)
                for written in read(text, kind):
                    mine = list(bags_of(written, kind))
                    if written.script == LATIN:
                        mine.append(consonants_of(written))
                    bags.extend(mine)
                    rows.extend([len(self._names)] * len(mine))
                    self._names.append(_Name(number, text, sort, kind, written))
        self._rows = np.array(rows, dtype=np.int32)
        self._known: dict[str, int] = {}
        for bag in bags:
            for gram in bag:
                self._known.setdefault(gram, len(self._known))
        counts = np.zeros(len(self._known))
        for bag in bags:
            counts[[self._known[gram] for gram in bag]] += 1
        self._rare = np.log(1 + len(bags) / np.maximum(counts, 1))
        self._by_gram = self._matrix(bags).T.tocsr() if bags else None

    @property
    def name_count(self) -> int:
        """How many names can be found."""
        return len(self._names)

    def search(self, query: Query, limit: int = LIMIT) -> Searched:
        """Search for one."""
        return next(self._search([query], limit))

    def search_many(self, queries: Iterable[Query], limit: int = LIMIT) -> Iterator[Searched]:
        """Search for many, which takes less time for each."""
        batch: list[Query] = []
        for query in queries:
            batch.append(query)
            if len(batch) == BATCH:
                yield from self._search(batch, limit)
                batch = []
        if batch:
            yield from self._search(batch, limit)

    def _search(self, queries: Sequence[Query], limit: int) -> Iterator[Searched]:
        bags: list[frozenset[str]] = []
        owners: list[int] = []
        for number, query in enumerate(queries):
            for name in query.names:
                kind = kind_of(query.kind, name)
                for written in read(name, kind):
                    mine = list(bags_of(written, kind))
                    bags.extend(mine)
                    owners.extend([number] * len(mine))
        found: list[set[int]] = [set() for _ in queries]
        if self._by_gram is not None and bags:
            shared = (self._matrix(bags) @ self._by_gram).tocsr()
            for at, number in enumerate(owners):
                most = SYLLABLE_CANDIDATES if next(iter(bags[at]), "").startswith("~") else CANDIDATES
                found[number].update(self._nearest(shared, at, most))
        for query, names in zip(queries, found, strict=True):
            yield self._judge(query, names, limit)

    def _matrix(self, bags: Sequence[frozenset[str]]) -> sparse.csr_matrix:
        known, rare = self._known, self._rare
        starts, columns = [0], []
        for bag in bags:
            columns.extend([at for gram in bag if (at := known.get(gram)) is not None])
            starts.append(len(columns))
        places = np.array(columns, dtype=np.int32)
        values = rare[places] if len(places) else np.zeros(0)
        matrix = sparse.csr_matrix((values, places, np.array(starts, dtype=np.int32)), shape=(len(bags), len(known)))
        unknown = np.array([sum(gram not in known for gram in bag) for bag in bags])
        lengths = np.sqrt(
            np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel() + unknown * float(np.median(rare)) ** 2
        )
        return sparse.diags(1 / np.maximum(lengths, 1e-9)).dot(matrix).astype(np.float32).tocsr()

    def _nearest(self, shared: sparse.csr_matrix, at: int, most: int) -> list[int]:
        start, end = shared.indptr[at], shared.indptr[at + 1]
        values, places = shared.data[start:end], shared.indices[start:end]
        if len(values) > most:
            best = np.argpartition(values, -most)[-most:]
            values, places = values[best], places[best]
        return self._rows[places[values >= LEAST_SHARED]].tolist()

    def _judge(self, query: Query, names: set[int], limit: int) -> Searched:
        best: dict[int, tuple[float, Aligned, _Name, str]] = {}
        floor = LEAST_NAME if query.birth_date or query.identifiers or query.country else LIMIT_SCORE
        asked = {
            kind: [written for text in query.names for written in read(text, kind)]
            for kind in {self._names[at].kind for at in names}
        }
        for at in sorted(names):
            name = self._names[at]
            for written in asked[name.kind]:
                aligned = compare_written(written, name.written, name.kind, floor=floor)
                if not aligned.score:
                    continue
                before = best.get(name.entry)
                if before is None or _worth(aligned.score, name.sort) > before[0]:
                    best[name.entry] = (_worth(aligned.score, name.sort), aligned, name, written.text)
        identified = {
            number for value in query.identifiers for number in self._identified.get(plain_identifier(value), ())
        }
        top, matches = 0.0, []
        for number in sorted(best.keys() | identified):
            match, score = self._match(query, number, best.get(number))
            top = max(top, score)
            if match is not None:
                matches.append(match)
        matches.sort(key=lambda match: (-float(match.score), self._order(match)))
        return Searched(tuple(matches[:limit]), len(names), written_score(top))

    def _order(self, match: Match) -> tuple[str, str]:
        return match.matched_name, str(match.ref)

    def _match(
        self, query: Query, number: int, found: tuple[float, Aligned, _Name, str] | None
    ) -> tuple[Match | None, float]:
        entry = self.entries[number]
        if found is None:
            first = entry.names[0] if entry.names else ("", "primary")
            aligned, text, sort = Aligned(0.0, ()), query.names[0] if query.names else "", first[1]
            matched, listed = first[0], first[0]
        else:
            _, aligned, name, text = found
            sort, matched, listed = name.sort, name.text, name.written.text
        if (aligned.score < LEAST_NAME or not aligned.pairs) and not query.identifiers:
            return None, aligned.score
        weak = round(-aligned.score * TAKES["weak"], 4) if sort == "weak" else 0.0
        named = round(aligned.score, 4) + weak
        score, parts = weigh(named, query, entry)
        score = max(0.0, min(1.0, score))
        if not is_match(score):
            return None, score
        explanation = explain(aligned, text, listed)
        explanation["score"] = written_score(score)
        explanation["parts"] = [
            Part("name", text, listed, says(aligned.score), named).shown(),
            *(part.shown() for part in parts),
        ]
        return Match(entry.ref, explanation["score"], matched, explanation), score


def _worth(score: float, sort: str) -> float:
    return score * (1 - TAKES["weak"]) if sort == "weak" else score
