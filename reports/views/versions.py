"""The versions of a day, and what is another between two of them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.access import require, visible_or_404
from core.roles import Can
from issuers.selectors import coins_for
from issuers.views.frame import portal_frame
from reports.builders import break_page
from reports.builders.labels import FEEDS
from reports.views.days import read_day
from reserves import versions
from reserves.models import ReserveDay
from reserves.selectors.versions import file_changes, versions_of


@require_safe
def version_list(request: HttpRequest, symbol: str, as_of: str) -> HttpResponse:
    """Every version of a day; two of them side by side, the latest two unless others are asked for."""
    coin = visible_or_404(coins_for(request.user), request.user, symbol=symbol)
    require(request.user, Can.VIEW_RESERVES, coin)
    found = versions_of(coin, read_day(as_of))
    if not found:
        raise Http404
    before, after = _pair(request, found)
    context = portal_frame(request.user, coin) | {
        "wanted": read_day(as_of), "versions": found, "before": before, "after": after,
        "feed_file_url": f"{request.resolver_match.namespace}:feed_file",
    }
    if before is not None:
        context |= _compared(before, after)
    return render(request, f"{request.resolver_match.namespace}/versions.html", context)


def _pair(request: HttpRequest, found: list[ReserveDay]) -> tuple[ReserveDay | None, ReserveDay]:
    """Return the two versions that are compared, the older first; one alone has nothing beside it."""
    by_number = {str(day.version): day for day in found}
    asked = [request.GET.get(name) for name in ("before", "after")]
    if not any(asked):
        return (found[1] if len(found) > 1 else None), found[0]
    if asked[0] not in by_number or asked[1] not in by_number:
        raise Http404
    return by_number[asked[0]], by_number[asked[1]]


def _compared(before: ReserveDay, after: ReserveDay) -> dict[str, Any]:
    one, other = before.result or {}, after.result or {}
    files = file_changes(versions.changed_files(one, other))
    return {
        "figures": break_page.figure_changes(versions.changed_figures(one, other)),
        "findings": break_page.finding_changes(versions.changed_findings(one, other), other["currency"]),
        "breaks": break_page.break_changes(versions.changed_breaks(one, other)),
        "files": [
            {"feed": FEEDS.get(each.change.name, each.change.name), "before": each.change.before,
             "after": each.change.after, "count": each.number, "counts": each.counts,
             "lines": break_page.line_changes(each.lines), "more": each.number - len(each.lines)}
            for each in files
        ],
    }
