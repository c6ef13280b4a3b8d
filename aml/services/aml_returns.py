"""AML returns: counts of a quarter that have to agree with each other, kept in versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aml.models import AmlReturn
from core import audit, clock
from core.access import Actor, require
from core.business_days import check_day
from core.deadlines import day_of
from core.errors import Refused
from core.findings import digest_of
from core.models import User
from core.roles import Can
from core.rulebook.periods import quarter_start
from core.wording import sentences
from issuers.models import Issuer
from issuers.services.duty_record import Evidence, evidence_source

FILED = audit.verb("aml.return.filed", gettext_noop("filed AML return %(target)s"), audience=audit.Audience.ISSUER)

COUNTS = (
    "customers", "internal_open_at_start", "internal_received", "reported_to_jfiu", "not_reported",
    "internal_open_at_end", "sanctions_matches", "frozen_at_start", "frozen", "released", "frozen_at_end",
    "transfers_at_threshold", "transfers_below", "travel_rule_incidents",
)


def inconsistencies(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return every way in which the counts cannot all be true: the count to look at, and a sentence."""
    found = []
    handled = counts["internal_open_at_start"] + counts["internal_received"]
    settled = counts["reported_to_jfiu"] + counts["not_reported"]
    if handled != settled + counts["internal_open_at_end"]:
        found.append(("internal_open_at_end", _(
            "%(start)d internal reports open at the start and %(received)d received make %(handled)d, but"
            " %(settled)d decided and %(open)d still open make %(other)d.") % {
                "start": counts["internal_open_at_start"], "received": counts["internal_received"],
                "handled": handled, "settled": settled, "open": counts["internal_open_at_end"],
                "other": settled + counts["internal_open_at_end"]}))
    still = counts["frozen_at_start"] + counts["frozen"] - counts["released"]
    if still != counts["frozen_at_end"]:
        found.append(("frozen_at_end", _(
            "%(start)d addresses frozen at the start, %(frozen)d frozen and %(released)d released leave %(still)d,"
            " not %(end)d.") % {"start": counts["frozen_at_start"], "frozen": counts["frozen"],
                                "released": counts["released"], "still": still, "end": counts["frozen_at_end"]}))
    transfers = counts["transfers_at_threshold"] + counts["transfers_below"]
    if counts["travel_rule_incidents"] > transfers:
        found.append(("travel_rule_incidents", _(
            "%(count)d incidents are more than the %(transfers)d transfers that there were.")
            % {"count": counts["travel_rule_incidents"], "transfers": transfers}))
    return found


@transaction.atomic
def file_aml_return(
    issuer: Issuer, *, period_start: date, actor: Actor, remarks: str = "", **counts: int
) -> AmlReturn:
    """File the return of one quarter; a later version supersedes it, and all are kept.

    Raises:
        NotPermitted: the actor does not file AML returns for the issuer.
        Refused: the period is no quarter that has ended, or the counts do not agree.
    """
    require(actor, Can.FILE_AML_RETURN, issuer)
    check_day(period_start)
    Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    period_end = quarter_start(period_start, 1) - timedelta(days=1)
    if period_start != quarter_start(period_start) or period_end >= clock.today():
        raise Refused(_("A return covers one calendar quarter that has ended."))
    if problems := inconsistencies(counts):
        raise Refused(sentences(problem for _count, problem in problems), code="inconsistent")
    latest = AmlReturn.objects.filter(issuer=issuer, period_end=period_end).order_by("-version").first()
    version = latest.version + 1 if latest else 1
    content = {"issuer": issuer.organisation.slug, "period_start": period_start.isoformat(),
               "period_end": period_end.isoformat(), "version": version, "remarks": remarks.strip(), **counts}
    filed = AmlReturn.objects.create(
        issuer=issuer, period_start=period_start, period_end=period_end, version=version, remarks=remarks.strip(),
        filed_by=actor if isinstance(actor, User) else None, filed_by_label=actor.label, digest=digest_of(content),
        **counts,
    )
    audit.record(FILED, target=filed, actor=actor, data={"version": version})
    return filed


@evidence_source
def returns_on_record(issuer: Issuer) -> Iterator[Evidence]:
    """Yield the returns filed, each of which settles the duty of its quarter."""
    for filed in AmlReturn.objects.filter(issuer=issuer).order_by("filed_at"):
        yield Evidence("aml_return", day_of(filed.filed_at), filed.filed_at, filed.reference, key=str(filed.period_end))
