"""Dated figures about one issuer or coin that enter the rules as facts: what was set, and what was filed.

The law is files; decisions about one issuer are rows; rows enter as facts, never as overrides. Rows
are never changed: a new figure is a new row with a later day. A fact without a row is unknown.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import User
from core.models.scoping import scoped_by
from issuers.models.coin import Coin
from issuers.models.issuer import Issuer


class IssuerFact(models.Model):
    """One fact of the rulebook's table for an issuer, or for one of its coins, from a day on."""

    class Origin(models.TextChoices):
        SET = "set", _("Set by the authority")
        FILED = "filed", _("Filed by the issuer")

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="facts")
    coin = models.ForeignKey(Coin, on_delete=models.PROTECT, null=True, blank=True, related_name="facts")
    fact = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    origin = models.CharField(max_length=5, choices=Origin)
    source = models.CharField(max_length=200)
    valid_from = models.DateField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    objects = scoped_by("issuer__organisation").as_manager()

    class Meta:
        ordering = ["fact", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "coin", "fact", "valid_from"], nulls_distinct=False, name="issuer_fact_once_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.fact} of {self.coin or self.issuer} from {self.valid_from}"

    @property
    def owner_id(self) -> int:
        return self.issuer.organisation_id
