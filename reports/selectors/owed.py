"""What an organisation owes besides its daily files, gathered for its first page: what to go on with, by when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import cases, clock
from core.access import Actor
from core.models import Case
from core.roles import Can
from issuers.models import Application, EventNotice, InformationRequest, Obligation, Proposal
from issuers.selectors.applications import applications_for
from issuers.selectors.duties import notices_for, obligations_for
from issuers.selectors.licences import proposals_for
from issuers.templatetags.duties import duty_period, duty_title, event_title

AHEAD = timedelta(days=30)
#: What the authority works on: while it is at work nothing is owed, and what it asks for is a row of its own.
AT_THE_AUTHORITY = ("issuers.application", "issuers.consent", "issuers.event_notice")


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing to do: its deadline (None: there is none), what it is, where it is done, and how it stands."""

    due_at: datetime | None
    title: Any
    detail: Any
    view: str
    args: tuple[Any, ...]
    state: Any
    tone: str = ""


def cases_owed(actor: Actor) -> QuerySet[Case]:
    """Return the open cases in which the actor's organisation has something to do."""
    return cases.cases_for(actor).filter(status=Case.Status.OPEN).exclude(kind__in=AT_THE_AUTHORITY)


def owed_by(actor: Actor) -> list[Owed]:
    """Return what the actor's organisation has to do, the earliest due first, what has no deadline at the end."""
    rows = [*_applications(actor), *_requests(actor), *_proposals(actor), *_notices(actor), *_obligations(actor)]
    return sorted(rows, key=lambda row: (row.due_at is None, row.due_at or clock.now()))


def _applications(actor: Actor) -> Iterator[Owed]:
    S = Application.Status
    if not actor.can(Can.VIEW_APPLICATION):
        return
    for row in applications_for(actor).filter(status__in=(S.DRAFT, S.RETURNED, S.PREPARED)):
        view = "application_sign" if row.status == S.PREPARED else "application"
        yield Owed(None, _("Application for a licence"), row.reference, f"portal:{view}", (row.reference,),
                   row.get_status_display(), "warn")


def _requests(actor: Actor) -> Iterator[Owed]:
    if not actor.can(Can.VIEW_APPLICATION):
        return
    asked = InformationRequest.objects.visible_to(actor).filter(
        status=InformationRequest.Status.OPEN).exclude(application__status__in=Application.ENDED)
    for row in asked.select_related("application"):
        yield Owed(row.due_at, _("Answer request %(number)d") % {"number": row.number}, row.application.reference,
                   "portal:application_request", (row.application.reference, row.number), _("Not answered"), "warn")


def _proposals(actor: Actor) -> Iterator[Owed]:
    if not actor.can(Can.VIEW_LICENCE):
        return
    heard = proposals_for(actor).filter(status=Proposal.Status.OPEN, representations_until__gte=clock.now())
    for row in heard:
        yield Owed(row.representations_until, _("The authority intends to act on your licence"), row.reference,
                   "portal:proposal", (row.reference,), _("You may make representations"), "warn")


def _notices(actor: Actor) -> Iterator[Owed]:
    if not actor.can(Can.VIEW_LICENCE):
        return
    N = EventNotice.Status
    for row in notices_for(actor).filter(status__in=(N.DRAFT, N.RETURNED)):
        yield Owed(row.due_at, event_title(row), row.reference, "portal:event_notice", (row.reference,),
                   row.get_status_display(), "warn")


def _obligations(actor: Actor) -> Iterator[Owed]:
    if not actor.can(Can.VIEW_LICENCE):
        return
    due = obligations_for(actor).filter(status=Obligation.Status.DUE, due_at__lt=clock.now() + AHEAD)
    for row in due:
        late = row.due_at < clock.now()
        yield Owed(row.due_at, duty_title(row), duty_period(row), "portal:duties", (),
                   _("Overdue") if late else row.get_status_display(), "bad" if late else "")
