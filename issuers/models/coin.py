"""A specified stablecoin and the contracts it lives in."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

from core.models.scoping import scoped_by
from issuers.models.issuer import Issuer


class Coin(models.Model):
    """One type of stablecoin; each type has its own reserve pool (ORD Sch. 2 s. 5(1))."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="coins")
    symbol = models.CharField(
        max_length=12, unique=True, validators=[RegexValidator(r"^[A-Z][A-Z0-9.]{1,11}$")]
    )
    reference_currency = models.CharField(max_length=3)
    launched_on = models.DateField(null=True, blank=True)

    objects = scoped_by("issuer__organisation").as_manager()

    class Meta:
        ordering = ["symbol"]

    def __str__(self) -> str:
        return self.symbol

    @property
    def owner_id(self) -> int:
        return self.issuer.organisation_id


class Deployment(models.Model):
    """One contract of a coin on one chain (CAIP-2 chain identifier)."""

    coin = models.ForeignKey(Coin, on_delete=models.PROTECT, related_name="deployments")
    chain = models.CharField(max_length=41)
    contract = models.CharField(max_length=128)
    decimals = models.PositiveSmallIntegerField(null=True)  # of its units, as the contract itself says; null: not read

    class Meta:
        ordering = ["chain"]
        constraints = [models.UniqueConstraint(fields=["chain", "contract"], name="deployment_once")]

    def __str__(self) -> str:
        return f"{self.coin} {self.chain}"
