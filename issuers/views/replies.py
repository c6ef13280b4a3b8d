"""A request for information as its applicant answers it: question by question, with files, then all together."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import visible_or_404
from core.errors import Refused
from core.roles import Can
from issuers.models import Application, InformationRequest, RequestItem
from issuers.selectors.applications import requests_of
from issuers.services.replies import LONGEST_REPLY, ReplyConflict, answer_request, reply_to_item
from issuers.services.slots import file_with_reply
from issuers.views.applications import application_or_404, framed
from issuers.views.filed import before_reading, sent_file


def _request_or_404(request: HttpRequest, application: Application, number: int) -> InformationRequest:
    if number > 32767:
        raise Http404
    return visible_or_404(requests_of(application), request.user, number=number)


def _page(
    request: HttpRequest, application: Application, asked: InformationRequest, *, status: int = 200, **more: Any
) -> HttpResponse:
    items = list(asked.items.all())
    context = framed(application, request.user) | {
        "asked": asked, "items": items, "longest": LONGEST_REPLY,
        "unanswered": sum(not item.reply and item.accepted_at is None for item in items),
        "may_reply": asked.status == InformationRequest.Status.OPEN and application.status not in Application.ENDED
        and request.user.can(Can.EDIT_APPLICATION, application),
    }
    return render(request, "portal/application_request.html", context | more, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def information_request(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Read a request with its questions; send all answers."""
    row = application_or_404(request, reference, Can.EDIT_APPLICATION if request.method == "POST"
                             else Can.VIEW_APPLICATION)
    asked = _request_or_404(request, row, number)
    if request.method == "POST":
        try:
            answer_request(asked, actor=request.user)
        except Refused as problem:
            return _page(request, row, asked, status=422, problem=problem)
        messages.success(request, _("The answers are sent. The authority reads them now."))
        return redirect("portal:application_status", reference)
    return _page(request, row, asked)


@before_reading
def reply(request: HttpRequest, reference: str, number: int, item: int) -> HttpResponse:
    """Save the answer to one question, with a file if one was chosen."""
    row = application_or_404(request, reference, Can.EDIT_APPLICATION)
    asked = _request_or_404(request, row, number)
    question: RequestItem = visible_or_404(asked.items.all(), request.user, number=min(item, 32767))
    text = request.POST.get("text", "")
    seen = None if "keep" in request.POST else request.POST.get("seen", "").replace("\r\n", "\n")
    try:
        reply_to_item(question, text=text, actor=request.user, seen=seen)
        if request.FILES.get("file"):
            filename, raw = sent_file(request)
            file_with_reply(question, raw=raw, filename=filename, actor=request.user)
    except Refused as problem:
        conflict = problem.standing if isinstance(problem, ReplyConflict) else None
        return _page(request, row, _request_or_404(request, row, number), status=409 if conflict else 422,
                     problem=problem, at=question.number, typed=text, conflict=conflict)
    messages.success(request, _("The answer to question %(number)d is saved. It is not sent yet.")
                     % {"number": question.number})
    return redirect(f"{reverse('portal:application_request', args=[reference, number])}#question-{question.number}")
