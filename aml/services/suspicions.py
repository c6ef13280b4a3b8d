"""The register of what was thought suspicious: noted, decided by a second officer, reviewed after a report."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aml.models import Alert, Suspicion
from aml.workflows import SUSPICION
from core import audit, clock
from core.access import Actor, require
from core.business_days import check_day
from core.cases import next_reference
from core.errors import Refused
from core.models import Case, Organisation, User
from core.roles import Can

NOTED = audit.verb("aml.suspicion.noted", gettext_noop("noted a suspicion, %(target)s"))


@transaction.atomic
def note_suspicion(
    owner: Organisation, *, grounds: str, actor: Actor, alert: Alert | None = None, case: Case | None = None,
) -> Suspicion:
    """Enter something suspicious about an issuer, its people, wallets or transfers into the register (AML 9.3-9.9).

    Raises:
        NotPermitted: the actor does not work alerts.
        Refused: no grounds are given, or the organisation is no issuer.
    """
    require(actor, Can.WORK_ALERTS)
    if not grounds.strip():
        raise Refused(_("Say what makes it suspicious: the register keeps the grounds."), code="no_grounds")
    if owner.kind != Organisation.Kind.ISSUER:
        raise Refused(_("Choose the issuer that it is about."), code="no_issuer")
    row = Suspicion.objects.create(
        reference=next_reference("SUS"), owner=owner, alert=alert, case=case or (alert.case if alert else None),
        grounds=grounds.strip(), noted_by=actor if isinstance(actor, User) else None,
    )
    audit.record(NOTED, target=row, actor=actor)
    return row


@transaction.atomic
def report_suspicion(
    row: Suspicion, *, jfiu_reference: str, reported_on: date, review_on: date, note: str = "", actor: Actor,
) -> Suspicion:
    """Record that it was reported to the JFIU, and when what follows is to be reviewed (AML 8.1, 8.6).

    Raises:
        NotPermitted: the actor does not work alerts.
        Refused: the actor noted it, no reference is given, a day cannot be meant, or it is decided already.
    """
    require(actor, Can.WORK_ALERTS, row)
    check_day(reported_on, review_on)
    if not jfiu_reference.strip():
        raise Refused(_("Give the reference that the JFIU answered with."), code="no_reference")
    if reported_on > clock.today():
        raise Refused(_("It cannot have been reported on a day to come."), code="day_to_come")
    if review_on < reported_on:
        raise Refused(_("The review comes after the report."), code="review_before_report")
    moved = SUSPICION.apply(row, "report", actor=actor, note=jfiu_reference.strip())
    moved.jfiu_reference, moved.reported_on, moved.review_on = jfiu_reference.strip()[:60], reported_on, review_on
    return _decided(moved, note, actor)


@transaction.atomic
def decide_against_report(row: Suspicion, *, note: str, actor: Actor) -> Suspicion:
    """Record why it is not reported (AML 8.3: the reasons are kept).

    Raises:
        NotPermitted: the actor does not work alerts.
        Refused: the actor noted it, no reason is given, or it is decided already.
    """
    require(actor, Can.WORK_ALERTS, row)
    if not note.strip():
        raise Refused(_("Say why: the reason is part of the record."), code="no_reason")
    return _decided(SUSPICION.apply(row, "decide_against", actor=actor, note=note.strip()), note, actor)


@transaction.atomic
def review_report(row: Suspicion, *, outcome: str, actor: Actor) -> Suspicion:
    """Record what came of the review after a report: for example a freeze that was asked for (AML 8.6).

    Raises:
        NotPermitted: the actor does not work alerts.
        Refused: no outcome is given, or it was not reported or is reviewed already.
    """
    require(actor, Can.WORK_ALERTS, row)
    if not outcome.strip():
        raise Refused(_("Say what the review came to."), code="no_outcome")
    moved = SUSPICION.apply(row, "review", actor=actor, note=outcome.strip())
    moved.review_outcome, moved.reviewed_at = outcome.strip(), clock.now()
    moved.reviewed_by = actor if isinstance(actor, User) else None
    moved.save(update_fields=["review_outcome", "reviewed_at", "reviewed_by"])
    return moved


def _decided(row: Suspicion, note: str, actor: Actor) -> Suspicion:
    row.decision_note, row.decided_at = note.strip(), clock.now()
    row.decided_by = actor if isinstance(actor, User) else None
    row.save(update_fields=["decision_note", "decided_at", "decided_by", "jfiu_reference", "reported_on", "review_on"])
    return row
