"""The evidence room of a tested day: as frozen, its files, samples drawn from it, and the day performed again."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import blobs
from core.downloads import csv_text
from core.errors import Refused
from core.middleware import open_to_auditors
from core.models import FeedFile
from core.roles import Can
from reserves.forms_attestation import ReportForm, SampleForm
from reserves.models import Engagement, Reperformance, Sample
from reserves.selectors.attestation import Evidence, evidence_on, files_frozen
from reserves.selectors.populations import TABLES, files_of_period
from reserves.services.attestation_reports import upload_report
from reserves.services.evidence import freeze_evidence
from reserves.services.reperformance import ask_reperformance, document_of, table_of
from reserves.services.samples import draw_sample
from reserves.tasks import nudge, perform_again
from reserves.views.attestations import engagement_or_404, frame_of
from reserves.workflows import ATTESTATION, acts_for_the_firm

#: How many differing lines or figures a page lists; the download has all.
LISTED = 200


def _evidence(row: Engagement, as_of: str) -> Evidence:
    """Return the evidence of the tested day that the address names.

    Raises:
        Http404: it names no day, or one that is not tested.
    """
    try:
        found = evidence_on(row, date.fromisoformat(as_of))
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


@open_to_auditors
@require_safe
def evidence(request: HttpRequest, reference: str, as_of: str) -> HttpResponse:
    """One tested day: figures, files, rules with what they were told, breaks, prices."""
    row = engagement_or_404(request, reference)
    found = _evidence(row, as_of)
    snapshot = found.snapshot
    context = frame_of(request, row) | {
        "evidence": found, "snapshot": snapshot, "account": snapshot.account if snapshot else None,
        "files": files_frozen(snapshot) if snapshot else [],
        "runs": snapshot.reperformances.select_related("asked_by")[:20] if snapshot else [],
        "may_ask": _may_ask(request, row), "may_freeze": snapshot is None and _may_ask(request, row),
    }
    return render(request, f"{request.resolver_match.namespace}/evidence.html", context)


def _may_ask(request: HttpRequest, row: Engagement) -> bool:
    attests = request.user.can(Can.ATTEST, row) and not acts_for_the_firm(row, request.user)
    return attests or request.user.can(Can.RUN_DAY, row)


@open_to_auditors
@require_safe
def evidence_file(request: HttpRequest, reference: str, pk: int) -> FileResponse:
    """The very bytes of a file that a frozen day rests on, or that belongs to the period."""
    row = engagement_or_404(request, reference)
    frozen = [entry["file"] for day in row.test_days.select_related("snapshot") if hasattr(day, "snapshot")
              for entry in day.snapshot.account["inputs"]]
    of_period = [file.pk for name in TABLES for file in files_of_period(row, name)]
    if pk not in {*frozen, *of_period}:
        raise Http404
    file = get_object_or_404(FeedFile, pk=pk)
    return attached(blobs.path_of(file.sha256).open("rb"), file.filename)


def attached(content: Any, filename: str, kind: str = "application/octet-stream") -> FileResponse:
    """Return what a browser keeps and does nothing else with."""
    answer = FileResponse(content, as_attachment=True, filename=filename, content_type=kind)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@open_to_auditors
@require_POST
def evidence_act(request: HttpRequest, reference: str, as_of: str) -> HttpResponse:
    """Freeze a day as it is judged now, or ask for it to be performed again."""
    row = engagement_or_404(request, reference)
    found = _evidence(row, as_of)
    try:
        if request.POST.get("action") == "freeze":
            freeze_evidence(found.test_day, actor=request.user)
        elif found.snapshot is None:
            raise Refused(_("The day is not frozen yet."))
        else:
            asked = ask_reperformance(found.snapshot.day, actor=request.user, engagement=row, snapshot=found.snapshot)
            nudge(perform_again, asked.pk)
            return redirect(f"{request.resolver_match.namespace}:reperformance", reference, asked.pk)
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect(f"{request.resolver_match.namespace}:evidence", reference, as_of)


def _run(row: Engagement, pk: int) -> Reperformance:
    runs = Reperformance.objects.filter(snapshot__test_day__engagement=row)
    return get_object_or_404(runs.select_related("day__coin", "snapshot__test_day"), pk=pk)


@open_to_auditors
@require_safe
def reperformance(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What came out when a day was performed again."""
    row = engagement_or_404(request, reference)
    run = _run(row, pk)
    document = document_of(run)
    figures, lines = document.get("figures", []), document.get("lines", [])
    context = frame_of(request, row) | {
        "run": run, "document": document,
        "sums": [each for each in figures if each["by"] == "sums"],
        "figures": [each for each in figures if not each["agrees"]][:LISTED],
        "lines": [each for each in lines if not each["agrees"]][:LISTED],
    }
    return render(request, f"{request.resolver_match.namespace}/reperformance.html", context)


