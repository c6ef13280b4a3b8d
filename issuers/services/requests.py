"""Asking an applicant for information (ORD s. 14(3)): numbered rounds of numbered questions, judged one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, clock
from core.access import SYSTEM, Actor, require
from core.business_days import check_day, hong_kong_calendar
from core.cases import pause_case, resume_case
from core.deadlines import day_of, end_of
from core.errors import Refused
from core.models import User
from core.outbox import enqueue
from core.roles import Can
from issuers.criteria import criteria_for
from issuers.models import Application, InformationRequest, RequestItem
from issuers.notices.assessment import InformationRequested, RequestDue, RequestEnded
from issuers.running_times import answers_due
from issuers.services.steps import move_application
from issuers.workflows import REQUEST
from issuers.workflows.application import request_titled

SENT = audit.verb("issuers.request.sent", gettext_noop("sent %(target)s with %(items)s questions"),
                  audience=audit.Audience.ISSUER, reading=request_titled)
ITEM_ACCEPTED = audit.verb("issuers.request_item.accepted", gettext_noop("accepted the answer to %(target)s"),
                           audience=audit.Audience.ISSUER, reading=request_titled)
ITEM_RETURNED = audit.verb("issuers.request_item.returned",
                           gettext_noop("found the answer to %(target)s not enough: %(remark)s"),
                           audience=audit.Audience.ISSUER, reading=request_titled)

MOVED = audit.verb("issuers.request.moved", gettext_noop("moved the last day of %(target)s to %(day)s"),
                   audience=audit.Audience.ISSUER, reading=request_titled)

#: A reminder goes out this many business days before the last day, and once after it.
REMINDERS = (10, 3, 1, 0)
R, S = InformationRequest.Status, Application.Status


@transaction.atomic
def send_request(
    application: Application, *, items: Sequence[Mapping[str, str]], actor: User, due_on: date | None = None
) -> InformationRequest:
    """Send a numbered request; while one is open the application awaits information and its clock stands.

    ``items`` are questions ``{"text": ..., "criterion": ...}``. Without ``due_on`` the last day is as many business
    days away as the authority's own service clock says.

    Raises:
        NotPermitted: the actor does not review applications.
        Refused: it is not under review, nothing is asked, or the last day is past or no business day.
    """
    require(actor, Can.REVIEW_APPLICATION, application)
    row = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    asked = _questions(row, items)
    last = _last_day(due_on)
    if row.status != S.AWAITING_INFORMATION:
        row = move_application(row, "ask", actor=actor)
    latest = row.requests.order_by("-number").values_list("number", flat=True).first()
    sent = InformationRequest.objects.create(
        application=row, number=(latest or 0) + 1, sent_by=actor, due_at=end_of(last),
        service_days=None if due_on else _service_days(),
    )
    RequestItem.objects.bulk_create(
        RequestItem(request=sent, number=number, **question) for number, question in enumerate(asked, 1)
    )
    _stop_clock(row, actor)
    audit.record(SENT, target=sent, actor=actor, data={"items": str(len(asked))})
    _tell(sent, InformationRequested(row.reference, sent.number, len(asked), sent.due_at), key="sent")
    return sent


def _questions(application: Application, items: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    known = {each.key for each in criteria_for(application.issuer.kind)}
    asked = []
    for item in items:
        text, criterion = item.get("text", "").strip(), item.get("criterion", "")
        if criterion and criterion not in known:
            raise Refused(_("That criterion does not apply to this applicant."))
        if text:
            asked.append({"text": text, "criterion": criterion})
    if not asked:
        raise Refused(_("Ask at least one question."))
    return asked


def _service_days() -> int:
    """Return how many business days the authority itself gives where the officer chooses no last day."""
    return settings.SERVICE_CLOCKS["request_reply_business_days"]


def _last_day(chosen: date | None) -> date:
    calendar, today = hong_kong_calendar(), clock.today()
    if chosen is None:
        return calendar.add_business_days(today, _service_days())
    check_day(chosen)
    if chosen < today:
        raise Refused(_("The last day is past."))
    if not calendar.is_business_day(chosen):
        raise Refused(_("The last day is not a business day in Hong Kong."))
    return chosen


def _answered(item: RequestItem, actor: Actor) -> RequestItem:
    """Lock the request of an item whose answer is judged."""
    require(actor, Can.REVIEW_APPLICATION, item)
    request = InformationRequest.objects.select_for_update(no_key=True).get(pk=item.request_id)
    if request.status != R.ANSWERED:
        raise Refused(_("The request is not answered, or closed."))
    return RequestItem.objects.select_for_update(no_key=True, of=("self",)).select_related("request").get(pk=item.pk)


@transaction.atomic
def accept_item(item: RequestItem, *, actor: Actor) -> RequestItem:
    """Accept the answer to one question.

    Raises:
        NotPermitted: the actor does not review applications.
        Refused: the request is not answered, or closed.
    """
    row = _answered(item, actor)
    row.accepted_at, row.remark = clock.now(), ""
    row.save(update_fields=["accepted_at", "remark"])
    audit.record(ITEM_ACCEPTED, target=row, actor=actor)
    return row


@transaction.atomic
def return_item(item: RequestItem, *, remark: str, actor: Actor) -> RequestItem:
    """Say why the answer to one question is not enough; it is asked again with ``reopen_request``.

    Raises:
        NotPermitted: the actor does not review applications.
        Refused: the request is not answered, or closed, or no remark is given.
    """
    row = _answered(item, actor)
    if not remark.strip():
        raise Refused(_("Say what is missing: the applicant reads it."))
    row.accepted_at, row.remark = None, remark.strip()
    row.save(update_fields=["accepted_at", "remark"])
    audit.record(ITEM_RETURNED, target=row, actor=actor, data={"remark": row.remark})
    return row


@transaction.atomic
def reopen_request(
    request: InformationRequest, *, note: str, actor: Actor, due_on: date | None = None
) -> InformationRequest:
    """Ask again what was not answered well enough, with a new last day.

    Raises:
        NotPermitted: the actor does not review applications.
        Refused: the request is not answered, no question was returned, or the application is past its review.
    """
    application = Application.objects.select_for_update(no_key=True).get(pk=request.application_id)
    row = REQUEST.apply(request, "reopen", actor=actor, note=note.strip())
    returned = row.items.exclude(remark="").filter(accepted_at=None).count()
    if not returned:
        raise Refused(_("Return at least one answer, with what is missing, before you ask again."))
    row.due_at, row.answered_at, row.answered_by = end_of(_last_day(due_on)), None, None
    row.asked_at, row.service_days = clock.now(), None if due_on else _service_days()
    row.save(update_fields=["due_at", "answered_at", "answered_by", "asked_at", "service_days"])
    if application.status != S.AWAITING_INFORMATION:
        application = move_application(application, "ask", actor=actor)
    _stop_clock(application, actor)
    again = InformationRequested(application.reference, row.number, returned, row.due_at, again=True)
    _tell(row, again, key=f"again:{clock.now():%Y%m%d%H%M%S}")
    return row


@transaction.atomic
def close_request(request: InformationRequest, *, actor: Actor) -> InformationRequest:
    """Accept the answers that are not judged yet and close the request.

    Raises:
        NotPermitted: the actor does not review applications.
        Refused: the request is not answered, or an answer was returned and not asked for again.
    """
    Application.objects.select_for_update(no_key=True).get(pk=request.application_id)  # as whoever answers locks them
    row = REQUEST.apply(request, "close", actor=actor)
    if row.items.exclude(remark="").filter(accepted_at=None).exists():
        raise Refused(_("An answer was returned as not enough; ask again, or accept it."))
    row.items.filter(accepted_at=None).update(accepted_at=clock.now())
    return _ended(row, actor, withdrawn=False)


@transaction.atomic
def cancel_request(request: InformationRequest, *, note: str, actor: Actor) -> InformationRequest:
    """Withdraw a request that is no longer needed.

    Raises:
        NotPermitted: the actor does not review applications.
        Refused: the request is not open, or no reason is given.
    """
    if not note.strip():
        raise Refused(_("Say why: the note is part of the record."))
    Application.objects.select_for_update(no_key=True).get(pk=request.application_id)  # as whoever answers locks them
    return _ended(REQUEST.apply(request, "cancel", actor=actor, note=note.strip()), actor, withdrawn=True)


def _ended(request: InformationRequest, actor: Actor, *, withdrawn: bool) -> InformationRequest:
    request.closed_at = clock.now()
    request.save(update_fields=["closed_at"])
    application = Application.objects.select_for_update(no_key=True).get(pk=request.application_id)
    waiting = application.requests.filter(status=R.OPEN).exists()
    if application.status == S.AWAITING_INFORMATION and not waiting:
        application = move_application(application, "resume", actor=actor)
        if application.case:
            resume_case(application.case, actor=actor)
    _tell(request, RequestEnded(application.reference, request.number, withdrawn), key="ended")
    return request


def _stop_clock(application: Application, actor: Actor) -> None:
    if application.case:
        pause_case(application.case, reason=gettext_noop("Waits for the applicant's answers"), actor=actor)


def _tell(request: InformationRequest, notice, *, key: str) -> int:
    issuer = request.application.issuer.organisation
    return len(enqueue(notice, to=issuer, may=Can.EDIT_APPLICATION, key=f"{request.pk}:{key}"))


@transaction.atomic
def refresh_due_days() -> int:
    """Move on the last day of open requests where a closure was entered since; return how many moved."""
    calendar, moved = hong_kong_calendar(), 0
    waiting = InformationRequest.objects.filter(status=R.OPEN).select_for_update(no_key=True, of=("self",))
    for row in waiting.select_related("application__issuer"):
        if (due_at := answers_due(row, calendar)) != row.due_at:
            row.due_at = due_at
            row.save(update_fields=["due_at"])
            audit.record(MOVED, target=row, actor=SYSTEM, data={"day": day_of(due_at).isoformat()})
            moved += 1
    return moved


@transaction.atomic
def send_reminders() -> int:
    """Mail the applicants whose requests are nearly or newly over; return how many mails were written.

    Each request has one mail per reminder and last day, however often this runs: the outbox key says so.
    """
    refresh_due_days()
    calendar, today, written = hong_kong_calendar(), clock.today(), 0
    waiting = InformationRequest.objects.filter(status=R.OPEN, application__status=S.AWAITING_INFORMATION)
    for request in waiting.select_related("application__issuer__organisation"):
        last = day_of(request.due_at)
        left = -1 if today > last else calendar.business_days_between(today, last)
        due = [-1] if left < 0 else [days for days in REMINDERS if left <= days]
        # A reminder that fell due before it was asked would only repeat the request.
        if due and (due[-1] < 0 or calendar.add_business_days(last, -due[-1]) > day_of(request.asked_at)):
            notice = RequestDue(request.application.reference, request.number, request.due_at, left)
            written += _tell(request, notice, key=f"{last}:{due[-1]}")
    return written
