"""Reading who is told of which reports, how and in which language: what holds for a role, and what a person chose."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from core.models import Membership, Organisation, User
from core.roles import ROLES, Role
from reports.models import ReportNotice, ReportRun, Subscription
from reports.selectors import needed_for
from reports.workflows import REPORT_RUN

H = Subscription.How
#: Where a person has several roles the quickest way holds.
QUICKEST = (H.AT_ONCE, H.DIGEST, H.NONE)
#: Kinds that officers are told of: the others answer what an officer did, or were sent by whoever is told.
KINDS = (
    ReportRun.Kind.DAILY_RESERVE, ReportRun.Kind.WEEKLY_STATEMENT, ReportRun.Kind.MONTHLY_SUPERVISION,
    ReportRun.Kind.QUARTERLY_OVERVIEW, ReportRun.Kind.BREACH_DOSSIER, ReportRun.Kind.ATTESTATION_COMPARISON,
    ReportRun.Kind.INSPECTION_PACK,
)


@dataclass(frozen=True, slots=True)
class Receives:
    """How one officer is told of reports of a kind; ``row`` is the setting that says so, None if there is none."""

    person: User
    kind: str
    how: str
    language: str
    row: Subscription | None

    @property
    def is_own(self) -> bool:
        """Whether it was set for the person, not for a role."""
        return self.row is not None and self.row.person_id is not None


def officers_by_role() -> dict[User, set[str]]:
    """Return the authority's people with their roles, by name."""
    rows = Membership.objects.current().filter(organisation__kind=Organisation.Kind.AUTHORITY, user__is_active=True)
    found: dict[User, set[str]] = {}
    for row in rows.select_related("user").order_by("user__name", "user__email"):
        found.setdefault(row.user, set()).add(row.role)
    return found


def settings_in_force() -> list[Subscription]:
    """Return the last setting of each person or role and kind."""
    latest = Subscription.objects.order_by("person_id", "role", "kind", "-pk").distinct("person_id", "role", "kind")
    return list(latest.select_related("person", "set_by"))


def recipients(*kinds: str) -> list[Receives]:
    """Return how each officer who may read them is told of reports of the kinds, those who are told nothing too."""
    of_person: dict[tuple[int, str], Subscription] = {}
    of_role: dict[tuple[str, str], Subscription] = {}
    for setting in settings_in_force():
        if setting.person_id:
            of_person[setting.person_id, setting.kind] = setting
        else:
            of_role[setting.role, setting.kind] = setting
    found = []
    for person, roles in officers_by_role().items():
        for kind in kinds:
            if not any(needed_for(kind) in ROLES[Role(role)] for role in roles):
                continue
            rows = [of_role[role, kind] for role in sorted(roles) if (role, kind) in of_role]
            rows.sort(key=lambda each: QUICKEST.index(H(each.how)))
            row: Subscription | None = of_person.get((person.pk, kind)) or next(iter(rows), None)
            found.append(Receives(person, kind, row.how if row else H.NONE,
                                  (row.language if row else "") or person.language, row))
    return found


def reports_to_tell() -> dict[User, list[ReportNotice]]:
    """Return, by officer, the reports that wait for the officer's next digest, less those that were withdrawn."""
    rows = ReportNotice.objects.filter(message=None, how=H.DIGEST, person__is_active=True)
    rows = rows.exclude(run__status__in=REPORT_RUN.final).select_related("person", "run").defer("run__facts")
    waiting: dict[User, list[ReportNotice]] = {}
    for row in rows.order_by("run__kind", "run__as_of", "run__subject"):
        waiting.setdefault(row.person, []).append(row)
    return waiting


def notices_of(person: User) -> QuerySet[ReportNotice]:
    """Return what the person was told of, the latest first."""
    rows = ReportNotice.objects.filter(person=person).select_related("run", "message")
    return rows.defer("run__facts").order_by("-pk")
