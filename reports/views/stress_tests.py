"""Quarterly stress tests: drafted and filed by the issuer, read, accepted and queried by officers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import audit, blobs, clock
from core.access import require, visible_or_404
from core.asking import refusal_on
from core.roles import Can
from core.rulebook.periods import quarter_start
from core.stepup import require_step_up
from core.uploads import PDF
from issuers.models import Coin
from issuers.selectors import coins_for
from issuers.views.documents import HARMLESS
from issuers.views.frame import portal_frame
from reports.builders.stress import stress_page
from reserves.forms_stress import QuarterForm, QueryForm, StressTestForm
from reserves.models import StressFiling
from reserves.selectors.stress import stress_filings_for
from reserves.services import stress_filings as service


def _quarters() -> list[date]:
    return [quarter_start(clock.today(), -number) for number in range(5)]


def _coin(request: HttpRequest, symbol: str) -> Coin:
    coin = visible_or_404(coins_for(request.user), request.user, symbol=symbol)
    require(request.user, Can.VIEW_LICENCE, coin)
    return coin


@require_http_methods(["GET", "HEAD", "POST"])
def portal_list(request: HttpRequest, symbol: str) -> HttpResponse:
    """The tests of a coin, and the form that begins one."""
    coin = _coin(request, symbol)
    form = QuarterForm(_quarters(), request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(request.user, Can.FILE_NOTICE, coin)
        if form.is_valid():
            with refusal_on(form):
                draft = service.draft_stress_test(coin, actor=request.user, **form.cleaned_data)
                return redirect("portal:stress_test", draft.reference)
    context = portal_frame(request.user, coin) | {
        "filings": stress_filings_for(request.user).filter(coin=coin).defer("pack")[:60], "form": form,
        "may_file": request.user.can(Can.FILE_NOTICE, coin),
    }
    return render(request, "portal/stress_tests.html", context, status=422 if form.errors else 200)


@require_safe
def officer_list(request: HttpRequest) -> HttpResponse:
    """The tests of all issuers: those that wait for an answer, then the others."""
    filings = stress_filings_for(request.user).defer("pack").order_by("-filed_at")
    waiting = filings.filter(status=StressFiling.Status.FILED).order_by("filed_at")[:200]
    others = filings.exclude(status=StressFiling.Status.FILED)[:100]
    return render(request, "officer/stress_tests.html", {"waiting": waiting, "others": others})


def _filing(request: HttpRequest, reference: str) -> StressFiling:
    filing = visible_or_404(stress_filings_for(request.user), request.user, reference=reference)
    require(request.user, Can.VIEW_LICENCE, filing)
    return filing


def _shown(request: HttpRequest, filing: StressFiling) -> dict[str, Any]:
    audience = audit.Audience.AUTHORITY if request.user.is_authority else audit.Audience.ISSUER
    versions = stress_filings_for(request.user).filter(coin=filing.coin, period_start=filing.period_start)
    return portal_frame(request.user, filing.coin) | {
        "filing": filing, "versions": versions.defer("pack"), "events": audit.timeline(filing, audience=audience)[:50],
        **(stress_page(filing.pack) if filing.pack else {}),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def portal_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One test: the draft to fill in and file, or what was filed."""
    filing = _filing(request, reference)
    if filing.status != StressFiling.Status.DRAFT:
        return render(request, "portal/stress_test.html", _shown(request, filing))
    if request.method == "POST":
        require(request.user, Can.FILE_NOTICE, filing)
    form = StressTestForm(request.POST or None, request.FILES or None, initial=StressTestForm.initial_of(filing))
    if request.method == "POST" and form.is_valid():
        with refusal_on(form):
            return _saved(request, filing, form)
    context = _shown(request, filing) | {
        "form": form, "lacking": service.lacking(filing), "may_file": request.user.can(Can.FILE_NOTICE, filing)}
    return render(request, "portal/stress_test.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, filing: StressFiling, form: StressTestForm) -> HttpResponse:
    """Save first, so that nothing is lost on the way to confirm who files."""
    filing = service.save_stress_test(filing, actor=request.user, **form.stated())
    if request.POST.get("action") == "file":
        require_step_up(request)
        service.file_stress_test(filing, actor=request.user)
        messages.success(request, _("Filed. The receipt is below."))
    else:
        messages.success(request, _("Saved, not filed."))
    return redirect("portal:stress_test", filing.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def officer_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One test as it was filed, to accept or to query."""
    filing = _filing(request, reference)
    form = QueryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(request.user, Can.REVIEW_NOTICE, filing)
        if form.is_valid():
            with refusal_on(form, "note"):
                _decide(request, filing, form.cleaned_data["note"])
                messages.success(request, _("Done, and recorded."))
                return redirect("officer:stress_test", reference)
    context = _shown(request, filing) | {
        "form": form, "may_decide": filing.status == StressFiling.Status.FILED
        and request.user.can(Can.REVIEW_NOTICE, filing)}
    return render(request, "officer/stress_test.html", context, status=422 if form.errors else 200)


def _decide(request: HttpRequest, filing: StressFiling, note: str) -> None:
    if request.POST.get("decision") == "query":
        service.query_stress_test(filing, note=note, actor=request.user)
    else:
        service.accept_stress_test(filing, note=note, actor=request.user)


@require_safe
def report(request: HttpRequest, reference: str) -> FileResponse:
    """The report that came with the test, to keep; a browser is told not to open it as a page."""
    filing = _filing(request, reference)
    if filing.report_id is None:
        raise Http404
    response = FileResponse(blobs.path_of(filing.report_id).open("rb"), as_attachment=True,
                            filename=filing.report_name, content_type=PDF)
    response["Content-Security-Policy"] = HARMLESS
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
