"""What waits for a second officer: everything that somebody proposed and nobody else has decided."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.selectors.approvals import approvals


@require_safe
def approval_list(request: HttpRequest) -> HttpResponse:
    """What the reader may decide first, then what waits for others."""
    waiting = approvals()
    mine = [row for row in waiting if row.is_for(request.user)]
    others = [row for row in waiting if not row.is_for(request.user)]
    return render(request, "officer/approvals.html", {"mine": mine, "others": others})
