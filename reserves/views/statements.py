"""Weekly statements: prepared and approved by the issuer, seen by officers, published for everybody."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import audit, blobs, clock
from core.access import require, visible_or_404
from core.downloads import csv_text, published
from core.errors import Refused
from core.roles import Can
from core.stepup import require_step_up
from issuers.models import Coin
from issuers.selectors import coins_for
from issuers.views.frame import portal_frame
from reserves.builders.statements import statement_rows
from reserves.forms_attestation import PrepareForm
from reserves.models import AttestationReport, Engagement, WeeklyStatement
from reserves.selectors.due import supervised_coins
from reserves.selectors.statements import corrected_days, last_as_at, published_statements, statements_for
from reserves.services.statements import approve_statement, prepare_statement, withdraw_statement
from reserves.workflows import WEEKLY_STATEMENT

SHOWN = 60


@require_http_methods(["GET", "HEAD", "POST"])
def statement_list(request: HttpRequest, symbol: str) -> HttpResponse:
    """The statements of a coin; prepare the next."""
    coin = visible_or_404(coins_for(request.user), request.user, symbol=symbol)
    require(request.user, Can.FILE_NOTICE if request.method == "POST" else Can.VIEW_RESERVES, coin)
    form = PrepareForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("portal:statement", prepare_statement(coin, as_at=form.day(), actor=request.user).pk)
        except Refused as problem:
            form.add_error(None, str(problem))
    rows = list(statements_for(request.user).filter(coin=coin)[:SHOWN])
    corrected = corrected_days(rows)
    context = portal_frame(request.user, coin) | {
        "rows": [(row, corrected[row.pk]) for row in rows], "form": form, "next_as_at": last_as_at(),
        "is_filed": any(row.as_at == last_as_at() and row.status == WeeklyStatement.Status.FILED for row in rows),
        "may_file": request.user.can(Can.FILE_NOTICE, coin),
    }
    return render(request, "portal/statements.html", context, status=422 if form.errors else 200)


@require_safe
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """One statement: what it says, who prepared and approved it, what was corrected since."""
    row = visible_or_404(statements_for(request.user), request.user, pk=pk)
    require(request.user, Can.VIEW_RESERVES, row)
    move = WEEKLY_STATEMENT.moves["file"]
    site = request.resolver_match.namespace
    context = portal_frame(request.user, row.coin if site == "portal" else None) | {
        "statement": row, "content": row.content, "corrected": corrected_days([row])[row.pk],
        "moves": {each.name for each in WEEKLY_STATEMENT.available(row, request.user)},
        "why_not": WEEKLY_STATEMENT.refusal(row, move, request.user) if row.status in move.sources else "",
        "may_file": request.user.can(Can.FILE_NOTICE, row),
        "events": audit.timeline(row, audience=audit.Audience.ISSUER),
    }
    return render(request, f"{site}/statement.html", context)


@require_POST
def statement_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, which files and publishes; or withdraw."""
    row = visible_or_404(statements_for(request.user), request.user, pk=pk)
    require(request.user, Can.FILE_NOTICE, row)
    try:
        if request.POST.get("action") == "approve":
            require_step_up(request)
            approve_statement(row, actor=request.user)
            messages.success(request, _("Filed with the authority and published."))
        else:
            withdraw_statement(row, actor=request.user)
            messages.success(request, _("Withdrawn."))
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect("portal:statement", pk)


@require_safe
def officer_list(request: HttpRequest) -> HttpResponse:
    """The last statement of every supervised coin, what is missing first."""
    latest: dict[int, WeeklyStatement] = {}
    filed = statements_for(request.user).filter(status=WeeklyStatement.Status.FILED)
    for row in filed.order_by("coin_id", "-as_at").distinct("coin_id"):
        latest[row.coin_id] = row
    corrected = corrected_days(list(latest.values()))
    wanted = last_as_at()
    rows: list[dict[str, Any]] = [
        {"coin": coin, "statement": last, "corrected": corrected[last.pk] if last else [],
         "missing": last is None or last.as_at < wanted}
        for coin in sorted(supervised_coins(), key=lambda coin: coin.symbol) for last in (latest.get(coin.pk),)
    ]
    context = {"rows": sorted(rows, key=lambda each: not each["missing"]), "wanted": wanted, "as_at": clock.now()}
    return render(request, "officer/statements.html", context)


# --- for everybody ----------------------------------------------------------------------------------


def _sound(text: str) -> str:
    """Return a part of an address; none that has a NUL names anything (and asking for one is an error)."""
    if "\x00" in text:
        raise Http404
    return text


def _coin(symbol: str) -> Coin:
    """Return a coin of which something is published.

    Raises:
        Http404: nothing is, which is also the answer where there is no such coin.
    """
    rows = Coin.objects.filter(symbol=_sound(symbol), issuer__licences__isnull=False).distinct()
    return get_object_or_404(rows.select_related("issuer__organisation"))


@login_not_required
@require_safe
def public_statements(request: HttpRequest, symbol: str) -> HttpResponse:
    """What a coin's issuer stated week by week, with every version and what was corrected since."""
    coin = _coin(symbol)
    rows = published_statements(coin)
    corrected = corrected_days(rows)
    latest = next((row for row in rows if row.status == WeeklyStatement.Status.FILED), None)
    context = {
        "coin": coin, "licence": coin.issuer.licence, "latest": latest, "content": latest.content if latest else None,
        "corrected": corrected[latest.pk] if latest else [], "rows": [(row, corrected[row.pk]) for row in rows],
        "now": clock.now(),
    }
    return render(request, "public/statements.html", context)


@login_not_required
@require_safe
def public_statements_file(request: HttpRequest, symbol: str, form: str) -> HttpResponse:
    """The same as a table, or for programs as JSON."""
    coin = _coin(symbol)
    rows = published_statements(coin)
    changed_at: datetime | None = max((row.filed_at for row in rows if row.filed_at), default=None)
    if form == "csv":
        text = csv_text(statement_rows(rows, corrected_days(rows)))
        return published(request, text, "text/csv; charset=utf-8", changed_at=changed_at, filename=f"{symbol}.csv")
    if form != "json":
        raise Http404
    data = [row.content | {"version": row.version, "state": row.status, "digest": row.digest,
                           "filed_at": row.filed_at.isoformat() if row.filed_at else None} for row in rows]
    return published(request, json.dumps(data, ensure_ascii=False, indent=1), "application/json", changed_at=changed_at)


@login_not_required
@require_safe
def public_report(request: HttpRequest, reference: str, version: int) -> FileResponse:
    """A filed attestation report."""
    row = get_object_or_404(
        AttestationReport.objects.exclude(filed_at=None), engagement__reference=_sound(reference), version=version)
    return FileResponse(blobs.path_of(row.document_id).open("rb"), as_attachment=True, content_type="application/pdf",
                        filename=f"{reference}-{version}.pdf")


@login_not_required
@require_safe
def public_draw(request: HttpRequest, reference: str) -> HttpResponse:
    """The commitment of a draw and, when its period is over, everything that repeats it."""
    row = get_object_or_404(Engagement.objects.exclude(commitment=""), reference=_sound(reference))
    data = {"engagement": row.reference, "commitment": row.commitment, "committed_at": row.committed_at.isoformat()
            if row.committed_at else None, "draw": row.draw or None}
    return published(request, json.dumps(data, indent=1), "application/json", changed_at=row.drawn_at)
