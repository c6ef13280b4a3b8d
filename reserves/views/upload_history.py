"""Every file sent about one coin, version by version: who, when, which bytes, what it replaced and changed."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import feeds
from core.access import require, visible_or_404
from core.roles import Can
from issuers.selectors import coins_for
from issuers.views.frame import portal_frame
from reserves.selectors.file_versions import LISTED_LINES, differences, files_sent

PER_PAGE = 30


@require_safe
def upload_history(request: HttpRequest, symbol: str) -> HttpResponse:
    """The files of a coin, newest first, of all feeds or of one."""
    coin = visible_or_404(coins_for(request.user), request.user, symbol=symbol)
    require(request.user, Can.VIEW_RESERVES, coin)
    site, wanted = request.resolver_match.namespace, request.GET.get("feed", "")
    sent = files_sent(coin, request.user)
    # Ranges of blocks come every hour: they are shown to who asks for them.
    sent = sent.filter(feed=wanted) if wanted in feeds.FEEDS else sent.exclude(feed__in=feeds.own_feeds())
    page = Paginator(sent.defer("problems"), PER_PAGE).get_page(request.GET.get("page"))
    changed = differences(page, most=LISTED_LINES)
    rows: list[dict[str, Any]] = [
        {"file": file, "title": feeds.FEEDS[file.feed].title, "difference": changed.get(file.pk)} for file in page
    ]
    context = {
        "rows": rows, "page": page, "feed_file_url": f"{site}:feed_file", "wanted": wanted,
        "feeds": [("", None, not wanted), *((name, feed.title, name == wanted) for name, feed in feeds.FEEDS.items())],
    }
    return render(request, f"{site}/upload_history.html", context | portal_frame(request.user, coin))
