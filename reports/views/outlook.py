"""The outlook of one judged day: what would have avoided its breaches, down to single lines, and why the pool moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.access import require, visible_or_404
from core.roles import Can
from issuers.models import Coin
from issuers.selectors import coins_for
from issuers.views.frame import portal_frame
from reports.builders.outlook import outlook_page
from reports.builders.sections import changes_of
from reports.views.days import read_day
from reserves import selectors
from reserves.lines import HoldingLine
from reserves.selectors.judged_lines import judged_lines


@require_safe
def outlook(request: HttpRequest, symbol: str, as_of: str) -> HttpResponse:
    """What would have avoided it, and what moved since the day before."""
    coin, wanted = visible_or_404(coins_for(request.user), request.user, symbol=symbol), read_day(as_of)
    require(request.user, Can.VIEW_RESERVES, coin)
    day = selectors.day(coin, wanted)
    if day is None or day.result is None:
        raise Http404
    before = lines_before(coin, day.result)
    context = portal_frame(request.user, coin) | outlook_page(day.result, judged_lines(day.result), before) | {
        "day": day, "wanted": wanted, "result": day.result, "changes": changes_of(day.result),
        "compared": before is not None, "coin": coin, "organisation": coin.issuer.organisation,
    }
    return render(request, f"{request.resolver_match.namespace}/outlook.html", context)


def lines_before(coin: Coin, result: dict[str, Any]) -> Sequence[HoldingLine] | None:
    """Return the lines of the version of the day before that the account was compared with; None if with none."""
    previous = result["previous"]
    earlier = previous and selectors.day(coin, date.fromisoformat(previous["as_of"]), previous["version"])
    return judged_lines(earlier.result) if earlier and earlier.result else None
