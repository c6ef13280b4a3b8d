"""Reading reports: the runs and their days, what they rest on, and what still waits to become one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum

from core import clock
from core.access import Actor
from core.models import Finding, Organisation
from core.roles import Can
from core.rulebook import load
from core.rulebook.facts import Scope
from issuers.models import Issuer, Licence
from issuers.selectors.register import Entry
from reports.models import ReportDocument, ReportRun
from reports.workflows import REPORT_RUN
from reserves.models import ReserveDay
from reserves.selectors import WAITING

#: Days before today for which reports are made where ``REPORTS_FROM`` names no first day.
LOOK_BACK = timedelta(days=7)
#: How long a day that waits to be judged is taken to be in work: workers take it within a minute or two.
IN_WORK = timedelta(hours=1)
#: Whoever reads figures of the reserve, as an auditor or a feed's key does, need not read of people and fees.
NEEDED: dict[ReportRun.Kind, Can] = {
    ReportRun.Kind.DAILY_RESERVE: Can.VIEW_REPORTS,
    ReportRun.Kind.APPLICATION: Can.VIEW_APPLICATION,
    ReportRun.Kind.COMMITTEE_PACK: Can.VIEW_APPLICATION,  # the authority's own: no issuer's person sees the row
    ReportRun.Kind.LICENCE_CERTIFICATE: Can.VIEW_LICENCE,
    ReportRun.Kind.FEE_INVOICE: Can.VIEW_LICENCE,
    ReportRun.Kind.MONTHLY_SUPERVISION: Can.VIEW_REPORTS,
    ReportRun.Kind.WEEKLY_STATEMENT: Can.VIEW_REPORTS,
    ReportRun.Kind.QUARTERLY_OVERVIEW: Can.VIEW_REPORTS,
    ReportRun.Kind.BREACH_DOSSIER: Can.VIEW_CASES,
    ReportRun.Kind.ATTESTATION_COMPARISON: Can.VIEW_REPORTS,
    ReportRun.Kind.INSPECTION_PACK: Can.VIEW_CASES,
}


def needed_for(kind: str) -> Can:
    """Return the permission that reading a report of the kind takes."""
    return NEEDED[ReportRun.Kind(kind)]


def reports_for(actor: Actor) -> QuerySet[ReportRun]:
    """Return the reports that the actor may see and read, newest day first."""
    readable = [kind for kind, permission in NEEDED.items() if actor.can(permission)]
    found = ReportRun.objects.visible_to(actor).filter(kind__in=readable)
    return found if actor.is_authority else found.exclude(status=ReportRun.Status.DRAFTED)


def report_of_day(day: ReserveDay) -> ReportRun | None:
    """Return the report of this version of the day, unless it was withdrawn."""
    runs = ReportRun.objects.filter(
        kind=ReportRun.Kind.DAILY_RESERVE, subject=day.coin.symbol, as_of=day.as_of, version=day.version
    )
    return runs.exclude(status__in=REPORT_RUN.final).defer("facts").first()


def licence_certificate(entry: Entry) -> ReportRun | None:
    """Return the rendered certificate of the licence, which only one that is in force has."""
    if entry.status != Licence.Status.ACTIVE:
        return None
    runs = ReportRun.objects.filter(
        kind="licence_certificate", subject=entry.number, status=ReportRun.Status.RENDERED, document__isnull=False
    )
    return runs.defer("facts").order_by("-as_of", "-version").first()


def sender_names(result: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the names, by slug, of those whose files an account rests on or waits for."""
    slugs = {each["sender"] for each in (*result["inputs"], *result["missing"]) if each["sender"]}
    names = ("name_en", "name_zh_hant", "name_zh_hans")
    found = Organisation.objects.filter(slug__in=slugs).values("slug", *names)
    return {row["slug"]: {name: row[name] for name in names} for row in found}


def frozen_runs() -> list[int]:
    """Return the keys of reports that wait to be rendered, oldest first."""
    waiting = ReportRun.objects.filter(status=ReportRun.Status.FROZEN)
    return list(waiting.order_by("frozen_at", "pk").values_list("pk", flat=True))


def documents_wanted() -> list[int]:
    """Return the keys of documents in other languages that wait to be rendered, oldest first."""
    waiting = ReportDocument.objects.filter(rendered=None).exclude(run__status=ReportRun.Status.FROZEN)
    waiting = waiting.exclude(run__status__in=REPORT_RUN.final)
    return list(waiting.order_by("wanted_at", "pk").values_list("pk", flat=True))


def reported_since() -> date:
    """Return the first day that gets a report: the authority's ``REPORTS_FROM``, or else a week ago.

    Without the setting, days before the first that was ever reported are history and get none.
    """
    if first := getattr(settings, "REPORTS_FROM", None):
        return first if isinstance(first, date) else date.fromisoformat(first)
    begun = ReportRun.objects.filter(kind=ReportRun.Kind.DAILY_RESERVE).aggregate(first=Min("as_of"))["first"]
    return max(filter(None, (clock.today() - LOOK_BACK, begun)))


