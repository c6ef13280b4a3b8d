"""The ownership chart: who holds what, who controls by that, what nobody explained; enter a line, take one out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import visible_or_404
from core.asking import refusal_on
from issuers.forms.persons import HoldingForm
from issuers.models import Shareholding
from issuers.ownership import percent_text
from issuers.selectors.ownership_tree import tree_of
from issuers.selectors.person_problems import OWNERSHIP, problems_of
from issuers.selectors.persons import people_of, share_for
from issuers.services.persons import remove_shareholding, set_shareholding
from issuers.views.persons import READ_OR_POST, application_or_404, editable, framed, shown


@require_http_methods(READ_OR_POST)
def ownership(request: HttpRequest, reference: str) -> HttpResponse:
    """The chart added up; a line entered again replaces the one before."""
    application = application_or_404(request, reference)
    form = HoldingForm(application.issuer, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        editable(application)
        with refusal_on(form, "percent"):
            set_shareholding(actor=request.user, **form.cleaned_data)
            messages.success(request, _("Saved, and recorded. The application is not submitted."))
            return redirect("portal:ownership", reference)
    people = people_of(application.issuer, application)
    context = framed(
        request, application, form=form, people=people, tree=tree_of(people),
        explained=percent_text(people.cover.total), gap=percent_text(people.cover.gap),
        controls=share_for(people.issuer, "controller_minority", people.on),
        problems=[gap for gap in problems_of(people) if gap.key == OWNERSHIP],
    )
    return shown(request, f"{request.resolver_match.namespace}/ownership.html", context, form)


@require_POST
def remove_line(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take a line out of the chart."""
    application = application_or_404(request, reference)
    line = visible_or_404(Shareholding, request.user, pk=pk, issuer=application.issuer)
    editable(application)
    remove_shareholding(line, actor=request.user)
    messages.success(request, _("Saved, and recorded. The application is not submitted."))
    return redirect("portal:ownership", reference)
