"""What an organisation owes besides its daily files, gathered for its first page: what to go on with, by when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import cases, clock
from core.access import Actor
from core.deadlines import end_of
from core.models import Case
from core.roles import Can
from core.wording import hk_date
from issuers.models import Application, Coin, EventNotice, InformationRequest, Obligation, Proposal
from issuers.selectors.applications import applications_for
from issuers.selectors.duties import notices_for, obligations_for
from issuers.selectors.licences import proposals_for
from issuers.templatetags.duties import duty_period, duty_title, event_title
from reserves.selectors.due import DueFile

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
    kind: Any = ""


def cases_owed(actor: Actor) -> QuerySet[Case]:
    """Return the open cases in which the actor's organisation has something to do."""
    return cases.cases_for(actor).filter(status=Case.Status.OPEN).exclude(kind__in=AT_THE_AUTHORITY)


def owed_by(actor: Actor, *, coin: Coin | None = None) -> list[Owed]:
    """Return what the actor's organisation has to do, the earliest due first, what has no deadline at the end.

    With ``coin`` a duty that is met on a page of the coin's leads there.
    """
    rows = [*_answers(actor), *_applications(actor), *_requests(actor), *_proposals(actor), *_notices(actor),
            *_obligations(actor, coin)]
    return _by_deadline(rows)


def all_owed(actor: Actor, *, coin: Coin | None, files: Iterable[DueFile]) -> list[Owed]:
    """Return what is to be done in one order: cases, what ``owed_by`` says, and the daily files that are not in."""
    return _by_deadline([*_cases(actor), *owed_by(actor, coin=coin), *_files(files)])


def _by_deadline(rows: list[Owed]) -> list[Owed]:
    return sorted(rows, key=lambda row: (row.due_at is None, row.due_at or clock.now()))


def _cases(actor: Actor) -> Iterator[Owed]:
    for row in cases_owed(actor):
        yield Owed(row.due_at, row.reference, cases.case_summary(row), "portal:case", (row.reference,),
                   row.get_status_display(), kind=cases.case_title(row))


def _answers(actor: Actor) -> Iterator[Owed]:
    if not actor.can(Can.WRITE_MESSAGES):
        return
    for row in cases.cases_for(actor).filter(status=Case.Status.OPEN, answer_by__isnull=False):
        until = end_of(row.answer_by) if row.answer_by else None
        yield Owed(until, _("Answer the authority’s message"), row.reference, "portal:case",
                   (row.reference,), _("Not answered"), "warn", kind=cases.case_title(row))


def _files(files: Iterable[DueFile]) -> Iterator[Owed]:
    for each in files:
        detail = _("%(symbol)s, %(day)s") % {"symbol": each.coin.symbol, "day": hk_date(each.as_of)}
        yield Owed(each.due_at, each.title, detail, "portal:upload", (each.coin.symbol,), _("Not received"), "warn")


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


def _obligations(actor: Actor, coin: Coin | None) -> Iterator[Owed]:
    if not actor.can(Can.VIEW_LICENCE):
        return
    due = obligations_for(actor).filter(status=Obligation.Status.DUE, due_at__lt=clock.now() + AHEAD)
    for row in due:
        late = row.due_at < clock.now()
        yield Owed(row.due_at, duty_title(row), duty_period(row), *_place_of(row, coin),
                   _("Overdue") if late else row.get_status_display(), "bad" if late else "")


def _place_of(row: Obligation, coin: Coin | None) -> tuple[str, tuple[str, ...]]:
    """Where a duty is met: the address's name and its arguments."""
    if row.kind == "weekly_statement" and coin is not None:
        return "portal:statements", (coin.symbol,)
    if row.kind == "attestation":
        return "portal:engagements", ()
    return "portal:duties", ()