@open_to_auditors
@require_safe
def reperformance_file(request: HttpRequest, reference: str, pk: int, form: str) -> FileResponse:
    """The same to download, as CSV or JSON."""
    run = _run(engagement_or_404(request, reference), pk)
    if not run.document_id or form not in ("csv", "json"):
        raise Http404
    document = document_of(run)
    text = csv_text(table_of(document)) if form == "csv" else json.dumps(document, ensure_ascii=False, indent=1)
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/json"
    name = f"{reference}-{run.day.as_of}-{run.pk}.{form}"
    return attached([text.encode()], name, kind)


@open_to_auditors
@require_http_methods(["GET", "HEAD", "POST"])
def samples(request: HttpRequest, reference: str) -> HttpResponse:
    """The samples drawn so far; the engaged auditor draws another."""
    row = engagement_or_404(request, reference, Can.ATTEST if request.method == "POST" else Can.VIEW_RESERVES)
    days = [day for day in row.test_days.select_related("snapshot") if hasattr(day, "snapshot")]
    form = SampleForm(days, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            draw_sample(row, actor=request.user, **form.stated())
            return redirect("portal:samples", reference)
        except Refused as problem:
            form.add_error(None, str(problem))
    context = frame_of(request, row) | {
        "samples": row.samples.select_related("test_day"), "form": form,
        "may_draw": request.user.can(Can.ATTEST, row) and not acts_for_the_firm(row, request.user),
    }
    site = request.resolver_match.namespace
    return render(request, f"{site}/samples.html", context, status=422 if form.errors else 200)


@open_to_auditors
@require_safe
def sample_file(request: HttpRequest, reference: str, pk: int) -> FileResponse:
    """The table of a sample."""
    row = engagement_or_404(request, reference)
    sample = get_object_or_404(Sample, engagement=row, pk=pk)
    return attached(blobs.path_of(sample.table_id).open("rb"), f"{reference}-{sample.population}-{pk}.csv", "text/csv")


@open_to_auditors
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, reference: str) -> HttpResponse:
    """Upload the report with its figures."""
    row = engagement_or_404(request, reference, Can.ATTEST)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ReportForm(list(row.test_days.all()), *sent)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload_report(row, raw=file.read(), filename=file.name, opinion=form.cleaned_data["opinion"],
                          exceptions=form.cleaned_data["exceptions"], days=form.figures(), actor=request.user)
            messages.success(request, _("Uploaded, and compared with what was frozen."))
            return redirect("portal:engagement", reference)
        except Refused as problem:
            form.add_error(None, str(problem))
    context = frame_of(request, row) | {
        "form": form, "why_not": ATTESTATION.refusal(row, ATTESTATION.moves["report"], request.user),
        "headings": [day.as_of for day in form.days],
    }
    return render(request, "portal/attestation_report.html", context, status=422 if form.is_bound else 200)


@open_to_auditors
@require_safe
def report_file(request: HttpRequest, reference: str, version: int) -> FileResponse:
    """One version of the report itself."""
    row = engagement_or_404(request, reference)
    found = get_object_or_404(row.reports, version=version)
    return attached(blobs.path_of(found.document_id).open("rb"), found.filename, "application/pdf")
