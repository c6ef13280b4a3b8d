"""What of licensing still waits to become a document: submissions, register entries and fees without their run."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from core.models import Organisation
from issuers.models import Licence, RegisterEntry, Submission
from reports.models import ReportRun

K = ReportRun.Kind
#: What of a fee may change after it was invoiced; each change is a new version of its invoice.
FEE_STATE = ("due_at", "paid_on", "payment_reference", "withdrawn_on")


def _runs(kind: str, subject: str, version: str) -> Exists:
    return Exists(ReportRun.objects.filter(kind=kind, subject=OuterRef(subject), version=OuterRef(version)))


def submissions_without_document() -> QuerySet[Submission]:
    """Return the submissions of which no document was made yet, oldest first."""
    lacking = Submission.objects.exclude(_runs(K.APPLICATION, "application__reference", "number"))
    return lacking.order_by("submitted_at", "pk")


def entries_without_certificate() -> QuerySet[RegisterEntry]:
    """Return the latest register entry of each licence in force that no certificate was made from yet.

    Nothing certifies a licence that has ended.
    """
    latest = RegisterEntry.objects.filter(licence=OuterRef("licence")).order_by("-version").values("version")[:1]
    lacking = RegisterEntry.objects.filter(version=Subquery(latest)).exclude(licence__status__in=Licence.ENDED)
    return lacking.exclude(_runs(K.LICENCE_CERTIFICATE, "licence__number", "version")).order_by("licence__number")


def certificates_of_ended_licences() -> QuerySet[ReportRun]:
    """Return the certificates that stand although their licence was revoked or surrendered."""
    ended = Licence.objects.filter(status__in=Licence.ENDED).values("number")
    standing = ReportRun.objects.filter(kind=K.LICENCE_CERTIFICATE, subject__in=ended)
    return standing.exclude(status=ReportRun.Status.WITHDRAWN).defer("facts").order_by("pk")


def invoices_said() -> dict[str, tuple[Any, ...]]:
    """Return, by number of the invoice, what its latest version says of the fee: the values under ``FEE_STATE``."""
    runs = ReportRun.objects.filter(kind=K.FEE_INVOICE).order_by("version")
    said = runs.values_list("subject", *(f"facts__{name}" for name in FEE_STATE))
    return {subject: tuple(values) for subject, *values in said}


def authority() -> Organisation | None:
    """Return the authority itself, which owns what no issuer may see."""
    return Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY).order_by("pk").first()
