"""The fit-and-proper form of one person: asked by section, saved answer by answer, never lost to somebody else's."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from issuers.forms.drafts import DraftPage, DraftRow
from issuers.manifest.persons import PREFIX, Section, questions_for
from issuers.models import Person
from issuers.selectors.persons import Behind, people_of
from issuers.views.persons import READ_OR_POST, editable, framed, person_or_404


@require_http_methods(READ_OR_POST)
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what the person's positions ask, and save what was changed; gaps are no mistake in a draft."""
    person, application = person_or_404(request, pk)
    row = people_of(person.issuer, application).row_of(person)
    assert row is not None, "who was not taken out is one of the people"
    if application is None:
        return redirect("portal:person", pk)
    page = DraftPage(application, questions_for(person.kind, row.positions), prefix=PREFIX, person=person)
    if request.method == "POST":
        editable(application)
        page.save(request.POST, actor=request.user)
        if page.is_sound:
            return _onwards(request, person)
    context = framed(request, application, person=person, row=row, form=page.form, conflicts=page.conflicts,
                     sections=_sections(row, page))
    return render(request, "portal/person_form.html", context, status=200 if page.is_sound else 422)


def _onwards(request: HttpRequest, person: Person) -> HttpResponse:
    here = reverse("portal:person_form", args=[person.pk])
    for name in ("add_row", "theirs", "keep"):
        if request.POST.get(name, "").isidentifier():
            return redirect(f"{here}#answer-{request.POST[name]}")
    messages.success(request, _("Saved, and recorded. The application is not submitted."))
    return redirect(here)


def _sections(row: Behind, page: DraftPage) -> list[tuple[Section, list[DraftRow]]]:
    """Return the sections, each with its questions as the page shows them."""
    rows: dict[str, Any] = {each.question.key: each for each in page.rows()}
    return [(section, [rows[question.key] for question in section.fields]) for section in row.form.sections]
