"""Searching subjects in lists: what is searched for, in which versions of which lists, by which algorithm."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from aml.models import ListEntry, ListVersion, Source, Subject
from aml.selectors.watchlists import versions_in_force

#: Lists of names; that of digital-currency addresses has none.
NAME_LISTS = tuple(source for source in Source.values if source != Source.CRYPTO)
#: Of which entries a run searched a list: of all, or of those that a version added or changed.
ALL, CHANGES = "all", "changes"


@dataclass(frozen=True, slots=True)
class Searcher:
    """An index to search in, with what evidence says of it; ``query`` makes of particulars what the index takes."""

    index: Any
    algorithm: str
    threshold: str
    lists: list[dict[str, Any]]
    query: Callable[..., Any]


def query_data(subject: Subject) -> dict[str, Any]:
    """Return what is searched for of a subject, as evidence keeps it."""
    return {
        "names": [name for name in (subject.name_en, subject.name_zh, *subject.other_names) if name],
        "kind": subject.kind, "country": subject.country, "identifiers": subject.identifiers,
        "birth_date": subject.birth_date.isoformat() if subject.birth_date else "",
    }


def search(searcher: Searcher, subjects: Sequence[Subject]) -> list[Any]:
    """Return for each subject what the index finds."""
    queries = [
        searcher.query(
            names=tuple(data["names"]), kind=data["kind"], birth_date=data["birth_date"], country=data["country"],
            identifiers=tuple(each["value"] for each in data["identifiers"]),
        )
        for data in map(query_data, subjects)
    ]
    return list(searcher.index.search_many(queries))


def searcher_in_force() -> Searcher:
    """Return what searches every list in force; a list loaded meanwhile is searched for anew."""
    from aml.matching import ALGORITHM, THRESHOLD, Query
    from aml.selectors.name_index import index_in_force

    while True:
        lists = lists_in_force()
        index = index_in_force()
        if lists == lists_in_force():
            return Searcher(index, ALGORITHM, f"{THRESHOLD:.4f}", lists, Query)


def searcher_of_changes(version: ListVersion, entries: Iterable[ListEntry]) -> Searcher:
    """Return what searches only entries that the version added or changed."""
    from aml.matching import ALGORITHM, THRESHOLD, NameIndex, Query
    from aml.selectors.name_index import listed

    found = list(entries)
    lists = [list_data(version, searched=CHANGES) | {"entries": len(found)}]
    return Searcher(NameIndex(listed(found)), ALGORITHM, f"{THRESHOLD:.4f}", lists, Query)


def lists_in_force() -> list[dict[str, Any]]:
    """Return the lists of names in force, as evidence names them."""
    return [list_data(version) for version in versions_in_force().filter(source__in=NAME_LISTS)]


def list_data(version: ListVersion, *, searched: str = ALL) -> dict[str, Any]:
    """Return a version of a list as evidence names it."""
    return {
        "source": version.source, "number": version.number, "sha256": version.sha256, "entries": version.entry_count,
        "published_on": version.published_on.isoformat() if version.published_on else "", "searched": searched,
    }


def missing_lists(lists: Iterable[dict[str, Any]] | None = None) -> list[str]:
    """Return the lists that the authority's policy requires and that are not among these, or not in force."""
    present = {each["source"] for each in (lists_in_force() if lists is None else lists)}
    return [source for source in settings.SCREENING_REQUIRES if source not in present]
