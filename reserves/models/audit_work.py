"""What auditors do in the evidence room: samples drawn, days performed again, reports with figures to compare."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import FiatField, TokenField
from core.models import Blob, User
from reserves.models.attestation import Engagement, EvidenceSnapshot, TestDay
from reserves.models.day import ReserveDay


class Sample(models.Model):
    """A sample as it was drawn, with all that draws it again; append-only by database trigger."""

    class Population(models.TextChoices):
        HOLDINGS = "holdings", _("Holdings of the day")
        LEDGER = "ledger", _("Books of the day")
        ENTRIES = "entries", _("Account entries of the period")
        REDEMPTIONS = "redemptions", _("Redemption requests of the period")
        ISSUANCE = "issuance", _("Issuance requests of the period")

    class Method(models.TextChoices):
        ALL = "all", _("All lines")
        RANDOM = "random", _("Random lines")
        MONETARY_UNIT = "monetary_unit", _("Monetary unit sampling")
        TOP = "top", _("Largest amounts")

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="samples")
    test_day = models.ForeignKey(TestDay, on_delete=models.PROTECT, null=True, related_name="+")
    population = models.CharField(max_length=12, choices=Population)
    method = models.CharField(max_length=14, choices=Method)
    size = models.PositiveIntegerField(default=0)
    seed = models.CharField(max_length=100, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    files = models.JSONField()
    population_lines = models.PositiveIntegerField()
    lines = models.PositiveIntegerField()
    table = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    drawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    drawn_by_label = models.CharField(max_length=200)
    drawn_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.engagement} sample {self.pk}"

    @property
    def owner_id(self) -> int:
        return self.engagement.owner_id


class Reperformance(models.Model):
    """One day performed again from its raw files; its row is its place in the queue."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waits")
        DONE = "done", _("Done")

    day = models.ForeignKey(ReserveDay, on_delete=models.PROTECT, related_name="reperformances")
    snapshot = models.ForeignKey(EvidenceSnapshot, on_delete=models.PROTECT, null=True, related_name="reperformances")
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_by_label = models.CharField(max_length=200)
    asked_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    figures = models.PositiveIntegerField(default=0)
    figures_differing = models.PositiveIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    lines_differing = models.PositiveIntegerField(default=0)
    document = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["asked_at"], condition=models.Q(status="waiting"), name="reperformance_waits")]

    def __str__(self) -> str:
        return f"{self.day} performed again"

    @property
    def owner_id(self) -> int:
        return self.day.owner_id

    @property
    def agrees(self) -> bool:
        return self.status == self.Status.DONE and not (self.figures_differing or self.lines_differing)


class AttestationReport(models.Model):
    """One version of the auditor's report: the PDF, the opinion, what its signatures are worth, how it compares."""

    class Opinion(models.TextChoices):
        UNQUALIFIED = "unqualified", _("Unqualified")
        QUALIFIED = "qualified", _("Qualified")
        ADVERSE = "adverse", _("Adverse")
        DISCLAIMER = "disclaimer", _("Disclaimer of opinion")

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="reports")
    version = models.PositiveSmallIntegerField()
    document = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=200)
    page_count = models.PositiveIntegerField(null=True)
    opinion = models.CharField(max_length=12, choices=Opinion)
    exceptions = models.TextField(blank=True)
    signatures = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_by_label = models.CharField(max_length=200)
    uploaded_at = models.DateTimeField(default=clock.now)
    comment = models.TextField(blank=True)
    commented_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    filed_by_label = models.CharField(max_length=200, blank=True)
    filed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["engagement", "version"], name="attestation_report_once")]

    def __str__(self) -> str:
        return f"{self.engagement} v{self.version}"

    @property
    def owner_id(self) -> int:
        return self.engagement.owner_id


class AttestedDay(models.Model):
    """What the auditor states of one tested day, and each figure that is not the frozen one; append-only."""

    report = models.ForeignKey(AttestationReport, on_delete=models.PROTECT, related_name="days")
    test_day = models.ForeignKey(TestDay, on_delete=models.PROTECT, related_name="attested")
    market_value = FiatField()
    outstanding_par = TokenField()
    composition = models.JSONField()
    is_adequate = models.BooleanField()
    differences = models.JSONField(default=list)

    class Meta:
        ordering = ["test_day__as_of"]
        constraints = [models.UniqueConstraint(fields=["report", "test_day"], name="attested_day_once")]

    def __str__(self) -> str:
        return f"{self.report} on {self.test_day.as_of}"
