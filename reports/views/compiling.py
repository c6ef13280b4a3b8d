"""Having the authority's own papers compiled: the dossier on a breach, the evidence pack for an inspection."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from core import cases, clock
from core.access import require, visible_or_404
from core.asking import DayField, refusal_on
from core.roles import Can
from issuers.selectors.licences import licences_for
from reports.selectors.pack_orders import orders_of
from reports.services.dossiers import freeze_breach_dossier
from reports.services.pack_orders import ask_for_pack
from reports.tasks import make_pack, render_report
from reserves.tasks import nudge


@require_POST
def breach_dossier(request: HttpRequest, reference: str) -> HttpResponse:
    """Compile the dossier on the breach of a case as it stands now."""
    case = visible_or_404(cases.cases_for(request.user), request.user, reference=reference)
    if not hasattr(case, "breach"):
        raise Http404
    require(request.user, Can.RENDER_REPORTS, case)
    run = freeze_breach_dossier(case.breach, actor=request.user)
    nudge(render_report, run.pk)
    return redirect("officer:report_about", run.reference)


class PeriodForm(forms.Form):
    """The first and the last day that a pack is of."""

    first = DayField(label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"class": "govuk-input--width-10"}),
                     help_text=gettext_lazy("Year-month-day, for example 2026-09-08"))
    last = DayField(label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"class": "govuk-input--width-10"}),
                    help_text=gettext_lazy("It counts too"))


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_pack(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the evidence on a licensee for a period, and have it compiled."""
    licence = visible_or_404(licences_for(request.user), request.user, number=number)
    require(request.user, Can.RENDER_REPORTS, licence)
    today = clock.today()
    period = {"first": today - timedelta(days=30), "last": today - timedelta(days=1)}
    form = PeriodForm(request.POST or None, initial=period)
    if request.method == "POST" and form.is_valid():
        with refusal_on(form, "last"):
            order = ask_for_pack(licence.issuer, **form.cleaned_data, actor=request.user)
            nudge(make_pack, order.pk)
            messages.success(request, _("The pack is asked for. How far it is stands below."))
            return redirect("officer:evidence_pack", number)
    context = {"form": form, "licence": licence, "orders": orders_of(licence.issuer)}
    return render(request, "officer/evidence_pack.html", context, status=422 if form.errors else 200)
