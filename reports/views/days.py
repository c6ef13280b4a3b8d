"""The reserve position of one coin on one day, for officers and for the issuer."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.access import require, visible_or_404
from core.roles import Can
from core.wording import hk_date, hk_datetime
from issuers.models import Coin
from issuers.selectors import coins_for
from issuers.views.frame import portal_frame
from reports.builders import prudence
from reports.builders.day_page import day_page
from reports.selectors import issuer_findings, report_of_day, sender_names
from reserves import selectors
from reserves.models import ReserveDay
from reserves.selectors.versions import late_prices
from reserves.services.days import run_day
from reserves.services.opening import open_day
from reserves.tasks import advance_reserve_day, nudge


def read_day(text: str) -> date:
    """Return the day that an address names.

    Raises:
        Http404: it names none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404


@require_safe
def coin_day(request: HttpRequest, symbol: str, as_of: str) -> HttpResponse:
    """One day as it was judged, or with ``law_on`` as another day's law would judge it."""
    coin, wanted = visible_or_404(coins_for(request.user), request.user, symbol=symbol), read_day(as_of)
    require(request.user, Can.VIEW_RESERVES, coin)
    law_on = read_day(request.GET["law_on"]) if "law_on" in request.GET else None
    site = request.resolver_match.namespace
    day = selectors.day(coin, wanted)
    judged = day.result if day else None
    result = run_day(coin, wanted, actor=request.user, law_on=law_on) if law_on else judged
    context = _frame(request, coin, wanted, day)
    if result is None:
        return render(request, f"{site}/coin_day_waiting.html", context, status=404 if not context["files"] else 200)
    senders = sender_names(result)
    page = day_page(
        result,
        issuer_findings=None if law_on else issuer_findings(coin.issuer, wanted),
        history=[
            (each, None if ratio is None else f"{ratio:f}") for each, ratio in selectors.history(coin, until=wanted)
        ],
        judged_at=day.judged_at.isoformat() if day and not law_on else None,
        senders=senders,
        lines_at="" if law_on else f"{reverse(f'{site}:lines', args=[symbol, as_of])}?",
    )
    late = prudence.late_prices(late_prices(day), senders) if day and not law_on else []
    return render(request, f"{site}/coin_day.html", context | page | {"law_on": law_on, "late_prices": late})


def _frame(request: HttpRequest, coin: Coin, wanted: date, day: ReserveDay | None) -> dict[str, Any]:
    site = request.resolver_match.namespace
    before, after = selectors.neighbours(coin, wanted)

    def address(other: date | None) -> str:
        return reverse(f"{site}:coin_day", args=[coin.symbol, other.isoformat()]) if other else ""

    return portal_frame(request.user, coin) | {
        "wanted": wanted,
        "day": day,
        "before": address(before),
        "after": address(after),
        "report": report_of_day(day) if day else None,
        "files": selectors.files_of(coin, request.user, wanted),
        "feed_file_url": f"{site}:feed_file",
        "valuation_url": reverse(f"{site}:valuation", args=[coin.symbol, wanted.isoformat()]),
        "versions_url": reverse(f"{site}:versions", args=[coin.symbol, wanted.isoformat()]),
        "limits_url": reverse(f"{site}:limits", args=[coin.symbol]),
        "outlook_url": reverse(f"{site}:outlook", args=[coin.symbol, wanted.isoformat()]),
        "may_run": request.user.can(Can.RUN_DAY, coin),
        "title_meta": _meta(day),
    }


def _meta(day: ReserveDay | None) -> str:
    if day is None:
        return ""
    return _("As at %(day)s, 23:59 Hong Kong time. Version %(version)d, judged %(at)s.") % {
        "day": hk_date(day.as_of, "weekday"),
        "version": day.version,
        "at": hk_datetime(day.judged_at, "short"),
    }


@require_safe
def latest_day(request: HttpRequest, symbol: str) -> HttpResponse:
    """Lead to the last judged day of a coin, or to the files sent for it where there is none."""
    coin = visible_or_404(coins_for(request.user), request.user, symbol=symbol)
    day = selectors.days_of(coin, request.user).first()
    site = request.resolver_match.namespace
    if day is None:
        require(request.user, Can.VIEW_RESERVES, coin)
        messages.info(request, _("No day of %(symbol)s has been judged yet.") % {"symbol": symbol})
        return redirect(f"{site}:upload_history", symbol)
    return redirect(f"{site}:coin_day", symbol, day.as_of.isoformat())


@require_POST
def run_again(request: HttpRequest, symbol: str, as_of: str) -> HttpResponse:
    """Put the day in the queue once more; the same files and law give the same result."""
    coin, wanted = visible_or_404(coins_for(request.user), request.user, symbol=symbol), read_day(as_of)
    nudge(advance_reserve_day, open_day(coin, wanted, actor=request.user).pk)
    return redirect("officer:coin_day", symbol, as_of)
