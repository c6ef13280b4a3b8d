"""Sealing the audit log: events not yet sealed, in batches, and the proof that one is sealed.

The database refuses to change an event, but whoever owns the database can make it. What was sealed cannot be changed
without changing every root after it, and roots are published (see ``published_head``). ``core.log_check`` says what
no longer holds.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, timedelta
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Min

from core import clock, merkle
from core.merkle import Complete
from core.models import AuditEvent, AuditSeal, SealedEvent
from core.seal_proofs import BEFORE_ALL, PROOF, WHO, event_leaf, seal_digest, seal_header, shown_event

T = TypeVar("T")
#: Events in one seal: a proof reads the leaves of its seal.
MOST = 4_096
#: How far before the last seals events are looked for that were committed late; ``whole`` looks through all.
LOOK_BACK = timedelta(days=1)


def seal_events(*, whole: bool = False) -> int:
    """Seal every event that is not sealed yet and return how many there were.

    An event that was recorded in a long transaction becomes visible after others with higher numbers: so those are
    sealed that no seal names, not those after the last.
    """
    after, sealed = 0 if whole else _look_from(), 0
    while number := _seal_batch(after):
        sealed += number
    return sealed


def _look_from() -> int:
    recent = AuditSeal.objects.filter(sealed_at__gte=clock.now() - LOOK_BACK).aggregate(lowest=Min("first"))["lowest"]
    if recent is not None:
        return recent
    latest = latest_seal()
    return latest.first if latest else 0


@transaction.atomic
def _seal_batch(after: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('core:seals', 0))")
    events = list(AuditEvent.objects.filter(pk__gte=after, sealed=None).order_by("pk")[:MOST])
    if not events:
        return 0
    before = latest_seal()
    seal = AuditSeal(
        number=before.number + 1 if before else 1, previous=before.digest if before else BEFORE_ALL,
        count=len(events), first=events[0].pk, last=events[-1].pk, sealed_at=clock.now(),
    )
    members = [_member(event, seal, index) for index, event in enumerate(events)]
    leaves = [bytes.fromhex(member.leaf) for member in members]
    seal.root = merkle.root_of(merkle.tree_of(leaves), len(leaves)).hex()
    _put_into_log(seal)
    seal.save(force_insert=True)
    SealedEvent.objects.bulk_create(members)
    return len(events)


def _member(event: AuditEvent, seal: AuditSeal, index: int) -> SealedEvent:
    nonce = secrets.token_hex(16)
    leaf = event_leaf(shown_event(columns_of(event), nonce))
    return SealedEvent(event=event, seal=seal, index=index, nonce=nonce, leaf=leaf.hex())


def _put_into_log(seal: AuditSeal) -> None:
    """Give the seal its digest and its place in the tree of all seals."""
    leaf, index = seal_digest(header_of(seal)), seal.number - 1

    def grown(complete: Complete) -> tuple[list[bytes], bytes]:
        ending = merkle.completed_by(complete, index, leaf)
        own = {(level, index >> level): each for level, each in enumerate(ending)}
        return ending, merkle.root_of(
            lambda level, place: own[level, place] if (level, place) in own else complete(level, place), seal.number
        )

    ending, log_root = _read_log(grown)
    seal.digest, seal.subtrees, seal.log_root = leaf.hex(), [each.hex() for each in ending], log_root.hex()


def _read_log(made: Callable[[Complete], T]) -> T:
    """Return what ``made`` makes of the tree of seals, whose hashes it needs are read at once."""
    wanted: set[tuple[int, int]] = set()

    def noted(level: int, index: int) -> bytes:
        wanted.add((level, index))
        return bytes(32)

    made(noted)
    ends = {(index + 1) << level for level, index in wanted}
    rows = AuditSeal.objects.filter(number__in=ends).values_list("number", "subtrees") if ends else ()
    hashes = {
        (level, (number - 1) >> level): bytes.fromhex(each)
        for number, subtrees in rows for level, each in enumerate(subtrees)
    }
    return made(lambda level, index: hashes[level, index])


def columns_of(event: AuditEvent) -> dict[str, Any]:
    """Return every column of the event as JSON carries it."""
    return {
        "id": event.pk, "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"), "verb": event.verb,
        "actor": event.actor_id, "actor_label": event.actor_label, "organisation": event.organisation_id,
        "target_type": event.target_type, "target_pk": event.target_pk, "target_label": event.target_label,
        "data": event.data, "request_id": event.request_id,
    }


def header_of(seal: AuditSeal) -> dict[str, Any]:
    """Return what the seal says, of which its digest is taken."""
    return seal_header(
        number=seal.number, previous=seal.previous, root=seal.root, count=seal.count, first=seal.first, last=seal.last,
        sealed_at=seal.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
    )


def latest_seal() -> AuditSeal | None:
    """Return the last seal, if anything was sealed."""
    return AuditSeal.objects.order_by("-number").first()


def inclusion_proof(event: AuditEvent, *, with_name: bool = False) -> dict[str, Any] | None:
    """Return the proof that the event is in the log as it is now, as data; None while it is not sealed.

    ``with_name`` opens who acted, for readers who may know. ``core.seal_proofs.proof_problems`` checks it.
    """
    place = SealedEvent.objects.select_related("seal").filter(event=event).first()
    head = latest_seal()
    if place is None or head is None:
        return None
    leaves = [bytes.fromhex(leaf) for leaf in SealedEvent.objects.filter(seal=place.seal).order_by("index")
              .values_list("leaf", flat=True)]
    seal, columns = place.seal, columns_of(event)
    log_path = _read_log(lambda complete: merkle.inclusion_proof(complete, seal.number - 1, head.number))
    proof: dict[str, Any] = {
        "schema": PROOF, "event": shown_event(columns, place.nonce), "index": place.index,
        "path": [each.hex() for each in merkle.inclusion_proof(merkle.tree_of(leaves), place.index, len(leaves))],
        "seal": header_of(seal), "log_path": [each.hex() for each in log_path], "head": published_head(head),
    }
    who: Mapping[str, Any] = {"nonce": place.nonce} | {name: columns[name] for name in WHO}
    return proof | ({"who": who} if with_name else {})


def continuation_proof(earlier: int) -> dict[str, Any] | None:
    """Return the proof that the log of now begins with the log of ``earlier`` seals; None if it never had so many."""
    head, before = latest_seal(), AuditSeal.objects.filter(number=earlier).first()
    if head is None or before is None:
        return None
    path = _read_log(lambda complete: merkle.consistency_proof(complete, earlier, head.number))
    return {"earlier": published_head(before), "head": published_head(head), "path": [each.hex() for each in path]}


def published_head(seal: AuditSeal) -> dict[str, Any]:
    """Return what is published of the log as it was with this seal."""
    return {
        "number": seal.number, "log_root": seal.log_root,
        "sealed_at": seal.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
    }
