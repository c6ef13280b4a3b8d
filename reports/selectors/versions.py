"""Reading one report with its versions: which replaced which and why, and what of it can be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core import pages
from core.models import AuditEvent
from reports.models import ReportDocument, ReportRun
from reports.workflows import OF_A_DAY, REPORT_RUN


@dataclass(frozen=True, slots=True)
class Version:
    """One version: ``why`` is the reason of its withdrawal, ``replaced_by`` the version that came after it."""

    run: ReportRun
    why: str
    replaced_by: ReportRun | None


def versions_of(run: ReportRun) -> list[Version]:
    """Return every version of the report, the newest first."""
    same = ReportRun.objects.filter(kind=run.kind, subject=run.subject).defer("facts").select_related("approved_by")
    if run.kind in OF_A_DAY:
        same = same.filter(as_of=run.as_of)
    runs = list(same.order_by("-version"))
    events = AuditEvent.objects.filter(
        verb=REPORT_RUN.moves["withdraw"].verb, target_type=ReportRun._meta.label_lower,
        target_pk__in=[str(each.pk) for each in runs],
    )
    why = {event.target_pk: event.data.get("note", "") for event in events}
    after: list[ReportRun | None] = [None, *runs[:-1]]
    return [
        Version(each, why.get(str(each.pk), ""), later if each.status in REPORT_RUN.final else None)
        for each, later in zip(runs, after, strict=True)
    ]


def documents_of(run: ReportRun) -> list[ReportDocument]:
    """Return the documents of a report by language, with the bytes that there are of each."""
    return list(run.documents.select_related("rendered", "signed"))


def looked_at(run: ReportRun, documents: list[ReportDocument]) -> str | None:
    """Return the digest of the PDF that is shown page by page: the document itself, of an archive the index in it."""
    if not run.is_archive:
        return run.document_id
    return next((each.pdf_id for each in documents if each.index_id), None)


def page_total(sha256: str) -> int:
    """Return how many pages of a document can be shown.

    Raises:
        core.pages.Unreadable: it cannot be opened within the limits.
    """
    return len(pages.page_texts(sha256))


def annexes_of(run: ReportRun) -> list[dict[str, Any]]:
    """Return the tables that stand beside a report which can be read, as its facts name them."""
    return run.facts.get("annexes", []) if run.document_id else []


def annex_of(run: ReportRun, name: str) -> dict[str, Any] | None:
    """Return one of the tables beside a report by the name of its file, if there is one."""
    return next((each for each in annexes_of(run) if each["name"] == name), None)
