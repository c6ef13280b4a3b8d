"""What may be deleted, what is held up, and the deletions that two officers made."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from aml.forms_oversight import DisposalForm, HoldForm, ReasonForm
from aml.models import Disposal, RetentionHold
from aml.selectors.retention import disposables, holds
from aml.services.disposals import decline_disposal, delete_records, hold_records, lift_hold, propose_disposal
from aml.workflows import DISPOSAL
from core.access import require
from core.asking import refusal_on
from core.roles import Can
from core.stepup import require_step_up


def _page(request: HttpRequest, **invalid: Form) -> HttpResponse:
    may = request.user.can(Can.DISPOSE_RECORDS)
    rows = Disposal.objects.select_related("proposed_by", "decided_by")[:100]
    context = {
        "report": disposables(), "holds": holds(), "may_dispose": may, "hold_form": HoldForm() if may else None,
        "disposals": [(row, {move.name for move in DISPOSAL.available(row, request.user)}) for row in rows],
    }
    return render(request, "officer/retention.html", context | invalid, status=422 if invalid else 200)


@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    """The report of what may be deleted, the holds, and all deletions."""
    require(request.user, Can.VIEW_ALERTS)
    return _page(request)


@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Propose to delete what may be deleted of one kind."""
    require(request.user, Can.DISPOSE_RECORDS)
    require_step_up(request)
    form = DisposalForm(request.POST)
    if not form.is_valid():
        raise Http404  # the page has one button for each kind
    row = propose_disposal(form.cleaned_data["kind"], actor=request.user)
    messages.success(request, _("Proposed: %(reference)s. Another officer decides.") % {"reference": row.reference})
    return redirect("officer:retention")


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete what another officer proposed, or decline it."""
    require(request.user, Can.DISPOSE_RECORDS)
    row = get_object_or_404(Disposal, pk=pk)
    require_step_up(request)
    if request.POST.get("decision") == "delete":
        delete_records(row, actor=request.user)
    else:
        form = ReasonForm(request.POST)
        decline_disposal(row, note=form.cleaned_data["reason"] if form.is_valid() else "", actor=request.user)
    messages.success(request, _("Done, and recorded."))
    return redirect("officer:retention")


@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    """Keep the records of an organisation."""
    require(request.user, Can.DISPOSE_RECORDS)
    form = HoldForm(request.POST)
    if form.is_valid():
        with refusal_on(form):
            hold_records(actor=request.user, **form.cleaned_data)
            messages.success(request, _("Done, and recorded."))
            return redirect("officer:retention")
    return _page(request, hold_form=form)


@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """End a hold."""
    require(request.user, Can.DISPOSE_RECORDS)
    lift_hold(get_object_or_404(RetentionHold, pk=pk), actor=request.user)
    messages.success(request, _("Done, and recorded."))
    return redirect("officer:retention")
