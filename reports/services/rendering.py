"""From frozen facts to documents: each language rendered once, drafts approved."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.access import SYSTEM, Actor, require
from core.errors import Refused
from core.findings import digest_of
from core.models import User
from core.roles import Can
from reports import selectors
from reports.models import ReportDocument, ReportRun
from reports.services.documents import store_document
from reports.services.giving import FIRST_LANGUAGE, give_document
from reports.workflows import NEEDS_APPROVAL, REPORT_RUN


@transaction.atomic
def render_report(pk: int) -> ReportRun | None:
    """Render a frozen report, in one transaction; None if it does not wait or another worker has it.

    It is given to its readers now, or, where this place signs, with its signature (``sign_document``). A report
    that needs approval becomes a draft, which nobody is told of but the page of approvals.

    Raises:
        ValueError: the frozen facts are no longer those that were frozen.
    """
    run = (
        ReportRun.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("owner")
        .filter(pk=pk, status=ReportRun.Status.FROZEN).first()
    )
    if run is None:
        return None
    row, _created = ReportDocument.objects.get_or_create(run=run, language=FIRST_LANGUAGE)
    _render(row, run)
    run.rendered_at = row.rendered_at
    run.save(update_fields=["rendered_at"])
    REPORT_RUN.apply(run, "draft" if run.kind in NEEDS_APPROVAL else "render", actor=SYSTEM)
    run.refresh_from_db(fields=["status"])
    give_document(run, row)
    return run


@transaction.atomic
def render_document(pk: int) -> ReportDocument | None:
    """Render a report in another language; None if it does not wait, or another worker has it.

    Raises:
        ValueError: the frozen facts are no longer those that were frozen.
    """
    row = (
        ReportDocument.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("run")
        .filter(pk=pk, rendered=None).exclude(run__status=ReportRun.Status.FROZEN).first()
    )
    if row is None:
        return None
    _render(row, row.run)
    return row


def _render(row: ReportDocument, run: ReportRun) -> None:
    if digest_of(run.facts) != run.digest:
        raise ValueError(f"the facts of {run} do not have the digest they were frozen with")
    row.rendered, row.index = store_document(run.facts, language=row.language)
    row.rendered_at = clock.now()
    row.save(update_fields=["rendered", "index", "rendered_at"])


@transaction.atomic
def want_document(run: ReportRun, language: str, *, actor: Actor) -> ReportDocument:
    """Ask for a report in another language, or return the row of the one there is.

    Raises:
        NotPermitted: the actor may not read the report.
        Refused: the platform does not speak the language, or the report was withdrawn.
    """
    require(actor, selectors.needed_for(run.kind), run)
    if language not in dict(settings.LANGUAGES) or run.status in REPORT_RUN.final:
        raise Refused(_("There is no document of %(report)s in this language.") % {"report": run}, code="no_document")
    return ReportDocument.objects.get_or_create(run=run, language=language)[0]


@transaction.atomic
def approve_report(run: ReportRun, *, actor: Actor) -> ReportRun:
    """Let a draft go out: to those who read it now, or with its signature where this place signs.

    Raises:
        NotPermitted: the actor does not approve reports, or had this one made.
        Refused: it is no draft.
    """
    require(actor, Can.APPROVE_REPORTS, run)
    run = REPORT_RUN.apply(run, "approve", actor=actor)
    run.approved_by, run.approved_at = actor if isinstance(actor, User) else None, clock.now()
    run.save(update_fields=["approved_by", "approved_at"])
    give_document(run, run.documents.get(language=FIRST_LANGUAGE))
    return run
