"""Lists of a few entries, version after version, and the simplest index there is: a name is found where it is equal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from aml.models import EntryName, ListEntry, ListVersion
from aml.selectors import searching
from aml.selectors.watchlists import entries_in_force
from core.findings import digest_of

ALGORITHM, THRESHOLD = "equal-1", "1.0000"


@dataclass(frozen=True)
class Query:
    names: tuple[str, ...]
    kind: str = ""
    birth_date: str = ""
    country: str = ""
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    ref: str
    score: str
    matched_name: str
    explanation: dict[str, Any]


@dataclass(frozen=True)
class Searched:
    matches: list[Match]
    compared: int
    best: str


@dataclass
class EqualIndex:
    """Finds the entries one of whose names is one of the query's; counts how often it was asked."""

    entries: list[ListEntry]
    asked: list[str] = field(default_factory=list)

    def search_many(self, queries: Iterable[Query]) -> list[Searched]:
        return [self._search(query) for query in queries]

    def _search(self, query: Query) -> Searched:
        self.asked.append(query.names[0])
        matches = [
            Match(str(entry.pk), "1.0000", name.name, explained(query, entry, name.name))
            for entry in self.entries for name in entry.names.all() if name.name in query.names
        ]
        return Searched(matches, len(self.entries), "1.0000" if matches else "0.2500")


def explained(query: Query, entry: ListEntry, name: str) -> dict[str, Any]:
    """Return an account as aml.matching gives it."""
    born = entry.birth_dates[0] if entry.birth_dates else ""
    says = "missing" if not (born and query.birth_date) else "same" if born == query.birth_date else "different"
    tokens = [{"query": part, "listed": part, "how": "equal", "score": "1.0000"} for part in name.split()]
    return {
        "algorithm": ALGORITHM, "threshold": THRESHOLD, "score": "1.0000",
        "name": {"query": name, "listed": name, "tokens": tokens},
        "parts": [
            {"part": "name", "given": name, "listed": name, "says": "same", "gives": "0.9000"},
            {"part": "birth_date", "given": query.birth_date, "listed": born, "says": says, "gives": "0.1000"},
        ],
    }


def load(source: str, entries: dict[str, Any]) -> ListVersion:
    """Put a version in force: by key the name, or a dict of columns; what the version before had and this lacks ends."""
    number = ListVersion.objects.filter(source=source).count() + 1
    standing = {row.key: row for row in ListEntry.objects.filter(source=source, until=None)}
    wanted = {key: {"name": value} if isinstance(value, str) else value for key, value in entries.items()}
    new = {key: row for key, row in wanted.items() if key not in standing or standing[key].digest != digest_of(row)}
    for key, row in standing.items():
        if key in new or key not in wanted:
            row.until = number
            row.save()
    for key, row in new.items():
        made = ListEntry.objects.create(source=source, key=key, since=number, digest=digest_of(row),
                                        **({"kind": "person"} | row))
        EntryName.objects.create(entry=made, name=made.name, kind="primary")
    return ListVersion.objects.create(
        source=source, number=number, sha256=f"{number:064x}", published_on=date(2026, 11, number),
        entry_count=len(wanted), name_count=len(wanted), address_count=0, added=len(new.keys() - standing.keys()),
        changed=len(new.keys() & standing.keys()), removed=len(standing.keys() - wanted.keys()),
    )


def searcher(entries: Iterable[ListEntry] | None = None, lists: list[dict[str, Any]] | None = None):
    """Return what searches the entries, or those in force."""
    found = entries_in_force() if entries is None else entries
    return searching.Searcher(EqualIndex(list(found)), ALGORITHM, THRESHOLD,
                              searching.lists_in_force() if lists is None else lists, Query)


@pytest.fixture
def equal_names(monkeypatch) -> None:
    """Let whatever screens find names that are equal, which is quick; how names are compared is tested elsewhere."""
    monkeypatch.setattr("aml.services.screening.searcher_in_force", searcher)
    monkeypatch.setattr("aml.services.screening.searcher_of_changes", lambda version, entries: searcher(
        entries, [searching.list_data(version, searched=searching.CHANGES) | {"entries": len(entries)}]))
