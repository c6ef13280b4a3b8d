"""Moving an application: the workflow's move, the step that stays on record, the case's clock that goes with it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from core.access import Actor
from core.errors import Refused
from core.models import User
from issuers.models import Application, ApplicationStep
from issuers.workflows import APPLICATION
from issuers.workflows.guards import UNDONE_BY


@transaction.atomic
def move_application(application: Application, name: str, *, actor: Actor, note: str = "") -> Application:
    """Make one move and keep it as a step; a move that takes a step back names the step.

    Raises:
        NotPermitted: the actor lacks the permission.
        Refused: the state has changed meanwhile, a guard does not hold, or a step is taken back without a reason.
    """
    if name in UNDONE_BY and not note.strip():
        raise Refused(_("Say why: the note is part of the record."))
    source = Application.objects.values_list("status", flat=True).get(pk=application.pk)
    row = APPLICATION.apply(application, name, actor=actor, note=note)
    reverses = None
    if name in UNDONE_BY:
        reverses = row.steps.filter(move=UNDONE_BY[name], reversed_by=None).order_by("-at", "-pk").first()
    ApplicationStep.objects.create(
        application=row, move=name, source=source, target=row.status,
        by=actor if isinstance(actor, User) else None, by_label=actor.label, note=note.strip(), reverses=reverses,
    )
    return row
