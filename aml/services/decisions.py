"""Deciding alerts: a false match is remembered for a time, a true match takes two officers and blocks a grant."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aml.models import Alert, AlertDecision
from aml.reasons import policy_on
from aml.services.alerts import DECIDED
from aml.services.standing import latest_full, record_standing
from aml.workflows import ALERT, alert_words
from core import audit, cases, clock
from core.access import SYSTEM, require
from core.errors import Refused
from core.models import Case, CaseNote, User
from core.roles import Can

REVOKED = audit.verb("aml.decision.revoked", gettext_noop("took back what was decided on %(target)s: %(note)s"),
                     reading=alert_words)
Outcome = AlertDecision.Outcome
MOVES = {Outcome.FALSE: "clear", Outcome.UNCLEAR: "park", Outcome.TRUE: "propose"}


@transaction.atomic
def decide_alert(
    alert: Alert, *, outcome: str, reason: str, text: str = "", evidence: dict[str, Any] | None = None,
    days: int | None = None, actor: User,
) -> AlertDecision:
    """Call an alert a false match, unclear or a true match, with a reason of the policy; a true match is a proposal.

    A false match is remembered for ``days``, or as long as the authority's clock says. ``evidence`` says what the
    officer considered; the parts of the score as they stood are kept with it.

    Raises:
        NotPermitted: the actor does not work alerts.
        Refused: the alert is not open, or the reason is none of the policy for that outcome.
    """
    require(actor, Can.WORK_ALERTS, alert)
    policy = policy_on(clock.today())
    given = policy.reason(reason, outcome)
    if outcome not in Outcome.values or given is None:
        raise Refused(_("Give a reason that the policy has for this outcome."), code="reason")
    text = text.replace("\x00", "").strip()
    if given.text and not text:
        raise Refused(_("Say in words why."), code="text")
    row = ALERT.apply(alert, MOVES[Outcome(outcome)], actor=actor, note=reason)
    remembered = days or settings.SERVICE_CLOCKS["false_match_days"]
    decision = AlertDecision.objects.create(
        alert=row, outcome=outcome, reason=reason, text=text, basis=row.basis, decided_by=actor,
        evidence=(evidence or {}) | {
            "policy": policy.number, "seen_count": row.seen_count, "score": row.score,
            "parts": row.explanation.get("parts", []), "algorithm": row.explanation.get("algorithm", ""),
        },
        expires_on=clock.today() + timedelta(days=remembered) if outcome == Outcome.FALSE else None,
    )
    _follow(row, actor)
    return decision


@transaction.atomic
def confirm_match(alert: Alert, *, actor: User) -> AlertDecision:
    """Confirm as second officer that an alert is a true match: its subject is not cleared, its case says so.

    Raises:
        NotPermitted: the actor does not work alerts.
        Refused: nobody proposed it, or the actor did.
    """
    row = ALERT.apply(alert, "confirm", actor=actor)
    decision = row.decisions.select_for_update(no_key=True).filter(outcome=Outcome.TRUE, confirmed_at=None).first()
    assert decision is not None  # the workflow lets only a proposal be confirmed
    decision.confirmed_by, decision.confirmed_at = actor, clock.now()
    decision.save(update_fields=["confirmed_by", "confirmed_at"])
    text = _("True match, proposed by %(first)s and confirmed by %(second)s. Nobody may be told of it outside the"
             " authority; consider a report to the Joint Financial Intelligence Unit.") % {
                 "first": decision.decided_by.name, "second": actor.name}
    cases.note_case(row.case, text=text, audience=CaseNote.Audience.AUTHORITY, actor=actor)
    _follow(row, actor)
    return decision


@transaction.atomic
def return_match(alert: Alert, *, text: str, actor: User) -> Alert:
    """Return a proposed true match to whoever proposed it, with words; it is open again.

    Raises:
        NotPermitted: the actor does not work alerts.
        Refused: nobody proposed it, the actor did, or the words are missing.
    """
    require(actor, Can.WORK_ALERTS, alert)
    if not text.replace("\x00", "").strip():
        raise Refused(_("Say in words why."), code="text")
    row = ALERT.apply(alert, "return", actor=actor, note=text.replace("\x00", "").strip()[:2000])
    _follow(row, actor)
    return row


@transaction.atomic
def revoke_decision(decision: AlertDecision, *, text: str, actor: User) -> Alert:
    """Forget a remembered false match: its alert is open again, in a case.

    Raises:
        NotPermitted: the actor does not work alerts.
        Refused: it is not what counts now, or the words are missing.
    """
    alert = decision.alert
    require(actor, Can.WORK_ALERTS, alert)
    text = text.replace("\x00", "").strip()
    if not text:
        raise Refused(_("Say in words why."), code="text")
    row = Alert.objects.select_for_update(no_key=True).get(pk=alert.pk)
    if row.status != Alert.Status.CLEARED or row.decisions.first() != decision:
        raise Refused(_("This decision no longer counts."), code="stale")
    audit.record(REVOKED, target=row, actor=actor, data={"note": text[:2000]})
    if row.case.status == Case.Status.CLOSED:
        row.case = cases.open_case(row.case.kind, subject=row.case.subject, owner=row.owner, key=row.case.key,
                                   actor=actor)
        row.save(update_fields=["case"])
    row = ALERT.apply(row, "reopen", actor=actor, note="revoked")
    _follow(row, actor)
    return row


def _follow(alert: Alert, actor: User) -> None:
    """Let the clearance of somebody behind an issuer follow, and close the case once all of it is decided."""
    if alert.subject is not None and (screening := latest_full(alert.subject) or alert.subject.screenings.first()):
        record_standing(alert.subject, screening, actor=actor)
    waiting = Alert.objects.filter(case=alert.case_id).exclude(status__in=DECIDED)
    if not waiting.exists():
        cases.close_case(alert.case, outcome="decided", actor=SYSTEM)  # its decisions say who decided
