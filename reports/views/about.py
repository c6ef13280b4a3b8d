"""One report as officers look at it before and after it goes out: state, versions, pages, approval, withdrawal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import audit, blobs, pages
from core.access import require, visible_or_404
from core.errors import Refused
from core.middleware import open_to_auditors
from core.roles import Can
from core.stepup import require_step_up
from issuers.views.documents import HARMLESS
from reports import selectors
from reports.models import ReportRun
from reports.selectors.dossiers import comparison_of
from reports.selectors.versions import annexes_of, documents_of, looked_at, page_total, versions_of
from reports.services.decisions import WITHDRAWN_BY_HAND, withdraw_report
from reports.services.rendering import approve_report
from reports.services.signing import documents_to_sign
from reports.tasks import sign_document
from reports.workflows import REPORT_RUN
from reserves.selectors.attestation import engagements_for
from reserves.tasks import nudge

#: So many pages stand on one page of the viewer.
PAGES_SHOWN = 40


def report_or_404(request: HttpRequest, reference: str) -> ReportRun:
    """Return the report for who may read it."""
    runs = ReportRun.objects.select_related("owner", "about", "frozen_by", "approved_by")
    run = visible_or_404(runs, request.user, reference=reference)
    require(request.user, selectors.needed_for(run.kind), run)
    return run


@require_safe
def about(request: HttpRequest, reference: str) -> HttpResponse:
    """What the report is, how far it is, its versions, its pages."""
    return render(request, "officer/report.html", _shown(request, report_or_404(request, reference)))


def _shown(request: HttpRequest, run: ReportRun) -> dict[str, Any]:
    documents = documents_of(run)
    approve, withdraw = (REPORT_RUN.moves[name] for name in ("approve", "withdraw"))
    may_withdraw = run.kind in WITHDRAWN_BY_HAND and not REPORT_RUN.refusal(run, withdraw, request.user)
    return {
        "run": run, "documents": documents, "versions": versions_of(run), "annexes": annexes_of(run),
        "may_approve": not REPORT_RUN.refusal(run, approve, request.user),
        "why_not": REPORT_RUN.refusal(run, approve, request.user) if run.status == ReportRun.Status.DRAFTED else "",
        "may_withdraw": may_withdraw, "events": audit.timeline(run)[:50],
        **_pages(request, looked_at(run, documents)),
    }


def _pages(request: HttpRequest, sha256: str | None) -> dict[str, Any]:
    """Return the pages to show: some of them where there are many."""
    if sha256 is None:
        return {"total": 0}
    try:
        total = page_total(sha256)
    except pages.Unreadable:
        return {"total": 0, "unreadable": True}
    asked = request.GET.get("from", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 8 else 1
    first = number if 1 <= number <= total else 1
    return {
        "total": total, "first": first, "numbers": range(first, min(first + PAGES_SHOWN, total + 1)),
        "windows": [(start, min(start + PAGES_SHOWN - 1, total)) for start in range(1, total + 1, PAGES_SHOWN)],
    }


@require_safe
def page(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One page as a picture."""
    run = report_or_404(request, reference)
    sha256 = looked_at(run, documents_of(run))
    try:
        if sha256 is None or not 1 <= number <= page_total(sha256):
            raise Http404
        drawn = pages.page_picture(sha256, number)
    except pages.Unreadable:
        return HttpResponse(status=422, content_type="text/plain")
    response = HttpResponse(drawn, content_type="image/png")
    response["Content-Security-Policy"] = HARMLESS
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Approve the draft, or withdraw the report; what goes out, or is taken back after it went out, with step-up."""
    run, action = report_or_404(request, reference), request.POST.get("action", "")
    if action not in ("approve", "withdraw"):
        raise Http404
    require(request.user, Can.APPROVE_REPORTS if action == "approve" else Can.RENDER_REPORTS, run)
    if action == "approve" or run.status == ReportRun.Status.RENDERED:
        require_step_up(request)
    try:
        if action == "approve":
            for waiting in documents_to_sign(approve_report(run, actor=request.user)):
                nudge(sign_document, waiting)
        else:
            withdraw_report(run, reason=request.POST.get("text", ""), actor=request.user)
        messages.success(request, _("Done, and recorded."))
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect("officer:report_about", reference)


@open_to_auditors
@require_safe
def comparison(request: HttpRequest, reference: str) -> FileResponse:
    """The auditor's figures beside the daily ones, for whoever may know of the engagement: its auditors too."""
    engagement = visible_or_404(engagements_for(request.user), request.user, reference=reference)
    require(request.user, Can.VIEW_REPORTS, engagement)
    run = comparison_of(engagement)
    if run is None or not run.document_id:
        raise Refused(_("The comparison is not written yet. It is made within minutes after the report is filed."),
                      code="not_ready")
    return FileResponse(blobs.path_of(run.document_id).open("rb"), filename=run.filename, content_type=run.media_type)
