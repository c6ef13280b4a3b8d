"""How officers carry an application from its submission to the committee, and take a step back."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.access import Actor
from core.cases import close_case, pause_case, reopen_case, resume_case
from core.errors import Refused
from core.findings import digest_of
from core.outbox import Notice, enqueue
from core.roles import Can
from issuers.models import Application, Recommendation
from issuers.notices.assessment import ApplicationReopened, ApplicationReturned, ProcessingStopped, ReviewBegun
from issuers.services.frozen import frozen_content
from issuers.services.steps import move_application
from issuers.workflows.guards import UNDONE_BY

UNDO_OF = {move: undo for undo, move in UNDONE_BY.items()}


def tell_applicant(application: Application, notice: Notice) -> None:
    """Mail the issuer's people who may read the application, once for the step that was just made."""
    step = application.steps.order_by("-at", "-pk").values_list("pk", flat=True).first()
    enqueue(notice, to=application.issuer.organisation, may=Can.VIEW_APPLICATION, key=f"{application.reference}:{step}")


@transaction.atomic
def begin_review(application: Application, *, actor: Actor) -> Application:
    """Find the application complete and begin the review.

    Raises:
        NotPermitted: the actor does not review applications.
        Refused: it is not submitted.
    """
    row = move_application(application, "begin", actor=actor)
    if row.case:
        resume_case(row.case, actor=actor)
    tell_applicant(row, ReviewBegun(row.reference))
    return row


@transaction.atomic
def return_application(application: Application, *, reason: str, actor: Actor) -> Application:
    """Give the application back because it is incomplete; the clock stands until it comes again.

    Raises:
        NotPermitted: the actor does not review applications.
        Refused: it is not submitted, or no reason is given.
    """
    row = move_application(application, "return", actor=actor, note=_said(reason))
    if row.case:
        pause_case(row.case, reason=gettext_noop("Returned to the applicant as incomplete"), actor=actor)
    tell_applicant(row, ApplicationReturned(row.reference))
    return row


@transaction.atomic
def refer_to_committee(application: Application, *, actor: Actor, note: str = "") -> Application:
    """Put the application before the advisory committee (LIC 4.5.2).

    Raises:
        NotPermitted: the actor does not review applications.
        Refused: it is not under review, or a request for information is open.
    """
    return move_application(application, "refer", actor=actor, note=note)


@transaction.atomic
def close_unanswered(application: Application, *, note: str, actor: Actor) -> Application:
    """Stop processing an application whose applicant did not supply what was asked for (ORD s. 14(4)).

    Raises:
        NotPermitted: the actor does not review applications.
        Refused: no request is overdue, the actor sent it, or no reason is given.
    """
    row = move_application(application, "close", actor=actor, note=_said(note))
    if row.case:
        close_case(row.case, outcome="closed_unanswered", actor=actor)
    tell_applicant(row, ProcessingStopped(row.reference))
    return row


@transaction.atomic
def take_step_back(application: Application, *, actor: Actor, note: str) -> Application:
    """Take back the last step, which another officer made; what hangs on the step goes back with it.

    Raises:
        NotPermitted: the actor may not take this kind of step back.
        Refused: the last step cannot be taken back, is the actor's own, no reason is given, another application was
            begun since, or the applicant changed since what it had signed.
    """
    last = application.steps.order_by("-at", "-pk").first()
    if last is None or last.move not in UNDO_OF:
        raise Refused(_("The last step cannot be taken back."))
    try:
        with transaction.atomic():
            row = move_application(application, UNDO_OF[last.move], actor=actor, note=_said(note))
    except IntegrityError:  # an applicant has one application under way
        raise Refused(_("The applicant has begun another application; this one stays ended."))
    _AFTER[last.move](row, actor, note.strip())
    return row


def _said(text: str) -> str:
    if not text.strip():
        raise Refused(_("Say why: the note is part of the record."))
    return text.strip()


def _return_undone(application: Application, actor: Actor, note: str) -> None:
    signed = application.submissions.order_by("-number").values_list("digest", flat=True).first()
    if digest_of(frozen_content(application)) != signed:
        raise Refused(_("The applicant has changed the application since; it has to be signed again."))
    if application.case:
        resume_case(application.case, actor=actor)


def _recommendation_undone(application: Application, actor: Actor, note: str) -> None:
    _last_recommendation(application, Recommendation.Result.OPEN, result=Recommendation.Result.REVERSED)


def _refusal_undone(application: Application, actor: Actor, note: str) -> None:
    _last_recommendation(
        application, Recommendation.Result.ACCEPTED, result=Recommendation.Result.OPEN, decided_by=None,
        decided_at=None, decision_note="",
    )
    _reopen(application, actor, note)


def _closing_undone(application: Application, actor: Actor, note: str) -> None:
    _reopen(application, actor, note)
    if application.case:
        pause_case(application.case, reason=gettext_noop("Waits for the applicant's answers"), actor=actor)


def _reopen(application: Application, actor: Actor, note: str) -> None:
    if application.case:
        application.case = reopen_case(application.case, reason=note, actor=actor)
    tell_applicant(application, ApplicationReopened(application.reference))


def _last_recommendation(application: Application, was: str, **becomes) -> None:
    row = application.recommendations.select_for_update(no_key=True).filter(result=was).order_by("-made_at", "-pk")[0]
    for name, value in becomes.items():
        setattr(row, name, value)
    row.save(update_fields=list(becomes))


def _nothing(application: Application, actor: Actor, note: str) -> None:
    """The state alone was what the step did."""


_AFTER = {
    "return": _return_undone, "begin": _nothing, "refer": _nothing, "recommend": _recommendation_undone,
    "refuse": _refusal_undone, "close": _closing_undone,
}
