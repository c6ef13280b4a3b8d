"""Reference data with two officers: one proposes a dated row, another approves or declines it."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit
from core.access import Actor, require
from core.errors import Refused
from core.models import User
from core.roles import Can
from reserves.models.reference import Reference
from reserves.workflows import REFERENCE

PROPOSED = audit.verb("reserves.reference.proposed", gettext_noop("proposed reference data %(target)s"))

Row = TypeVar("Row", bound=Reference)


@transaction.atomic
def propose_reference(model: type[Row], /, *, valid_from: date, source: str, actor: Actor, **fields: Any) -> Row:
    """Propose a row of ``model`` (Obligor, Custodian, Instrument, ...) that holds from a day on.

    ``fields`` are its own and ``valid_until``. Until another officer approves it the row is no fact.

    Raises:
        NotPermitted: the actor does not propose reference data.
        Refused: a field is missing or is not what it must be.
    """
    require(actor, Can.PROPOSE_REFERENCE)
    row = model(valid_from=valid_from, source=source, proposed_by=actor if isinstance(actor, User) else None, **fields)
    try:
        row.full_clean()
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages))
    row.save()
    audit.record(PROPOSED, target=row, actor=actor, data={"valid_from": valid_from.isoformat(), "source": source})
    return row


def approve_reference(row: Row, *, actor: Actor) -> Row:
    """Put a proposed row in force.

    Raises:
        NotPermitted: the actor does not approve reference data.
        Refused: the actor proposed it, or it is decided already.
    """
    return REFERENCE.apply(row, "approve", actor=actor)


@transaction.atomic
def decline_reference(row: Row, *, note: str, actor: Actor) -> Row:
    """Turn a proposed row down, saying why.

    Raises:
        NotPermitted: the actor does not approve reference data.
        Refused: it is decided already, or nothing is said.
    """
    row = REFERENCE.apply(row, "decline", actor=actor, note=note.strip()[:2000])
    if not note.strip():
        raise Refused(_("Say why: the note is part of the record."), code="no_reason")
    return row
