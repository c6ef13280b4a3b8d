"""The scorecard of the matching of names: how good it is, on what, and how it was before."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aml.selectors.scorecards import false_alarms, groups_of, headline_of, scorecards
from aml.tasks import nudge_measuring
from core.access import require, visible_or_404
from core.roles import Can


@require_http_methods(["GET", "HEAD", "POST"])
def scorecard(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One measuring, the latest if none is named, and all before it."""
    require(request.user, Can.VIEW_ALERTS)
    if request.method == "POST":
        nudge_measuring()
        messages.success(request, _("The matching is measured now; look again in a minute."))
        return redirect("officer:scorecard")
    rows = scorecards()
    row = visible_or_404(rows, request.user, pk=pk) if pk else rows.first()
    results = row.results if row else {}
    context = {
        "row": row, "groups": list(groups_of(results)), "labelled": headline_of(results, "labelled"),
        "generated": headline_of(results, "generated"), "false_alarms": false_alarms(results), "others": rows[:20],
    }
    return render(request, "officer/scorecard.html", context)
