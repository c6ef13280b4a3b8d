"""The officer's first page: what is wrong now, what to do next, how every coin stands."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import charts, clock
from core.models import AuditEvent, User
from core.money import round_down
from issuers.selectors import coins_for
from reports.selectors.queue import queue_views, standing_breaches
from reports.views.cases import queue
from reserves import selectors
from reserves.selectors.movements import FEED as TRANSFERS_READ

WATCHED_DAYS = 30
#: The files of what was read from chains: one for each contract, every hour.
OF_RANGES = Q(verb__startswith="core.feed", target_label__startswith=f"{TRANSFERS_READ} ")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My work."""
    shown = queue(request, "open")
    today = clock.now().astimezone(clock.HONG_KONG).replace(hour=23, minute=59, second=59)
    standing = queue_views(request.user)["open"][1]
    context = shown | shown["counts"] | {
        "watch": reserve_watch(request.user),
        "breaches": standing_breaches(request.user)[:5],
        "as_at": clock.now(),
        "today": standing.filter(due_at__range=(clock.now(), today)).count(),
        "recent": _recent(request.user),
    }
    return render(request, "officer/home.html", context)


@require_safe
def reserves(request: HttpRequest) -> HttpResponse:
    """Every coin as it stands today."""
    context = {"watch": reserve_watch(request.user), "as_at": clock.now()}
    return render(request, "officer/reserves.html", context)


def reserve_watch(user: User) -> list[dict[str, Any]]:
    """Return one row per coin: its latest day, its ratio's last weeks, what changed since the day before."""
    coins = list(coins_for(user))
    latest = {day.coin_id: day for day in selectors.latest_days(user)}
    lines = selectors.histories(coins, clock.today() - timedelta(days=WATCHED_DAYS + 1))
    return [_watched(coin, latest.get(coin.pk), lines[coin.pk]) for coin in coins]


def _watched(coin, day, line) -> dict[str, Any]:
    ratios = [ratio for _as_of, ratio in line]
    known = [ratio for ratio in ratios if ratio is not None]
    drawn = [None if ratio is None else float(ratio * 100) for ratio in ratios]
    title = _("Backing ratio of %(coin)s, last %(days)d days") % {"coin": coin.symbol, "days": len(ratios)}
    return {
        "coin": coin,
        "day": day,
        "change": round_down(known[-1], 4) - round_down(known[-2], 4) if len(known) > 1 else None,  # as printed
        "spark": charts.sparkline(drawn, title=title, limit=100) if len(known) > 1 else "",
        "short": day is not None and day.backing_ratio is not None and day.backing_ratio < Decimal(1),
        "stale": day is None or day.as_of < clock.yesterday(),
    }


def _recent(user: User):
    return (
        AuditEvent.objects.visible_to(user)
        .exclude(verb__startswith="reserves.day")
        .exclude(verb__startswith="core.message")
        .exclude(OF_RANGES)[:8]
    )
