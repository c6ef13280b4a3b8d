"""Reading what was begun and not submitted, and since when nobody worked on it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from issuers.models import Answer, Application, ApplicationStep, Consent, Document, Person, Submission

S = Application.Status


def applications_at_rest() -> list[tuple[Application, datetime]]:
    """Return the applications that wait for their applicant, each with since when nobody worked on it.

    A draft that nobody touched, or that was not touched since it was submitted and returned, is not one of them: who
    never began has nothing saved, and who has it back was told so.
    """
    def latest(rows: QuerySet[Answer] | QuerySet[Document] | QuerySet[Person], moment: str) -> Subquery:
        return Subquery(rows.order_by().values(moment).order_by(F(moment).desc(nulls_last=True))[:1])

    mine = {"application": OuterRef("pk")}
    documents, people = Document.objects.filter(**mine), Person.objects.filter(issuer=OuterRef("issuer"))
    last_submitted = Submission.objects.filter(**mine).order_by("-number").values("submitted_at")[:1]
    rows = Application.objects.annotate(
        touched_at=Greatest(
            latest(Answer.objects.filter(**mine), "changed_at"), latest(documents, "uploaded_at"),
            latest(documents, "removed_at"), latest(people, "added_at"), latest(people, "removed_at"),
        ),
        submitted_at=Subquery(last_submitted),
        moved_at=Subquery(ApplicationStep.objects.filter(**mine).order_by("-at").values("at")[:1]),
        quiet_since=Greatest("touched_at", "moved_at"),
    ).filter(
        Q(status=S.PREPARED)
        | Q(status__in=(S.DRAFT, S.RETURNED), touched_at__isnull=False)
        & (Q(submitted_at=None) | Q(touched_at__gt=F("submitted_at")))
    ).exclude(quiet_since=None).select_related("issuer__organisation", "prepared_by")
    return [(row, row.quiet_since) for row in rows]


def draft_consents() -> list[tuple[Consent, datetime]]:
    """Return the requests for consent that were not submitted, each with since when nobody worked on it."""
    rows = Consent.objects.filter(status=Consent.Status.DRAFT).annotate(
        quiet_since=Greatest("drafted_at", Max("documents__uploaded_at"), Max("documents__removed_at")),
    ).select_related("issuer__organisation")
    return [(row, row.quiet_since) for row in rows]
