"""What issuers return about AML each quarter, and the authority's register of what was thought suspicious."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from aml.models.alert import Alert
from core import clock
from core.models import Case, Organisation, User
from core.models.scoping import ScopedQuerySet, scoped_by
from issuers.models import Issuer


class AmlReturn(models.Model):
    """Counts of one calendar quarter as the issuer states them; a later version supersedes, all are kept."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="aml_returns")
    period_start = models.DateField()
    period_end = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    customers = models.PositiveIntegerField()
    internal_open_at_start = models.PositiveIntegerField()
    internal_received = models.PositiveIntegerField()
    reported_to_jfiu = models.PositiveIntegerField()
    not_reported = models.PositiveIntegerField()
    internal_open_at_end = models.PositiveIntegerField()
    sanctions_matches = models.PositiveIntegerField()
    frozen_at_start = models.PositiveIntegerField()
    frozen = models.PositiveIntegerField()
    released = models.PositiveIntegerField()
    frozen_at_end = models.PositiveIntegerField()
    transfers_at_threshold = models.PositiveIntegerField()
    transfers_below = models.PositiveIntegerField()
    travel_rule_incidents = models.PositiveIntegerField()
    remarks = models.TextField(blank=True)
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    filed_by_label = models.CharField(max_length=200)
    filed_at = models.DateTimeField(default=clock.now)
    digest = models.CharField(max_length=64)

    objects = scoped_by("issuer__organisation").as_manager()

    class Meta:
        ordering = ["-period_end", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "period_end", "version"], name="aml_return_once"),
            models.CheckConstraint(condition=Q(period_start__lte=F("period_end")), name="aml_return_period"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Such as ``AMR-2026Q3-1-17``: the quarter, the version, and the row."""
        quarter = (self.period_end.month + 2) // 3
        return f"AMR-{self.period_end.year}Q{quarter}-{self.version}-{self.pk}"

    @property
    def owner_id(self) -> int:
        return self.issuer.organisation_id


class SuspicionQuerySet(ScopedQuerySet):
    """The register is the authority's alone: nobody must be tipped off (AML guideline 8.2)."""

    def visible_to(self, actor):
        return self if actor.is_authority else self.none()


class Suspicion(models.Model):
    """One thing thought suspicious: who noted it and why, what was decided, and the review after a report.

    The register keeps dates, who had it in hand, and the outcome (AML guideline 9.3-9.9). A report to the JFIU takes a
    second officer; ``jfiu_reference`` is what the JFIU answered with.
    """

    class Status(models.TextChoices):
        NOTED = "noted", _("Noted, waits for a second officer")
        REPORTED = "reported", _("Reported to the JFIU")
        NOT_REPORTED = "not_reported", _("Not reported")
        REVIEWED = "reviewed", _("Reviewed after the report")

    reference = models.CharField(max_length=20, unique=True)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # the issuer it is about
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, null=True, related_name="suspicions")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=12, choices=Status, default=Status.NOTED)
    grounds = models.TextField()
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)
    jfiu_reference = models.CharField(max_length=60, blank=True)
    reported_on = models.DateField(null=True)
    review_on = models.DateField(null=True)  # a person sets it: the guideline names no number of days
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    review_outcome = models.TextField(blank=True)

    objects = SuspicionQuerySet.as_manager()

    class Meta:
        ordering = ["-noted_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(decided_by=None) | ~Q(decided_by=F("noted_by")),
                                   name="suspicion_two_officers"),
            models.CheckConstraint(condition=Q(reported_on=None) | ~Q(jfiu_reference=""),
                                   name="suspicion_has_reference"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def owner_label(self) -> str:
        return str(self.owner)
