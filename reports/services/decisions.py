"""What officers decide on reports besides approving them: a draft sent back, a report withdrawn."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from core.access import Actor, require
from core.errors import Refused
from core.roles import Can
from reports.models import ReportRun
from reports.workflows import NEEDS_APPROVAL, REPORT_RUN

#: What the authority says of its own accord; the other kinds repeat what stands elsewhere, and go when that changes.
WITHDRAWN_BY_HAND = NEEDS_APPROVAL | {ReportRun.Kind.COMMITTEE_PACK}
LONGEST_REASON = 1000


@transaction.atomic
def withdraw_report(run: ReportRun, *, reason: str, actor: Actor) -> ReportRun:
    """Withdraw a report, or send its draft back, for the reason that the versions show from then on.

    Raises:
        NotPermitted: the actor does not make reports.
        Refused: no reason is given, it was withdrawn before, or it repeats what stands elsewhere.
    """
    require(actor, Can.RENDER_REPORTS, run)
    if run.kind not in WITHDRAWN_BY_HAND:
        raise Refused(
            _("%(report)s repeats what stands elsewhere, and is withdrawn when that changes.") % {"report": run},
            code="repeats",
        )
    reason = reason.replace("\x00", "").strip()
    if not reason:
        raise Refused(_("Say why: the reason is part of the record."), code="no_reason")
    return REPORT_RUN.apply(run, "withdraw", actor=actor, note=reason[:LONGEST_REASON])
