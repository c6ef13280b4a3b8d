"""The register of suspicions: enter one, decide on one as the second officer, review one after its report."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aml.forms_oversight import OutcomeForm, ReasonForm, ReportForm, SuspicionForm
from aml.models import Suspicion
from aml.selectors.suspicions import suspicions_for
from aml.services.suspicions import decide_against_report, note_suspicion, report_suspicion, review_report
from aml.workflows import SUSPICION
from core.access import require, visible_or_404
from core.asking import refusal_on
from core.roles import Can
from core.stepup import require_step_up


@require_http_methods(["GET", "HEAD", "POST"])
def suspicions(request: HttpRequest) -> HttpResponse:
    """The register, what waits first; enter another."""
    require(request.user, Can.WORK_ALERTS if request.method == "POST" else Can.VIEW_ALERTS)
    form = SuspicionForm(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusal_on(form):
            noted = note_suspicion(actor=request.user, **form.cleaned_data)
            messages.success(request, _("Entered: %(reference)s.") % {"reference": noted.reference})
            return redirect("officer:suspicion", noted.reference)
    context = {"rows": suspicions_for(request.user)[:200], "form": form,
               "may_work": request.user.can(Can.WORK_ALERTS)}
    return render(request, "officer/suspicions.html", context, status=422 if form.errors else 200)


def _row(request: HttpRequest, reference: str) -> Suspicion:
    require(request.user, Can.VIEW_ALERTS)
    return visible_or_404(suspicions_for(request.user), request.user, reference=reference)


def _page(request: HttpRequest, row: Suspicion, **invalid: Form) -> HttpResponse:
    moves = {move.name for move in SUSPICION.available(row, request.user)}
    forms = {
        "report_form": ReportForm() if "report" in moves else None,
        "reason_form": ReasonForm() if "decide_against" in moves else None,
        "outcome_form": OutcomeForm() if "review" in moves else None,
    }
    return render(request, "officer/suspicion.html", {"row": row, **forms, **invalid}, status=422 if invalid else 200)


@require_safe
def suspicion(request: HttpRequest, reference: str) -> HttpResponse:
    """One entry: grounds, who had it in hand and when, the decision, the review."""
    return _page(request, _row(request, reference))


@require_POST
def act(request: HttpRequest, reference: str, move: str) -> HttpResponse:
    """Record the report to the JFIU, the decision against one, or the review."""
    row = _row(request, reference)
    acts = {
        "report": ("report_form", ReportForm, lambda data: report_suspicion(row, actor=request.user, **data)),
        "decide_against": ("reason_form", ReasonForm,
                           lambda data: decide_against_report(row, note=data["reason"], actor=request.user)),
        "review": ("outcome_form", OutcomeForm,
                   lambda data: review_report(row, outcome=data["outcome"], actor=request.user)),
    }
    if move not in acts:
        raise Http404
    require(request.user, Can.WORK_ALERTS, row)
    require_step_up(request)
    name, form_class, carry_out = acts[move]
    form = form_class(request.POST)
    if form.is_valid():
        with refusal_on(form):
            carry_out(form.cleaned_data)
            messages.success(request, _("Done, and recorded."))
            return redirect("officer:suspicion", reference)
    return _page(request, row, **{name: form})