def reported_days() -> QuerySet[ReserveDay]:
    """Return the judged days that get a report: recent ones, and any of which an earlier version had one."""
    earlier = ReportRun.objects.filter(
        kind=ReportRun.Kind.DAILY_RESERVE, subject=OuterRef("coin__symbol"), as_of=OuterRef("as_of")
    )
    judged = ReserveDay.objects.filter(status=ReserveDay.Status.JUDGED)
    return judged.filter(Q(as_of__gte=reported_since()) | Exists(earlier)).select_related("coin__issuer__organisation")


def days_without_report() -> QuerySet[ReserveDay]:
    """Return the judged days of ``reported_days`` whose version has no report yet, oldest first."""
    own = ReportRun.objects.filter(
        kind=ReportRun.Kind.DAILY_RESERVE, subject=OuterRef("coin__symbol"), as_of=OuterRef("as_of"),
        version=OuterRef("version"),
    )
    return reported_days().exclude(Exists(own)).order_by("as_of", "coin__symbol")


def earlier_day_in_work(issuer: Issuer, as_of: date) -> bool:
    """Whether an earlier day of one of the issuer's coins is about to be judged; one that is stuck holds up nobody."""
    since = clock.now() - IN_WORK
    earlier = ReserveDay.objects.filter(coin__issuer=issuer, as_of__lt=as_of, status__in=WAITING, opened_at__gt=since)
    return earlier.exists()


def days_of_unjudged_issuers() -> QuerySet[ReserveDay]:
    """Return the days of ``reported_days`` whose issuer has no findings yet on its coins' days as they stand."""
    of_issuer = ReserveDay.objects.filter(
        _launched_by(F("as_of"), "coin__"), coin__issuer=OuterRef("coin__issuer"), as_of=OuterRef("as_of"),
        status=ReserveDay.Status.JUDGED,
    )
    replaced = of_issuer.order_by().values("as_of").annotate(count=Sum(F("version") - 1)).values("count")
    judged = Finding.objects.filter(
        scope=Scope.ISSUER, subject=OuterRef("coin__issuer__organisation__slug"), as_of=OuterRef("as_of"),
        version=OuterRef("state"),
    )
    return reported_days().annotate(state=1 + Subquery(replaced)).exclude(Exists(judged))


def state_of(days: Iterable[ReserveDay]) -> int:
    """Return the number under which an issuer is judged on the judged days of all its coins: it grows with each."""
    return 1 + sum(day.version - 1 for day in days)


def issuer_findings(issuer: Issuer, as_of: date) -> list[dict[str, Any]] | None:
    """Return the latest findings on the issuer itself for the day, by rule, or None if it was not judged."""
    found = Finding.objects.filter(scope=Scope.ISSUER, subject=issuer.organisation.slug, as_of=as_of)
    latest = found.order_by("-version").values_list("version", flat=True).first()
    if latest is None:
        return None
    titles = {rule.id: rule.title for rule in load().rules}
    return [
        {
            "rule": row.rule, "title": titles.get(row.rule, row.rule), "subject": row.subject, "verdict": row.verdict,
            "cite": row.cite, "version_from": row.rule_from.isoformat(), "observed": row.observed,
            "required": row.required, "counts": row.counts, "exceptions": row.exceptions,
            "exception_count": row.exception_count,
        }
        for row in found.filter(version=latest).order_by("rule")
    ]


def _launched_by(day: Any, coin: str = "") -> Q:
    return Q(**{f"{coin}launched_on": None}) | Q(**{f"{coin}launched_on__lte": day})


def ratios(coin_symbol: str, until: date, days: int) -> list[tuple[date, str | None]]:
    """Return one pair of day and backing ratio per calendar day, oldest first; None where none was judged."""
    first = until - timedelta(days=days - 1)
    judged: dict[date, Decimal | None] = dict(
        ReserveDay.objects.filter(
            coin__symbol=coin_symbol, status=ReserveDay.Status.JUDGED, as_of__range=(first, until)
        ).values_list("as_of", "backing_ratio")
    )
    start = min(judged, default=until)
    span = ((until - start).days if start <= until else 0) + 1
    return [
        (day, None if judged.get(day) is None else f"{judged[day]:f}")
        for day in (start + timedelta(days=offset) for offset in range(span))
    ]


def judged_coins(issuer: Issuer, as_of: date) -> list[ReserveDay] | None:
    """Return the judged day of every coin that the issuer has brought in, or None while one is not judged.

    A coin counts from its launch on; one that never sent anything is not waited for. While an earlier day is in work
    the answer is None too: judged before it, the issuer would be found to lack a statement that is about to be there.
    """
    if earlier_day_in_work(issuer, as_of):
        return None
    coins = issuer.coins.filter(_launched_by(as_of), days__isnull=False).distinct()
    days = list(ReserveDay.objects.filter(coin__in=coins, as_of=as_of, status=ReserveDay.Status.JUDGED).defer("result"))
    return days if days and len(days) == coins.count() else None
