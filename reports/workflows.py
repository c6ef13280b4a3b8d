"""The life of a report, as one table."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from core import audit
from core.audit import Audience
from core.roles import Can
from core.workflow import Move, Workflow
from reports.models import ReportRun

S = ReportRun.Status

REPORT_RUN = Workflow(
    "status",
    S,
    Move("render", (S.FROZEN,), S.RENDERED, Can.RENDER_REPORTS,
         audit.verb("reports.run.rendered", gettext_noop("rendered %(target)s"), audience=Audience.ISSUER)),
    Move("withdraw", (S.FROZEN, S.RENDERED), S.WITHDRAWN, Can.RENDER_REPORTS,
         audit.verb("reports.run.withdrawn", gettext_noop("withdrew %(target)s: %(note)s"), audience=Audience.ISSUER)),
)
