"""The issuer's first page: what is owed, how the coins stand, what the authority asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import cases, clock
from core.models import Case
from issuers.views.frame import portal_frame
from core.roles import Can
from reports.views.officer import reserve_watch
from reserves.selectors import due_files


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What we owe."""
    watch = reserve_watch(request.user)
    organisation = watch[0]["coin"].issuer.organisation if watch else None
    context = {
        "watch": [row | {"may_send": request.user.can(Can.SEND_FEEDS, row["coin"])} for row in watch],
        "organisation": organisation, "as_at": clock.now(),
        "cases": cases.cases_for(request.user).filter(status=Case.Status.OPEN),
        "due": due_files([row["coin"] for row in watch]),
    }
    return render(request, "portal/home.html", context)
