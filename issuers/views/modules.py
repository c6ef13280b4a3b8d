"""One module of an application as a page: a form that works by itself, and answers that save themselves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Refused
from core.roles import Can
from issuers import completeness as coach
from issuers.forms.drafts import DraftPage
from issuers.forms.files import SlotForm
from issuers.manifest import Module, module_of, modules_for, question_of
from issuers.models import Application
from issuers.selectors.applications import answers_of, completeness, filed_slots
from issuers.views.applications import application_or_404, framed

#: The states in which an application has not been sent, or was sent back.
UNSENT = (Application.Status.DRAFT, Application.Status.PREPARED, Application.Status.RETURNED,
          Application.Status.WITHDRAWN)
#: The modules that are about people and bodies, which have pages of their own.
PEOPLE = ("ownership", "chief_executive", "directors", "stablecoin_manager", "managers")


def module_or_404(application: Application, key: str) -> Module:
    """Return the module of the address.

    Raises:
        Http404: an applicant of this kind fills in no such module.
    """
    try:
        return module_of(application.issuer.kind, key)
    except KeyError:
        raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def module(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Ask the questions of one module, save what was changed, and go on."""
    row = application_or_404(request, reference, Can.EDIT_APPLICATION if request.method == "POST"
                             else Can.VIEW_APPLICATION)
    shown = module_or_404(row, key)
    page = DraftPage(row, shown.fields, prefix=f"{key}.")
    if request.method == "POST":
        page.save(request.POST, actor=request.user)
        if page.is_sound:
            return _onwards(request, row, shown)
    return render(request, "portal/application_module.html", _context(request, row, shown, page),
                  status=200 if page.is_sound else 422)


def module_page(request: HttpRequest, application: Application, key: str, *, refused: SlotForm) -> HttpResponse:
    """The module as it is saved, with what is wrong with a file that was to be filed on its page."""
    shown = module_or_404(application, key)
    page = DraftPage(application, shown.fields, prefix=f"{key}.")
    context = _context(request, application, shown, page) | {"refused": refused}
    return render(request, "portal/application_module.html", context, status=422)


def _onwards(request: HttpRequest, application: Application, shown: Module) -> HttpResponse:
    stay = request.POST.get("add_row") or request.POST.get("theirs") or request.POST.get("keep")
    here = reverse("portal:application_module", args=[application.reference, shown.key])
    if stay in {question.key for question in shown.fields}:
        return redirect(f"{here}#answer-{stay}")
    messages.success(request, _("“%(module)s” is saved. The application is not submitted.")
                     % {"module": _(shown.title)})
    keys = [each.key for each in modules_for(application.issuer.kind)]
    after = keys[keys.index(shown.key) + 1:]
    if request.POST.get("then") == "list" or not after:
        return redirect("portal:application", application.reference)
    return redirect("portal:application_module", application.reference, after[0])


def _context(request: HttpRequest, application: Application, shown: Module, page: DraftPage) -> dict[str, Any]:
    answers = answers_of(application)
    state = next(each for each in completeness(application).modules if each.module.key == shown.key)
    of_module = [answer for key, answer in answers.items() if key.startswith(f"{shown.key}.")]
    return framed(application, request.user, of_module) | {
        "module": shown, "rows": page.rows(), "form": page.form, "conflicts": page.conflicts, "state": state,
        "slots": [each for each in filed_slots(application) if each.slot.number in shown.documents],
        "net_capital": coach.net_capital({key: answer.value for key, answer in answers.items()})
        if shown.key == "capital" else None,
        "modules": modules_for(application.issuer.kind),
        "submitted": application.status not in UNSENT, "names_people": shown.key in PEOPLE,
    }


@require_POST
def answer(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Save one answer by itself and say what became of it; 409 another's stands, 422 it cannot be read."""
    row = application_or_404(request, reference, Can.EDIT_APPLICATION)
    try:
        question = question_of(row.issuer.kind, key)
    except KeyError:
        raise Http404
    page, refusal = DraftPage(row, [question], prefix=f"{key.partition('.')[0]}."), None
    try:
        page.save(request.POST, actor=request.user)
    except Refused as problem:
        refusal = problem
    status = 409 if page.conflicts or refusal else 422 if page.form.errors else 200
    context = {"row": page.rows()[0], "refusal": refusal, "fragment": True}
    return render(request, "portal/application_answer.html", context, status=status)
