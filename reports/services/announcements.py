"""Telling people of what others opened below: breaches and late files, each once."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from core.models import Case, Membership, Message, Organisation, User
from core.outbox import Notice, enqueue
from core.roles import ROLES, Can
from issuers.models import Breach
from issuers.workflows import BREACH
from reports.builders.labels import FEEDS
from reports.notices import BreachOpened, FeedLate
from reserves.services.late_feeds import LATE_FEED


def officers(*permissions: Can) -> list[User]:
    """Return the authority's people who work cases, or who have one of the permissions, by address."""
    roles = [role for role, allowed in ROLES.items() if allowed & set(permissions or (Can.WORK_CASES,))]
    current = Membership.objects.current().filter(
        organisation__kind=Organisation.Kind.AUTHORITY, role__in=roles, user__is_active=True
    )
    people = {membership.user_id: membership.user for membership in current.select_related("user")}
    return sorted(people.values(), key=lambda user: user.email)


def announce_breaches() -> list[Message]:
    """Tell officers and the issuer of every open breach that nobody was told of yet."""
    rows: list[Message] = []
    for breach in Breach.objects.exclude(status__in=BREACH.final).select_related("case", "issuer__organisation"):
        if _told(BreachOpened, breach.pk):
            continue
        notice = BreachOpened(
            case=breach.case.reference, subject=breach.subject, as_of=breach.first_as_of, due_at=breach.case.due_at
        )
        rows += _tell(notice, breach.pk, breach.issuer.organisation, officers())
    return rows


def announce_late_feeds() -> list[Message]:
    """Tell the issuer of every open case on a late file that it was not told of yet."""
    rows: list[Message] = []
    for case in Case.objects.filter(kind=LATE_FEED, status=Case.Status.OPEN).select_related("owner"):
        if _told(FeedLate, case.pk):
            continue
        coin, feed = case.key.split(":")[:2]
        notice = FeedLate(case=case.reference, coin=coin, feed=FEEDS.get(feed, feed), as_of=case.as_of)
        rows += _tell(notice, case.pk, case.owner, [])
    return rows


def _told(notice: type[Notice], pk: int) -> bool:
    return Message.objects.filter(key__startswith=f"{notice.template}:{pk}:").exists()


@transaction.atomic
def _tell(notice: Notice, pk: int, issuer: Organisation, also: Iterable[User]) -> list[Message]:
    """Write the messages of one notice together, so that a worker that dies tells all or nobody."""
    return [
        *enqueue(notice, to=issuer, may=Can.VIEW_CASES, key=str(pk)),
        *enqueue(notice, to=also, key=str(pk)),
    ]
