"""The life of a report, as one table."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import audit
from core.audit import Audience
from core.roles import Can
from core.workflow import Move, Workflow
from reports.models import Occasion, PackOrder, ReportRun
from reports.verbs import titled

S, K, OS, PS = ReportRun.Status, ReportRun.Kind, Occasion.Status, PackOrder.Status

#: What the authority says about somebody is a draft until an officer has read it; the others repeat what was decided.
NEEDS_APPROVAL = frozenset({K.MONTHLY_SUPERVISION, K.QUARTERLY_OVERVIEW, K.BREACH_DOSSIER, K.INSPECTION_PACK})

#: Kinds that have versions for each day or period of their subject; of the others a later one replaces all before it.
OF_A_DAY = frozenset({
    K.DAILY_RESERVE, K.MONTHLY_SUPERVISION, K.WEEKLY_STATEMENT, K.QUARTERLY_OVERVIEW, K.ATTESTATION_COMPARISON,
    K.INSPECTION_PACK,
})


def approved_by_another_officer(record: ReportRun, actor) -> str:
    """Two officers: who had a report made does not approve it. What the platform made on schedule, one approves."""
    if record.frozen_by_id is not None and record.frozen_by_id == getattr(actor, "pk", None):
        return _("Another officer has to approve a report that you had made.")
    return ""


def is_no_draft(record: ReportRun, actor) -> str:
    """A report that needs approval is rendered as a draft first."""
    return _("A report of this kind is a draft until it is approved.") if record.kind in NEEDS_APPROVAL else ""


REPORT_RUN = Workflow(
    "status",
    S,
    Move("render", (S.FROZEN,), S.RENDERED, Can.RENDER_REPORTS,
         audit.verb("reports.run.rendered", gettext_noop("rendered %(target)s"), audience=Audience.ISSUER),
         guards=(is_no_draft,)),
    Move("draft", (S.FROZEN,), S.DRAFTED, Can.RENDER_REPORTS,
         audit.verb("reports.run.drafted", gettext_noop("rendered the draft of %(target)s"))),
    Move("approve", (S.DRAFTED,), S.RENDERED, Can.APPROVE_REPORTS,
         audit.verb("reports.run.approved", gettext_noop("approved %(target)s"), audience=Audience.ISSUER),
         guards=(approved_by_another_officer,), label=gettext_lazy("Approve")),
    Move("withdraw", (S.FROZEN, S.DRAFTED, S.RENDERED), S.WITHDRAWN, Can.RENDER_REPORTS,
         audit.verb("reports.run.withdrawn", gettext_noop("withdrew %(target)s: %(note)s"), audience=Audience.ISSUER)),
)

OCCASION = Workflow(
    "status",
    OS,
    Move("produce", (OS.DUE,), OS.PRODUCED, Can.RENDER_REPORTS,
         audit.verb("reports.occasion.produced", gettext_noop("did what was due: %(target)s"), reading=titled)),
    Move("skip", (OS.DUE,), OS.NOTHING_DUE, Can.RENDER_REPORTS,
         audit.verb("reports.occasion.skipped", gettext_noop("found nothing due: %(target)s"), reading=titled)),
    Move("miss", (OS.DUE,), OS.MISSED, Can.RENDER_REPORTS,
         audit.verb("reports.occasion.missed", gettext_noop("missed %(target)s: %(note)s"), reading=titled)),
    Move("fail", (OS.DUE, OS.PRODUCED), OS.FAILED, Can.RENDER_REPORTS,
         audit.verb("reports.occasion.failed", gettext_noop("could not do %(target)s: %(note)s"), reading=titled)),
    Move("again", (OS.FAILED, OS.NOTHING_DUE, OS.MISSED, OS.PRODUCED), OS.DUE, Can.RENDER_REPORTS,
         audit.verb("reports.occasion.again", gettext_noop("asked for %(target)s again"), reading=titled)),
)

PACK_ORDER = Workflow(
    "status",
    PS,
    Move("make", (PS.WAITING,), PS.MADE, Can.RENDER_REPORTS,
         audit.verb("reports.pack.made", gettext_noop("compiled the evidence on %(target)s"))),
    Move("fail", (PS.WAITING,), PS.FAILED, Can.RENDER_REPORTS,
         audit.verb("reports.pack.failed", gettext_noop("could not compile the evidence on %(target)s: %(note)s"))),
)
