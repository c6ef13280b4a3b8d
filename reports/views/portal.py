"""The issuer's first page: what is owed, how the coins stand, what the authority asked."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from issuers.selectors.mail import readers_of
from issuers.views.frame import portal_frame
from reports.selectors.owed import all_owed
from reports.views.officer import reserve_watch
from reserves.selectors import due_files


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What we owe."""
    watch = reserve_watch(request.user)
    frame = portal_frame(request.user)
    files = due_files([row["coin"] for row in watch])
    context = frame | {
        "watch": watch, "as_at": clock.now(), "owed": all_owed(request.user, coin=frame.get("coin"), files=files),
    }
    if frame["organisation"]:
        context |= {"readers": readers_of(frame["organisation"]), "least": settings.MAIL_LEAST_RECIPIENTS}
    return render(request, "portal/home.html", context)
