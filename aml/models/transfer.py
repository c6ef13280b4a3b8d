"""Transfers of tokens, sent in or read from a chain: what moved, which blocks are covered, what no longer stands."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import FeedFile
from core.models.scoping import ScopedQuerySet


class Origin(models.TextChoices):
    """Who says that there is a transfer."""

    FEED = "feed", _("As stated")
    CHAIN = "chain", _("Read from the chain")
    BOTH = "both", _("Stated, and read from the chain")


class TransferQuerySet(ScopedQuerySet):
    owner_path = "file__owner"

    def standing(self) -> TransferQuerySet:
        """Return the rows that neither a reorganisation nor a corrected file has replaced."""
        return self.filter(replaced_by=None)


class Replacement(models.Model):
    """Why transfers that were stored no longer stand; they are kept as they were.

    A chain takes blocks back: a later file has the block under another hash, or the transaction in another block. Or a
    sender corrects its own file. Or the platform reads the blocks itself, and finds something else than was stated.
    """

    class Reason(models.TextChoices):
        REORG = "reorg", _("The chain took the block back")
        CORRECTION = "correction", _("The sender corrected its file")
        CHAIN = "chain", _("The chain does not have it, or has it otherwise")

    reason = models.CharField(max_length=10, choices=Reason)
    chain = models.CharField(max_length=41)
    block_number = models.PositiveBigIntegerField(null=True)
    lost_hash = models.CharField(max_length=80, blank=True)
    found_hash = models.CharField(max_length=80, blank=True)
    file = models.ForeignKey(FeedFile, on_delete=models.PROTECT, related_name="+")  # which says so
    row_count = models.PositiveIntegerField()
    found_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.chain} {self.block_number or ''} {self.reason}"


class Transfer(models.Model):
    """One transfer of tokens; ``value`` is raw units of the contract, scaled only where its decimals are on record."""

    chain = models.CharField(max_length=41)
    contract = models.CharField(max_length=128)
    tx_hash = models.CharField(max_length=128)
    log_index = models.PositiveIntegerField()
    block_number = models.PositiveBigIntegerField()
    block_hash = models.CharField(max_length=80, blank=True)
    block_time = models.DateTimeField()
    from_address = models.CharField(max_length=160)
    to_address = models.CharField(max_length=160)
    value = models.DecimalField(max_digits=78, decimal_places=0)
    file = models.ForeignKey(FeedFile, on_delete=models.PROTECT, related_name="+")
    line = models.PositiveIntegerField()
    replaced_by = models.ForeignKey(Replacement, on_delete=models.PROTECT, null=True, related_name="transfers")

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["-block_number", "-log_index", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "tx_hash", "log_index"], condition=Q(replaced_by=None),
                                    name="transfer_once"),
            models.CheckConstraint(condition=Q(value__gte=0), name="transfer_not_negative"),
        ]
        indexes = [
            models.Index(fields=["chain", "block_number"], name="transfer_block"),
            models.Index(fields=["chain", "contract", "block_time"], name="transfer_contract"),
            models.Index(fields=["from_address", "block_time"], name="transfer_from"),
            models.Index(fields=["to_address", "block_time"], name="transfer_to"),
        ]

    def __str__(self) -> str:
        return f"{self.tx_hash}:{self.log_index}"


class BlockRange(models.Model):
    """The blocks of one contract that one accepted file speaks of, whether anything moved in them or not."""

    file = models.ForeignKey(FeedFile, on_delete=models.PROTECT, related_name="+")
    chain = models.CharField(max_length=41)
    contract = models.CharField(max_length=128)
    first_block = models.PositiveBigIntegerField()
    last_block = models.PositiveBigIntegerField()
    row_count = models.PositiveIntegerField()
    read_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["chain", "contract", "first_block"]
        constraints = [
            models.UniqueConstraint(fields=["file", "chain", "contract"], name="block_range_once"),
            models.CheckConstraint(condition=Q(first_block__lte=F("last_block")), name="block_range_forwards"),
        ]
        indexes = [models.Index(fields=["chain", "contract", "first_block"], name="block_range_contract")]

    def __str__(self) -> str:
        return f"{self.contract} {self.first_block}-{self.last_block}"
