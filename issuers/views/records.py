"""What stands beside the assessment: the people and their screening, talks with the applicant, notes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.asking import refusal_on
from core.cases import note_case
from core.stepup import require_step_up
from issuers.forms.assessment import InterviewForm, NoteForm, OverrideForm
from issuers.models import Application
from issuers.selectors.persons_assessed import persons_assessed
from issuers.services.findings import confirm_override, propose_override, record_interview
from issuers.views.review import frame, reviewed


@require_http_methods(["GET", "HEAD", "POST"])
def persons(request: HttpRequest, reference: str) -> HttpResponse:
    """The applicant and its people with what screening found; propose to go on although somebody is not cleared."""
    application = reviewed(request, reference)
    rows = persons_assessed(application)
    waiting = [(row.key, row.name) for row in rows if not row.cleared and row.override is None]
    form = OverrideForm(waiting, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        chosen = next((row.person for row in rows if row.key == form.cleaned_data["person"]), None)
        with refusal_on(form):
            propose_override(application, person=chosen, reason=form.cleaned_data["reason"], actor=request.user)
            return _done(request, "officer:application_persons", reference)
    context = frame(request, application, "_persons") | {"rows": rows, "form": form if waiting else None,
                                                         "open_rows": sum(not row.may_go_on for row in rows)}
    return render(request, "officer/application_persons.html", context, status=422 if form.errors else 200)


@require_POST
def confirm(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Confirm, as the second officer, that the application may go on although somebody is not cleared."""
    override = reviewed(request, reference).overrides.select_related("person").filter(pk=pk).first()
    if override is None:
        raise Http404
    require_step_up(request)
    confirm_override(override, actor=request.user)
    return _done(request, "officer:application_persons", reference)


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, reference: str) -> HttpResponse:
    """Talks and notes, each with who may read it; record a talk."""
    application = reviewed(request, reference)
    form = InterviewForm(application, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusal_on(form):
            record_interview(application, actor=request.user, **form.cleaned_data)
            return _done(request, "officer:application_record", reference)
    return _record(request, application, form, NoteForm(prefix="note"))


@require_POST
def note(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a note on the application."""
    application = reviewed(request, reference)
    form = NoteForm(request.POST, prefix="note")
    if not form.is_valid():
        return _record(request, application, InterviewForm(application), form)
    note_case(application.case, actor=request.user, **form.cleaned_data)
    return _done(request, "officer:application_record", reference)


def _record(request: HttpRequest, application: Application, talk: InterviewForm, written: NoteForm) -> HttpResponse:
    context: dict[str, Any] = {
        "interviews": application.interviews.select_related("by", "person"),
        "notes": application.case.notes.order_by("-written_at", "-pk"),
        "form": talk, "note_form": written,
    }
    status = 422 if talk.errors or written.errors else 200
    return render(request, "officer/application_record.html", frame(request, application, "_record") | context,
                  status=status)


def _done(request: HttpRequest, page: str, reference: str) -> HttpResponse:
    messages.success(request, _("Done, and recorded."))
    return redirect(page, reference)
