"""A request for information as its applicant answers it: question by question, with files, then all together."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import visible_or_404
from core.errors import Refused
from core.roles import Can
from issuers.forms.files import ReplyForm, say_refusal
from issuers.models import Application, InformationRequest, RequestItem
from issuers.selectors.applications import requests_of
from issuers.services.replies import LONGEST_REPLY, ReplyConflict, answer_request
from issuers.services.slots import reply_with_file
from issuers.views.applications import application_or_404, framed


def _request_or_404(request: HttpRequest, application: Application, number: int) -> InformationRequest:
    if number > 32767:
        raise Http404
    return visible_or_404(requests_of(application), request.user, number=number)


def _page(
    request: HttpRequest, application: Application, asked: InformationRequest, *, status: int = 200, **more: Any
) -> HttpResponse:
    items = list(asked.items.all())
    context = framed(application, request.user) | {
        "asked": asked, "longest": LONGEST_REPLY,
        "questions": [(item, _form_of(item, more.get("refused"))) for item in items],
        "unanswered": sum(not item.reply and item.accepted_at is None for item in items),
        "may_reply": asked.status == InformationRequest.Status.OPEN and application.status not in Application.ENDED
        and request.user.can(Can.EDIT_APPLICATION, application),
    }
    return render(request, "portal/application_request.html", context | more, status=status)


def _form_of(item: RequestItem, refused: ReplyForm | None) -> ReplyForm:
    """Return the form of a question: the one that was refused with what was typed, or what is saved."""
    if refused is not None and refused.number == str(item.number):
        return refused
    return ReplyForm(str(item.number), initial={"text": item.reply})


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


@require_POST
def reply(request: HttpRequest, reference: str, number: int, item: int) -> HttpResponse:
    """Save the answer to one question, with a file if one was chosen."""
    row = application_or_404(request, reference, Can.EDIT_APPLICATION)
    asked = _request_or_404(request, row, number)
    question: RequestItem = visible_or_404(asked.items.all(), request.user, number=min(item, 32767))
    form = ReplyForm(str(question.number), request.POST, request.FILES)
    try:
        if form.is_valid():
            _save(request, question, form)
            here = reverse("portal:application_request", args=[reference, number])
            return redirect(f"{here}#question-{question.number}")
    except ReplyConflict as problem:
        return _page(request, row, asked, status=409, refused=form, conflict=problem.standing)
    except Refused as problem:
        say_refusal(form, problem, too_long="text")
    return _page(request, row, _request_or_404(request, row, number), status=422, refused=form)


def _save(request: HttpRequest, question: RequestItem, form: ReplyForm) -> None:
    seen = None if "keep" in request.POST else request.POST.get("seen", "").replace("\r\n", "\n")
    reply_with_file(question, **form.cleaned_data, actor=request.user, seen=seen)
    messages.success(request, _("The answer to question %(number)d is saved. It is not sent yet.")
                     % {"number": question.number})
