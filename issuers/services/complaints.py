"""Returns of complaints: counts of a quarter that have to agree with each other, kept in versions (SUP 8.4.2-8.4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, clock
from core.access import Actor, require
from core.business_days import check_day
from core.errors import Refused
from core.findings import digest_of
from core.models import User
from core.roles import Can
from core.rulebook.periods import quarter_start
from core.wording import sentences
from issuers.models import ComplaintReturn, Issuer

FILED = audit.verb("issuers.complaints.filed", gettext_noop("filed return of complaints %(target)s"),
                   audience=audit.Audience.ISSUER)

COUNTS = (
    "open_at_start", "received", "acknowledged_in_time", "acknowledged_late", "replied_in_time", "replied_late",
    "closed", "open_to_30_days", "open_31_to_60_days", "open_over_60_days",
)


def inconsistencies(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return every way in which the counts cannot all be true: the count to look at, and a sentence."""
    handled = counts["open_at_start"] + counts["received"]
    still = counts["open_to_30_days"] + counts["open_31_to_60_days"] + counts["open_over_60_days"]
    found = []
    if handled != counts["closed"] + still:
        found.append(("closed", _(
            "%(start)d open at the start and %(received)d received make %(handled)d, but %(closed)d closed and"
            " %(open)d still open make %(other)d.") % {
                "start": counts["open_at_start"], "received": counts["received"], "handled": handled,
                "closed": counts["closed"], "open": still, "other": counts["closed"] + still}))
    acknowledged = counts["acknowledged_in_time"] + counts["acknowledged_late"]
    if acknowledged > handled:
        found.append(("acknowledged_in_time", _(
            "%(count)d were acknowledged, more than the %(handled)d that there were.")
            % {"count": acknowledged, "handled": handled}))
    replied = counts["replied_in_time"] + counts["replied_late"]
    if replied > handled:
        found.append(("replied_in_time", _("%(count)d were replied to, more than the %(handled)d that there were.")
                      % {"count": replied, "handled": handled}))
    young = counts["open_to_30_days"] + counts["open_31_to_60_days"]
    if young > counts["received"]:
        found.append(("open_to_30_days", _(
            "%(count)d are open for up to 60 days, so they came in the quarter, but only %(received)d did.")
            % {"count": young, "received": counts["received"]}))
    return found


def ended_quarters(today: date, count: int = 8) -> list[tuple[date, date]]:
    """Return the quarters that have ended, the latest first, each by its first and last day."""
    starts = [quarter_start(today, -number) for number in range(1, count + 1)]
    return [(start, quarter_start(start, 1) - timedelta(days=1)) for start in starts]


@transaction.atomic
def file_complaint_return(
    issuer: Issuer, *, period_start: date, actor: Actor, remarks: str = "", **counts: int
) -> ComplaintReturn:
    """File the return of one quarter; a later version supersedes it, and all are kept.

    Raises:
        NotPermitted: the actor does not file for the issuer.
        Refused: the period is no quarter that has ended, or the counts do not agree.
    """
    require(actor, Can.FILE_NOTICE, issuer)
    check_day(period_start)
    Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    period_end = quarter_start(period_start, 1) - timedelta(days=1)
    if period_start != quarter_start(period_start) or period_end >= clock.today():
        raise Refused(_("A return covers one calendar quarter that has ended."))
    if problems := inconsistencies(counts):
        raise Refused(sentences(problem for _count, problem in problems), code="inconsistent")
    latest = issuer.complaint_returns.filter(period_end=period_end).order_by("-version").first()
    version = latest.version + 1 if latest else 1
    content = {"issuer": issuer.organisation.slug, "period_start": period_start.isoformat(),
               "period_end": period_end.isoformat(), "version": version, "remarks": remarks.strip(), **counts}
    filed = ComplaintReturn.objects.create(
        issuer=issuer, period_start=period_start, period_end=period_end, version=version, remarks=remarks.strip(),
        filed_by=actor if isinstance(actor, User) else None, filed_by_label=actor.label, digest=digest_of(content),
        **counts,
    )
    audit.record(FILED, target=filed, actor=actor, data={"version": version})
    return filed
