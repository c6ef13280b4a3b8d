"""Travel-rule records as issuers sent them in, and samples that set them against transfers on chain."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import TokenField
from core.models import FeedFile, User
from core.models.scoping import scoped_by
from issuers.models import Coin


class TravelRuleRecord(models.Model):
    """What accompanied one transfer (AML guideline 6.5-6.24); a corrected file's records no longer stand."""

    class Direction(models.TextChoices):
        SENT = "sent", _("Sent by a customer")
        RECEIVED = "received", _("Received by a customer")

    file = models.ForeignKey(FeedFile, on_delete=models.PROTECT, related_name="+")
    line = models.PositiveIntegerField()
    transfer_id = models.CharField(max_length=140, db_index=True)  # transaction, or transaction:log_index; lower case
    direction = models.CharField(max_length=8, choices=Direction)
    amount = TokenField()
    currency = models.CharField(max_length=3)
    sent_at = models.DateTimeField()
    originator_name = models.CharField(max_length=300, blank=True)
    originator_account = models.CharField(max_length=160, blank=True)
    originator_address = models.CharField(max_length=500, blank=True)
    originator_id = models.CharField(max_length=200, blank=True)
    beneficiary_name = models.CharField(max_length=300, blank=True)
    beneficiary_account = models.CharField(max_length=160, blank=True)
    counterparty_vasp = models.CharField(max_length=200, blank=True)
    data_received_at = models.DateTimeField(null=True)

    objects = scoped_by("file__owner").as_manager()

    class Meta:
        ordering = ["-sent_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["file", "line"], name="travel_rule_line_once")]

    def __str__(self) -> str:
        return self.transfer_id


class TravelRuleSample(models.Model):
    """One draw of transfers on chain of a coin's registered wallets, and how their records were found.

    The order of the draw follows from ``seed`` and the transfers alone: whoever has both can draw it again.
    """

    coin = models.ForeignKey(Coin, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=20, unique=True)
    period_start = models.DateField()
    period_end = models.DateField()
    per_stratum = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=64)
    threshold_hkd = models.CharField(max_length=20)
    cite = models.CharField(max_length=80)
    population = models.JSONField()  # stratum: how many transfers there were
    drawn_at = models.DateTimeField(default=clock.now)
    drawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = scoped_by("coin__issuer__organisation").as_manager()

    class Meta:
        ordering = ["-drawn_at", "-pk"]

    def __str__(self) -> str:
        return self.reference

    @property
    def owner_id(self) -> int:
        return self.coin.owner_id


class SampledTransfer(models.Model):
    """One transfer of a sample and what its record was worth when the sample was drawn."""

    class Stratum(models.TextChoices):
        AT_THRESHOLD = "at_threshold", _("At or above the threshold")
        BELOW = "below", _("Below the threshold")
        UNVALUED = "unvalued", _("Value in HKD unknown")

    class Outcome(models.TextChoices):
        COMPLETE = "complete", _("Complete")
        INCOMPLETE = "incomplete", _("Incomplete")
        LATE = "late", _("Late")
        MISSING = "missing", _("No record")
        UNKNOWN = "unknown", _("Not known")

    sample = models.ForeignKey(TravelRuleSample, on_delete=models.CASCADE, related_name="transfers")
    chain = models.CharField(max_length=41)
    tx_hash = models.CharField(max_length=128)
    log_index = models.PositiveIntegerField()
    block_time = models.DateTimeField()
    amount = TokenField(null=True)  # in coins; empty where the contract's decimals are not on record
    stratum = models.CharField(max_length=12, choices=Stratum)
    outcome = models.CharField(max_length=10, choices=Outcome)
    lacking = models.JSONField(default=list)  # names of what the record lacks
    record_file = models.ForeignKey(FeedFile, on_delete=models.PROTECT, null=True, related_name="+")
    record_line = models.PositiveIntegerField(null=True)

    objects = scoped_by("sample__coin__issuer__organisation").as_manager()

    class Meta:
        ordering = ["stratum", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "chain", "tx_hash", "log_index"], name="sampled_once"),
            models.CheckConstraint(condition=Q(outcome="missing") | ~Q(record_file=None), name="sampled_has_record"),
        ]

    def __str__(self) -> str:
        return f"{self.tx_hash}:{self.log_index}"
