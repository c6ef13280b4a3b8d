"""Entries of one version of a list as pages and the API show them: all, or what the version changed, searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from aml.addresses import canonical
from aml.models import EntryName, ListedAddress, ListEntry, ListVersion
from aml.selectors.watchlists import entries_of
from core.access import Actor

#: What of a version is shown.
PARTS = ("entries", "added", "changed", "removed")


@dataclass(frozen=True, slots=True)
class Difference:
    """One kind of particular that an entry has otherwise than before: what is new in it, what is gone."""

    label: Any
    new: list[str]
    gone: list[str]


def versions_for(actor: Actor, source: str = "") -> QuerySet[ListVersion]:
    """Return the versions that the actor may see, of each list the newest first, of one list or of all."""
    rows = ListVersion.objects.visible_to(actor).select_related("loaded_by")
    return rows.filter(source=source) if source else rows


def entries_shown(version: ListVersion, part: str, query: str = "") -> QuerySet[ListEntry]:
    """Return the entries of one part of a version; ``query`` is found in names, keys, and as a whole address."""
    others = ListEntry.objects.filter(source=version.source, key=OuterRef("key"))
    began, ended = others.filter(since=version.number), others.filter(until=version.number)
    rows = {
        "entries": entries_of(version),
        "added": ListEntry.objects.filter(~Exists(ended), source=version.source, since=version.number),
        "changed": ListEntry.objects.filter(Exists(ended), source=version.source, since=version.number),
        "removed": ListEntry.objects.filter(~Exists(began), source=version.source, until=version.number),
    }[part]
    return _searched(rows, query.strip().replace("\x00", "")).prefetch_related("names", "addresses")


def differences(version: ListVersion, entries: Sequence[ListEntry]) -> dict[int, list[Difference]]:
    """Return by entry what reads differently than in the version before; the entries are ones that it changed."""
    before = {row.key: row for row in ListEntry.objects.filter(
        source=version.source, until=version.number, key__in=[entry.key for entry in entries],
    ).prefetch_related("names", "addresses")}
    return {entry.pk: _difference(before[entry.key], entry) for entry in entries if entry.key in before}


def _difference(before: ListEntry, now: ListEntry) -> list[Difference]:
    old, new = _told(before), _told(now)
    return [Difference(label, sorted(new[label] - old[label]), sorted(old[label] - new[label]))
            for label in old if old[label] != new[label]]


def _told(entry: ListEntry) -> dict[Any, set[str]]:
    details = {str(value) for values in entry.details.values()
               for value in (values if isinstance(values, list) else [values])}
    return {
        _("Name"): {entry.name},
        _("Names"): {name.name for name in entry.names.all()},
        _("Programmes"): set(entry.programmes),
        _("Listed on"): {entry.listed_on.isoformat()} if entry.listed_on else set(),
        _("Born"): set(entry.birth_dates),
        _("Countries"): set(entry.countries),
        _("Identifiers"): {each["value"] for each in entry.identifiers},
        _("Digital-currency addresses"): {f"{each.asset} {each.address}" for each in entry.addresses.all()},
        _("Other particulars"): details,
    }


def lives_of(entry: ListEntry) -> QuerySet[ListEntry]:
    """Return how the publisher's entry read over time, the latest first."""
    return ListEntry.objects.filter(source=entry.source, key=entry.key).order_by("-since")


def _searched(rows: QuerySet[ListEntry], query: str) -> QuerySet[ListEntry]:
    if not query:
        return rows
    listed = ListedAddress.objects.filter(entry=OuterRef("pk"), canonical=canonical(query))
    # One of several names: looked for without joining, so that each entry comes once.
    named = Exists(EntryName.objects.filter(entry=OuterRef("pk"), name__icontains=query))
    return rows.filter(Q(name__icontains=query) | Q(key__iexact=query) | named | Exists(listed))
