"""The life of an alert, as a table."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from aml.models import Alert
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
