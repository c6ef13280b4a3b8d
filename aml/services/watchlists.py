"""Loading a list: its files become a version that never changes, or are refused and the one before keeps serving."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aml import plausible
from aml.addresses import canonical
from aml.models import EntryName, ListedAddress, ListEntry, ListLoad, ListVersion, LoadRelease, Source
from aml.parsers.crypto import carry_over
from aml.parsers.description import describe
from aml.parsers.entry import Entry, Listed, ParsedList
from aml.parsers.reading import read_list
from aml.selectors.list_loads import is_doubtful, officers_for
from aml.selectors.watchlists import entries_in_force
from aml.services.list_cases import close_list_case
from core import audit, blobs, clock
from core.access import Actor, require
from core.errors import Refused
from core.models import User
from core.problems import Problem, Problems
from core.roles import Can


def _list_named(label: str) -> str:
    source, _space, number = label.partition(" ")
    return f"{Source(source).label} {number}".strip() if source in Source.values else label


LOADED = audit.verb(
    "aml.list.loaded", reading=_list_named,
    sentence=gettext_noop("loaded version %(target)s: %(added)s added, %(changed)s changed, %(removed)s removed"),
)
REFUSED = audit.verb(
    "aml.list.refused", gettext_noop("was refused the list %(target)s: %(problems)s problems"), reading=_list_named,
)
RELEASED = audit.verb(
    "aml.list.released", gettext_noop("let the list %(target)s through: %(reason)s"), reading=_list_named,
)

Files = Sequence[tuple[str, bytes]]
BATCH = 2_000


def load_watchlist(
    source: str, files: Files, *, actor: Actor, origin: str = "", published_on: date | None = None
) -> ListLoad:
    """Read the files of one list and make them its next version; return what became of the try.

    The same files twice are one version. Files that cannot be right change nothing: the load says why, and the version
    in force stays. ``published_on`` is the publisher's day where the files do not say it.

    Raises:
        NotPermitted: the actor may not load lists.
        Refused: there is no such list (``unknown_list``).
    """
    require(actor, Can.LOAD_WATCHLISTS)
    if source not in Source.values:
        raise Refused(_("There is no list %(name)s.") % {"name": source}, code="unknown_list")
    return _load(source, files, actor=actor, origin=origin, published_on=published_on, let_through=False)


def keep_files(files: Files, *, actor: Actor) -> list[dict[str, Any]]:
    """Store the bytes of files and return name, SHA-256 and size of each, for a worker to load them.

    Raises:
        NotPermitted: the actor may not load lists.
    """
    require(actor, Can.LOAD_WATCHLISTS)
    return [{"name": _sound(name), "sha256": blobs.store_blob(raw).sha256, "size": len(raw)} for name, raw in files]


def note_failed_fetch(source: str, problem: Problem, *, actor: Actor, origin: str = "") -> ListLoad:
    """Keep that a list could not be fetched; the version in force keeps serving.

    Raises:
        NotPermitted: the actor may not load lists.
    """
    require(actor, Can.LOAD_WATCHLISTS)
    problems = Problems()
    problems.extend([problem], 1)
    return _refuse(_new_load(source, [], actor, origin=origin), problems, actor)


def release_load(load: ListLoad, *, reason: str, actor: User) -> ListLoad:
    """Say that a load refused for doubt alone is right; the second officer who does lets it through.

    Returns the load itself while it waits for another officer, else the load that its files now made.

    Raises:
        NotPermitted: the actor may not load lists.
        Refused: it cannot be let through (``not_doubtful``), is overtaken (``overtaken``), the actor said so already
            (``second_officer``), or no reason is given.
    """
    require(actor, Can.LOAD_WATCHLISTS, load)
    if not reason.strip():
        raise Refused(_("Say why: the reason is part of the record."))
    if not is_doubtful(load):
        raise Refused(_("Only a load that was refused for doubt alone can be let through."), code="not_doubtful")
    with transaction.atomic():
        _lock(load.source)
        if ListVersion.objects.filter(source=load.source, loaded_at__gt=load.tried_at).exists():
            raise Refused(_("A newer version of this list has been loaded since."), code="overtaken")
        officers = officers_for(load)
        if actor.pk in officers:
            raise Refused(_("Another officer has to let this load through as well."), code="second_officer")
        LoadRelease.objects.create(load=load, reason=reason.strip(), released_by=actor)
        audit.record(RELEASED, target=load, actor=actor, data={"reason": reason.strip()})
        if len(officers) + 1 < plausible.OFFICERS_NEEDED:
            return load
        files = [(each["name"], blobs.read_blob(each["sha256"])) for each in load.files]
        return _load(load.source, files, actor=actor, origin=load.origin, published_on=load.published_on,
                     let_through=True)


def _load(
    source: str, files: Files, *, actor: Actor, origin: str, published_on: date | None, let_through: bool
) -> ListLoad:
    # The bytes are kept before they are read, whatever becomes of them.
    kept = keep_files(files, actor=actor)
    named = [(each["name"], raw) for each, (_name, raw) in zip(kept, files, strict=True)]
    row = _new_load(source, kept, actor, origin=origin, published_on=published_on)
    digest = hashlib.sha256("\n".join(sorted(each["sha256"] for each in kept)).encode()).hexdigest()
    if same := _same(source, kept, digest):
        return _note_unchanged(row, same)
    parsed = read_list(source, named, today=clock.today())
    if published_on is not None:
        parsed.published_on = published_on
    with transaction.atomic():
        _lock(source)
        last = ListVersion.objects.filter(source=source).first()
        if same := _same(source, kept, digest):  # somebody loaded it while we read
            return _note_unchanged(row, same)
        standing = _standing(source)
        before = plausible.Before(last.number, last.published_on, last.name_count, last.address_count) if last else None
        if source == Source.CRYPTO and not parsed.problems.count:
            parsed.entries = carry_over(parsed, standing)
        if not parsed.problems.count and not let_through:
            plausible.note_doubts(describe(source), parsed, standing, before)
        if parsed.problems.count:
            return _refuse(row, parsed.problems, actor)
        row.version = _write(row, digest, parsed, standing, last, actor)
        row.outcome = ListLoad.Outcome.LOADED
        row.save()
        close_list_case(source)
        return row


def _new_load(
    source: str, files: list[dict[str, Any]], actor: Actor, *, origin: str, published_on: date | None = None
) -> ListLoad:
    by = actor if isinstance(actor, User) else None
    return ListLoad(source=source, files=files, origin=origin[:1000], tried_by=by, published_on=published_on)


def _sound(name: str) -> str:
    """Return the last part of a file's name as it can be stored and shown."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(char for char in last if char.isprintable())[-200:] or "list"


