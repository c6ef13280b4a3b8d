"""A report that a worker has written, for pages and decisions that are not about how it is printed."""

from __future__ import annotations

from core import blobs, clock
from core.access import SYSTEM
from reports.models import ReportRun
from reports.workflows import NEEDS_APPROVAL, REPORT_RUN
from tests.issuers.pdfs import pdf_of


def written(run: ReportRun) -> ReportRun:
    """Give the report a document of one page, and move it on as the worker does."""
    blob = blobs.store_blob(pdf_of(run.reference))
    run.documents.update(rendered=blob, rendered_at=clock.now())
    ReportRun.objects.filter(pk=run.pk).update(document=blob, rendered_at=clock.now())
    REPORT_RUN.apply(run, "draft" if run.kind in NEEDS_APPROVAL else "render", actor=SYSTEM)
    return ReportRun.objects.get(pk=run.pk)
