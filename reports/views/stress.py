"""Stress on one coin's judged day, for officers and the issuer: scenarios run as what-ifs, and the same as CSV."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core.access import require, visible_or_404
from core.downloads import csv_text
from core.roles import Can
from issuers.models import Coin
from issuers.selectors import coins_for
from issuers.views.frame import portal_frame
from reports.builders.stress import csv_rows, stress_page
from reports.views.days import read_day
from reserves import selectors
from reserves.forms_stress import ScenarioForm
from reserves.models import ReserveDay
from reserves.selectors.stress import chosen, scenarios_on
from reserves.services.stress import stress_of_day


def _asked(request: HttpRequest, symbol: str) -> tuple[Coin, ReserveDay | None, ScenarioForm, list[Any]]:
    """Return the coin, its judged day (the latest unless ``as_of`` names one), the form and the scenarios to run.

    There is no day only where none of the coin was ever judged and none is named.
    """
    coin = visible_or_404(coins_for(request.user), request.user, symbol=symbol)
    require(request.user, Can.VIEW_RESERVES, coin)
    named = request.GET.get("as_of")
    latest = selectors.days_of(coin, request.user).first()
    wanted = read_day(named) if named else latest.as_of if latest else None
    day = selectors.day(coin, wanted) if wanted else None
    if day is None and named:
        raise Http404
    scenarios = scenarios_on(day.as_of) if day else []
    form = ScenarioForm(scenarios, request.GET)
    codes = form.cleaned_data["scenario"] if form.is_valid() else []
    return coin, day, form, chosen(scenarios, codes)


@require_safe
def stress(request: HttpRequest, symbol: str) -> HttpResponse:
    """What scenarios do to the reserve: figures of a what-if, on the scenarios' own assumptions."""
    coin, day, form, scenarios = _asked(request, symbol)
    site = request.resolver_match.namespace
    if day is None:
        return redirect(f"{site}:coin", symbol)
    known = (day.result or {}).get("circulation") is not None
    context = portal_frame(request.user, coin) | {
        "day": day, "form": form, "query": request.GET.urlencode(), "known": known, "wanted": day.as_of,
        "coin": coin, "organisation": coin.issuer.organisation,
    }
    if known:
        context |= stress_page(stress_of_day(day, scenarios))
    return render(request, f"{site}/stress.html", context, status=422 if form.errors else 200)


@require_safe
def stress_csv(request: HttpRequest, symbol: str) -> HttpResponse:
    """The same as a table of payments."""
    coin, day, _form, scenarios = _asked(request, symbol)
    if day is None:
        raise Http404
    response = HttpResponse(csv_text(csv_rows(stress_of_day(day, scenarios))), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="stress-{coin.symbol}-{day.as_of}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
