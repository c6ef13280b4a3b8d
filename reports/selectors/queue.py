"""Reading what waits for officers: the saved views of the queue of cases, and the breaches that stand."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from core import cases, clock
from core.models import Case, User
from issuers.models import Breach
from issuers.selectors import breaches_for
from issuers.workflows import BREACH

#: The view of threads that wait for the authority's answer.
MESSAGES = "to_answer"


def _conditions(user: User) -> dict[str, tuple[Any, Q]]:
    """Return the saved views of the queue: name, label, which cases."""
    standing = Q(status=Case.Status.OPEN)
    return {
        "mine": (_("Mine"), standing & Q(assignee=user)),
        "unassigned": (_("Unassigned"), standing & Q(assignee=None)),
        "overdue": (_("Overdue"), standing & Q(due_at__lt=clock.now())),
        MESSAGES: (_("Messages to answer"), standing & Q(unanswered_since__isnull=False)),
        "open": (_("All open"), standing),
        "closed": (_("Closed"), Q(status=Case.Status.CLOSED)),
    }


def queue_views(user: User) -> dict[str, tuple[Any, QuerySet[Case]]]:
    """Return the saved views of the queue: name, label, cases."""
    seen = cases.cases_for(user)
    return {name: (label, seen.filter(wanted)) for name, (label, wanted) in _conditions(user).items()}


def queue_counts(user: User) -> dict[str, int]:
    """Return how many cases each saved view has, all counted in one go."""
    counted = {name: Count("pk", filter=wanted) for name, (_label, wanted) in _conditions(user).items()}
    return cases.cases_for(user).aggregate(**counted)


def open_case_count(user: User) -> int:
    """Return how many cases are open."""
    return queue_views(user)["open"][1].count()


def standing_breaches(user: User) -> QuerySet[Breach]:
    """Return the breaches that are not closed, newest first."""
    return breaches_for(user).exclude(status__in=BREACH.final)
