"""One report: the facts it says, frozen with their digest, and the documents rendered from them by language."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Blob, Organisation, User
from core.models.scoping import scoped_by


class ReportRun(models.Model):
    """A report of one kind about one subject and day, in versions; its row is its place in the queue."""

    class Kind(models.TextChoices):
        DAILY_RESERVE = "daily_reserve", _("Daily reserve audit report")
        APPLICATION = "application", _("Application as submitted")
        COMMITTEE_PACK = "committee_pack", _("Papers for the advisory committee")
        LICENCE_CERTIFICATE = "licence_certificate", _("Licence certificate")
        FEE_INVOICE = "fee_invoice", _("Licence fee invoice")
        MONTHLY_SUPERVISION = "monthly_supervision", _("Monthly supervisory report")
        WEEKLY_STATEMENT = "weekly_statement", _("Weekly reserve statement")
        QUARTERLY_OVERVIEW = "quarterly_overview", _("Quarterly overview of all issuers")
        BREACH_DOSSIER = "breach_dossier", _("Breach dossier")
        ATTESTATION_COMPARISON = "attestation_comparison", _("Attestation beside the daily figures")
        INSPECTION_PACK = "inspection_pack", _("Inspection evidence pack")

    class Status(models.TextChoices):
        FROZEN = "frozen", _("Being rendered")
        DRAFTED = "drafted", _("Waits for approval")
        RENDERED = "rendered", _("Ready")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    reference = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=30, choices=Kind)
    subject = models.CharField(max_length=80)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="The issuer that a report of the authority's own is about.",
    )
    as_of = models.DateField()
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.FROZEN)
    facts = models.JSONField()
    digest = models.CharField(max_length=64)
    frozen_at = models.DateTimeField(default=clock.now)
    frozen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    rendered_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    document = models.ForeignKey(
        Blob, on_delete=models.PROTECT, null=True, related_name="+",
        help_text="What readers are given in English: the signed bytes as soon as there are any.",
    )

    objects = scoped_by("owner").as_manager()

    class Meta:
        ordering = ["-as_of", "subject", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject", "as_of", "version"], name="report_run_once")
        ]
        indexes = [models.Index(fields=["frozen_at"], condition=Q(status="frozen"), name="report_run_waits")]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_archive(self) -> bool:
        """Whether the document is a ZIP of many files and no PDF."""
        return self.kind in ARCHIVES

    @property
    def media_type(self) -> str:
        return "application/zip" if self.is_archive else "application/pdf"

    @property
    def filename(self) -> str:
        """The name that a reader keeps the document under."""
        return f"{self.reference}.zip" if self.is_archive else f"{self.reference}.pdf"

    def filename_in(self, language: str) -> str:
        """The name of the document in another language than English says which."""
        return self.filename if language == "en" else f"{self.reference}-{language}{self.filename[-4:]}"


#: Kinds whose document is a ZIP of many files; signed is the PDF in it that lists them.
ARCHIVES = frozenset({ReportRun.Kind.INSPECTION_PACK})


class ReportDocument(models.Model):
    """A report in one language; a row without rendered bytes, or without signed ones, is its place in the queue."""

    run = models.ForeignKey(ReportRun, on_delete=models.PROTECT, related_name="documents")
    language = models.CharField(max_length=10)
    wanted_at = models.DateTimeField(default=clock.now)
    rendered = models.ForeignKey(
        Blob, on_delete=models.PROTECT, null=True, related_name="+",
        help_text="The bytes before signing, which equal facts give again.",
    )
    rendered_at = models.DateTimeField(null=True, blank=True)
    index = models.ForeignKey(
        Blob, on_delete=models.PROTECT, null=True, related_name="+",
        help_text="Of an archive: the PDF in it that lists what it holds, to look at without unpacking.",
    )
    signed = models.ForeignKey(
        Blob, on_delete=models.PROTECT, null=True, related_name="+",
        help_text="The signed bytes; of an archive, the archive with the signed index in it.",
    )
    signed_index = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["run", "language"]
        constraints = [models.UniqueConstraint(fields=["run", "language"], name="report_document_once")]
        indexes = [
            models.Index(fields=["wanted_at"], condition=Q(rendered=None), name="report_document_waits"),
        ]

    def __str__(self) -> str:
        return f"{self.run} ({self.language})"

    @property
    def given_id(self) -> str | None:
        """The digest of the bytes that readers are given: signed if there are any, else as rendered."""
        return self.signed_id or self.rendered_id

    @property
    def pdf_id(self) -> str | None:
        """The digest of the PDF that readers are given: the document itself, of an archive the index in it."""
        return self.signed_index_id or self.index_id or self.given_id

    @property
    def pdf_ids(self) -> set[str]:
        """The digests of the PDF before signing and signed."""
        ids = (self.index_id, self.signed_index_id) if self.index_id else (self.rendered_id, self.signed_id)
        return {each for each in ids if each}
