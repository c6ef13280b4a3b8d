"""The people and bodies behind an applicant: the list, one of them, their positions and papers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.access import require, visible_or_404
from core.asking import refusal_on
from core.errors import Refused
from core.roles import Can
from issuers.forms.files import say_refusal
from issuers.forms.persons import AppointmentForm, ClearanceForm, NewPersonForm, ParticularsForm, PersonDocumentForm
from issuers.models import Application, Appointment, Person
from issuers.selectors.clearances import clearances_of
from issuers.selectors.person_problems import problems_of
from issuers.selectors.persons import applications_with_people, latest_application, people_of, persons_for
from issuers.services.documents import file_document
from issuers.services.persons import add_person, appoint, change_person, end_appointment, remove_person
from issuers.views.frame import portal_frame

READ_OR_POST = ["GET", "HEAD", "POST"]


def application_or_404(request: HttpRequest, reference: str) -> Application:
    """Return the application of the address for who may read it, and for who may edit it if something is sent."""
    found = visible_or_404(applications_with_people(request.user), request.user, reference=reference)
    require(request.user, Can.EDIT_APPLICATION if request.method == "POST" else Can.VIEW_APPLICATION, found)
    return found


def person_or_404(request: HttpRequest, pk: int) -> tuple[Person, Application | None]:
    """Return the person of the address and the application that its form belongs to, as ``application_or_404``."""
    found = visible_or_404(persons_for(request.user), request.user, pk=pk, removed_at=None)
    require(request.user, Can.EDIT_APPLICATION if request.method == "POST" else Can.VIEW_APPLICATION, found)
    return found, latest_application(found.issuer)


def framed(request: HttpRequest, application: Application | None, **context: Any) -> dict[str, Any]:
    """Return the context around every page about people: whose it is, and whether it can be changed here."""
    frame = {} if request.user.is_authority or application is None else portal_frame(
        request.user, owner=application.issuer.organisation)
    editable = application is not None and application.is_editable
    may_edit = editable and request.user.can(Can.EDIT_APPLICATION, application)
    return frame | {"application": application, "may_edit": may_edit} | context


def editable(application: Application | None) -> Application:
    """Return the application if its applicant may change it now: under a licence, people change by notice or consent.

    Raises:
        Refused: there is none, or it is not open for changes.
    """
    if application is None or not application.is_editable:
        raise Refused(_("The application is not open for changes."), code="not_editable")
    return application


def shown(request: HttpRequest, template: str, context: dict[str, Any], form: Any) -> HttpResponse:
    """Answer with the page, and with 422 where its form has errors."""
    return render(request, template, context, status=422 if form.errors else 200)


@require_http_methods(READ_OR_POST)
def persons(request: HttpRequest, reference: str) -> HttpResponse:
    """Everybody behind the applicant, what is missing of them; enter somebody."""
    application = application_or_404(request, reference)
    form = NewPersonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        editable(application)
        with refusal_on(form):
            made = add_person(application.issuer, actor=request.user, **form.cleaned_data)
            return redirect("portal:person", made.pk)
    people = people_of(application.issuer, application)
    context = framed(request, application, people=people, problems=problems_of(people), form=form)
    if request.user.is_authority:
        context |= _screening(request, application) | {"screened": clearances_of(application.issuer)}
    return shown(request, f"{request.resolver_match.namespace}/persons.html", context, form)


@require_http_methods(READ_OR_POST)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person or body: particulars, and how far the rest is."""
    found, application = person_or_404(request, pk)
    form = ParticularsForm(found, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        editable(application)
        with refusal_on(form):
            change_person(found, actor=request.user, **form.cleaned_data)
            return _done(request, "portal:person", pk)
    context = _about(request, found, application, form=form)
    return shown(request, f"{request.resolver_match.namespace}/person.html", context, form)


@require_http_methods(READ_OR_POST)
def positions(request: HttpRequest, pk: int) -> HttpResponse:
    """The positions of one person; put the person forward for another."""
    found, application = person_or_404(request, pk)
    form = AppointmentForm(found, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        editable(application)
        with refusal_on(form):
            appoint(found, actor=request.user, **form.cleaned_data)
            return _done(request, "portal:person_positions", pk)
    return shown(request, "portal/person_positions.html", _about(request, found, application, form=form), form)


@require_POST
def end_position(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """End a position today."""
    found, application = person_or_404(request, pk)
    held = visible_or_404(Appointment, request.user, pk=position, person=found)
    editable(application)
    end_appointment(held, until=clock.today(), actor=request.user)
    return _done(request, "portal:person_positions", pk)


@require_http_methods(READ_OR_POST)
def papers(request: HttpRequest, pk: int) -> HttpResponse:
    """The documents about one person; file another."""
    found, application = person_or_404(request, pk)
    form = PersonDocumentForm(*([request.POST, request.FILES] if request.method == "POST" else []))
    if form.is_bound and form.is_valid():
        file, title = form.cleaned_data["file"], form.cleaned_data["title"]
        try:
            file_document(found.issuer, raw=file.raw, filename=file.filename, title=title, actor=request.user,
                          person=found, application=editable(application))
            return _done(request, "portal:person_documents", pk)
        except Refused as refusal:
            say_refusal(form, refusal)
    return shown(request, "portal/person_documents.html", _about(request, found, application, form=form), form)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a person out of the application."""
    found, application = person_or_404(request, pk)
    reference = editable(application).reference
    remove_person(found, actor=request.user)
    return _done(request, "portal:persons", reference)


def _about(request: HttpRequest, found: Person, application: Application | None, **context: Any) -> dict[str, Any]:
    people = people_of(found.issuer, application)
    about = framed(request, application, person=found, row=people.row_of(found), **context)
    if request.user.is_authority:
        about |= _screening(request, found) | {"screenings": found.clearances.select_related("recorded_by")}
    return about


def _screening(request: HttpRequest, record: Application | Person) -> dict[str, Any]:
    return {"screening_form": ClearanceForm(), "may_screen": request.user.can(Can.RECORD_CLEARANCE, record)}


def _done(request: HttpRequest, page: str, argument: Any) -> HttpResponse:
    messages.success(request, _("Saved, and recorded. The application is not submitted."))
    return redirect(page, argument)
