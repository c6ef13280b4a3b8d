"""The lives of alerts, of what was thought suspicious, and of deletions, as tables."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from aml.models import Alert, DetectorParameter, Disposal, Suspicion
from aml.reasons import TITLES
from core import audit
from core.roles import Can
from core.workflow import Move, Workflow

S = Alert.Status


#: Why the platform itself opens an alert again.
REOPENED = {
    "changed": gettext_noop("the subject or the entry changed, or the decision expired"),
    "revoked": gettext_noop("the decision was taken back"),
}


def alert_words(label: str) -> str:
    """Return the label of an alert, which begins with the code of its kind, for readers."""
    kind, _space, what = label.partition(" ")
    return f"{Alert.Kind(kind).label}, {what}" if kind in Alert.Kind.values else label


def _verb(name: str, sentence: str) -> str:
    return audit.verb(name, sentence, reading=alert_words, words=audit.coded(note=TITLES | REOPENED))


def confirmed_by_another(alert: Alert, actor) -> str:
    """Two officers: who called it a true match does not confirm that."""
    proposal = alert.decisions.filter(confirmed_at=None).first()
    if proposal is not None and proposal.decided_by_id == getattr(actor, "pk", None):
        return _("Another officer has to confirm what you proposed.")
    return ""


ALERT = Workflow(
    "status",
    S,
    Move("clear", (S.OPEN, S.UNCLEAR), S.CLEARED, Can.WORK_ALERTS,
         _verb("aml.alert.cleared", gettext_noop("called %(target)s a false match: %(note)s")),
         label=gettext_lazy("False match")),
    Move("park", (S.OPEN,), S.UNCLEAR, Can.WORK_ALERTS,
         _verb("aml.alert.parked", gettext_noop("called %(target)s unclear: %(note)s")),
         label=gettext_lazy("Unclear")),
    Move("propose", (S.OPEN, S.UNCLEAR), S.PROPOSED, Can.WORK_ALERTS,
         _verb("aml.alert.proposed", gettext_noop("called %(target)s a true match: %(note)s")),
         label=gettext_lazy("True match")),
    Move("confirm", (S.PROPOSED,), S.CONFIRMED, Can.WORK_ALERTS,
         _verb("aml.alert.confirmed", gettext_noop("confirmed that %(target)s is a true match")),
         guards=(confirmed_by_another,), label=gettext_lazy("Confirm the true match")),
    Move("return", (S.PROPOSED,), S.OPEN, Can.WORK_ALERTS,
         _verb("aml.alert.returned", gettext_noop("returned %(target)s: %(note)s")),
         guards=(confirmed_by_another,), label=gettext_lazy("Return")),
    Move("reopen", (S.CLEARED, S.CONFIRMED), S.OPEN, Can.WORK_ALERTS,
         _verb("aml.alert.reopened", gettext_noop("opened %(target)s again: %(note)s"))),
)

P = Suspicion.Status


def not_by_who_noted_it(row: Suspicion, actor) -> str:
    """Two officers: who noted it does not decide on it."""
    own = row.noted_by_id == getattr(actor, "pk", None)
    return _("Another officer has to decide on what you noted.") if own else ""


SUSPICION = Workflow(
    "status",
    P,
    Move("report", (P.NOTED,), P.REPORTED, Can.WORK_ALERTS,
         audit.verb("aml.suspicion.reported", gettext_noop("reported %(target)s to the JFIU: %(note)s")),
         guards=(not_by_who_noted_it,), basis="AML 8.1", label=gettext_lazy("Reported to the JFIU")),
    Move("decide_against", (P.NOTED,), P.NOT_REPORTED, Can.WORK_ALERTS,
         audit.verb("aml.suspicion.not_reported", gettext_noop("decided not to report %(target)s: %(note)s")),
         guards=(not_by_who_noted_it,), basis="AML 8.3", label=gettext_lazy("Not reported")),
    Move("review", (P.REPORTED,), P.REVIEWED, Can.WORK_ALERTS,
         audit.verb("aml.suspicion.reviewed", gettext_noop("reviewed %(target)s after the report: %(note)s")),
         basis="AML 8.6", label=gettext_lazy("Reviewed")),
)

D = Disposal.Status


def not_by_who_proposed_it(row: Disposal, actor) -> str:
    """Two officers: nothing is deleted by who proposed it."""
    own = row.proposed_by_id == getattr(actor, "pk", None)
    return _("Another officer has to decide on what you proposed.") if own else ""


DISPOSAL = Workflow(
    "status",
    D,
    Move("delete", (D.PROPOSED,), D.DONE, Can.DISPOSE_RECORDS,
         audit.verb("aml.disposal.done", gettext_noop("deleted the records of %(target)s: %(note)s")),
         guards=(not_by_who_proposed_it,), basis="AML 9.3-9.9", label=gettext_lazy("Delete")),
    Move("decline", (D.PROPOSED,), D.DECLINED, Can.DISPOSE_RECORDS,
         audit.verb("aml.disposal.declined", gettext_noop("declined to delete the records of %(target)s: %(note)s")),
         label=gettext_lazy("Decline")),
)


def approved_by_another(parameter: DetectorParameter, actor) -> str:
    """Two officers: who proposed a number does not put it in force."""
    if parameter.proposed_by_id is not None and parameter.proposed_by_id == getattr(actor, "pk", None):
        return _("Another officer has to approve what you proposed.")
    return ""


PARAMETER = Workflow(
    "status",
    DetectorParameter.Status,
    Move("approve", (DetectorParameter.Status.PROPOSED,), DetectorParameter.Status.APPROVED, Can.WORK_ALERTS,
         audit.verb("aml.parameter.approved", gettext_noop("put %(target)s in force for the detectors")),
         guards=(approved_by_another,), label=gettext_lazy("Approve")),
    Move("decline", (DetectorParameter.Status.PROPOSED,), DetectorParameter.Status.DECLINED, Can.WORK_ALERTS,
         audit.verb("aml.parameter.declined", gettext_noop("declined %(target)s for the detectors: %(note)s")),
         label=gettext_lazy("Decline")),
)
