"""What the lists in force say, and what a version changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from aml.models import ListEntry, ListVersion, Source


@dataclass(frozen=True, slots=True)
class Change:
    """What one version changed: entries that are new, that read differently now, and that are gone."""

    added: list[ListEntry]
    changed: list[ListEntry]
    removed: list[ListEntry]


def versions_in_force() -> QuerySet[ListVersion]:
    """Return the latest version of each list."""
    return ListVersion.objects.order_by("source", "-number").distinct("source")


def versions_to_screen() -> QuerySet[ListVersion]:
    """Return the versions of lists of names whose changes no subject was searched in yet, the oldest first."""
    return ListVersion.objects.filter(screened_at=None).exclude(source=Source.CRYPTO).order_by("loaded_at", "number")


def entries_in_force(sources: Collection[str] | None = None) -> QuerySet[ListEntry]:
    """Return the entries that stand, of some lists or of all."""
    standing = ListEntry.objects.filter(until=None)
    return standing if sources is None else standing.filter(source__in=sources)


def entries_of(version: ListVersion) -> QuerySet[ListEntry]:
    """Return the entries as that version had them."""
    return ListEntry.objects.filter(Q(until=None) | Q(until__gt=version.number), source=version.source,
                                    since__lte=version.number)


def change_of(version: ListVersion) -> Change:
    """Return what the version changed against the one before it."""
    rows = ListEntry.objects.filter(source=version.source)
    begun = list(rows.filter(since=version.number))
    ended = list(rows.filter(until=version.number).exclude(since=F("until")))
    before, now = {row.key for row in ended}, {row.key for row in begun}
    return Change(
        added=[row for row in begun if row.key not in before],
        changed=[row for row in begun if row.key in before],
        removed=[row for row in ended if row.key not in now],
    )
