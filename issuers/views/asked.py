"""What a reader asks of public pages in their addresses: a query, and the day as at which to look."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core import clock

LONGEST_QUERY = 200


def asked_query(request: HttpRequest) -> str:
    """Return what was typed, as text that can be looked up."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]


def asked_day(request: HttpRequest) -> tuple[date | None, str]:
    """Return the day asked for, or None, and a sentence on what is wrong with it, or ""."""
    text = request.GET.get("as_at", "").replace("\x00", "").strip()[:20]
    if not text:
        return None, ""
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        day = None
    if day is None:
        return None, _("“%(text)s” is not a day. Write year-month-day, for example 2026-09-08.") % {"text": text}
    if day > clock.today():
        return None, _("%(text)s has not come yet: nobody knows what the register will say.") % {"text": text}
    return day, ""


def on_a_day(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view of open data the day asked for as ``as_at``; a day that cannot be read is refused in words."""

    @wraps(view)
    def answered(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        day, problem = asked_day(request)
        if problem:
            return HttpResponse(problem, status=400, content_type="text/plain; charset=utf-8")
        return view(request, *args, as_at=day, **kwargs)

    return answered
