"""Answering a request for information: question by question, then all together."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, clock
from core.access import SYSTEM, Actor, require
from core.cases import resume_case
from core.errors import Refused
from core.models import Case, User
from core.roles import Can
from core.wording import enumerated
from issuers.models import Application, InformationRequest, RequestItem
from issuers.notices.applications import RequestAnswered
from issuers.services.steps import move_application
from issuers.services.submission import tell_reviewers
from issuers.workflows import REQUEST
from issuers.workflows.application import request_titled

REPLIED = audit.verb("issuers.request_item.replied", gettext_noop("wrote the answer to %(target)s"),
                     audience=audit.Audience.ISSUER, reading=request_titled)
LONGEST_REPLY = 20_000


class ReplyConflict(Refused):
    """Somebody else wrote another answer meanwhile; ``standing`` is the question with their answer."""

    default_code = "reply_changed"

    def __init__(self, standing: RequestItem) -> None:
        super().__init__(_("%(name)s changed this answer meanwhile. Yours is not saved.")
                         % {"name": standing.replied_by.name if standing.replied_by else "–"})
        self.standing = standing


@transaction.atomic
def reply_to_item(item: RequestItem, *, text: str, actor: Actor, seen: str | None = None) -> RequestItem:
    """Save the answer to one question; it goes to the authority with ``answer_request``.

    ``seen`` is the answer on top of which the new one was written, so that nobody's is overwritten unseen.

    Raises:
        NotPermitted: the actor does not edit the issuer's applications.
        Refused: the request is not open, the answer was accepted already, or the text is too long.
        ReplyConflict: another answer was saved since ``seen``.
    """
    require(actor, Can.EDIT_APPLICATION, item)
    row = lock_for_reply(item)
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST_REPLY:
        raise Refused(_("Use %(most)d characters or fewer; you used %(used)d.")
                      % {"most": LONGEST_REPLY, "used": len(text)}, code="too_long")
    if row.reply == text:
        return row
    if seen is not None and seen != row.reply:
        raise ReplyConflict(row)
    row.reply, row.replied_at = text, clock.now()
    row.replied_by = actor if isinstance(actor, User) else None
    row.save(update_fields=["reply", "replied_at", "replied_by"])
    audit.record(REPLIED, target=row, actor=actor)
    return row


@transaction.atomic
def answer_request(request: InformationRequest, *, actor: Actor) -> InformationRequest:
    """Send all answers of the request; the last open request answered, the review goes on and its clock runs again.

    Raises:
        NotPermitted: the actor does not edit the issuer's applications.
        Refused: the request is not open, or a question has no answer (``unanswered``).
    """
    application = Application.objects.select_for_update(no_key=True).get(pk=request.application_id)
    row = REQUEST.apply(request, "answer", actor=actor)
    if application.status in Application.ENDED:
        raise Refused(_("%(request)s takes no answers now.") % {"request": row}, code="not_open")
    silent = [item.number for item in row.items.filter(accepted_at=None) if not item.reply]
    if silent:
        raise Refused(_("These questions have no answer yet: %(numbers)s.") % {"numbers": enumerated(silent)},
                      code="unanswered")
    row.answered_by, row.answered_at = actor if isinstance(actor, User) else None, clock.now()
    row.save(update_fields=["answered_by", "answered_at"])
    still_open = application.requests.filter(status=InformationRequest.Status.OPEN).exists()
    if application.status == Application.Status.AWAITING_INFORMATION and not still_open:
        application = move_application(application, "answer", actor=actor)
        if application.case is not None and application.case.status == Case.Status.OPEN:
            resume_case(application.case, actor=SYSTEM)
    tell_reviewers(RequestAnswered(application.reference, row.number, application.issuer.organisation),
                   key=f"{application.reference}:{row.number}:{row.answered_at.isoformat()}")
    return row


def lock_for_reply(item: RequestItem) -> RequestItem:
    """Return the locked question if it takes answers and files now; the caller's transaction holds the lock.

    Raises:
        Refused: the request is not open, or the answer was accepted already.
    """
    row = RequestItem.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "request__application__issuer__organisation", "replied_by"
    ).get(pk=item.pk)
    asked = row.request
    if asked.status != InformationRequest.Status.OPEN or asked.application.status in Application.ENDED:
        raise Refused(_("%(request)s takes no answers now.") % {"request": asked}, code="not_open")
    if row.accepted_at:
        raise Refused(_("The answer to question %(number)d is accepted already.") % {"number": row.number},
                      code="accepted")
    return row
