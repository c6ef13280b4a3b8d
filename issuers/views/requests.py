"""Requests for information as officers send and judge them."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.asking import refusal_on
from core.errors import Refused
from issuers.criteria import CRITERIA
from issuers.forms.assessment import QUESTION_ROWS, RequestForm
from issuers.models import Application, InformationRequest
from issuers.selectors.assessment import requests_for
from issuers.services import requests
from issuers.views.review import frame, reviewed
from issuers.workflows import REQUEST

MOST_QUESTIONS = 20
CITATIONS = {each.key: each.cite for each in CRITERIA}


@require_safe
def request_list(request: HttpRequest, reference: str) -> HttpResponse:
    """Every request on the application, the latest first."""
    application = reviewed(request, reference)
    rows = requests_for(request.user).filter(application=application).order_by("-number")
    return render(request, "officer/application_requests.html", frame(request, application, "_requests") | {
        "rows": rows, "now": clock.now(), "may_ask": application.status in (
            Application.Status.UNDER_REVIEW, Application.Status.AWAITING_INFORMATION),
    })


@require_http_methods(["GET", "HEAD", "POST"])
def new_request(request: HttpRequest, reference: str) -> HttpResponse:
    """Write and send a request."""
    application = reviewed(request, reference)
    asked = request.GET.get("questions", "")
    rows = min(int(asked), MOST_QUESTIONS) if asked.isdecimal() and 0 < len(asked) < 4 else QUESTION_ROWS
    form = RequestForm(application, max(rows, 1), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusal_on(form):
            sent = requests.send_request(application, items=form.items, due_on=form.cleaned_data["due_on"],
                                         actor=request.user)
            messages.success(request, _("The request is sent, and the clock stands."))
            return redirect("officer:request", reference, sent.number)
    context = frame(request, application, "_requests") | {
        "form": form, "rows": [(form[f"text_{n}"], form[f"criterion_{n}"]) for n in form.numbers],
        "more": min(rows + QUESTION_ROWS, MOST_QUESTIONS),
        "days": settings.SERVICE_CLOCKS["request_reply_business_days"],
    }
    return render(request, "officer/request_new.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest, reference: str, number: int) -> InformationRequest:
    application = reviewed(request, reference)
    found = requests_for(request.user).filter(application=application, number=number).first()
    if found is None:
        raise Http404
    return found


@require_safe
def request_page(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One request with its questions, what was answered, and what can be done with it."""
    row = _asked(request, reference, number)
    moves = {move.name: move for move in REQUEST.available(row, request.user)}
    returned = [item for item in row.items.all() if item.remark and not item.accepted_at]
    return render(request, "officer/request.html", frame(request, row.application, "_requests") | {
        "row": row, "moves": moves, "returned": returned,
        "items": [(item, CITATIONS.get(item.criterion, "")) for item in row.items.all()],
        "late": row.status == InformationRequest.Status.OPEN and row.due_at < clock.now(),
    })


@require_POST
def act(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Judge an answer, close, ask again or withdraw."""
    row = _asked(request, reference, number)
    action, text = request.POST.get("action", ""), request.POST.get("text", "").replace("\x00", "").strip()
    asked = request.POST.get("item", "")
    item = next((each for each in row.items.all() if str(each.number) == asked), None)
    if action in ITEM_ACTIONS and item:
        ITEM_ACTIONS[action](item, text, request.user)
    elif action in ACTIONS:
        ACTIONS[action](row, text, request)
    else:
        raise Http404
    messages.success(request, _("Done, and recorded."))
    return redirect("officer:request", reference, number)


def _ask_again(row: InformationRequest, text: str, request: HttpRequest) -> None:
    chosen = request.POST.get("due_on", "").replace("\x00", "").strip()
    try:
        due_on = parse_date(chosen) if chosen else None
    except ValueError:
        due_on = None
    if chosen and due_on is None:
        raise Refused(_("%(text)s is not a day as YYYY-MM-DD.") % {"text": chosen})
    requests.reopen_request(row, note=text, due_on=due_on, actor=request.user)


ITEM_ACTIONS = {
    "accept": lambda item, text, user: requests.accept_item(item, actor=user),
    "return": lambda item, text, user: requests.return_item(item, remark=text, actor=user),
}
ACTIONS = {
    "close": lambda row, text, request: requests.close_request(row, actor=request.user),
    "cancel": lambda row, text, request: requests.cancel_request(row, note=text, actor=request.user),
    "reopen": _ask_again,
}
