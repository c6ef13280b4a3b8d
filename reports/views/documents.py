"""Reports to read and download, for officers and for the issuer."""

from __future__ import annotations

import django_tables2 as tables
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from core import blobs
from core.access import require, visible_or_404
from core.roles import Can
from core.templatetags.ui import state
from core.wording import hk_date, short_digest
from issuers.models import Application
from issuers.views.frame import portal_frame
from reports import selectors
from reports.models import ReportRun
from reports.services.licensing import freeze_committee_pack
from reports.tasks import render_report
from reserves.tasks import nudge


class ReportTable(tables.Table):
    """One row per report, newest day first."""

    as_of = tables.Column(verbose_name=_("Day"))
    reference = tables.Column(verbose_name=_("Report"))
    subject = tables.Column(verbose_name=_("Subject"))
    version = tables.Column(verbose_name=_("Version"), attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    digest = tables.Column(verbose_name=_("SHA-256 of the facts"), orderable=False)
    status = tables.Column(verbose_name=_("State"))

    class Meta:
        attrs = {"class": "tight", "caption": _("Reports")}
        order_by = "-as_of"
        empty_text = _("No report yet")

    def render_as_of(self, value):
        return hk_date(value, "weekday")

    def render_reference(self, record):
        title = record.get_kind_display()
        if not record.document_id and not self.request.user.is_authority:
            return format_html('{}<span class="sub">{}</span>', title, record.reference)
        site = self.request.resolver_match.namespace
        address = reverse("officer:report_about" if site == "officer" else f"{site}:report", args=[record.reference])
        return format_html(
            '<a class="ref" href="{}">{}</a><span class="sub">{}</span>', address, title, record.reference
        )

    def render_digest(self, value):
        return format_html('<span class="mono">{}</span>', short_digest(value))

    def render_status(self, record):
        return state(record)


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """Every report that the reader may see."""
    require(request.user, Can.VIEW_REPORTS)
    table = ReportTable(selectors.reports_for(request.user).defer("facts"))
    RequestConfig(request, paginate={"per_page": 25}).configure(table)
    context = {"table": table, **portal_frame(request.user)}
    return render(request, f"{request.resolver_match.namespace}/reports.html", context)


@require_safe
def report(request: HttpRequest, reference: str) -> FileResponse:
    """The document itself."""
    run = visible_or_404(ReportRun.objects.defer("facts"), request.user, reference=reference)
    require(request.user, selectors.needed_for(run.kind), run)
    if not run.document_id:
        raise Http404
    return FileResponse(
        blobs.path_of(run.document_id).open("rb"), filename=run.filename, content_type=run.media_type
    )


@require_POST
def committee_pack(request: HttpRequest, reference: str) -> HttpResponse:
    """Compile the papers for the committee on an application as it stands now."""
    application = visible_or_404(Application.objects.select_related("issuer"), request.user, reference=reference)
    run = freeze_committee_pack(application, actor=request.user)
    nudge(render_report, run.pk)
    messages.success(request, gettext("The papers %(reference)s are being written.") % {"reference": run.reference})
    return redirect("officer:reports")
