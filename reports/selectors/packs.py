"""Reading what is on record of an issuer for a period, as an inspection takes it along."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from core.calendars import HONG_KONG
from core.cases import KINDS
from core.feeds import own_feeds
from core.models import AuditEvent, Case, FeedFile, Finding
from issuers.models import Breach, Issuer, Obligation
from reports.models import ReportRun
from reserves.models import Break, ReserveDay


def moments(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the first moment of the period and the first after it, Hong Kong time."""
    begin, end = (datetime.combine(day, time(), HONG_KONG) for day in (first, last + timedelta(days=1)))
    return begin, end


def days_in(issuer: Issuer, first: date, last: date) -> QuerySet[ReserveDay]:
    """Return every version of the days of the issuer's coins that was judged."""
    rows = ReserveDay.objects.filter(coin__issuer=issuer, as_of__range=(first, last)).exclude(digest="")
    return rows.select_related("coin").order_by("coin__symbol", "as_of", "version")


def findings_in(issuer: Issuer, first: date, last: date) -> QuerySet[Finding]:
    """Return the findings on the issuer and its coins, without the facts of their lines."""
    rows = Finding.objects.filter(owner=issuer.organisation_id, as_of__range=(first, last)).defer("facts", "exceptions")
    return rows.order_by("subject", "as_of", "version", "rule", "pk")


def breaks_in(issuer: Issuer, first: date, last: date) -> QuerySet[Break]:
    """Return the breaks that stood on one of the days."""
    stood = Q(resolved_on=None) | Q(resolved_on__gt=first)
    rows = Break.objects.filter(stood, coin__issuer=issuer, opened_on__lte=last)
    return rows.select_related("coin", "latest").order_by("coin__symbol", "opened_on", "reference")


def breaches_in(issuer: Issuer, first: date, last: date) -> QuerySet[Breach]:
    """Return the breaches that were found on one of the days, or were not closed before them."""
    begin, _end = moments(first, last)
    rows = Breach.objects.filter(Q(closed_at=None) | Q(closed_at__gte=begin) | Q(last_as_of__gte=first), issuer=issuer,
                                 first_as_of__lte=last)
    return rows.select_related("case").order_by("first_as_of", "pk")


def duties_in(issuer: Issuer, first: date, last: date) -> QuerySet[Obligation]:
    """Return what was due in the period, or was met in it."""
    begin, end = moments(first, last)
    rows = Obligation.objects.filter(Q(due_at__gte=begin, due_at__lt=end) | Q(met_at__gte=begin, met_at__lt=end),
                                     issuer=issuer)
    return rows.select_related("coin", "case").order_by("due_at", "pk")


def files_in(issuer: Issuer, first: date, last: date, also: Iterable[int]) -> QuerySet[FeedFile]:
    """Return every file that came in about the issuer for the days or, if it names none, on them; refused ones too.

    ``also`` are files of earlier days that the days in the period rest on. Ranges of blocks that the platform read are
    none: nobody sent them, they come every hour, and the chain has them still.
    """
    begin, end = moments(first, last)
    of_no_day = Q(as_of=None, received_at__gte=begin, received_at__lt=end) & ~Q(feed__in=own_feeds())
    rows = FeedFile.objects.filter(Q(as_of__range=(first, last)) | of_no_day | Q(pk__in=set(also)),
                                   owner=issuer.organisation_id)
    return rows.select_related("sender", "blob").order_by("received_at", "pk")


def reports_in(issuer: Issuer, first: date, last: date) -> QuerySet[ReportRun]:
    """Return the daily reports on the period that can be read."""
    rows = ReportRun.objects.filter(kind=ReportRun.Kind.DAILY_RESERVE, owner=issuer.organisation_id,
                                    as_of__range=(first, last)).exclude(document=None)
    return rows.defer("facts").select_related("document").order_by("as_of", "subject", "version")


def acts_in(issuer: Issuer, first: date, last: date) -> QuerySet[AuditEvent]:
    """Return the audit trail of the issuer; what only screening officers may know of is no part of it."""
    begin, end = moments(first, last)
    hidden = [kind.name for kind in KINDS.values() if kind.seen_with]
    cases = Case.objects.filter(owner=issuer.organisation_id, kind__in=hidden).values_list("pk", flat=True)
    rows = AuditEvent.objects.filter(organisation=issuer.organisation_id, at__gte=begin, at__lt=end)
    rows = rows.exclude(Q(verb__startswith="aml.") | Q(target_type__startswith="aml."))
    rows = rows.exclude(target_type=Case._meta.label_lower, target_pk__in=[str(pk) for pk in cases])
    return rows.order_by("at", "pk")
