"""Reading where all applications stand, and how much work each officer and team has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from core.access import Actor
from core.cases import cases_for
from core.deadlines import days_until
from core.models import Case, CasePause, Team
from issuers.criteria import criteria_for
from issuers.models import Application, CriterionFinding, InformationRequest

S = Application.Status


@dataclass(frozen=True, slots=True)
class Stage:
    """One column of the pipeline: its states, and for whom an application in it waits."""

    name: str
    title: Any
    waits_for: Any
    states: tuple[str, ...]


STAGES = (
    Stage("submitted", S.SUBMITTED.label, _("An officer, to check that it is complete"), (S.SUBMITTED,)),
    Stage("returned", S.RETURNED.label, _("The applicant, to submit it again"), (S.RETURNED, S.DRAFT, S.PREPARED)),
    Stage("under_review", S.UNDER_REVIEW.label, _("Officers, to assess it"), (S.UNDER_REVIEW,)),
    Stage("awaiting_information", S.AWAITING_INFORMATION.label, _("The applicant, to answer"),
          (S.AWAITING_INFORMATION,)),
    Stage("with_committee", S.WITH_COMMITTEE.label, _("The committee, then an officer to recommend"),
          (S.WITH_COMMITTEE,)),
    Stage("recommended", S.RECOMMENDED.label, _("Another officer, to decide"), (S.RECOMMENDED,)),
)
ENDED = Stage("ended", _("Ended"), _("Nobody"), Application.ENDED)


def stage_of(application: Application) -> Stage:
    """Return the column in which the application stands."""
    return next((stage for stage in STAGES if application.status in stage.states), ENDED)


@dataclass(frozen=True, slots=True)
class Card:
    """One application as the pipeline shows it."""

    application: Application
    stage: Stage
    days: int
    paused: bool
    overdue_request: InformationRequest | None
    satisfied: int
    criteria: int

    @property
    def over(self) -> bool:
        """Whether somebody is late: the authority by its own clock, or the applicant with an answer."""
        due = self.application.case.due_at if self.application.case else None
        return bool(self.overdue_request or (due and self.stage is not ENDED and due < clock.now()))


def pipeline(actor: Actor) -> QuerySet[Application]:
    """Return the applications that were ever submitted, with what a card needs, longest in their stage first."""
    waiting = InformationRequest.objects.filter(status=InformationRequest.Status.OPEN).order_by("due_at")
    findings = CriterionFinding.objects.order_by("at", "pk").only("application", "criterion", "finding")
    return (
        Application.objects.visible_to(actor).exclude(case=None)
        .select_related("issuer__organisation", "case__assignee", "case__team")
        .prefetch_related(
            Prefetch("requests", queryset=waiting, to_attr="open_requests"),
            Prefetch("findings", queryset=findings, to_attr="all_findings"),
        )
        .annotate(
            since=Max("steps__at"),
            stands=Exists(CasePause.objects.filter(case=OuterRef("case"), resumed_at=None)),
        )
        .order_by("since", "pk")
    )


def card(application: Any) -> Card:
    """Return an application as ``pipeline`` reads it as its card."""
    latest = {each.criterion: each.finding for each in application.all_findings}
    applicable = criteria_for(application.issuer.kind)
    late = [each for each in application.open_requests if each.due_at < clock.now()]
    since = application.since or application.opened_at
    return Card(
        application, stage_of(application), -days_until(since, clock.now()), application.stands,
        late[0] if late else None,
        sum(latest.get(each.key) == CriterionFinding.Finding.SATISFIED for each in applicable), len(applicable),
    )


def board(applications: Iterable[Any]) -> list[tuple[Stage, list[Card]]]:
    """Return every stage with its cards."""
    cards = [card(each) for each in applications]
    return [(stage, [each for each in cards if each.stage is stage]) for stage in STAGES]


@dataclass(frozen=True, slots=True)
class Load:
    """How many open cases somebody has: all, overdue, due within a week."""

    name: Any
    open: int
    overdue: int
    this_week: int


def workload(actor: Actor, team: Team | None = None) -> list[Load]:
    """Return the load of every officer with open cases, and of nobody, most first; of one team's cases if given."""
    rows = _open(actor).filter(team=team) if team else _open(actor)
    return [
        Load(row["assignee__name"], row["cases"], row["overdue"], row["week"])
        for row in _counted(rows, "assignee", "assignee__name")
    ]


def team_load(actor: Actor) -> list[tuple[Team, Load]]:
    """Return every team, with its members, and its load."""
    counts = {row["team"]: row for row in _counted(_open(actor), "team")}
    none = {"cases": 0, "overdue": 0, "week": 0}
    teams = Team.objects.prefetch_related("members")
    loads = ((team, counts.get(team.pk, none)) for team in teams)
    return [(team, Load(team.name_en, row["cases"], row["overdue"], row["week"])) for team, row in loads]


def _open(actor: Actor) -> QuerySet[Case]:
    return cases_for(actor).filter(status=Case.Status.OPEN)


def _counted(rows: QuerySet[Case], *by: str) -> Iterable[dict[str, Any]]:
    now = clock.now()
    return rows.order_by().values(*by).annotate(
        cases=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=now)),
        week=Count("pk", filter=Q(due_at__range=(now, _in_a_week(now)))),
    ).order_by("-cases", by[-1])


def _in_a_week(now: datetime) -> datetime:
    return now + timedelta(days=7)
