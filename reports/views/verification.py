"""Verifying a report: the public page where anybody shows a PDF, the officers' page, proofs and the head of the log."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from core import sealing
from core.access import require, visible_or_404
from core.errors import Refused
from core.limits import limit_visitor
from core.roles import Can
from core.uploads import MEGABYTE
from reports.builders.archive_words import member_rows
from reports.builders.verified import rows_of, sections_of
from reports.models import ReportRun
from reports.services.archive_verification import ARCHIVE, MAX_ARCHIVE_BYTES, refuse_size, verify_file
from reports.services.verification import MAX_BYTES, proof_of

#: What references are made of; the page shows one back, and shows nothing else that an address might say.
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,59}")
NUMBER = re.compile(r"[1-9][0-9]{0,15}")
SCRIPT = Path(settings.ROOT) / "reports" / "offline" / "verify_report.py"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify_page(request: HttpRequest, reference: str = "") -> HttpResponse:
    """Anybody shows a PDF and is told what holds of it; nothing is kept, and no reference is said to exist."""
    if reference and not REFERENCE.fullmatch(reference):
        raise Http404
    if request.method == "POST":
        limit_visitor(request, "verify")
    return _answer(request, "public/verify.html", reference)


@require_http_methods(["GET", "HEAD", "POST"])
def officer_page(request: HttpRequest) -> HttpResponse:
    """The same for officers, who are told more: which report it is, what replaced it, where it was recorded."""
    require(request.user, Can.VIEW_REPORTS)
    return _answer(request, "officer/verify.html", "")


def _answer(request: HttpRequest, template: str, reference: str) -> HttpResponse:
    shown = _verified(request, reference) if request.method == "POST" else {}
    seal = sealing.latest_seal()
    context = {"reference": reference, "seal": seal, "limit": MAX_BYTES // MEGABYTE,
               "archive_limit": MAX_ARCHIVE_BYTES // MEGABYTE, **shown}
    return render(request, template, context, status=422 if "problem" in shown else 200)


def _verified(request: HttpRequest, reference: str) -> dict[str, Any]:
    file = request.FILES.get("file")
    try:
        if file:
            refuse_size(file.read(len(ARCHIVE)), file.size or 0)  # of a file beyond the limit not all was kept
        verdict = verify_file(
            Path(file.temporary_file_path()) if isinstance(file, TemporaryUploadedFile) else b"", expected=reference,
            actor=request.user if request.user.is_authenticated else None,
        )
    except Refused as refusal:
        return {"problem": str(refusal)}
    return {"verdict": verdict, "sections": sections_of(verdict.figures),
            "differing": rows_of(verdict.differing), "filename": file.name,
            "members": member_rows(verdict.members)}


@require_safe
def proof(request: HttpRequest, reference: str) -> HttpResponse:
    """The proof that a report's facts are in the audit log, to keep beside it and to check without us."""
    run = visible_or_404(ReportRun.objects.select_related("owner"), request.user, reference=reference)
    if run.status == ReportRun.Status.DRAFTED and not request.user.is_authority:
        raise Http404
    return _download(proof_of(run, actor=request.user), f"{run.reference}-proof.json")


@login_not_required
@require_safe
def log_head(request: HttpRequest) -> HttpResponse:
    """The head of the audit log for anybody to keep; with ``?since=NUMBER`` the proof that an earlier one led to it."""
    since, seal = request.GET.get("since"), sealing.latest_seal()
    if since is None:
        return JsonResponse({"head": sealing.published_head(seal) if seal else None})
    found = sealing.continuation_proof(int(since)) if NUMBER.fullmatch(since) else None
    if found is None:
        raise Http404
    return JsonResponse(found)


@login_not_required
@require_safe
def script(request: HttpRequest) -> FileResponse:
    """The program that verifies a report without us, as one file."""
    return FileResponse(SCRIPT.open("rb"), as_attachment=True, filename=SCRIPT.name, content_type="text/x-python")


def _download(data: dict[str, Any], filename: str) -> HttpResponse:
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
