"""One report: the facts it says, frozen with their digest, and the document rendered from them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Blob, Organisation
from core.models.scoping import scoped_by


class ReportRun(models.Model):
    """A report of one kind about one subject and day, in versions; its row is its place in the queue."""

    class Kind(models.TextChoices):
        DAILY_RESERVE = "daily_reserve", _("Daily reserve audit report")
        APPLICATION = "application", _("Application as submitted")
        COMMITTEE_PACK = "committee_pack", _("Papers for the advisory committee")
        LICENCE_CERTIFICATE = "licence_certificate", _("Licence certificate")
        FEE_INVOICE = "fee_invoice", _("Licence fee invoice")

    class Status(models.TextChoices):
        FROZEN = "frozen", _("Being rendered")
        RENDERED = "rendered", _("Ready")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    reference = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=30, choices=Kind)
    subject = models.CharField(max_length=80)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField()
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.FROZEN)
    facts = models.JSONField()
    digest = models.CharField(max_length=64)
    frozen_at = models.DateTimeField(default=clock.now)
    rendered_at = models.DateTimeField(null=True)
    document = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")

    objects = scoped_by("owner").as_manager()

    class Meta:
        ordering = ["-as_of", "subject", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject", "as_of", "version"], name="report_run_once")
        ]
        indexes = [models.Index(fields=["frozen_at"], condition=Q(status="frozen"), name="report_run_waits")]

    def __str__(self) -> str:
        return self.reference
