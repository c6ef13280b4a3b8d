"""What the law says of one subject on one day: verdicts with everything needed to judge again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models.accounts import Organisation
from core.models.scoping import scoped_by


class Finding(models.Model):
    """One rule's verdict on one subject and day; append-only by database trigger."""

    class Verdict(models.TextChoices):
        MET = "met", _("Met")
        BREACHED = "breached", _("Breached")
        UNKNOWN = "unknown", _("Unknown")

    rule = models.CharField(max_length=20)
    rule_from = models.DateField()
    cite = models.CharField(max_length=200)
    regime = models.CharField(max_length=10)
    rulebook_digest = models.CharField(max_length=64)
    scope = models.CharField(max_length=10)
    subject = models.CharField(max_length=80)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField()
    version = models.PositiveIntegerField()
    verdict = models.CharField(max_length=8, choices=Verdict)
    observed = models.JSONField(default=dict)
    required = models.JSONField(default=dict)
    counts = models.JSONField(null=True)
    exceptions = models.JSONField(default=list)
    exception_count = models.PositiveIntegerField(default=0)
    facts = models.JSONField(default=dict)
    inputs = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    judged_at = models.DateTimeField(default=clock.now)

    objects = scoped_by("owner").as_manager()

    class Meta:
        ordering = ["rule"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "scope", "subject", "as_of", "version", "digest"], name="finding_once"
            )
        ]
        indexes = [models.Index(fields=["subject", "as_of", "version"]), models.Index(fields=["owner", "as_of"])]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject} {self.as_of} {self.verdict}"
