"""Subjects and their screenings as officers read them, and where an issuer's people stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from aml.models import Alert, ListVersion, Screening, Subject
from aml.selectors.alerts import WAITING
from aml.selectors.searching import NAME_LISTS, missing_lists
from aml.selectors.watchlists import versions_in_force
from core import clock
from core.access import Actor
from core.models import Organisation
from core.roles import Can

#: Views of the list of subjects.
VIEWS = ("current", "waiting", "alerts", "ended")


@dataclass(frozen=True, slots=True)
class ListAge:
    """One list in force and how old it is in days, by its publisher's day or else by the day that it was loaded."""

    version: ListVersion
    days: int


@dataclass(frozen=True, slots=True)
class IssuerScreening:
    """Where everybody of an issuer stands."""

    owner: Organisation
    subjects: int
    waiting: int
    oldest: datetime | None
    alerts: int
    confirmed: int
    lists: list[ListAge]
    missing: list[str]


def subjects_for(actor: Actor) -> QuerySet[Subject]:
    """Return the subjects that the actor may know of, with how many of their alerts wait."""
    rows = Subject.objects.visible_to(actor) if actor.can(Can.VIEW_ALERTS) else Subject.objects.none()
    return rows.select_related("owner").annotate(
        waiting_alerts=Count("alerts", filter=Q(alerts__status__in=WAITING), distinct=True),
        confirmed_alerts=Count("alerts", filter=Q(alerts__status=Alert.Status.CONFIRMED), distinct=True),
    )


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
    """Return the screenings that an officer may read: of hits only who may know of alerts."""
    rows = Screening.objects.visible_to(actor) if actor.is_authority else Screening.objects.none()
    return rows.select_related("run", "run__started_by", "subject", "subject__owner")


def ages_of_lists() -> list[ListAge]:
    """Return each list of names in force with its age."""
    today = clock.today()
    return [ListAge(each, (today - _day_of(each)).days)
            for each in versions_in_force().filter(source__in=NAME_LISTS)]


def _day_of(version: ListVersion) -> date:
    return version.published_on or version.loaded_at.astimezone(clock.HONG_KONG).date()


def screening_of_issuer(owner: Organisation) -> IssuerScreening:
    """Return where the issuer and everybody behind it stand."""
    rows = list(Subject.objects.filter(owner=owner, ended_at=None).values_list("screened_at", flat=True))
    states = Alert.objects.filter(owner=owner).order_by().values_list("status").annotate(count=Count("pk"))
    by_state: dict[str, int] = dict(states)
    lists = ages_of_lists()
    return IssuerScreening(
        owner, len(rows), rows.count(None), min((at for at in rows if at), default=None),
        sum(by_state.get(state, 0) for state in WAITING), by_state.get(Alert.Status.CONFIRMED, 0), lists,
        missing_lists({"source": each.version.source} for each in lists),
    )


def part_labels(parts: Iterable[str]) -> list[Any]:
    """Return what parts are called."""
    return [Subject.Part(part).label for part in parts]
