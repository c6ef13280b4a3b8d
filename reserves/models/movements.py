"""Which blocks of a contract were read for its transfers, range by range, and the file that each range became."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from core import clock
from core.models import FeedFile
from reserves.models.chain import OfChain


class TransferRange(OfChain):
    """A range of blocks whose transfers were read, all of them and once, by endpoints that agreed.

    The next range begins after it; the first one begins with the block in which the contract was made. The transfers
    themselves stand in the file, which goes through the intake as any other.
    """

    from_block = models.PositiveBigIntegerField()
    to_block = models.PositiveBigIntegerField()
    block_hash = models.CharField(max_length=66)
    block_time = models.DateTimeField()
    transfer_count = models.PositiveIntegerField()
    endpoints = models.JSONField(default=list)
    absent = models.JSONField(default=dict)
    file = models.ForeignKey(FeedFile, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["deployment", "to_block"]
        constraints = [
            models.UniqueConstraint(fields=["deployment", "from_block"], condition=Q(superseded_by=None),
                                    name="transfer_range_once"),
            models.CheckConstraint(condition=Q(from_block__lte=F("to_block")), name="transfer_range_forwards"),
        ]

    def __str__(self) -> str:
        return f"{self.deployment} {self.from_block}-{self.to_block}"
