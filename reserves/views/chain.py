"""What was read of a coin's contracts: the readings, the blocks that they rest on, and the events in them."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from core.access import require, visible_or_404
from core.roles import Can
from core.templatetags.ui import tag
from core.wording import amount, hk_datetime
from issuers.selectors import coins_for
from issuers.views.frame import portal_frame
from reserves.chain.events import ADMIN_KINDS, FREEZE_KINDS, Kind
from reserves.models import ChainReading
from reserves.selectors.chain import coverage_of, events_of, is_read, readings_of
from reserves.selectors.movements import contracts_read
from reserves.services.chain_words import absence_sentence, reason_sentence
from reserves.tasks import nudge, read_chains_of, read_transfers_of

SHOWN_READINGS = 20
GROUPS: dict[str, tuple[Any, tuple[Kind, ...]]] = {
    "": (_("All events"), ()),
    "supply": (_("Issued and destroyed"), (Kind.MINT, Kind.BURN)),
    "freezes": (_("Freezes and pauses"), tuple(sorted(FREEZE_KINDS))),
    "keys": (_("Keys and upgrades"), tuple(sorted(ADMIN_KINDS))),
}
MILLIONS = 10_000_000  # from here on sums are printed in millions
NOWRAP = {"td": {"class": "nowrap"}}
COUNTS = ("total_supply", "unissued", "frozen", "pending_redemption")


def _short(text: str) -> str:
    return f"{text[:10]}…{text[-6:]}" if len(text) > 20 else text


class EventTable(tables.Table):
    """Events, the latest first; what freezes coins or changes who holds a key is marked."""

    block_time = tables.Column(verbose_name=_("Block"), attrs=NOWRAP)
    kind = tables.Column(verbose_name=_("Event"))
    account = tables.Column(verbose_name=_("Address"), default="", attrs=NOWRAP)
    value = tables.Column(verbose_name=_("Coins"), default="", attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    tx_hash = tables.Column(verbose_name=_("Transaction"), attrs={"td": {"class": "mono nowrap"}})

    class Meta:
        attrs = {"class": "tight", "caption": _("Events")}
        empty_text = _("No event has been read")
        orderable = False

    def render_block_time(self, value, record):
        return format_html('{}<span class="sub">{} {}</span>', hk_datetime(value, "short"), record.deployment.chain,
                           record.block_number)

    def render_kind(self, record):
        tone = "bad" if record.kind in ADMIN_KINDS else "warn" if record.kind in FREEZE_KINDS else "line"
        return format_html('{}<span class="sub">{}</span>', tag(record.get_kind_display(), tone), record.name)

    def render_account(self, value, record):
        more = format_html('<span class="sub mono">{}</span>', record.other) if record.other else ""
        return format_html('<span class="mono">{}</span>{}', value, more)

    def render_value(self, value):
        return amount(value)

    def render_tx_hash(self, value):
        return _short(value)


@require_safe
def coin_chain(request: HttpRequest, symbol: str) -> HttpResponse:
    """Readings, checkpoints and events of one coin."""
    coin = visible_or_404(coins_for(request.user), request.user, symbol=symbol)
    require(request.user, Can.VIEW_RESERVES, coin)
    chosen = request.GET.get("events", "")
    shown, coverage = chosen if chosen in GROUPS else "", coverage_of(coin)
    kinds = GROUPS[shown][1]
    events = events_of(coin, request.user)
    table = EventTable(events.filter(kind__in=kinds) if kinds else events)
    RequestConfig(request, paginate={"per_page": 30}).configure(table)
    readings = [shown_reading(reading) for reading in readings_of(coin, request.user)[:SHOWN_READINGS]]
    site = request.resolver_match.namespace
    address = reverse(f"{site}:coin_chain", args=[symbol])
    context = portal_frame(request.user, coin) | {
        "coverage": coverage, "readings": readings, "latest": latest_day(readings, len(coverage)), "table": table,
        "is_read": is_read(each.deployment for each in coverage),
        "may_run": request.user.can(Can.RUN_DAY, coin), "currency": coin.reference_currency,
        "views": [(label, f"{address}?events={name}#events", None, name == shown)
                  for name, (label, _kinds) in GROUPS.items()],
    }
    return render(request, f"{site}/chain.html", context)


def shown_reading(reading: ChainReading) -> dict[str, Any]:
    """Return a reading with its sentence, and its figures as they are written."""
    if reading.superseded_by:
        state, tone = _text("Taken back"), "warn"
    else:
        state, tone = reading.get_status_display(), "good" if reading.status == ChainReading.Status.ACCEPTED else "bad"
    return {
        "row": reading, "state": state, "tone": tone, "hash": _short(reading.block_hash),
        "counts": [amount(value) if (value := getattr(reading, name)) is not None else "" for name in COUNTS],
        "locked": [_text("%(coins)s locked for %(chain)s") % {"coins": amount(coins), "chain": chain}
                   for chain, coins in reading.locked.items()],
        "reason": reason_sentence(reading.reason, reading.detail) if reading.reason else "",
        "absent": [f"{name} {absence_sentence(why)}" for name, why in reading.absent.items()],
    }


def latest_day(readings: list[dict[str, Any]], contracts: int) -> dict[str, Any] | None:
    """Return the sums of the last day on which every contract was read; None if there is none."""
    by_day: dict[Any, list[ChainReading]] = {}
    for each in readings:
        row = each["row"]
        if row.status == ChainReading.Status.ACCEPTED and row.superseded_by_id is None:
            by_day.setdefault(row.as_of, []).append(row)
    for as_of, rows in by_day.items():
        if len(rows) == contracts:
            given = {name: [value for row in rows if (value := getattr(row, name)) is not None] for name in COUNTS}
            scale = 6 if sum(given["total_supply"]) >= MILLIONS else 0
            return {"as_of": as_of, "is_paused": any(row.is_paused for row in rows),
                    "unit": _text("million") if scale else "",
                    "frozen_addresses": sum(row.frozen_addresses for row in rows)} | {
                name: amount(sum(values), scale=scale) if values else "" for name, values in given.items()}
    return None


@require_POST
def read_now(request: HttpRequest, symbol: str) -> HttpResponse:
    """Ask for the days of the coin that were not read yet, and for its transfers since."""
    coin = visible_or_404(coins_for(request.user), request.user, symbol=symbol)
    require(request.user, Can.RUN_DAY, coin)
    nudge(read_chains_of, coin.pk)
    for deployment in contracts_read([coin]):
        nudge(read_transfers_of, deployment.pk)
    messages.success(request, _text("The chain is being read. Reload the page in a minute."))
    return redirect("officer:coin_chain", symbol)
