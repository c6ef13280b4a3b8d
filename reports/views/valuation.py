"""Every line of a coin-day beside its own value, for officers and for the issuer."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.access import require, visible_or_404
from core.downloads import csv_text, figure
from core.roles import Can
from issuers.models import Coin
from issuers.selectors import coins_for
from issuers.views.frame import portal_frame
from reports.builders import prudence
from reports.selectors import sender_names
from reports.views.days import read_day
from reserves import selectors
from reserves.models import ReserveDay
from reserves.selectors.versions import late_prices
from reserves.services.valued_lines import Valued, matching, valued_lines

PAGE = 100
COLUMNS = (
    "account_id", "instrument_id", "description", "asset_class", "currency", "state", "face_value", "stated_value",
    "own_value", "accrued", "difference", "gap", "tolerance", "prudent_value", "price", "side", "source", "priced_on",
    "age_business_days", "file", "row",
)

#: Which of them are amounts, ratios and prices: numbers, also where they are negative.
FIGURES = frozenset({
    "face_value", "stated_value", "own_value", "accrued", "difference", "gap", "tolerance", "prudent_value", "price",
})


def _asked(request: HttpRequest, symbol: str, as_of: str) -> tuple[Coin, ReserveDay, Valued]:
    coin = visible_or_404(coins_for(request.user), request.user, symbol=symbol)
    require(request.user, Can.VIEW_RESERVES, coin)
    day = selectors.day(coin, read_day(as_of))
    if day is None:
        raise Http404
    day.coin = coin
    return coin, day, valued_lines(day)


def _wanted(request: HttpRequest) -> dict[str, str]:
    state = request.GET.get("state", "")
    return {"state": state if state in prudence.STATES else "", "text": request.GET.get("q", "")[:100]}


@require_safe
def valuation(request: HttpRequest, symbol: str, as_of: str) -> HttpResponse:
    """The lines of the day, those that do not agree first; by state and by text."""
    coin, day, valued = _asked(request, symbol, as_of)
    wanted, site = _wanted(request), request.resolver_match.namespace
    page = Paginator(matching(valued.lines, **wanted), PAGE).get_page(request.GET.get("page"))
    asked = urlencode({name: value for name, value in (("state", wanted["state"]), ("q", wanted["text"])) if value})
    late = late_prices(day)
    address = reverse(f"{site}:valuation", args=[symbol, as_of])
    context = portal_frame(request.user, coin) | {
        "wanted": day.as_of, "day": day, "rows": [prudence.mark(line) for line in page], "page": page,
        "panels": prudence.panels(day.result), "agrees": valued.agrees, "asked": asked, "text": wanted["text"],
        "state": wanted["state"], "feed_file_url": f"{site}:feed_file",
        "late_prices": prudence.late_prices(late, sender_names(day.result)) if late else [],
        "versions_url": reverse(f"{site}:versions", args=[symbol, as_of]),
        "views": [(_("All"), address, len(valued.lines), not wanted["state"])] + [
            (label, f"{address}?state={state}", count, wanted["state"] == state)
            for state, label, count in prudence.tally(valued.lines)
        ],
    }
    return render(request, f"{site}/valuation.html", context)


@require_safe
def valuation_csv(request: HttpRequest, symbol: str, as_of: str) -> HttpResponse:
    """The same lines as a table, without being cut into pages."""
    coin, day, valued = _asked(request, symbol, as_of)
    rows = [[figure(line[name]) if name in FIGURES else line[name] for name in COLUMNS]
            for line in matching(valued.lines, **_wanted(request))]
    name = f"{coin.symbol.lower()}_valuation_{day.as_of:%Y%m%d}.csv"
    return HttpResponse(csv_text([COLUMNS, *rows]), content_type="text/csv; charset=utf-8",
                        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"})
