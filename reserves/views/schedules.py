"""What is due for one coin and who sends it: its schedule, its senders and their keys, as two officers enter them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core import clock, feeds
from core.access import require, visible_or_404
from core.asking import refusal_on
from core.keys import revoke_key
from core.models import ApiKey, Organisation
from core.roles import Can
from core.stepup import require_step_up
from issuers.models import Coin
from issuers.selectors import coins_for
from reserves.forms_schedules import KeyForm, ScheduleForm, SenderForm
from reserves.models import FeedSchedule, FeedSender
from reserves.selectors.schedules import account_of_schedule
from reserves.selectors.senders import keys_of, rows_of
from reserves.services.reference import approve_reference, decline_reference
from reserves.services.schedules import propose_schedule, propose_sender
from reserves.services.senders import issue_sender_key
from reserves.workflows import REFERENCE


def _coin(request: HttpRequest, symbol: str) -> Coin:
    return visible_or_404(coins_for(request.user), request.user, symbol=symbol)


def _rows(model: Any, coin: Coin, user: Any) -> list[dict[str, Any]]:
    rows = rows_of(model, coin)
    return [{"row": row, "moves": REFERENCE.available(row, user)} for row in rows]


@require_http_methods(["GET", "HEAD", "POST"])
def feed_schedule(request: HttpRequest, symbol: str) -> HttpResponse:
    """What is due today and by which row; propose a row."""
    coin = _coin(request, symbol)
    form = ScheduleForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        require(request.user, Can.PROPOSE_REFERENCE)
    if form.is_valid():
        with refusal_on(form):
            propose_schedule(coin, actor=request.user, **form.cleaned_data)
            return _proposed(request, "officer:feed_schedule", symbol)
    rows = [row | {"title": feeds.FEEDS[row["row"].feed].title} for row in _rows(FeedSchedule, coin, request.user)]
    context = {"coin": coin, "form": form, "rows": rows, "due": account_of_schedule(coin, clock.today()),
               "may_propose": request.user.can(Can.PROPOSE_REFERENCE)}
    return render(request, "officer/feed_schedule.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def feed_senders(request: HttpRequest, symbol: str) -> HttpResponse:
    """Who sends files about the coin with keys of its own; propose another."""
    coin = _coin(request, symbol)
    form = SenderForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        require(request.user, Can.PROPOSE_REFERENCE)
    if form.is_valid():
        with refusal_on(form):
            propose_sender(coin, actor=request.user, **form.cleaned_data)
            return _proposed(request, "officer:feed_senders", symbol)
    return _senders(request, coin, form)


def _senders(request: HttpRequest, coin: Coin, form: SenderForm, **more: Any) -> HttpResponse:
    rows = _rows(FeedSender, coin, request.user)
    for row in rows:
        row["titles"] = [feeds.FEEDS[name].title for name in row["row"].feeds]
    organisations = {row["row"].organisation for row in rows if row["row"].status == FeedSender.Status.APPROVED}
    context = {
        "coin": coin, "form": form, "rows": rows,
        "keys": keys_of(organisations), "may_propose": request.user.can(Can.PROPOSE_REFERENCE),
        "may_issue": request.user.can(Can.MANAGE_SENDERS), "key_form": KeyForm(prefix="key"),
        "organisations": sorted(organisations, key=lambda each: each.name_en), **more,
    }
    failed = form.errors or ("key_form" in more and more["key_form"].errors)
    return render(request, "officer/feed_senders.html", context, status=422 if failed else 200)


def _proposed(request: HttpRequest, page: str, symbol: str) -> HttpResponse:
    messages.success(request, _("Proposed. It counts once another officer has approved it."))
    return redirect(page, symbol)


@require_POST
def decide_schedule(request: HttpRequest, symbol: str, pk: int) -> HttpResponse:
    """Approve or decline a row of the schedule that another officer proposed."""
    return _decide(request, symbol, FeedSchedule, pk, "officer:feed_schedule")


@require_POST
def decide_sender(request: HttpRequest, symbol: str, pk: int) -> HttpResponse:
    """Approve or decline a sender that another officer proposed."""
    return _decide(request, symbol, FeedSender, pk, "officer:feed_senders")


def _decide(request: HttpRequest, symbol: str, model: Any, pk: int, page: str) -> HttpResponse:
    row = model.objects.filter(coin=_coin(request, symbol), pk=pk).first()
    if row is None:
        raise Http404
    require(request.user, Can.APPROVE_REFERENCE)
    require_step_up(request)
    if request.POST.get("decision") == "approve":
        approve_reference(row, actor=request.user)
    else:
        decline_reference(row, note=request.POST.get("note", "").replace("\x00", ""), actor=request.user)
    messages.success(request, _("Done, and recorded."))
    return redirect(page, symbol)


@require_POST
@never_cache
def issue_key(request: HttpRequest, symbol: str) -> HttpResponse:
    """Issue a key to a registered sender and show its secret, this once."""
    coin = _coin(request, symbol)
    slug = request.POST.get("organisation", "").replace("\x00", "")
    organisation = Organisation.objects.filter(slug=slug, sends_for__coin=coin).first()
    if organisation is None:
        raise Http404
    require(request.user, Can.MANAGE_SENDERS)
    require_step_up(request)
    key_form = KeyForm(request.POST, prefix="key")
    if not key_form.is_valid():
        return _senders(request, coin, SenderForm(), key_form=key_form)
    key, secret = issue_sender_key(coin, organisation, name=key_form.cleaned_data["name"], actor=request.user)
    return _senders(request, coin, SenderForm(), issued=key, secret=secret)


@require_POST
def revoke(request: HttpRequest, symbol: str, pk: int) -> HttpResponse:
    """Make a sender's key useless."""
    key = ApiKey.objects.filter(pk=pk, organisation__sends_for__coin=_coin(request, symbol)).first()
    if key is None:
        raise Http404
    require(request.user, Can.MANAGE_SENDERS)
    require_step_up(request)
    revoke_key(key, actor=request.user)
    messages.success(request, _("Done, and recorded."))
    return redirect("officer:feed_senders", symbol)
