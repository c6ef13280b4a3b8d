"""A licence as the register shows it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.scoping import scoped_by
from issuers.models.issuer import Issuer


class Licence(models.Model):
    """What the authority granted: a number and an effective date, no expiry (ORD s. 15-16)."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Licensed")
        SUSPENDED = "suspended", _("Suspended")
        REVOKED = "revoked", _("Revoked")
        SURRENDERED = "surrendered", _("Surrendered")

    issuer = models.OneToOneField(Issuer, on_delete=models.PROTECT, related_name="licence")
    number = models.CharField(max_length=20, unique=True)
    effective_on = models.DateField()
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)

    objects = scoped_by("issuer__organisation").as_manager()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number

    @property
    def owner_id(self) -> int:
        return self.issuer.organisation_id
