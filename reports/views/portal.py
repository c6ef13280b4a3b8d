"""The issuer's first page: what is owed, how the coins stand, what the authority asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from issuers.views.frame import portal_frame
from reports.selectors.owed import cases_owed, owed_by
from reports.views.officer import reserve_watch
from reserves.selectors import due_files


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What we owe."""
    watch = reserve_watch(request.user)
    context = portal_frame(request.user) | {
        "watch": watch, "as_at": clock.now(),
        "cases": cases_owed(request.user),
        "owed": owed_by(request.user),
        "due": due_files([row["coin"] for row in watch]),
    }
    return render(request, "portal/home.html", context)
