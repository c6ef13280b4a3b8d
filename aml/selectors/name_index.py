"""The names of the lists in force, ready to be searched: made once in a process, and again when a list changes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from aml.matching import Listed, NameIndex
from aml.models import ListEntry, Source
from aml.selectors.watchlists import entries_in_force, versions_in_force

#: The lists that hold names; that of addresses is searched by address.
SOURCES = tuple(source for source in Source.values if source != Source.CRYPTO)


def index_in_force() -> NameIndex:
    """Return the index of every name of the lists in force."""
    versions = versions_in_force().filter(source__in=SOURCES)
    return _index(tuple(sorted(versions.values_list("pk", "source", "number", "sha256"))))


@lru_cache(maxsize=1)
def _index(_versions: tuple[tuple[int, str, int, str], ...]) -> NameIndex:
    return NameIndex(listed(entries_in_force(SOURCES).prefetch_related("names")))


def listed(entries: Iterable[ListEntry]) -> Iterable[Listed]:
    """Yield entries of lists as the index takes them."""
    for entry in entries:
        names = tuple((name.name, name.kind) for name in entry.names.all()) or ((entry.name, "primary"),)
        yield Listed(
            ref=entry.pk, source=entry.source, key=entry.key, kind=entry.kind, names=names,
            birth_dates=tuple(map(str, entry.birth_dates)), countries=tuple(map(str, entry.countries)),
            identifiers=tuple(str(each["value"]) for each in entry.identifiers if each.get("value")),
        )
