"""Travel-rule samples: draw one, read what it found, take it away as a table."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from aml.forms_oversight import SampleForm
from aml.models import TravelRuleSample
from aml.selectors.travel_rule import samples_for, shares
from aml.services.travel_rule import draw_sample
from core.access import require, visible_or_404
from core.asking import refusal_on
from core.downloads import csv_text
from core.roles import Can

CSV = ("chain", "tx_hash", "log_index", "block_time", "amount", "stratum", "outcome", "lacking", "record_file",
       "record_line")


@require_http_methods(["GET", "HEAD", "POST"])
def samples(request: HttpRequest) -> HttpResponse:
    """Every sample with its shares; draw another."""
    require(request.user, Can.WORK_ALERTS if request.method == "POST" else Can.VIEW_ALERTS)
    form = SampleForm(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusal_on(form):
            drawn = draw_sample(actor=request.user, **form.cleaned_data)
            messages.success(request, _("Drawn: %(reference)s.") % {"reference": drawn.reference})
            return redirect("officer:travel_rule_sample", drawn.reference)
    rows = list(samples_for(request.user)[:100])
    found = shares(rows)
    context = {"rows": [(row, found[row.pk]) for row in rows], "form": form,
               "may_draw": request.user.can(Can.WORK_ALERTS)}
    return render(request, "officer/travel_rule.html", context, status=422 if form.errors else 200)


def _sample(request: HttpRequest, reference: str) -> TravelRuleSample:
    require(request.user, Can.VIEW_ALERTS)
    return visible_or_404(samples_for(request.user), request.user, reference=reference)


@require_safe
def sample(request: HttpRequest, reference: str) -> HttpResponse:
    """One sample: shares by stratum, and every transfer with what its record lacks."""
    row = _sample(request, reference)
    context = {"sample": row, "shares": shares([row])[row.pk],
               "transfers": row.transfers.select_related("record_file")}
    return render(request, "officer/travel_rule_sample.html", context)


@require_safe
def sample_csv(request: HttpRequest, reference: str) -> HttpResponse:
    """The transfers of a sample as CSV, without what the records say of people."""
    row = _sample(request, reference)
    lines = [
        (each.chain, each.tx_hash, each.log_index, each.block_time.isoformat(), each.amount, each.stratum, each.outcome,
         " ".join(each.lacking), each.record_file_id, each.record_line)
        for each in row.transfers.all()
    ]
    return HttpResponse(csv_text([CSV, *lines]), content_type="text/csv; charset=utf-8",
                        headers={"Content-Disposition": f'attachment; filename="{row.reference}.csv"'})
