"""The public register: who is licensed, answered at a glance, open to everybody (ORD s. 21)."""

from __future__ import annotations

import csv

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import clock
from issuers.selectors import register


@login_not_required
@require_safe
def register_page(request: HttpRequest) -> HttpResponse:
    """All entries, and a plain verdict on what was asked."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    return render(
        request,
        "public/register.html",
        {"entries": register(), "query": query, "found": register(query) if query else None, "as_at": clock.now()},
    )


@login_not_required
@require_safe
def entry(request: HttpRequest, number: str) -> HttpResponse:
    """One licensee with its coins and their contracts."""
    if "\x00" in number:  # the database cannot even be asked for one
        raise Http404
    licence = get_object_or_404(register(), number=number)
    return render(request, "public/entry.html", {"licence": licence, "as_at": clock.now()})


@login_not_required
@require_safe
def register_csv(request: HttpRequest) -> HttpResponse:
    """The register as a table to download."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="register.csv"'
    out = csv.writer(response)
    out.writerow([_("Licence number"), _("Name"), _("Chinese name"), _("Address"), _("E-mail"), _("Effective date"),
                  _("Status"), _("Stablecoins")])
    for licence in register():
        body = licence.issuer.organisation
        out.writerow([
            licence.number, body.name_en, body.name_zh_hant, licence.issuer.address_en, licence.issuer.email,
            licence.effective_on.isoformat(), licence.get_status_display(),
            " ".join(coin.symbol for coin in licence.issuer.coins.all()),
        ])
    return response
