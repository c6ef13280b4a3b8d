"""Returns of complaints: filed by licensees quarter by quarter, read by officers over time."""

from __future__ import annotations

from decimal import Decimal
from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import require
from core.asking import refusal_on
from core.roles import Can
from issuers.forms.duties import ComplaintReturnForm
from issuers.models import ComplaintReturn
from issuers.selectors.duties import latest_returns, own_issuer, returns_for
from issuers.services.complaints import file_complaint_return
from issuers.time_limits import TimeLimit, time_limit
from issuers.views.frame import portal_frame


def _limits() -> list[tuple[str, TimeLimit]]:
    """Return the three times that a complaint may take (SUP 8.4.2)."""
    steps = {
        "complaint_acknowledged": _("Acknowledged"), "complaint_replied": _("Replied to"),
        "complaint_closed": _("Normally closed"),
    }
    return [(label, time_limit(name, clock.today())) for name, label in steps.items()]


@require_http_methods(["GET", "HEAD", "POST"])
def portal_list(request: HttpRequest) -> HttpResponse:
    """The returns of the reader's licensee, and the form of another."""
    issuer = own_issuer(request.user)
    require(request.user, Can.FILE_NOTICE if request.method == "POST" else Can.VIEW_LICENCE, issuer)
    form = ComplaintReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusal_on(form):
            filed = file_complaint_return(issuer, actor=request.user, **form.cleaned_data)
            messages.success(request, _("Filed: %(reference)s.") % {"reference": filed.reference})
            return redirect("portal:complaints")
    returns = returns_for(request.user).filter(issuer=issuer)
    context = portal_frame(request.user, owner=issuer.organisation) | {
        "returns": returns[:60],
        "latest": returns.order_by("-filed_at", "-pk").first(),
        "form": form,
        "limits": _limits(),
        "may_file": request.user.can(Can.FILE_NOTICE, issuer),
    }
    return render(request, "portal/complaints.html", context, status=422 if form.errors else 200)


def share_in_time(in_time: int, late: int) -> Decimal | None:
    """Return which part was in time, or None where there was nothing."""
    return Decimal(in_time) / Decimal(in_time + late) if in_time + late else None


def _trend(filed: ComplaintReturn, before: ComplaintReturn | None) -> dict[str, Any]:
    return {
        "filed": filed,
        "acknowledged": share_in_time(filed.acknowledged_in_time, filed.acknowledged_late),
        "replied": share_in_time(filed.replied_in_time, filed.replied_late),
        "open": filed.open_to_30_days + filed.open_31_to_60_days + filed.open_over_60_days,
        "change": filed.received - before.received if before else None,
        "fewer": before.received - filed.received if before else None,
    }


@require_safe
def officer_list(request: HttpRequest) -> HttpResponse:
    """The returns in force of all licensees, quarter by quarter, each against the quarter before."""
    returns = latest_returns(request.user)
    rows = [
        _trend(filed, before if before and before.issuer_id == filed.issuer_id else None)
        for filed, before in zip_longest(returns, returns[1:])
    ]
    return render(request, "officer/complaints.html", {"rows": rows, "limits": _limits()})
