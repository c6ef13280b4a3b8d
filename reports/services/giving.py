"""Giving readers a document once its bytes are final: signed, where this place signs; and telling them once."""

from __future__ import annotations

from reports import signing_keys
from reports.models import ReportDocument, ReportRun
from reports.services.distribution import announce_report

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
        announce_report(run)
