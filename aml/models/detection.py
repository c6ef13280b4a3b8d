"""Runs of the detectors, and the exposure of wallets that they measured."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aml.models.wallet import Wallet
from aml.models.watchlist import ListEntry, ListVersion
from core import clock
from core.models import FeedFile, User
from core.models.scoping import scoped_by
from issuers.models import Deployment


class DetectorRun(models.Model):
    """One going-through of stored transfers; a run that has not ended is the queue."""

    class Reason(models.TextChoices):
        FILE = "file", _("A file was accepted")
        ACTS = "acts", _("The chain was read")
        LIST_CHANGE = "list_change", _("A list changed")
        PARAMETER = "parameter", _("A parameter was set")
        NIGHTLY = "nightly", _("Every night")

    reason = models.CharField(max_length=12, choices=Reason)
    file = models.ForeignKey(FeedFile, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.ForeignKey(ListVersion, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    parameters = models.JSONField(default=dict)  # name: value in force, null where nobody has set it
    transfer_count = models.PositiveIntegerField(default=0)
    unvalued_count = models.PositiveIntegerField(default=0)  # whose value in HKD is unknown
    findings = models.JSONField(default=dict)  # detector: how many it found
    left_out = models.JSONField(default=dict)  # detector: the parameters for want of which it did not run

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            # Asked for twice before it began is asked for once.
            models.UniqueConstraint(fields=["reason", "file", "version"], condition=Q(began_at=None),
                                    nulls_distinct=False, name="detector_run_waits_once"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.pk}"


class Exposure(models.Model):
    """How near a reported wallet is to a listed address over the transfers of one contract (AML guideline 5.4).

    ``path`` are addresses from the wallet to the listed one, ``amounts`` the raw units that moved between each two of
    them; ``touching`` is what moved between the wallet and its neighbours on shortest paths: the most that can have
    come from there, or gone there. ``run`` is the last that measured it.
    """

    class Direction(models.TextChoices):
        FROM = "from", _("Received from")
        TO = "to", _("Sent to")

    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="exposures")
    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(ListEntry, on_delete=models.PROTECT, related_name="+")
    listed = models.CharField(max_length=160)
    direction = models.CharField(max_length=4, choices=Direction)
    hops = models.PositiveSmallIntegerField()
    path = models.JSONField()
    amounts = models.JSONField()  # raw units, as text
    touching = models.DecimalField(max_digits=78, decimal_places=0)
    run = models.ForeignKey(DetectorRun, on_delete=models.PROTECT, related_name="exposures")
    measured_at = models.DateTimeField(default=clock.now)

    objects = scoped_by("wallet__owner").as_manager()

    class Meta:
        ordering = ["hops", "-touching", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["wallet", "deployment", "listed", "direction"], name="exposure_once"),
        ]

    def __str__(self) -> str:
        return f"{self.wallet} {self.direction} {self.listed}"


class DetectorParameter(models.Model):
    """A number that the law leaves open, as one officer proposed it and another put it in force from a day on."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        APPROVED = "approved", _("In force from its day")
        DECLINED = "declined", _("Declined")

    name = models.CharField(max_length=40)  # of aml.detectors.parameters
    value = models.PositiveIntegerField()
    valid_from = models.DateField()
    source = models.CharField(max_length=300)  # why this number
    status = models.CharField(max_length=8, choices=Status, default=Status.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name", "-valid_from", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} {self.value}"
