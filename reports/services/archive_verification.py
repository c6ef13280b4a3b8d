"""Verifying what somebody shows us, the PDF of a report or the archive of a pack: each file in it by itself.

The signed index of a pack carries the facts, which list the SHA-256 of every other file: so its signature is one for
all of them. No more of a file is unpacked than the pack that we made of it has.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.access import SYSTEM, Actor
from core.archives import NoArchive, ShownArchive, shown_archive
from core.canonical import canonical
from core.errors import Refused
from core.tablefile import Raw, head_of, opened, size_of
from core.uploads import MEGABYTE
from reports.builders import archive_words
from reports.builders.inspection_pack import INDEX, MANIFEST, SCHEMA, SUMS
from reports.models import ReportRun
from reports.services.packing import written_with
from reports.services.verification import MAX_BYTES, too_large, verify
from reports.verification import Check, Verdict, conclusion, members_found, members_listed

#: An archive that is larger is verified by the command, or without us.
MAX_ARCHIVE_BYTES = settings.FEED_MAX_BYTES
MOST_MANIFEST = 20_000_000
#: With what a ZIP begins that nothing stands before.
ARCHIVE = b"PK\x03\x04"
PACK = ReportRun.Kind.INSPECTION_PACK


def verify_file(raw: Raw, *, actor: Actor | None = None, expected: str = "") -> Verdict:
    """Return what holds of a PDF or an archive; ``expected`` is the reference under which somebody was sent to us.

    ``actor`` is who asks, None for somebody without an account.

    Raises:
        Refused: there is no file, or it is larger than any that is read here.
    """
    head, size = head_of(raw, len(ARCHIVE)), size_of(raw)
    if actor is not SYSTEM or head != ARCHIVE:
        refuse_size(head, size)
    if head == ARCHIVE:
        return _verify_archive(raw, actor=actor, expected=expected)
    with opened(raw) as source:
        verdict = verify(source.read(), actor=actor, expected=expected)
    if verdict.known and verdict.report["kind"] == PACK:
        verdict.members = members_listed(verdict.figures)
        verdict.checks.append(archive_words.listed_check(verdict.members))
    return verdict


def refuse_size(head: bytes, size: int) -> None:
    """Refuse a file by its first bytes and its size, for callers that know these before they read.

    Raises:
        Refused: it is larger than any that is read here.
    """
    if head[:len(ARCHIVE)] != ARCHIVE and size > MAX_BYTES:
        raise too_large()
    if size > MAX_ARCHIVE_BYTES:
        raise Refused(_("This archive is larger than %(limit)d MB. Have the program that is offered here verify it.")
                      % {"limit": MAX_ARCHIVE_BYTES // MEGABYTE}, code="too_large")


def _verify_archive(raw: Raw, *, actor: Actor | None, expected: str) -> Verdict:
    try:
        with shown_archive(raw) as archive:
            index = archive.read(INDEX, MAX_BYTES)
            if not index:
                return Verdict(False, checks=[archive_words.archive_check("no_index")])
            return _of_members(archive, index, verify(index, actor=actor, expected=expected))
    except NoArchive:
        return Verdict(False, checks=[archive_words.archive_check("unreadable")])


def _of_members(archive: ShownArchive, index: bytes, verdict: Verdict) -> Verdict:
    """Add to what holds of the index whether the other files are those that it lists."""
    manifest = archive.read(MANIFEST, MOST_MANIFEST)
    run = _pack_of(verdict, manifest)
    verdict.checks.insert(0, archive_words.archive_check("read"))
    if (said := _said_by(manifest)) is not None:
        verdict.checks.append(_index_check(verdict, run, manifest, said))
    if run is None:
        verdict.checks.append(Check("members", archive_words.title(), False, _(
            "Neither its index nor its manifest.json is of a pack that we made, so no list says what belongs in it.")))
    else:
        verdict.members = members_found(_listed(run.facts, index), _others(archive), archive.digest)
        verdict.checks.append(archive_words.members_check(verdict.members))
    verdict.holds = conclusion(verdict.checks)
    return verdict


def _pack_of(verdict: Verdict, manifest: bytes | None) -> ReportRun | None:
    """Return the pack that the archive is: by its index, or else by the facts in it."""
    packs = ReportRun.objects.filter(kind=PACK)
    if verdict.known and (run := packs.filter(pk=verdict.report["pk"]).first()):
        return run
    return packs.filter(digest=hashlib.sha256(manifest).hexdigest()).first() if manifest else None


def _said_by(manifest: bytes | None) -> str | None:
    """Return the reference that the facts in the archive say, if they are facts."""
    try:
        data = json.loads(manifest or b"")
    except (ValueError, RecursionError):
        return None
    reference = data.get("reference") if isinstance(data, dict) and data.get("schema") == SCHEMA else None
    return reference[:60] if isinstance(reference, str) else None


def _index_check(verdict: Verdict, run: ReportRun | None, manifest: bytes | None, said: str) -> Check:
    """Compare the index with the facts beside it: both may be whole, and of two packs."""
    whole = run is not None and manifest == canonical(run.facts)
    agrees = any(check.code == "facts" and check.holds for check in verdict.checks)
    return archive_words.index_check(verdict.reference, said, manifest_whole=whole, same=whole and agrees)


def _listed(facts: Mapping[str, Any], index: bytes) -> dict[str, tuple[str, int]]:
    """Return digest and size of every file but the index, which says them."""
    made = {name: raw for name, raw in written_with(facts, index).items() if name != INDEX}
    return {
        **{each["name"]: (each["sha256"], int(each["size"])) for each in facts["members"]},
        **{name: (hashlib.sha256(made[name]).hexdigest(), len(made[name])) for name in (MANIFEST, SUMS)},
    }


def _others(archive: ShownArchive) -> list[str]:
    """The names in the archive less the one index that was read."""
    names = list(archive.names)
    names.remove(INDEX)
    return names
