"""Who is told of which reports: what officers set for roles and people, and what each receives."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import require
from core.asking import refusal_on
from core.preferences import wanted_by
from core.roles import Can
from reports.forms_schedules import OwnForm, RecipientForm
from reports.models import ReportRun, Subscription
from reports.notices import MorningDigest
from reports.selectors.subscriptions import KINDS, notices_of, officers_by_role, recipients, settings_in_force
from reports.services.distribution import set_subscription


@require_http_methods(["GET", "HEAD", "POST"])
def recipient_list(request: HttpRequest) -> HttpResponse:
    """Who receives what, in which language; set it for a role or a person."""
    require(request.user, Can.SCHEDULE_REPORTS)
    form = RecipientForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusal_on(form):
            set_subscription(actor=request.user, **form.cleaned_data)
            messages.success(request, _("It is set, and holds for reports from now on."))
            return redirect("officer:recipients")
    history = Subscription.objects.select_related("person", "set_by")[:50]
    context = {"form": form, "rows": _matrix(), "kinds": [ReportRun.Kind(kind).label for kind in KINDS],
               "roles": [row for row in settings_in_force() if row.role], "history": history}
    return render(request, "officer/recipients.html", context, status=422 if form.errors else 200)


def _matrix() -> list[dict[str, Any]]:
    """Return a row for each officer, a cell for each kind; None where the person may not read such reports."""
    by_person: dict[Any, dict[str, Any]] = {person: {} for person in officers_by_role()}
    for each in recipients(*KINDS):
        by_person[each.person][each.kind] = each
    return [{"person": person, "cells": [cells.get(kind) for kind in KINDS]} for person, cells in by_person.items()]


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """What the officer receives, and was told of lately; choose otherwise."""
    receives = [each for each in recipients(*KINDS) if each.person == request.user]
    form = OwnForm(receives, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusal_on(form):
            for change in form.changes():
                set_subscription(person=request.user, actor=request.user, **change)
            messages.success(request, _("Your choice is kept, and holds for reports from now on."))
            return redirect("officer:subscriptions")
    context = {"form": form, "told": notices_of(request.user)[:30],
               "digest_is_off": MorningDigest.template not in wanted_by(request.user)}
    return render(request, "officer/subscriptions.html", context, status=422 if form.errors else 200)
