"""What licensees owe: their own page, and the officers' view of one and of all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.access import require, visible_or_404
from core.roles import Can
from core.stepup import require_step_up
from issuers.duty_calendar import STANDING, not_dated
from issuers.models import Issuer, Obligation
from issuers.selectors import issuers_for
from issuers.selectors.duties import (
    consents_for,
    duty_counts,
    notices_for,
    obligations_for,
    own_issuer,
    returns_for,
    weeks_of,
)
from issuers.services.duty_record import known_of
from issuers.services.obligations import MOVES, move_obligation
from issuers.views.frame import portal_frame

WEEKS = 8
SETTLED_SHOWN = 40


def _owed(request: HttpRequest, issuer: Issuer) -> dict[str, Any]:
    """Return what both sites show of one licensee's duties and filings."""
    rows = list(obligations_for(request.user).filter(issuer=issuer))
    due, now = [row for row in rows if row.status == Obligation.Status.DUE], clock.now()
    settled = sorted((row for row in rows if row.met_at), key=lambda row: row.met_at or now, reverse=True)
    ahead = now + timedelta(days=7 * WEEKS)
    return {
        "issuer": issuer,
        "overdue": [row for row in due if row.due_at < now],
        "soon": [row for row in due if now <= row.due_at < now + timedelta(days=7)],
        "next": next((row for row in due if row.due_at >= now), None),
        "weeks": weeks_of([row for row in rows if row not in due or row.due_at >= now], clock.today(), WEEKS),
        "later": [row for row in due if row.due_at >= ahead],
        "settled": settled[:SETTLED_SHOWN],
        "late": sum(row.is_met_late for row in settled),
        "met": len(settled),
        "standing": STANDING,
        "not_dated": not_dated(known_of(issuer)) if issuer.licence else [],
        "notices": notices_for(request.user).filter(issuer=issuer)[:SETTLED_SHOWN],
        "consents": consents_for(request.user).filter(issuer=issuer)[:SETTLED_SHOWN],
        "returns": returns_for(request.user).filter(issuer=issuer)[:SETTLED_SHOWN],
    }


@require_safe
def own_duties(request: HttpRequest) -> HttpResponse:
    """What the reader's licensee owes in the next weeks, and everything that it filed."""
    issuer = own_issuer(request.user)
    require(request.user, Can.VIEW_LICENCE, issuer)
    frame = portal_frame(request.user, owner=issuer.organisation)
    return render(request, "portal/duties.html", frame | _owed(request, issuer))


@require_safe
def all_duties(request: HttpRequest) -> HttpResponse:
    """Every licensee with what it owes, the most overdue first, and what is overdue by itself."""
    late = obligations_for(request.user).filter(status=Obligation.Status.DUE, due_at__lt=clock.now())
    context = {"issuers": duty_counts(), "overdue": late[:200], "overdue_count": late.count()}
    return render(request, "officer/duties.html", context)


@require_safe
def issuer_duties(request: HttpRequest, slug: str) -> HttpResponse:
    """One licensee's duties, each with what an officer may do about it."""
    issuer = visible_or_404(issuers_for(request.user), request.user, organisation__slug=slug)
    may = {"meet": request.user.can(Can.WORK_CASES), "waive": request.user.can(Can.REVIEW_NOTICE)}
    return render(request, "officer/issuer_duties.html", _owed(request, issuer) | {"may": may})


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a duty as met, propose to waive it, decide on that, or take it back.

    To waive and to take back are decisions: the officer confirms who it is.
    """
    obligation = visible_or_404(obligations_for(request.user), request.user, pk=pk)
    move, text = request.POST.get("move", ""), request.POST.get("text", "").replace("\x00", "").strip()
    if move not in MOVES:
        raise Http404
    if move in ("waive", "reopen"):
        require(request.user, Can.REVIEW_NOTICE, obligation)
        require_step_up(request)
    move_obligation(obligation, move, text=text, actor=request.user)
    messages.success(request, _("Done, and recorded."))
    return redirect("officer:issuer_duties", obligation.issuer.organisation.slug)
