"""The page on redemption and issue of one coin, for officers, the issuer and its auditor."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from core.access import require, visible_or_404
from core.downloads import csv_text, figure
from core.roles import Can
from issuers.models import Coin
from issuers.selectors import coins_for
from issuers.views.frame import portal_frame
from reserves.selectors.redemptions import Statement, punctuality, request_account, statement_of

SHOWN = 200
STATES = {"late": (gettext_lazy("Late"), "bad"), "open": (gettext_lazy("Open"), "info"),
          "paid": (pgettext_lazy("redemption", "Paid"), "good")}
COLUMNS = (
    "request_id", "received_at", "amount", "par_value", "paid_at", "paid_amount", "fee", "business_days", "state",
)
FIGURES = frozenset({"amount", "par_value", "paid_amount", "fee"})


def _asked(request: HttpRequest, symbol: str) -> tuple[Coin, date | None]:
    coin = visible_or_404(coins_for(request.user), request.user, symbol=symbol)
    require(request.user, Can.VIEW_RESERVES, coin)
    try:
        return coin, date.fromisoformat(request.GET["day"]) if "day" in request.GET else None
    except ValueError:
        raise Http404


@require_safe
def redemptions(request: HttpRequest, symbol: str) -> HttpResponse:
    """The requests of a day, the late ones first, and how the days before went."""
    coin, day = _asked(request, symbol)
    statement = statement_of(coin, day)
    wanted = request.GET.get("state", "")
    days = punctuality(coin, day)
    context = {
        "statement": statement, "rows": _rows(statement, wanted) if statement else [], "wanted": wanted,
        "states": [(name, label) for name, (label, _tone) in STATES.items()], "days": days, "wanted_day": day,
        "flows": next((flows for as_of, flows in days if statement and as_of == statement.as_of), None),
        "counts": _counts(statement), "shown": SHOWN, "currency": coin.reference_currency,
        "titles": {"chain": _("On chain"), "books": _("In the books")},
    }
    return render(request, f"{request.resolver_match.namespace}/redemptions.html",
                  context | portal_frame(request.user, coin))


@require_safe
def redemptions_csv(request: HttpRequest, symbol: str) -> HttpResponse:
    """Every request of a day as a table."""
    coin, day = _asked(request, symbol)
    statement = statement_of(coin, day)
    if statement is None:
        raise Http404
    accounts = [request_account(statement, each) for each in statement.requests]
    lines = [COLUMNS, *(tuple(figure(each[name]) if name in FIGURES else each[name] for name in COLUMNS)
                        for each in accounts)]
    name = f"{coin.symbol.lower()}_redemptions_{statement.as_of:%Y%m%d}.csv"
    return HttpResponse(csv_text(lines), content_type="text/csv; charset=utf-8",
                        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"})


def _rows(statement: Statement, wanted: str):
    found = [(each, statement.state_of(each)) for each in statement.requests]
    if wanted in STATES:
        found = [pair for pair in found if pair[1] == wanted]
    found.sort(key=lambda pair: (list(STATES).index(pair[1]), -pair[0].business_days, pair[0].line.line))
    return [{"request": each, "state": STATES[state]} for each, state in found]


def _counts(statement: Statement | None) -> dict[str, int]:
    states = [statement.state_of(each) for each in statement.requests] if statement else []
    return {name: states.count(name) for name in STATES}
