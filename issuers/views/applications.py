"""The applicant's pages of an application as a whole: task list, state, beginning and end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from core.access import require, visible_or_404
from core.models import User
from core.roles import Can
from core.stepup import require_step_up
from issuers import completeness as coach
from issuers.models import Answer, Application, InformationRequest
from issuers.selectors.applications import (
    answers_of,
    applications_for,
    completeness,
    current_application,
    filed_slots,
    last_changes,
    shared_interviews,
)
from issuers.selectors.progress import progress_of
from issuers.services.applications import open_application
from issuers.services.submission import withdraw_application
from issuers.views.frame import portal_frame

STATES = {
    coach.NOT_STARTED: (gettext_lazy("Not started"), ""),
    coach.IN_PROGRESS: (gettext_lazy("In progress"), "info"),
    coach.COMPLETE: (gettext_lazy("Complete"), "good"),
    coach.NEEDS_ATTENTION: (gettext_lazy("Needs attention"), "bad"),
}


def application_or_404(request: HttpRequest, reference: str, permission: Can = Can.VIEW_APPLICATION) -> Application:
    """Return the application of the address for the reader.

    Raises:
        Http404: there is none, or it is another's.
        NotPermitted: it is the reader's organisation's, but not the reader's to see or do.
    """
    application = visible_or_404(applications_for(request.user), request.user, reference=reference)
    require(request.user, permission, application)
    return application


def framed(application: Application, user: User, answers: Iterable[Answer] | None = None) -> dict[str, Any]:
    """Return what every page of the application shows around its content: frame, draft bar, who else wrote."""
    answers = answers_of(application).values() if answers is None else list(answers)
    return portal_frame(user, owner=application.issuer.organisation) | {
        "application": application,
        "saved_at": max((answer.changed_at for answer in answers), default=None),
        "others": last_changes(answers, but=user),
        "may_edit": application.is_editable and user.can(Can.EDIT_APPLICATION, application),
        "may_sign": user.can(Can.SIGN_APPLICATION, application),
    }


@require_safe
def application(request: HttpRequest, reference: str) -> HttpResponse:
    """The task list: what is done, what is missing, what comes next."""
    row = application_or_404(request, reference)
    found, slots = completeness(row), filed_slots(row)
    wanted = [each for each in slots if not each.slot.on_request]
    context = framed(row, request.user) | {
        "found": found,
        "tasks": [(each, *STATES[each.state]) for each in found.modules],
        "ready": sum(each.state == coach.COMPLETE for each in found.modules),
        "filed": sum(each.current is not None for each in wanted), "wanted": len(wanted),
        "requests": [] if row.status in Application.ENDED else row.requests.filter(
            status=InformationRequest.Status.OPEN),
        "progress": progress_of(row),
        "submissions": row.submissions.select_related("prepared_by", "signed_by"),
    }
    return render(request, "portal/application.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """All applications of the reader's issuers; begin one where none is under way."""
    frame = portal_frame(request.user)
    issuer = getattr(frame["organisation"], "issuer", None)
    if issuer is None:
        raise Http404
    require(request.user, Can.EDIT_APPLICATION if request.method == "POST" else Can.VIEW_APPLICATION, issuer)
    if request.method == "POST":
        return redirect("portal:application", open_application(issuer, actor=request.user).reference)
    context = frame | {
        "applications": applications_for(request.user).filter(issuer=issuer), "issuer": issuer,
        "current": current_application(issuer),
        "held": issuer.licence if issuer.holds_licence else None,
        "may_start": request.user.can(Can.EDIT_APPLICATION, issuer),
    }
    return render(request, "portal/application_start.html", context)


@require_safe
def status(request: HttpRequest, reference: str) -> HttpResponse:
    """How far the application is, whom it waits for, and everything that happened on it."""
    row = application_or_404(request, reference)
    requests = row.requests.exclude(status=InformationRequest.Status.CANCELLED)
    context = framed(row, request.user) | {
        "progress": progress_of(row), "requests": requests, "interviews": shared_interviews(row),
    }
    return render(request, "portal/application_status.html", context)


class WithdrawForm(forms.Form):
    """Why an application is withdrawn."""

    reason = forms.CharField(
        label=gettext_lazy("Why you withdraw"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The authority reads this; it stays on record."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Confirm the end of an application, with a reason."""
    row = application_or_404(request, reference, Can.SIGN_APPLICATION)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST":
        require_step_up(request)
        if form.is_valid():
            withdraw_application(row, reason=form.cleaned_data["reason"], actor=request.user)
            messages.success(request, _("The application is withdrawn."))
            return redirect("portal:application_status", reference)
    context = framed(row, request.user) | {"form": form, "ended": row.status in Application.ENDED}
    return render(request, "portal/application_withdraw.html", context, status=422 if form.errors else 200)
