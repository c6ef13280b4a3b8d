"""Reading attestations: engagements, tested days as frozen and as they stand now, what waits for the platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from core import clock
from core.access import Actor
from core.models import FeedFile, Membership, Organisation, User
from issuers.models import Coin, Issuer
from reserves.agreement import Figure, compare_accounts
from reserves.models import (
    AttestationReport,
    Engagement,
    EngagementAuditor,
    EvidenceSnapshot,
    Reperformance,
    ReserveDay,
    TestDay,
)

#: Figures of an account that a reader compares first.
HEADLINE = ("reserve_market_value", "circulation", "backing_ratio", "surplus", "eligible_reserve", "verdict")
FILED = (Engagement.Status.FILED, Engagement.Status.ACCEPTED)


def engagements_for(actor: Actor) -> QuerySet[Engagement]:
    """Return the engagements that the actor may know of, the latest period first."""
    return Engagement.objects.visible_to(actor).select_related(
        "coin__issuer__organisation", "firm", "recommended_by", "decided_by"
    )


def audit_firms() -> QuerySet[Organisation]:
    """Return the audit firms that the authority has entered."""
    return Organisation.objects.filter(kind=Organisation.Kind.AUDITOR).order_by("name_en")


def is_auditor(actor: Any) -> bool:
    """Say whether the person acts for an audit firm and for nobody else."""
    kinds = {membership.organisation.kind for membership in actor.current_memberships}
    return kinds == {Organisation.Kind.AUDITOR}


def auditors_of(engagement: Engagement) -> QuerySet[EngagementAuditor]:
    """Return who was let in, or may be, with who proposed and who agreed."""
    return engagement.auditors.select_related("proposed_by", "admitted_by", "engagement__coin__issuer")


def admitted_users(engagement: Engagement) -> QuerySet[User]:
    """Return the auditors who have access now and an account to use it with."""
    day = clock.today()
    admitted = engagement.auditors.filter(status=EngagementAuditor.Status.ADMITTED, since__lte=day, until__gte=day)
    members = Membership.objects.current().filter(organisation=engagement.firm_id)
    return User.objects.filter(email__in=admitted.values("email"), pk__in=members.values("user"), is_active=True)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A tested day: as frozen, and as the day stands now if it was judged again since."""

    test_day: TestDay
    snapshot: EvidenceSnapshot | None
    current: ReserveDay | None

    @property
    def superseded(self) -> bool:
        """Whether the day was judged otherwise since it was frozen."""
        if self.snapshot is None or self.current is None:
            return False
        return self.current.digest != self.snapshot.day.digest

    def changes(self) -> list[Figure]:
        """Return the headline figures that a later version states otherwise."""
        if not self.superseded or self.snapshot is None or self.current is None:
            return []
        stated, now = self.snapshot.account, self.current.result or {}
        pairs = ({name: account.get(name) for name in HEADLINE} for account in (stated, now))
        return [figure for figure in compare_accounts(*pairs) if not figure.agrees]


def evidence_of(engagement: Engagement) -> list[Evidence]:
    """Return the tested days with what was frozen of each and the version that stands now."""
    days = list(engagement.test_days.select_related("snapshot__day"))
    standing = ReserveDay.objects.filter(coin=engagement.coin_id, as_of__in=[day.as_of for day in days],
                                         status=ReserveDay.Status.JUDGED)
    now = {row.as_of: row for row in standing}
    return [Evidence(day, getattr(day, "snapshot", None), now.get(day.as_of)) for day in days]


def evidence_on(engagement: Engagement, as_of: date) -> Evidence | None:
    """Return the evidence of one tested day, None if that day is not tested."""
    return next((each for each in evidence_of(engagement) if each.test_day.as_of == as_of), None)


def files_frozen(snapshot: EvidenceSnapshot) -> list[FeedFile]:
    """Return the files that the frozen account rests on."""
    ids = [entry["file"] for entry in snapshot.account["inputs"]]
    return list(FeedFile.objects.filter(pk__in=ids).select_related("sender").order_by("feed", "pk"))


def days_of_period(engagement: Engagement) -> QuerySet[ReserveDay]:
    """Return the judged days of the engagement's period, newest first, without their accounts."""
    rows = ReserveDay.objects.filter(
        coin=engagement.coin_id, status=ReserveDay.Status.JUDGED,
        as_of__range=(engagement.period_start, engagement.period_end),
    )
    return rows.defer("result").order_by("-as_of")


def latest_report(engagement: Engagement) -> AttestationReport | None:
    """Return the latest version of the auditor's report, with its days."""
    return engagement.reports.prefetch_related("days__test_day").order_by("-version").first()


def published_reports(issuer: Issuer) -> list[AttestationReport]:
    """Return the latest filed report of every engagement of the issuer, the latest period first."""
    filed = AttestationReport.objects.filter(engagement__coin__issuer=issuer).exclude(filed_at=None)
    rows = filed.select_related("engagement__coin", "engagement__firm").prefetch_related("days__test_day")
    latest = rows.order_by("engagement_id", "-version").distinct("engagement_id")
    return sorted(latest, key=lambda each: (each.engagement.period_end, each.engagement.coin.symbol), reverse=True)


def published_draws(issuer: Issuer) -> QuerySet[Engagement]:
    """Return the engagements of the issuer whose seed is committed to, the latest period first."""
    return Engagement.objects.filter(coin__issuer=issuer).exclude(commitment="").select_related("coin", "firm")


def to_open() -> QuerySet[Engagement]:
    """Return the engagements whose period has begun and for which no seed is committed to."""
    return Engagement.objects.filter(status=Engagement.Status.ENGAGED, period_start__lte=clock.today()).order_by("pk")


def to_draw() -> QuerySet[Engagement]:
    """Return the open engagements whose period is over and whose days are not drawn."""
    return Engagement.objects.filter(
        status=Engagement.Status.OPEN, drawn_at=None, period_end__lt=clock.today()
    ).order_by("pk")


def to_freeze() -> QuerySet[TestDay]:
    """Return the tested days that are judged in full and not frozen."""
    whole = ReserveDay.objects.filter(
        coin=OuterRef("engagement__coin"), as_of=OuterRef("as_of"), status=ReserveDay.Status.JUDGED,
        reserve_market_value__isnull=False, circulation__isnull=False,
    )
    return TestDay.objects.filter(Exists(whole), snapshot=None).exclude(
        engagement__status=Engagement.Status.ENDED).order_by("pk")


def waiting_reperformances(limit: int = 100) -> list[int]:
    """Return the keys of days that are to be performed again, the longest asked first."""
    rows = Reperformance.objects.filter(status=Reperformance.Status.WAITING).order_by("asked_at", "pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def owing_coins(issuer: Issuer, period_end: date) -> list[Coin]:
    """Return the issuer's coins that holders had by the end of the period."""
    return list(issuer.coins.filter(launched_on__lte=period_end))
