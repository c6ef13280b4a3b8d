"""Deleting records past their time, by two officers, and holding up what must be kept longer (AML 9.3-9.9)."""

from __future__ import annotations

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aml.models import Disposal, Hit, RecordKind, RetentionHold
from aml.selectors.retention import disposable, expired
from aml.workflows import DISPOSAL
from core import audit, clock
from core.access import Actor, require
from core.cases import next_reference
from core.errors import Refused
from core.models import Organisation, User
from core.roles import Can

PROPOSED = audit.verb("aml.disposal.proposed", gettext_noop("proposed to delete %(count)s records, %(target)s"))
HELD = audit.verb("aml.retention.held", gettext_noop("held up the deletion of records of %(target)s: %(note)s"))
LIFTED = audit.verb("aml.retention.lifted", gettext_noop("no longer holds up the deletion of records of %(target)s"))


@transaction.atomic
def propose_disposal(kind: str, *, actor: Actor) -> Disposal:
    """Propose to delete what need no longer be kept of one kind; another officer does it.

    Raises:
        NotPermitted: the actor does not dispose of records.
        Refused: there is no such kind, nothing may be deleted, or a proposal for the kind waits already.
    """
    require(actor, Can.DISPOSE_RECORDS)
    if kind not in RecordKind.values:
        raise Refused(_("There are no records of that kind."), code="unknown_kind")
    found = disposable(kind)
    if not found.count:
        raise Refused(_("Nothing of this kind may be deleted today."), code="nothing_to_delete")
    try:
        with transaction.atomic():
            row = Disposal.objects.create(
                reference=next_reference("DSP"), kind=kind, before=found.before, cite=found.cite,
                row_count=found.count, digest=found.digest, proposed_by=actor if isinstance(actor, User) else None,
            )
    except IntegrityError:
        raise Refused(_("A proposal for this kind waits already."), code="proposed_already")
    audit.record(PROPOSED, target=row, actor=actor, data={"count": found.count})
    return row


@transaction.atomic
def delete_records(row: Disposal, *, actor: Actor) -> Disposal:
    """Delete what was proposed, if it is still exactly that; what remains is the proposal, its count and digest.

    Raises:
        NotPermitted: the actor does not dispose of records.
        Refused: the actor proposed it, it is decided already, or the records are no longer those of the proposal.
    """
    require(actor, Can.DISPOSE_RECORDS)
    moved = DISPOSAL.apply(row, "delete", actor=actor, note=f"{row.row_count}")
    now = disposable(moved.kind, moved.before)
    if (now.count, now.digest) != (moved.row_count, moved.digest):
        raise Refused(_("Since it was proposed the records have changed, or a hold was placed. Decline it, and propose"
                        " anew."), code="changed")
    _decided(moved, "", actor)
    records = expired(moved.kind, moved.before)
    _let_go(moved)
    if moved.kind == RecordKind.SCREENING:
        Hit.objects.filter(screening__in=records).delete()
    records.delete()
    _let_go(None)
    return moved


def _let_go(row: Disposal | None) -> None:
    """Name the deletion to the tables, which otherwise let nothing go; they look whether two officers made it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('assay.disposal', %s, true)", [str(row.pk) if row else ""])


@transaction.atomic
def decline_disposal(row: Disposal, *, note: str, actor: Actor) -> Disposal:
    """Keep what was proposed to be deleted.

    Raises:
        NotPermitted: the actor does not dispose of records.
        Refused: no reason is given, or it is decided already.
    """
    require(actor, Can.DISPOSE_RECORDS)
    if not note.strip():
        raise Refused(_("Say why: the reason is part of the record."), code="no_reason")
    moved = DISPOSAL.apply(row, "decline", actor=actor, note=note.strip())
    if moved.proposed_by_id == getattr(actor, "pk", None):
        moved.note = note.strip()  # withdrawn by who proposed it: there is no second officer to name
        moved.decided_at = clock.now()
        moved.save(update_fields=["note", "decided_at"])
        return moved
    return _decided(moved, note, actor)


def _decided(row: Disposal, note: str, actor: Actor) -> Disposal:
    row.note, row.decided_at = note.strip(), clock.now()
    row.decided_by = actor if isinstance(actor, User) else None
    row.save(update_fields=["note", "decided_at", "decided_by"])
    return row


@transaction.atomic
def hold_records(owner: Organisation, *, reason: str, actor: Actor) -> RetentionHold:
    """Keep all records of an organisation until the hold is lifted (AML 9.8).

    Raises:
        NotPermitted: the actor does not dispose of records.
        Refused: no reason is given.
    """
    require(actor, Can.DISPOSE_RECORDS)
    if not reason.strip():
        raise Refused(_("Say why: the reason is part of the record."), code="no_reason")
    row = RetentionHold.objects.create(owner=owner, reason=reason.strip(),
                                       placed_by=actor if isinstance(actor, User) else None)
    audit.record(HELD, target=owner, actor=actor, data={"note": reason.strip()})
    return row


@transaction.atomic
def lift_hold(row: RetentionHold, *, actor: Actor) -> RetentionHold:
    """End a hold.

    Raises:
        NotPermitted: the actor does not dispose of records.
        Refused: it was lifted already.
    """
    require(actor, Can.DISPOSE_RECORDS)
    held = RetentionHold.objects.select_for_update(no_key=True).get(pk=row.pk)
    if held.lifted_at is not None:
        raise Refused(_("The hold was lifted already."), code="lifted")
    held.lifted_at, held.lifted_by = clock.now(), actor if isinstance(actor, User) else None
    held.save(update_fields=["lifted_at", "lifted_by"])
    audit.record(LIFTED, target=held.owner, actor=actor)
    return held
