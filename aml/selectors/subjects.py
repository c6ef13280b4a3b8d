"""Subjects and their screenings as officers read them, and how old the lists are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery

from aml.models import Alert, Hit, ListVersion, Screening, ScreeningRun, Source, Subject
from aml.selectors.alerts import WAITING
from aml.selectors.searching import NAME_LISTS
from aml.selectors.watchlists import versions_in_force
from core import clock
from core.access import Actor
from core.roles import Can


@dataclass(frozen=True, slots=True)
class ListAge:
    """One list in force and how old it is in days, by its publisher's day or else by the day that it was loaded."""

    version: ListVersion
    days: int


def subjects_for(actor: Actor) -> QuerySet[Subject]:
    """Return the subjects that the actor may know of, with how many of their alerts wait."""
    rows = Subject.objects.visible_to(actor) if actor.can(Can.VIEW_ALERTS) else Subject.objects.none()
    return rows.select_related("owner").annotate(
        waiting_alerts=Count("alerts", filter=Q(alerts__status__in=WAITING), distinct=True),
        confirmed_alerts=Count("alerts", filter=Q(alerts__status=Alert.Status.CONFIRMED), distinct=True),
    ).order_by("name_en", "pk")


def with_latest_screening(rows: QuerySet[Subject]) -> QuerySet[Subject]:
    """Return the subjects, each with the key of its latest screening as ``latest_screening``."""
    latest = Screening.objects.filter(subject=OuterRef("pk")).order_by("-screened_at", "-pk")
    return rows.annotate(latest_screening=Subquery(latest.values("pk")[:1]))


def subject_views(rows: QuerySet[Subject]) -> dict[str, QuerySet[Subject]]:
    """Return the views of the list of subjects."""
    current = rows.filter(ended_at=None)
    return {
        "current": current, "waiting": current.filter(screened_at=None),
        "alerts": current.filter(Q(waiting_alerts__gt=0) | Q(confirmed_alerts__gt=0)),
        "ended": rows.exclude(ended_at=None),
    }


def subjects_filtered(rows: QuerySet[Subject], wanted: Mapping[str, str]) -> QuerySet[Subject]:
    """Return those of the rows that an address asks for: part, words."""
    if (part := wanted.get("part", "")) in Subject.Part.values:
        rows = rows.filter(parts__contains=[part])
    if words := wanted.get("q", "").replace("\x00", "").strip():
        rows = rows.filter(Q(name_en__icontains=words) | Q(name_zh__icontains=words)
                           | Q(owner__name_en__icontains=words))
    return rows


def screenings_for(actor: Actor) -> QuerySet[Screening]:
    """Return the screenings that the actor may know of: the authority's own work, never an issuer's to see."""
    rows = Screening.objects.visible_to(actor) if actor.is_authority else Screening.objects.none()
    return rows.select_related("run", "run__started_by", "subject", "subject__owner")


def ages_of_lists() -> list[ListAge]:
    """Return each list of names in force with its age."""
    today = clock.today()
    return [ListAge(each, (today - _day_of(each)).days)
            for each in versions_in_force().filter(source__in=NAME_LISTS)]


def _day_of(version: ListVersion) -> date:
    return version.published_on or version.loaded_at.astimezone(clock.HONG_KONG).date()


def subject_counts(actor: Actor) -> dict[str, Any]:
    """Return how many are screened, how many of them wait, and since when the oldest screening stands."""
    rows = subjects_for(actor).filter(ended_at=None).order_by()
    return rows.aggregate(
        total=Count("pk", distinct=True), unscreened=Count("pk", filter=Q(screened_at=None), distinct=True),
        oldest=Min("screened_at"), newest=Max("screened_at"),
    )


def runs() -> QuerySet[ScreeningRun]:
    """Return every run, the newest first; a caller has asked whether the reader may know of alerts."""
    return ScreeningRun.objects.select_related("started_by")


def hits_of(screening: Screening) -> QuerySet[Hit]:
    """Return what a screening found, the best first."""
    return screening.hits.select_related("entry", "screening__subject")


def alert_of(hit: Hit) -> Alert | None:
    """Return the alert that a hit raised."""
    return Alert.objects.filter(subject=hit.screening.subject_id, entry__source=hit.entry.source,
                                entry__key=hit.entry.key).first()


def source_labels(sources: Iterable[str]) -> list[Any]:
    """Return what lists are called."""
    return [Source(each).label if each in Source.values else each for each in sources]


def part_labels(parts: Iterable[str]) -> list[Any]:
    """Return what parts are called."""
    return [Subject.Part(part).label for part in parts]
