"""The life of an application and of a request for information, each as one table (ORD ss. 14-15; LIC 4)."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from core import audit
from core.audit import Audience
from core.roles import Can
from core.workflow import Move, Workflow
from issuers.models import Application, InformationRequest
from issuers.workflows import guards

S = Application.Status
OPEN = (S.DRAFT, S.PREPARED, S.SUBMITTED, S.RETURNED, S.UNDER_REVIEW, S.AWAITING_INFORMATION, S.WITH_COMMITTEE,
        S.RECOMMENDED)


def _verb(name: str, sentence: str, audience: Audience = Audience.ISSUER) -> str:
    return audit.verb(f"issuers.application.{name}", sentence, audience=audience)


def _undo(name: str, source: str, target: str, sentence: str, permission: Can = Can.REVIEW_APPLICATION) -> Move:
    return Move(name, (source,), target, permission, _verb(name, sentence, Audience.AUTHORITY),
                (guards.last_step_was_anothers(name),), label=_("Take the last step back"))


APPLICATION = Workflow(
    "status",
    S,
    Move("prepare", (S.DRAFT, S.RETURNED), S.PREPARED, Can.EDIT_APPLICATION,
         _verb("prepared", gettext_noop("prepared application %(target)s for signature")),
         label=_("Hand over for signature")),
    Move("reopen", (S.PREPARED,), S.DRAFT, Can.EDIT_APPLICATION,
         _verb("reopened", gettext_noop("took application %(target)s back for changes")),
         label=_("Take back for changes")),
    Move("submit", (S.PREPARED,), S.SUBMITTED, Can.SIGN_APPLICATION,
         _verb("submitted", gettext_noop("signed and submitted application %(target)s")),
         (guards.signed_by_another,), basis="ORD s. 14", label=_("Sign and submit")),
    Move("withdraw", OPEN, S.WITHDRAWN, Can.SIGN_APPLICATION,
         _verb("withdrawn", gettext_noop("withdrew application %(target)s: %(note)s")),
         label=_("Withdraw the application")),
    Move("return", (S.SUBMITTED,), S.RETURNED, Can.REVIEW_APPLICATION,
         _verb("returned", gettext_noop("returned application %(target)s as incomplete: %(note)s")),
         label=_("Return as incomplete")),
    Move("begin", (S.SUBMITTED,), S.UNDER_REVIEW, Can.REVIEW_APPLICATION,
         _verb("begun", gettext_noop("found application %(target)s complete and began the review")),
         label=_("Begin the review")),
    Move("ask", (S.UNDER_REVIEW,), S.AWAITING_INFORMATION, Can.REVIEW_APPLICATION,
         _verb("asked", gettext_noop("asked for information on application %(target)s")),
         basis="ORD s. 14(3)", label=_("Ask for information")),
    Move("answer", (S.AWAITING_INFORMATION,), S.UNDER_REVIEW, Can.EDIT_APPLICATION,
         _verb("answered", gettext_noop("answered all requests on application %(target)s")),
         (guards.no_request_is_open,), label=_("Answer")),
    Move("resume", (S.AWAITING_INFORMATION,), S.UNDER_REVIEW, Can.REVIEW_APPLICATION,
         _verb("resumed", gettext_noop("resumed the review of application %(target)s")),
         (guards.no_request_is_open,), label=_("Resume the review")),
    Move("close", (S.AWAITING_INFORMATION,), S.CLOSED_UNANSWERED, Can.REVIEW_APPLICATION,
         _verb("closed", gettext_noop("stopped processing application %(target)s: %(note)s")),
         (guards.request_is_overdue, guards.asked_by_another), basis="ORD s. 14(4)", label=_("Stop processing")),
    Move("refer", (S.UNDER_REVIEW,), S.WITH_COMMITTEE, Can.REVIEW_APPLICATION,
         _verb("referred", gettext_noop("put application %(target)s before the advisory committee"),
               Audience.AUTHORITY),
         (guards.no_request_is_open,), basis="LIC 4.5.2", label=_("Put before the committee")),
    Move("recommend", (S.WITH_COMMITTEE,), S.RECOMMENDED, Can.REVIEW_APPLICATION,
         _verb("recommended", gettext_noop("recommended a decision on application %(target)s"), Audience.AUTHORITY),
         (guards.recommendation_is_open,), label=_("Recommend")),
    Move("decline", (S.RECOMMENDED,), S.UNDER_REVIEW, Can.DECIDE_APPLICATION,
         _verb("declined", gettext_noop("sent the recommendation on application %(target)s back: %(note)s"),
               Audience.AUTHORITY),
         (guards.decided_by_another,), label=_("Send back")),
    Move("grant", (S.RECOMMENDED,), S.GRANTED, Can.DECIDE_APPLICATION,
         _verb("granted", gettext_noop("granted application %(target)s")),
         (guards.grant_is_recommended, guards.decided_by_another, guards.criteria_are_satisfied,
          guards.everybody_is_cleared), basis="ORD s. 15", label=_("Grant the licence")),
    Move("refuse", (S.RECOMMENDED,), S.REFUSED, Can.DECIDE_APPLICATION,
         _verb("refused", gettext_noop("refused application %(target)s: %(note)s")),
         (guards.refusal_is_recommended, guards.decided_by_another), basis="ORD s. 15", label=_("Refuse the licence")),
    _undo("undo_return", S.RETURNED, S.SUBMITTED,
          gettext_noop("took the return of application %(target)s back: %(note)s")),
    _undo("undo_begin", S.UNDER_REVIEW, S.SUBMITTED,
          gettext_noop("took the begin of the review of %(target)s back: %(note)s")),
    _undo("undo_refer", S.WITH_COMMITTEE, S.UNDER_REVIEW,
          gettext_noop("took application %(target)s back from the committee: %(note)s")),
    _undo("undo_recommend", S.RECOMMENDED, S.WITH_COMMITTEE,
          gettext_noop("took the recommendation on application %(target)s back: %(note)s")),
    _undo("undo_refuse", S.REFUSED, S.RECOMMENDED,
          gettext_noop("took the refusal of application %(target)s back: %(note)s"), Can.DECIDE_APPLICATION),
    _undo("undo_close", S.CLOSED_UNANSWERED, S.AWAITING_INFORMATION,
          gettext_noop("took the end of application %(target)s back: %(note)s")),
)

R = InformationRequest.Status


def request_titled(label: str) -> str:
    """A request's label, or that of a question of it, as the reader says it."""
    application, _request, number = label.partition(" request ")
    if not number:
        return label
    return gettext("request %(number)s on %(application)s") % {"number": number, "application": application}


def _request_verb(name: str, sentence: str) -> str:
    return audit.verb(f"issuers.request.{name}", sentence, audience=Audience.ISSUER, reading=request_titled)


REQUEST = Workflow(
    "status",
    R,
    Move("answer", (R.OPEN,), R.ANSWERED, Can.EDIT_APPLICATION,
         _request_verb("answered", gettext_noop("answered %(target)s")), label=_("Send the answers")),
    Move("reopen", (R.ANSWERED,), R.OPEN, Can.REVIEW_APPLICATION,
         _request_verb("reopened", gettext_noop("asked again on %(target)s: %(note)s")), label=_("Ask again")),
    Move("close", (R.ANSWERED,), R.CLOSED, Can.REVIEW_APPLICATION,
         _request_verb("closed", gettext_noop("accepted the answers to %(target)s")), label=_("Accept the answers")),
    Move("cancel", (R.OPEN,), R.CANCELLED, Can.REVIEW_APPLICATION,
         _request_verb("cancelled", gettext_noop("withdrew %(target)s: %(note)s")), label=_("Withdraw the request")),
)
