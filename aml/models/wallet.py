"""Wallets that somebody reported: an issuer's, its treasury's, a custodian's, a customer's."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Organisation
from core.models.scoping import scoped_by


class Wallet(models.Model):
    """One address on one chain, and whose it is said to be; ``canonical`` is what exact search compares."""

    class Part(models.TextChoices):
        ISSUER = "issuer", _("Issuer")
        TREASURY = "treasury", _("Treasury")
        CUSTODIAN = "custodian", _("Custodian")
        CUSTOMER = "customer", _("Customer, as reported")

    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    chain = models.CharField(max_length=41)  # CAIP-2, as in the feeds of supply and transfers
    address = models.CharField(max_length=160)
    canonical = models.CharField(max_length=160, db_index=True)
    part = models.CharField(max_length=10, choices=Part)
    holder_ref = models.CharField(max_length=80, blank=True)  # the issuer's own reference of a customer, never a name
    reported_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    screened_at = models.DateTimeField(null=True)  # empty: waits to be screened

    objects = scoped_by("owner").as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "chain", "canonical"], name="wallet_once")]
        indexes = [models.Index(fields=["id"], condition=Q(screened_at=None), name="wallet_waiting")]

    def __str__(self) -> str:
        return self.address
