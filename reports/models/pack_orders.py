"""An evidence pack that an officer asked for: its row is its place in the queue, and says how far the worker is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Organisation, User
from issuers.models import Issuer
from reports.models.run import ReportRun


class PackOrder(models.Model):
    """A pack of an issuer's days, until it is a report; it is the authority's own, which ``owner`` is."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Being compiled")
        MADE = "made", _("Compiled")
        FAILED = "failed", _("Failed")

    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="+")
    first = models.DateField()
    last = models.DateField()
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    run = models.ForeignKey(ReportRun, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "first", "last"], condition=Q(status="waiting"),
                                    name="pack_order_once"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer.organisation.slug} {self.first}/{self.last}"
