"""Reports to read and download, for officers and for the issuer."""

from __future__ import annotations

import json

import django_tables2 as tables
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models.fields.json import KT
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from core import blobs
from core.access import require, visible_or_404
from core.roles import Can
from core.signatures import root_files
from core.templatetags.ui import state
from core.wording import hk_date, organisation_name, short_digest
from issuers.models import Application
from issuers.views.frame import portal_frame
from reports import selectors
from reports.models import ReportRun
from reports.selectors.versions import annex_of
from reports.services.giving import FIRST_LANGUAGE, awaits_signature, readable_blob
from reports.services.licensing import freeze_committee_pack
from reports.services.rendering import want_document
from reports.signing_keys import is_configured
from reports.tasks import render_document, render_report
from reports.workflows import REPORT_RUN
from reserves.tasks import nudge

LANGUAGES = dict(settings.LANGUAGES)


class ReportTable(tables.Table):
    """One row per report, newest day first."""

    as_of = tables.Column(verbose_name=_("Day"), attrs={"td": {"class": "nowrap"}})
    reference = tables.Column(verbose_name=_("Report"))
    subject = tables.Column(verbose_name=_("Subject"))
    version = tables.Column(verbose_name=_("Version"), attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    digest = tables.Column(verbose_name=_("SHA-256 of the facts"), orderable=False)
    languages = tables.Column(
        verbose_name=_("Languages"), empty_values=(), orderable=False, attrs={"td": {"class": "nowrap"}}
    )
    status = tables.Column(verbose_name=_("State"))

    class Meta:
        attrs = {"class": "tight", "caption": _("Reports")}
        order_by = "-as_of"
        empty_text = _("No report yet")

    def render_as_of(self, value):
        return hk_date(value)

    def render_subject(self, record, value):
        """What the report is about; an issuer goes by its name, in the reader's language."""
        return organisation_name(record.about) if record.about and value == record.about.slug else value

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

    def render_languages(self, record):
        """The languages that there are, and a way to those that there are not."""
        if not record.document_id:
            return ""
        address = reverse(f"{self.request.resolver_match.namespace}:report", args=[record.reference])
        rows = {row.language: row for row in record.documents.all()}
        there = [code for code in LANGUAGES if readable_blob(record, rows.get(code), code)]
        shown = format_html_join(", ", '<a href="{}?language={}">{}</a>',
                                 ((address, code, LANGUAGES[code]) for code in there))
        others = [code for code in LANGUAGES if code not in there]
        if not others or record.status in REPORT_RUN.final:
            return shown
        return format_html('{}{}', shown, format_html_join(
            "", '<span class="sub"><a href="{}?language={}">{}</a></span>',
            ((address, code, gettext("have it in %(language)s") % {"language": LANGUAGES[code]}) for code in others)))

    def render_status(self, record):
        return state(record)


class OwnReportTable(ReportTable):
    """The reports of an issuer's own, each with what is kept beside it."""

    beside = tables.Column(verbose_name=_("To keep with it"), empty_values=(), orderable=False)

    def render_beside(self, record):
        if not record.document_id:
            return ""
        files = [(reverse("portal:report_proof", args=[record.reference]), gettext("Proof (JSON)"))]
        files += [(reverse("portal:report_annex", args=[record.reference, each["name"]]), each["name"])
                  for each in json.loads(record.annexes or "[]")]
        return format_html_join(mark_safe("<br>"), '<a href="{}" download>{}</a>', files)


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """Every report that the reader may see."""
    require(request.user, Can.VIEW_REPORTS)
    kind = ReportTable if request.user.is_authority else OwnReportTable
    reports = selectors.reports_for(request.user).defer("facts").annotate(annexes=KT("facts__annexes"))
    table = kind(reports.select_related("about").prefetch_related("documents"))
    RequestConfig(request, paginate={"per_page": 25}).configure(table)
    context = {"table": table, "signs": is_configured(), "roots": root_files(settings.REPORT_SIGNING_ROOTS),
               **portal_frame(request.user)}
    return render(request, f"{request.resolver_match.namespace}/reports.html", context)


def _run_of(request: HttpRequest, reference: str) -> ReportRun:
    """The report, if the reader may read it; a draft is the authority's own."""
    run = visible_or_404(ReportRun.objects.defer("facts"), request.user, reference=reference)
    if run.status == ReportRun.Status.DRAFTED and not request.user.is_authority:
        raise Http404
    require(request.user, selectors.needed_for(run.kind), run)
    return run


@require_safe
def report(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The document itself, in English or the language that is asked for; or the page that says how it stands."""
    run, language = _run_of(request, reference), request.GET.get("language") or FIRST_LANGUAGE
    row = run.documents.filter(language=language).first()
    sha256 = readable_blob(run, row, language)
    if sha256 is not None:
        return FileResponse(
            blobs.path_of(sha256).open("rb"), filename=run.filename_in(language), content_type=run.media_type
        )
    if language not in LANGUAGES or (row is None and run.status in REPORT_RUN.final):
        raise Http404
    context = {"run": run, "document": row, "language": language, "language_name": LANGUAGES[language],
               "waits": row is not None and awaits_signature(row, run), **portal_frame(request.user)}
    return render(request, f"{request.resolver_match.namespace}/report_language.html", context)


@require_safe
def annex(request: HttpRequest, reference: str, name: str) -> FileResponse:
    """A table that is too long to print, as it is attached to the report."""
    run = _run_of(request, reference)
    found = annex_of(run, name)
    if found is None:
        raise Http404
    return FileResponse(blobs.open_blob(found["sha256"]).open("rb"), content_type=found["media_type"],
                        as_attachment=True, filename=found["name"])


@require_POST
def report_language(request: HttpRequest, reference: str) -> HttpResponse:
    """Have the report written in another language."""
    row = want_document(_run_of(request, reference), request.POST.get("language", ""), actor=request.user)
    nudge(render_document, row.pk)
    address = reverse(f"{request.resolver_match.namespace}:report", args=[reference])
    return redirect(f"{address}?language={row.language}")


@require_POST
def committee_pack(request: HttpRequest, reference: str) -> HttpResponse:
    """Compile the papers for the committee on an application as it stands now."""
    application = visible_or_404(Application.objects.select_related("issuer"), request.user, reference=reference)
    run = freeze_committee_pack(application, actor=request.user)
    nudge(render_report, run.pk)
    messages.success(request, gettext("The papers %(reference)s are being written.") % {"reference": run.reference})
    return redirect("officer:reports")


@login_not_required
@require_safe
def signing_certificate(request: HttpRequest) -> HttpResponse:
    """The certificates to which signatures on documents of this place lead, for readers to trust."""
    files = root_files(settings.REPORT_SIGNING_ROOTS)
    if not files:
        raise Http404
    response = HttpResponse(b"".join(each.read_bytes() for each in files), content_type="application/x-pem-file")
    response["Content-Disposition"] = 'attachment; filename="signing-certificate.pem"'
    return response