def _lock(source: str) -> None:
    """Until the transaction ends, let nobody else make a version of this list."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"watchlist:{source}"])


def _same(source: str, kept: list[dict[str, Any]], digest: str) -> ListVersion | None:
    """Return the version in force if these are its files; of addresses the names count too: they say the asset."""
    last = ListVersion.objects.filter(source=source).first()
    if last is None or last.sha256 != digest:
        return None
    names = sorted(each["name"] for each in kept), sorted(each["name"] for each in last.files)
    return last if source != Source.CRYPTO or names[0] == names[1] else None


def _note_unchanged(row: ListLoad, version: ListVersion) -> ListLoad:
    row.version, row.outcome = version, ListLoad.Outcome.UNCHANGED
    with transaction.atomic():
        row.save()
        close_list_case(row.source)
    return row


def _refuse(row: ListLoad, problems: Problems, actor: Actor) -> ListLoad:
    row.outcome = ListLoad.Outcome.REFUSED
    row.problems = [problem.as_dict() for problem in problems.in_order()]
    row.problem_count = problems.count
    with transaction.atomic():
        row.save()
        audit.record(REFUSED, target=row, actor=actor, data={"problems": problems.count})
    return row


def _standing(source: str) -> dict[str, Listed]:
    """Return what stands of the list, by key."""
    rows = entries_in_force([source])
    if source == Source.CRYPTO:  # its files may name some assets: what they do not name is carried over
        rows = rows.prefetch_related("names", "addresses")
        return {row.key: Listed(row.pk, row.digest, _entry_of(row)) for row in rows}
    return {key: Listed(pk, digest) for key, pk, digest in rows.values_list("key", "pk", "digest")}


def _entry_of(row: ListEntry) -> Entry:
    return Entry(
        row.key, row.kind, row.name, names=[(each.name, each.kind) for each in row.names.all()],
        programmes=row.programmes, listed_on=row.listed_on, birth_dates=row.birth_dates, countries=row.countries,
        identifiers=row.identifiers, details=row.details,
        addresses=[(each.asset, each.address, each.listed_on) for each in row.addresses.all()],
    )


def _write(
    row: ListLoad, digest: str, parsed: ParsedList, standing: dict[str, Listed], last: ListVersion | None, actor: Actor
) -> ListVersion:
    """Write the version and what it changes: entries that are the same stand on, the others end and begin."""
    number = last.number + 1 if last else 1
    digests = {entry.key: entry.digest for entry in parsed.entries}
    same = {key for key, listed in standing.items() if digests.get(key) == listed.digest}
    begun = [entry for entry in parsed.entries if entry.key not in same]
    changed = [listed.pk for key, listed in standing.items() if key in digests and key not in same]
    removed = [listed.pk for key, listed in standing.items() if key not in digests]
    version = ListVersion.objects.create(
        source=row.source, number=number, sha256=digest, files=row.files, published_on=parsed.published_on,
        loaded_by=row.tried_by, entry_count=len(parsed.entries),
        name_count=sum(len(entry.names) for entry in parsed.entries),
        address_count=sum(len(entry.addresses) for entry in parsed.entries),
        added=len(begun) - len(changed), changed=len(changed), removed=len(removed),
        assets=list(parsed.assets),
    )
    ListEntry.objects.filter(pk__in=[*removed, *changed]).update(until=number)
    for start in range(0, len(begun), BATCH):
        _write_entries(row.source, number, begun[start:start + BATCH], digests)
    audit.record(LOADED, target=version, actor=actor,
                 data={"added": version.added, "changed": version.changed, "removed": version.removed})
    return version


def _write_entries(source: str, number: int, entries: Sequence[Entry], digests: dict[str, str]) -> None:
    rows = ListEntry.objects.bulk_create(
        ListEntry(
            source=source, key=entry.key, since=number, kind=entry.kind, name=entry.name, programmes=entry.programmes,
            listed_on=entry.listed_on, birth_dates=entry.birth_dates, countries=entry.countries,
            identifiers=entry.identifiers, details=entry.details, digest=digests[entry.key],
        )
        for entry in entries
    )
    pairs = list(zip(rows, entries, strict=True))
    EntryName.objects.bulk_create(
        (EntryName(entry=row, name=name, kind=kind) for row, entry in pairs for name, kind in entry.names),
        batch_size=BATCH,
    )
    ListedAddress.objects.bulk_create(
        (ListedAddress(entry=row, asset=asset, address=address, canonical=canonical(address), listed_on=listed_on)
         for row, entry in pairs for asset, address, listed_on in entry.addresses),
        batch_size=BATCH,
    )
