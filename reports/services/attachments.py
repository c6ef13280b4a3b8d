"""A report as a file that goes with a mail; to whom it may go is decided where the mail is written."""

from __future__ import annotations

from core.outbox import Attachment
from reports.models import ReportRun


def signed_report(run: ReportRun) -> tuple[Attachment, ...]:
    """Return the signed PDF that readers are given, for ``enqueue(..., attachments=...)``; none before it is there."""
    if run.status != ReportRun.Status.RENDERED or run.document_id is None:
        return ()
    return (Attachment(run.document_id, f"{run.reference}.pdf", "application/pdf"),)
