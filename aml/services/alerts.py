"""Raising alerts: found again it is the same alert, decided before it stays decided, one case for one subject."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy, gettext_noop

from aml.models import Alert, ListEntry, Subject, Wallet
from aml.workflows import ALERT, alert_words
from core import audit, cases, clock
from core.access import SYSTEM, Actor
from core.models import Case, Organisation
from core.roles import Can

RAISED = audit.verb("aml.alert.raised", gettext_noop("raised an alert: %(target)s"), reading=alert_words)
CASE = cases.kind(
    "aml_alert", prefix="AML", title=gettext_lazy("Screening alert"),
    summary=gettext_noop("%(subject)s met a list or a detector"), queue="aml", risk=Case.Risk.HIGH,
    seen_with=Can.VIEW_ALERTS, worked_with=Can.WORK_ALERTS,
)
#: States in which an alert has been decided.
DECIDED = (Alert.Status.CLEARED, Alert.Status.CONFIRMED)


@transaction.atomic
def raise_alert(
    kind: str, *, key: str, owner: Organisation, explanation: dict[str, Any], subject: Subject | None = None,
    wallet: Wallet | None = None, entry: ListEntry | None = None, score: str = "", actor: Actor = SYSTEM,
) -> Alert:
    """Raise the alert called ``key``, or see the one that stands again.

    One that was called a false match stays so while what the decision rested on is the same and it has not expired;
    otherwise it is opened again. All alerts of a subject, a wallet or, of detectors, an owner share one case.
    """
    basis = basis_of(subject, wallet, entry)
    row = Alert.objects.select_for_update(no_key=True).filter(key=key).first()
    if row is None:
        case = _case_of(subject, wallet, owner, actor)
        row = Alert.objects.create(key=key, kind=kind, owner=owner, subject=subject, wallet=wallet, entry=entry,
                                   case=case, score=score, explanation=explanation, basis=basis)
        audit.record(RAISED, target=row, actor=actor, data={"kind": kind})
        return row
    if row.status in DECIDED and not _still_decided(row, basis):
        row.case = _case_of(subject, wallet, owner, actor)
        row.save(update_fields=["case"])
        row = ALERT.apply(row, "reopen", actor=SYSTEM, note="changed")
    row.entry, row.score, row.explanation, row.basis = entry, score, explanation, basis
    row.seen_at, row.seen_count = clock.now(), row.seen_count + 1
    row.save(update_fields=["entry", "score", "explanation", "basis", "seen_at", "seen_count"])
    return row


def basis_of(subject: Subject | None, wallet: Wallet | None, entry: ListEntry | None) -> str:
    """Return the digest of what a decision rests on."""
    parts = (subject.digest if subject else "", wallet.canonical if wallet else "", entry.digest if entry else "")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _still_decided(alert: Alert, basis: str) -> bool:
    decision = alert.decisions.first()
    expired = decision is not None and decision.expires_on is not None and decision.expires_on <= clock.today()
    return alert.basis == basis and not expired


def _case_of(subject: Subject | None, wallet: Wallet | None, owner: Organisation, actor: Actor) -> Case:
    if subject is not None:
        key, words = subject.key, subject.name_en
    elif wallet is not None:
        key, words = f"wallet:{wallet.pk}", wallet.address
    else:
        key, words = f"transfers:{owner.pk}", owner.slug
    return cases.open_case(CASE.name, subject=words[:80], owner=owner, key=key, actor=actor)
