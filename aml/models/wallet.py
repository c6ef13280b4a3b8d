"""Wallets that somebody reported: an issuer's, its treasury's, a custodian's, a customer's."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aml.models.watchlist import ListVersion
from core import clock
from core.models import Organisation, User
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
    screened_at = models.DateTimeField(null=True)  # when it was first compared with every list; empty: waits

    objects = scoped_by("owner").as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "chain", "canonical"], name="wallet_once")]
        indexes = [models.Index(fields=["id"], condition=Q(screened_at=None), name="wallet_waiting")]

    def __str__(self) -> str:
        return self.address


class WalletScreening(models.Model):
    """One going-through of wallets: the evidence that they were compared, hit or no hit (AML guideline 7.8).

    One for wallets that waited compared only those, and its ``began_at`` is their ``screened_at``; every other one
    compared all wallets.
    """

    class Reason(models.TextChoices):
        ENTRY = "entry", _("First reported")
        LIST_CHANGE = "list_change", _("A list changed")
        NIGHTLY = "nightly", _("Every night")
        REQUEST = "request", _("Somebody asked")

    reason = models.CharField(max_length=12, choices=Reason)
    version = models.ForeignKey(ListVersion, on_delete=models.PROTECT, null=True, related_name="+")
    algorithm = models.CharField(max_length=20)
    lists = models.JSONField()  # [{"source", "number", "sha256", "published_on", "addresses"}]
    began_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    wallet_count = models.PositiveIntegerField(default=0)
    hit_count = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=list)  # assets that only one of the compared versions names

    class Meta:
        ordering = ["-began_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.reason} {self.pk}"
