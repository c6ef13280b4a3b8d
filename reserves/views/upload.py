"""Sending reserve data: the upload page, the history of files, the receipt of one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import django_tables2 as tables
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_tables2 import RequestConfig

from core import audit, blobs, clock, feeds
from core.access import require, visible_or_404
from core.downloads import csv_text
from core.models import FeedFile
from core.roles import Can
from core.templatetags.ui import state, whole
from core.wording import hk_date, hk_datetime
from issuers.models import Coin
from issuers.selectors import coins_for
from issuers.views.frame import portal_frame
from reserves.forms import UploadForm
from reserves.forms_schedules import DecisionForm
from reserves.parsers.description import describe
from reserves.selectors.file_versions import differences
from reserves.selectors.schedules import account_of_schedule
from reserves.services.intake import parse_now_or_later, receive_file
from reserves.services.plausibility import compared_with
from reserves.services.quarantine import case_of
from reserves.tasks import nudge_days_of

#: Of a file that waits or is refused nobody says how many rows count.
UNREAD = (FeedFile.Status.RECEIVED, FeedFile.Status.REFUSED)


class FileTable(tables.Table):
    """The files sent for one coin, newest first."""

    received_at = tables.Column(verbose_name=_("Received"))
    feed = tables.Column(verbose_name=_("File"))
    as_of = tables.Column(verbose_name=_("Day"))
    row_count = tables.Column(verbose_name=_("Rows"), attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    status = tables.Column(verbose_name=_("State"))

    class Meta:
        attrs = {"class": "tight", "caption": _("Files sent")}
        order_by = "-received_at"
        empty_text = _("No file has been sent yet")

    def render_received_at(self, value):
        return hk_datetime(value, "short")

    def render_feed(self, record):
        return format_html(
            '<a class="ref" href="{}">{}</a><span class="sub">{}</span>',
            reverse("portal:feed_file", args=[record.pk]), feeds.FEEDS[record.feed].title, record.filename,
        )

    def render_as_of(self, value):
        return hk_date(value, "short")

    def render_row_count(self, record, value):
        return whole(value) if record.status not in UNREAD else "–"

    def render_status(self, record):
        return state(record)


def _files(coin: Coin, request: HttpRequest):
    return FeedFile.objects.visible_to(request.user).filter(subject=coin.symbol)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, symbol: str) -> HttpResponse:
    """Send files; each is answered with its own state, problems and receipt."""
    coin = visible_or_404(coins_for(request.user), request.user, symbol=symbol)
    require(request.user, Can.SEND_FEEDS, coin)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        sent = [_take(coin, feed, file, request) for feed, file in form.files_by_feed()]
        query = "&".join(f"sent={feed_file.pk}" for feed_file in sent)
        return redirect(f"{reverse('portal:upload', args=[symbol])}?{query}")
    table = FileTable(_files(coin, request).exclude(feed__in=feeds.own_feeds()))
    RequestConfig(request, paginate={"per_page": 20}).configure(table)
    templates = [feed for feed in feeds.FEEDS.values() if feed.suffixes == feeds.TABLES]
    context = portal_frame(request.user, coin) | {
        "form": form, "table": table, "sent": _sent(coin, request), "templates": templates,
        "due": account_of_schedule(coin, clock.today()),
    }
    return render(request, "portal/upload.html", context, status=422 if form.is_bound else 200)


def _take(coin: Coin, feed: str, file: Any, request: HttpRequest) -> FeedFile:
    # A file that was sent lies on disk already; a large one is not read into memory here.
    lies_at = Path(file.temporary_file_path())
    return _judge(receive_file(coin, feed, lies_at, filename=file.name, actor=request.user))


def _judge(feed_file: FeedFile) -> FeedFile:
    judged = parse_now_or_later(feed_file)
    nudge_days_of(judged)
    return judged


def _sent(coin: Coin, request: HttpRequest) -> list[dict[str, Any]]:
    chosen = [pk for pk in request.GET.getlist("sent")[:10] if pk.isdecimal() and len(pk) < 18]
    return [_shown(feed_file) for feed_file in _files(coin, request).filter(pk__in=chosen).order_by("pk")]


def _shown(feed_file: FeedFile) -> dict[str, Any]:
    standing = [p["params"].get("receipt") for p in feed_file.problems if p["rule"] == "second_file"]
    return {
        "file": feed_file, "feed": feeds.FEEDS[feed_file.feed], "problems": feeds.worded(feed_file.problems),
        "corrects": standing[0] if standing and len(feed_file.problems) == 1 else None,
    }


@require_safe
def template(request: HttpRequest, feed: str) -> HttpResponse:
    """The header row of a canonical feed, to be filled in."""
    if feed not in feeds.FEEDS or feeds.FEEDS[feed].suffixes != feeds.TABLES:
        raise Http404
    columns = feeds.FEEDS[feed].columns or describe(feed).columns
    header = csv_text([[column.name for column in columns]])
    return HttpResponse(header, content_type="text/csv; charset=utf-8",
                        headers={"Content-Disposition": f'attachment; filename="{feed}.csv"'})


@require_safe
def feed_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt of one file: its state, its digest, every problem in it."""
    found = visible_or_404(FeedFile.objects.select_related("sender", "owner", "supersedes"), request.user, pk=pk)
    return file_page(request, found)


def file_page(request: HttpRequest, file: FeedFile, form: DecisionForm | None = None) -> HttpResponse:
    """Show the receipt of a file; whoever may decide on a held one finds the form for that."""
    user, held = request.user, file.status == FeedFile.Status.QUARANTINED
    events = audit.timeline(file, audience=audit.Audience.ISSUER)
    context = {
        **_shown(file), "events": events, "difference": differences([file]).get(file.pk),
        "last": compared_with(file) if held else None, "case": case_of(file) if held else None,
        "form": (form or DecisionForm()) if held and user.can(Can.DECIDE_QUARANTINE, file) else None,
        **portal_frame(user, coins_for(user).filter(symbol=file.subject).first()),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, f"{request.resolver_match.namespace}/feed_file.html", context, status=status)


@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a refused file again as the correction of the one that was accepted before it."""
    refused = visible_or_404(FeedFile, request.user, pk=pk, status=FeedFile.Status.REFUSED)
    coin = visible_or_404(coins_for(request.user), request.user, symbol=refused.subject)
    standing = visible_or_404(FeedFile, request.user, pk=_shown(refused)["corrects"])
    again = receive_file(
        coin, refused.feed, blobs.open_blob(refused.sha256), filename=refused.filename, actor=request.user,
        sender=refused.sender, supersedes=standing,
    )
    return redirect("portal:feed_file", _judge(again).pk)
