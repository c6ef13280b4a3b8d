"""The life of a breach, as one table."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core import audit
from core.audit import Audience
from core.roles import Can
from core.workflow import Move, Workflow
from issuers.models import Breach

S = Breach.Status

BREACH = Workflow(
    "status",
    S,
    Move(
        "notify", (S.OPEN,), S.NOTIFIED, Can.NOTIFY_BREACH,
        audit.verb("issuers.breach.notified", gettext_noop("notified the authority of breach %(target)s"),
                   audience=Audience.ISSUER),
        basis="SUP 2.7.5", label=_("Notify the authority"),
    ),
    Move(
        "answer", (S.OPEN, S.NOTIFIED, S.REMEDIATING), S.ANSWERED, Can.ANSWER_BREACH,
        audit.verb("issuers.breach.answered", gettext_noop("explained breach %(target)s: %(note)s"),
                   audience=Audience.ISSUER),
        label=_("Explain"),
    ),
    Move(
        "require_remedy", (S.OPEN, S.NOTIFIED, S.ANSWERED), S.REMEDIATING, Can.WORK_CASES,
        audit.verb(
            "issuers.breach.remedy_required", gettext_noop("asked for breach %(target)s to be remedied: %(note)s"),
            audience=Audience.ISSUER,
        ),
        label=_("Ask for a remedy"),
    ),
    Move(
        "escalate", (S.OPEN, S.NOTIFIED, S.ANSWERED, S.REMEDIATING), S.ESCALATED, Can.WORK_CASES,
        audit.verb("issuers.breach.escalated", gettext_noop("escalated breach %(target)s: %(note)s")),
        label=_("Escalate"),
    ),
    Move(
        "close", (S.NOTIFIED, S.ANSWERED, S.REMEDIATING, S.ESCALATED), S.CLOSED, Can.CLOSE_BREACH,
        audit.verb("issuers.breach.closed", gettext_noop("closed breach %(target)s: %(note)s"),
                   audience=Audience.ISSUER),
        label=_("Close"),
    ),
)
