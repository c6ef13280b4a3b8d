"""Deleting what need no longer be kept: proposed by one officer, done by another, and held up where somebody asks."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Organisation, User


class RecordKind(models.TextChoices):
    """Kinds of records whose time runs out (AML guideline 9.3-9.9)."""

    TRAVEL_RULE = "travel_rule", _("Travel-rule records")
    TRANSFER = "transfer", _("Transfers on chain")
    SCREENING = "screening", _("Screenings of people who are no longer connected")


class RetentionHold(models.Model):
    """Records of one organisation that are kept longer, as the authority may ask (AML guideline 9.8)."""

    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    placed_at = models.DateTimeField(default=clock.now)
    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-placed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.owner}"


class Disposal(models.Model):
    """One deletion of one kind of records; ``before`` is the first day whose records stay.

    ``digest`` is of the keys that were there when it was proposed: if they differ when it is to be done, nothing is
    deleted. The row, with its count, stays for good.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Proposed, waits for a second officer")
        DONE = "done", _("Deleted")
        DECLINED = "declined", _("Declined")

    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=RecordKind)
    before = models.DateField()
    cite = models.CharField(max_length=80)
    row_count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                                   name="disposal_two_officers"),
            models.UniqueConstraint(fields=["kind"], condition=Q(status="proposed"), name="disposal_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return self.reference
