"""The life of a reserve day and of a row of reference data, as tables."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import audit
from core.audit import Audience
from core.roles import Can
from core.workflow import Move, Workflow
from reserves.models import ReserveDay, StressFiling
from reserves.models.reference import Reference

S = ReserveDay.Status

RESERVE_DAY = Workflow(
    "status",
    S,
    Move("reconcile", (S.OPEN,), S.RECONCILED, Can.RUN_DAY,
         audit.verb("reserves.day.reconciled", gettext_noop("reconciled %(target)s"))),
    Move("judge", (S.RECONCILED,), S.JUDGED, Can.RUN_DAY,
         audit.verb("reserves.day.judged", gettext_noop("judged %(target)s"), audience=Audience.ISSUER)),
    Move("supersede", (S.JUDGED,), S.SUPERSEDED, Can.RUN_DAY,
         audit.verb("reserves.day.superseded", gettext_noop("replaced %(target)s by a later version"),
                    audience=Audience.ISSUER)),
)


def approved_by_another(record: Reference, actor) -> str:
    """Two officers: who proposed a row of reference data does not approve it."""
    if record.proposed_by_id is not None and record.proposed_by_id == getattr(actor, "pk", None):
        return _("Another officer has to approve what you proposed.")
    return ""


R = Reference.Status

REFERENCE = Workflow(
    "status",
    R,
    Move("approve", (R.PROPOSED,), R.APPROVED, Can.APPROVE_REFERENCE,
         audit.verb("reserves.reference.approved", gettext_noop("approved reference data %(target)s")),
         guards=(approved_by_another,), label=gettext_lazy("Approve")),
    Move("decline", (R.PROPOSED,), R.DECLINED, Can.APPROVE_REFERENCE,
         audit.verb("reserves.reference.declined", gettext_noop("declined reference data %(target)s: %(note)s")),
         label=gettext_lazy("Decline")),
)

F = StressFiling.Status

STRESS_FILING = Workflow(
    "status",
    F,
    Move("file", (F.DRAFT,), F.FILED, Can.FILE_NOTICE,
         audit.verb("reserves.stress.filed", gettext_noop("filed stress test %(target)s"), audience=Audience.ISSUER),
         label=gettext_lazy("File")),
    Move("accept", (F.FILED,), F.ACCEPTED, Can.REVIEW_NOTICE,
         audit.verb("reserves.stress.accepted", gettext_noop("accepted stress test %(target)s"),
                    audience=Audience.ISSUER), label=gettext_lazy("Accept")),
    Move("query", (F.FILED,), F.QUERIED, Can.REVIEW_NOTICE,
         audit.verb("reserves.stress.queried", gettext_noop("queried stress test %(target)s: %(note)s"),
                    audience=Audience.ISSUER), label=gettext_lazy("Query")),
)
