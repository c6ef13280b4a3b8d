"""The limits that an issuer sets itself: stated by the issuer, put on record by officers, breaches told of."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import require, visible_or_404
from core.roles import Can
from issuers.models import Coin
from issuers.selectors import coins_for
from issuers.views.frame import portal_frame
from reserves.forms_limits import LimitForm, NoticeForm
from reserves.models import Limit
from reserves.selectors.limits import latest_limits, limits_of, notices_of
from reserves.services.limits import decline_limit, notify_limit, record_limit, state_limit
from reserves.workflows import LIMIT


def _coin(request: HttpRequest, symbol: str) -> Coin:
    return visible_or_404(coins_for(request.user), request.user, symbol=symbol)


def _may_state(request: HttpRequest, coin: Coin) -> bool:
    permission = Can.PROPOSE_REFERENCE if request.user.is_authority else Can.STATE_LIMITS
    return request.user.can(permission, None if request.user.is_authority else coin)


@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: HttpRequest, symbol: str) -> HttpResponse:
    """Every limit of the coin and how it stands; state another."""
    coin = _coin(request, symbol)
    require(request.user, Can.VIEW_RESERVES, coin)
    form = LimitForm(request.POST or None, instance=Limit(coin=coin))
    site = request.resolver_match.namespace
    if request.method == "POST":
        require(request.user, *((Can.PROPOSE_REFERENCE,) if request.user.is_authority else (Can.STATE_LIMITS, coin)))
        if form.is_valid():
            state_limit(coin, actor=request.user, **form.cleaned_data)
            messages.success(request, _("Stated. It is measured once an officer has put it on record."))
            return redirect(f"{site}:limits", symbol)
    context = portal_frame(request.user, coin) | _shown(request, coin) | {
        "form": form, "may_state": _may_state(request, coin), "notice_form": NoticeForm(),
        "may_notify": not request.user.is_authority and request.user.can(Can.NOTIFY_BREACH, coin),
    }
    return render(request, f"{site}/limits.html", context, status=422 if form.errors else 200)


def _shown(request: HttpRequest, coin: Coin) -> dict[str, Any]:
    standing = {entry["limit"]: entry for entry in latest_limits(coin)}
    rows = [
        {"row": row, "standing": standing.get(row.key), "moves": LIMIT.available(row, request.user)}
        for row in limits_of(coin, request.user)[:200]
    ]
    return {"rows": rows, "notices": notices_of(coin, request.user)[:50]}


@require_POST
def decide(request: HttpRequest, symbol: str, pk: int) -> HttpResponse:
    """Put what the issuer stated on record, or turn it down."""
    row = visible_or_404(limits_of(_coin(request, symbol), request.user), request.user, pk=pk)
    if request.POST.get("decision") == "approve":
        record_limit(row, actor=request.user)
    else:
        decline_limit(row, note=request.POST.get("note", "").replace("\x00", ""), actor=request.user)
    messages.success(request, _("Done, and recorded."))
    return redirect("officer:limits", symbol)


@require_POST
def notify(request: HttpRequest, symbol: str, pk: int) -> HttpResponse:
    """Give notice of a breach that stands."""
    row = visible_or_404(limits_of(_coin(request, symbol), request.user), request.user, pk=pk)
    form = NoticeForm(request.POST)
    notify_limit(row, note=form.cleaned_data["note"] if form.is_valid() else "", actor=request.user)
    messages.success(request, _("Notice given, and recorded."))
    return redirect("portal:limits", symbol)
