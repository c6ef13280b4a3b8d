"""Wallets, transfers, what detectors found in them, and how fast listed addresses were frozen, as officers see them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aml.flow_words import DETECTORS
from aml.forms_flows import ParameterForm
from aml.models import DetectorParameter, Wallet, WalletScreening
from aml.selectors import flow_pages
from aml.selectors.coverage import origins_of
from aml.selectors.freezing import freezing_times
from aml.selectors.parameters import values_on
from aml.selectors.wallets import listings_of, lists_in_force, screening_of
from aml.services.parameters import decide_parameter, propose_parameter
from core import clock
from core.access import require, visible_or_404
from core.roles import Can
from core.stepup import require_step_up
from issuers.models import Deployment

PER_PAGE = 50
TABS = {"all": gettext_lazy("All"), "alerted": gettext_lazy("With an alert"), "exposed": gettext_lazy("Exposed"),
        "waiting": gettext_lazy("Not compared yet")}


@require_safe
def wallets(request: HttpRequest) -> HttpResponse:
    """The wallets that were reported, those with an alert first, and against what they were compared."""
    require(request.user, Can.VIEW_ALERTS)
    shown, query = request.GET.get("show", "all"), request.GET.get("q", "").strip()[:160]
    if shown not in TABS:
        raise Http404
    counts = flow_pages.wallet_counts(request.user)
    rows = flow_pages.wallets_shown(request.user, show=shown, query=query)
    context = {
        "tabs": [(TABS[name], f"?show={name}", count, name == shown) for name, count in counts.items()],
        "counts": counts, "query": query, "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "last": WalletScreening.objects.select_related("version").first(), "lists": lists_in_force(),
    }
    return render(request, "officer/wallets.html", context)


@require_safe
def wallet(request: HttpRequest, pk: int) -> HttpResponse:
    """One wallet: whose it is said to be, what lists say, how near it is to what they name."""
    found = visible_or_404(Wallet.objects.select_related("owner"), request.user, pk=pk)
    require(request.user, Can.VIEW_ALERTS)
    context = {
        "wallet": found, "listings": listings_of(found), "ways": flow_pages.ways_of(found),
        "alerts": flow_pages.alerts_of(found, request.user), "screening": screening_of(found),
        "hops": values_on(clock.today())["exposure_hops"],
    }
    return render(request, "officer/wallet.html", context)


@require_safe
def transfers(request: HttpRequest) -> HttpResponse:
    """Which blocks are covered, what no longer counts, and the transfers themselves with who says that they are."""
    require(request.user, Can.VIEW_ALERTS)
    query = request.GET.get("q", "").strip()[:160]
    page = Paginator(flow_pages.transfers_shown(request.user, query), PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    origins = origins_of(rows)
    context = {"coverage": flow_pages.coverage_shown(), "replaced": flow_pages.taken_back()[:20], "query": query,
               "page": page, "rows": [(row, origins[row.pk].label) for row in rows],
               "listed": flow_pages.listed_among(rows)}
    return render(request, "officer/transfers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def detectors(request: HttpRequest) -> HttpResponse:
    """What detectors look for, with which numbers, and what they found; officers propose numbers here."""
    require(request.user, Can.VIEW_ALERTS)
    form = ParameterForm(request.POST or None)
    if request.method == "POST":
        require(request.user, Can.WORK_ALERTS)
        if form.is_valid():
            propose_parameter(form.cleaned_data.pop("name"), **form.cleaned_data, actor=request.user)
            messages.success(request, _("Proposed. Another officer has to approve it."))
            return redirect("officer:detectors")
    return render(request, "officer/detectors.html", _detectors(request, form), status=422 if form.errors else 200)


def _detectors(request: HttpRequest, form: ParameterForm) -> dict[str, Any]:
    user, day, chosen = request.user, clock.today(), request.GET.get("detector", "")
    page = Paginator(flow_pages.findings_shown(user, chosen), PER_PAGE).get_page(request.GET.get("page"))
    return {
        "detectors": flow_pages.detectors_shown(user, day), "parameters": flow_pages.parameters_shown(user, day),
        "page": page, "chosen": DETECTORS.get(chosen), "runs": flow_pages.runs_shown(),
        "form": form if user.can(Can.WORK_ALERTS) else None,
    }


@require_POST
def parameter_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or decline a number that another officer proposed."""
    row = get_object_or_404(DetectorParameter, pk=pk)
    require(request.user, Can.WORK_ALERTS)
    decision = request.POST.get("decision", "")
    if decision not in ("approve", "decline"):
        raise Http404
    require_step_up(request)
    decide_parameter(row, move=decision, note=request.POST.get("note", "")[:300], actor=request.user)
    messages.success(request, _("Done, and recorded."))
    return redirect("officer:detectors")


@require_safe
def freezing(request: HttpRequest) -> HttpResponse:
    """How long it took from the listing of an address to its freezing on chain, issuer by issuer."""
    require(request.user, Can.VIEW_ALERTS)
    within = values_on(clock.today())["freeze_within_hours"]
    places = Deployment.objects.select_related("coin__issuer__organisation").order_by("coin__symbol", "chain")
    return render(request, "officer/freezing.html", {"measured": freezing_times(places, within_hours=within),
                                                     "within": within})
