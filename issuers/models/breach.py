"""A rule that an issuer does not meet, from the day it was found to the day it is closed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Case
from core.models.scoping import scoped_by
from issuers.models.issuer import Issuer


class Breach(models.Model):
    """One breach of one rule by one subject; days on which it goes on do not open another."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        NOTIFIED = "notified", _("Notified by the issuer")
        ANSWERED = "answered", _("Answered by the issuer")
        REMEDIATING = "remediating", _("Being remedied")
        ESCALATED = "escalated", _("Escalated")
        CLOSED = "closed", _("Closed")

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="breaches")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="breach")
    rule = models.CharField(max_length=20)
    subject = models.CharField(max_length=80)
    first_as_of = models.DateField()
    last_as_of = models.DateField()
    status = models.CharField(max_length=12, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField(default=clock.now)
    notified_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = scoped_by("issuer__organisation").as_manager()

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "subject"], condition=~Q(status="closed"), name="breach_open_once")
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject} {self.first_as_of}"

    @property
    def owner_id(self) -> int:
        return self.issuer.organisation_id
