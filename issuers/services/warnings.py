"""The warning list: one officer drafts with evidence, another publishes; what was told stays on record."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, blobs, clock
from core.access import Actor, require
from core.cases import next_reference
from core.errors import NotPermitted, Refused
from core.models import User
from core.roles import Can
from core.uploads import check_document
from issuers.models import PublicWarning
from issuers.selectors.warnings import WRITTEN, warning_digest
from issuers.workflows import WARNING

DRAFTED = audit.verb("issuers.warning.drafted", gettext_noop("drafted warning %(target)s"))
REDRAFTED = audit.verb("issuers.warning.redrafted", gettext_noop("changed the draft of warning %(target)s"))
Evidence = tuple[bytes, str]


@transaction.atomic
def draft_warning(*, actor: Actor, evidence: Evidence | None = None, **written: Any) -> PublicWarning:
    """Draft a warning; ``written`` are of ``WRITTEN``, ``evidence`` is the bytes and the name of a document.

    Raises:
        NotPermitted: the actor does not propose warnings.
        Refused: it says too little or too much, or the evidence is not an accepted document.
    """
    require(actor, Can.PROPOSE_WARNING)
    if not isinstance(actor, User):
        raise NotPermitted(_("A person has to stand for a warning."))
    warning = PublicWarning(reference=next_reference("WRN"), proposed_by=actor)
    _write(warning, evidence, written)
    audit.record(DRAFTED, target=warning, actor=actor, data={"evidence": warning.evidence_id or ""})
    return warning


@transaction.atomic
def change_draft(
    warning: PublicWarning, *, actor: Actor, evidence: Evidence | None = None, **written: Any
) -> PublicWarning:
    """Change a draft, which makes it the actor's: whoever wrote the last word does not publish it.

    Raises:
        NotPermitted: the actor does not propose warnings.
        Refused: it is no draft any more, says too little or too much, or the evidence is not an accepted document.
    """
    require(actor, Can.PROPOSE_WARNING)
    row = PublicWarning.objects.select_for_update(no_key=True).get(pk=warning.pk)
    if row.status != PublicWarning.Status.DRAFT:
        raise Refused(_("Warning %(reference)s is no draft any more.") % {"reference": row.reference})
    if not isinstance(actor, User):
        raise NotPermitted(_("A person has to stand for a warning."))
    row.proposed_by = actor
    _write(row, evidence, written)
    audit.record(REDRAFTED, target=row, actor=actor, data={"evidence": row.evidence_id or ""})
    return row


@transaction.atomic
def publish_warning(warning: PublicWarning, *, actor: Actor, digest: str | None = None) -> PublicWarning:
    """Put a draft on the public list; ``digest`` is of what the officer read, and nothing else is published.

    Raises:
        NotPermitted: the actor does not publish warnings.
        Refused: the actor drafted it, it is no draft any more, or it reads otherwise by now.
    """
    row = WARNING.apply(warning, "publish", actor=actor)
    if digest is not None and digest != warning_digest(row):
        raise Refused(_("The draft reads otherwise by now; read it again."))
    row.published_by = actor if isinstance(actor, User) else None
    row.published_at = clock.now()
    row.save(update_fields=["published_by", "published_at"])
    return row


@transaction.atomic
def remove_warning(warning: PublicWarning, *, reason: str, actor: Actor) -> PublicWarning:
    """Take a warning off the public list; that it stood there, and why it does no more, stays public.

    Raises:
        NotPermitted: the actor does not publish warnings.
        Refused: no reason is given, or it is not on the list.
    """
    if not reason.strip():
        raise Refused(_("Say why the warning is removed: the reason is part of the record."))
    row = WARNING.apply(warning, "remove", actor=actor, note=reason.strip())
    row.removed_at, row.removal_reason = clock.now(), reason.strip()
    row.save(update_fields=["removed_at", "removal_reason"])
    return row


def drop_warning(warning: PublicWarning, *, reason: str, actor: Actor) -> PublicWarning:
    """Give up a draft.

    Raises:
        NotPermitted: the actor does not propose warnings.
        Refused: no reason is given, or it is no draft any more.
    """
    if not reason.strip():
        raise Refused(_("Say why the draft is dropped: the reason is part of the record."))
    return WARNING.apply(warning, "drop", actor=actor, note=reason.strip())


def _write(warning: PublicWarning, evidence: Evidence | None, written: dict[str, Any]) -> None:
    if unknown := sorted(set(written) - set(WRITTEN)):
        raise TypeError(f"a warning has no {unknown}")
    for name, value in written.items():
        setattr(warning, name, value.strip() if isinstance(value, str) else value)
    try:
        warning.clean_fields(exclude={each.name for each in warning._meta.fields} - {*WRITTEN} | {"resembles"})
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages))
    if evidence is not None:
        checked = check_document(*evidence)
        warning.evidence, warning.evidence_filename = blobs.store_blob(checked.raw), checked.filename
    warning.save()
