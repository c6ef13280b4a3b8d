"""Recording what a screening found, of the applicant itself or of one person behind it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import require, visible_or_404
from core.errors import Refused
from core.roles import Can
from core.wording import sentences
from issuers.forms.persons import ClearanceForm
from issuers.models import Issuer, Person
from issuers.selectors.persons import applications_with_people, persons_for
from issuers.services.clearances import record_clearance


@require_POST
def screen_issuer(request: HttpRequest, reference: str) -> HttpResponse:
    """Record a screening of the applicant itself."""
    application = visible_or_404(applications_with_people(request.user), request.user, reference=reference)
    require(request.user, Can.RECORD_CLEARANCE, application)
    _record(request, application.issuer, None)
    return redirect("officer:persons", reference)


@require_POST
def screen_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a screening of a person or body."""
    person = visible_or_404(persons_for(request.user), request.user, pk=pk, removed_at=None)
    require(request.user, Can.RECORD_CLEARANCE, person)
    _record(request, person.issuer, person)
    return redirect("officer:person", pk)


def _record(request: HttpRequest, issuer: Issuer, person: Person | None) -> None:
    form = ClearanceForm(request.POST)
    if not form.is_valid():
        raise Refused(sentences(error for errors in form.errors.values() for error in errors), code="incomplete")
    record_clearance(issuer, person=person, actor=request.user, **form.cleaned_data)
    messages.success(request, _("Recorded. The latest screening counts; all are kept."))
