"""Setting what the law leaves open: one officer proposes a number, another puts it in force."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aml.detectors.parameters import parameters
from aml.models import DetectorParameter, DetectorRun
from aml.workflows import PARAMETER
from core import audit, clock
from core.access import Actor, require
from core.errors import Refused
from core.models import User
from core.roles import Can

PROPOSED = audit.verb("aml.parameter.proposed", gettext_noop("proposed %(target)s for the detectors: %(source)s"))


@transaction.atomic
def propose_parameter(name: str, *, value: int, valid_from: date, source: str, actor: Actor) -> DetectorParameter:
    """Propose a number for an open parameter, to be in force from a day on.

    Raises:
        NotPermitted: the actor does not work alerts.
        Refused: the law fixes the parameter, there is none of that name, the day is past, no reason is given, or the
            number cannot be one.
    """
    require(actor, Can.WORK_ALERTS)
    parameter = parameters().get(name)
    if parameter is None or not parameter.is_open:
        raise Refused(_("There is no parameter of that name that officers set."), code="not_open")
    if not 1 <= value <= parameter.most:
        raise Refused(_("Enter a number from 1 to %(most)s.") % {"most": parameter.most}, code="out_of_range")
    if valid_from < clock.today():
        raise Refused(_("A parameter holds from today or later: what was judged before stays as it was."), code="past")
    if not source.strip():
        raise Refused(_("Say why: the reason is part of the record."), code="no_reason")
    row = DetectorParameter.objects.create(
        name=name, value=value, valid_from=valid_from, source=source.strip(),
        proposed_by=actor if isinstance(actor, User) else None)
    audit.record(PROPOSED, target=row, actor=actor, data={"source": row.source})
    return row


@transaction.atomic
def decide_parameter(row: DetectorParameter, *, move: str, note: str = "", actor: Actor) -> DetectorParameter:
    """Approve or decline what was proposed; what is in force is put before all stored transfers.

    Raises:
        NotPermitted: the actor does not work alerts.
        Refused: the actor proposed it, or it is decided already.
    """
    row = PARAMETER.apply(row, move, actor=actor, note=note)
    if row.status == DetectorParameter.Status.APPROVED:
        DetectorRun.objects.get_or_create(reason=DetectorRun.Reason.PARAMETER, file=None, version=None, began_at=None)
    return row
