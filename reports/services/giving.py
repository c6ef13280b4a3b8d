"""Giving readers a document once its bytes are final: signed, where this place signs; and telling them once."""

from __future__ import annotations

from core.outbox import Notice, enqueue
from reports import selectors, signing_keys
from reports.models import ReportDocument, ReportRun
from reports.notices import DailyReportReady, DocumentReady

#: The language of the document that every report has; it prints its Chinese title too.
FIRST_LANGUAGE = "en"


def awaits_signature(row: ReportDocument, run: ReportRun) -> bool:
    """Whether the document is rendered and gets its signature yet; a draft gets none."""
    waiting = row.rendered_id is not None and row.signed_id is None and run.status == ReportRun.Status.RENDERED
    return waiting and signing_keys.is_configured()


def readable_blob(run: ReportRun, row: ReportDocument | None, language: str) -> str | None:
    """Return the digest of what readers are given in a language (``row`` is the document in it), if it is there."""
    if language == FIRST_LANGUAGE:
        return run.document_id
    return None if row is None or awaits_signature(row, run) else row.given_id


def give_document(run: ReportRun, row: ReportDocument) -> None:
    """Let readers have the bytes of the document as it stands, and tell them when those are final.

    Drafts are read as rendered. A report that was given out unsigned, before there was a key, is not told of again.
    """
    if row.language != FIRST_LANGUAGE:
        return
    had_unsigned = row.signed_id is not None and run.document_id is not None
    waits = awaits_signature(row, run)
    run.document_id = None if waits else row.given_id
    run.save(update_fields=["document"])
    if run.status == ReportRun.Status.RENDERED and not waits and not had_unsigned:
        _announce(run)


def _announce(run: ReportRun) -> None:
    if run.kind == ReportRun.Kind.COMMITTEE_PACK:
        return  # whoever compiled papers waits for them
    enqueue(_ready(run), to=run.owner, may=selectors.needed_for(run.kind), key=run.reference)


def _ready(run: ReportRun) -> Notice:
    if run.kind == ReportRun.Kind.DAILY_RESERVE:
        return DailyReportReady(reference=run.reference, coin=run.subject, as_of=run.as_of, version=run.version)
    return DocumentReady(
        reference=run.reference, title=ReportRun.Kind(run.kind).label, subject=run.subject, version=run.version
    )
