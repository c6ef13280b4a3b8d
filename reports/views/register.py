"""The public register: who is licensed, answered at a glance, open to everybody, as at any day (ORD s. 21)."""

from __future__ import annotations

import json
from datetime import date, datetime
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import blobs, clock
from core.downloads import csv_text, published
from issuers.builders.open_data import entry_data, entry_rows, register_data
from issuers.builders.qr import qr_svg
from issuers.selectors.register import (
    Entry,
    entries,
    history,
    latest_entries,
    others_of,
    spelled,
    version_at,
    versions_of,
)
from issuers.selectors.verdicts import check
from issuers.selectors.warnings import published_warnings
from issuers.views.asked import asked_day, asked_query, on_a_day
from reports.selectors import licence_certificate
from reserves.selectors.disclosures import disclosures_of


@login_not_required
@require_safe
def register_page(request: HttpRequest) -> HttpResponse:
    """All entries, and a plain verdict on what was asked."""
    query, (day, problem) = asked_query(request), asked_day(request)
    context = {
        "entries": entries(day), "query": query, "answer": check(query, day) if query else None, "day": day,
        "problem": problem, "now": clock.now(), "today": clock.today(), "on": day or clock.today(),
        "warning_count": published_warnings(day).count(),
    }
    return render(request, "public/register.html", context, status=422 if problem else 200)


@login_not_required
@require_safe
def entry(request: HttpRequest, number: str) -> HttpResponse:
    """One licensee with its coins, their contracts and the history of its entry."""
    versions = versions_of(number)
    if not versions:
        if known := spelled(number):
            return redirect("public:entry", known)
        raise Http404
    day, problem = asked_day(request)
    shown, permanent = version_at(versions, day), f"{settings.SITE_URL}/register/{quote(versions[-1].number)}/"
    context = {
        "entry": shown, "named": shown or versions[-1], "history": history(versions), "day": day, "problem": problem,
        "now": clock.now(), "today": clock.today(), "standing": shown and shown.standing(day or clock.today()),
        "permanent": permanent, "qr": qr_svg(permanent, _("QR code of the address of this entry")),
        "certificate": licence_certificate(versions[-1]), "others": others_of(shown, day) if shown else [],
        "disclosures": disclosures_of(versions[-1].number),
    }
    return render(request, "public/entry.html", context, status=422 if problem else 200)


@login_not_required
@require_safe
@on_a_day
def register_csv(request: HttpRequest, as_at: date | None) -> HttpResponse:
    """The register as a table to download."""
    text = csv_text(entry_rows(entry_data(each) for each in entries(as_at)))
    return published(request, text, "text/csv; charset=utf-8", changed_at=_changed_at(as_at), filename="register.csv")


@login_not_required
@require_safe
@on_a_day
def register_json(request: HttpRequest, as_at: date | None) -> HttpResponse:
    """The register for programs, in a shape that is promised."""
    text = json.dumps(register_data(entries(as_at), as_at), ensure_ascii=False, indent=1)
    return published(request, text, "application/json", changed_at=_changed_at(as_at))


def _changed_at(as_at: date | None) -> datetime | None:
    return max((each.shown_from for each in latest_entries(as_at)), default=None)


@login_not_required
@require_safe
def certificate(request: HttpRequest, number: str) -> FileResponse:
    """The certificate of a licence that is in force, once it is rendered."""
    versions: list[Entry] = versions_of(number)
    run = licence_certificate(versions[-1]) if versions else None
    if run is None:
        raise Http404
    return FileResponse(
        blobs.path_of(run.document_id).open("rb"), as_attachment=True, filename=f"{number}-certificate.pdf",
        content_type="application/pdf",
    )
