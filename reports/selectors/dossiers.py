"""Reading what belongs to one matter: of a breach its findings, days, breaks, letters and acts; filed attestations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from core import audit
from core.models import AuditEvent, Finding, Message
from issuers.models import Breach, Coin, Document, EventNotice, IssuerFact
from reports.models import ReportRun
from reserves.models import AttestationReport, Break, BreakDay, Engagement, ReserveDay

#: The notices that a report can be read: a dossier does not tell of itself.
OF_REPORTS = ("reports/document_ready", "reports/report_ready")


def coin_of(breach: Breach) -> Coin | None:
    """Return the coin that a breach is about, None where it is about the issuer itself."""
    return Coin.objects.filter(symbol=breach.subject, issuer=breach.issuer_id).select_related(
        "issuer__organisation").first()


def findings_of(breach: Breach) -> list[Finding]:
    """Return what was found on the rule while the breach stood, and the last before and the first after, by day."""
    found = Finding.objects.filter(rule=breach.rule, subject=breach.subject, owner=breach.issuer.organisation_id)
    days = found.order_by("as_of").values_list("as_of", flat=True)
    before = days.filter(as_of__lt=breach.first_as_of).last()
    after = days.filter(as_of__gt=breach.last_as_of).first()
    within = Q(as_of__range=(breach.first_as_of, breach.last_as_of))
    return list(found.filter(within | Q(as_of__in=[day for day in (before, after) if day]))
                .order_by("as_of", "version", "pk"))


def days_of_breach(coin: Coin, days: Iterable[date]) -> list[ReserveDay]:
    """Return every version of the days that was judged, without their accounts."""
    rows = ReserveDay.objects.filter(coin=coin, as_of__in=set(days)).exclude(digest="").defer("result")
    return list(rows.order_by("as_of", "version"))


def facts_stated(breach: Breach, coin: Coin | None, names: Iterable[str]) -> list[IssuerFact]:
    """Return what the authority set and the issuer filed of the named facts, up to the last day of the breach."""
    of = Q(coin=None) | Q(coin=coin) if coin else Q(coin=None)
    rows = IssuerFact.objects.filter(of, issuer=breach.issuer_id, fact__in=set(names),
                                     valid_from__lte=breach.last_as_of)
    return list(rows.select_related("recorded_by").order_by("fact", "valid_from", "pk"))


def breaks_during(coin: Coin, first: date, last: date) -> list[Break]:
    """Return the breaks of a coin that stood on one of the days, with what they looked like then and what was said."""
    days = BreakDay.objects.filter(day__as_of__range=(first, last)).select_related("day").order_by(
        "day__as_of", "day__version")
    rows = Break.objects.filter(Q(resolved_on=None) | Q(resolved_on__gt=first), coin=coin, opened_on__lte=last)
    return list(rows.prefetch_related("notes", Prefetch("days", days, to_attr="shown")).order_by("opened_on", "pk"))


def letters_about(breach: Breach) -> QuerySet[Message]:
    """Return the mails about a breach, the first first."""
    reference = breach.case.reference
    return Message.objects.filter(
        Q(key__startswith=f"reports/breach_opened:{breach.pk}:") | Q(key__contains=reference)
        | Q(subject__contains=reference)
    ).exclude(notice__in=OF_REPORTS).select_related("recipient").order_by("queued_at", "pk")


def notices_during(breach: Breach) -> list[EventNotice]:
    """Return the notices that the issuer submitted while the breach stood, with what was enclosed."""
    rows = EventNotice.objects.filter(issuer=breach.issuer_id, submitted_at__gte=breach.opened_at)
    if breach.closed_at:
        rows = rows.filter(submitted_at__lte=breach.closed_at)
    enclosed = Document.objects.filter(removed_at=None).order_by("pk")
    return list(rows.prefetch_related(Prefetch("documents", enclosed)).order_by("submitted_at", "pk"))


def acts_on(breach: Breach, breaks: Iterable[Break]) -> list[AuditEvent]:
    """Return what was done on the breach, its case and the breaks involved, the first first."""
    where = Q(target_type=Break._meta.label_lower, target_pk__in=[str(row.pk) for row in breaks])
    for target in (breach, breach.case):
        where |= Q(target_type=target._meta.label_lower, target_pk=str(target.pk))
    return list(AuditEvent.objects.filter(where, verb__in=audit.VERBS).order_by("at", "pk"))


def engagements_without_comparison() -> list[Engagement]:
    """Return the engagements whose latest filed report has not been set beside the daily figures."""
    latest = AttestationReport.objects.filter(engagement=OuterRef("pk")).exclude(filed_at=None).order_by("-version")
    made = ReportRun.objects.filter(kind=ReportRun.Kind.ATTESTATION_COMPARISON, subject=OuterRef("reference"),
                                    version=OuterRef("filed"))
    rows = Engagement.objects.annotate(filed=Subquery(latest.values("version")[:1])).exclude(filed=None)
    return list(rows.exclude(Exists(made)).order_by("pk"))


def comparison_of(engagement: Engagement) -> ReportRun | None:
    """Return the comparison on an engagement that stands."""
    runs = ReportRun.objects.filter(kind=ReportRun.Kind.ATTESTATION_COMPARISON, subject=engagement.reference)
    return runs.exclude(status=ReportRun.Status.WITHDRAWN).defer("facts").order_by("-version").first()
