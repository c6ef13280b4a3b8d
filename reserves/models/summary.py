"""What a judged day comes to by class, custodian, maturity and obligor group: a few rows that serve every overview."""

from __future__ import annotations

from django.db import models

from core.fields import FiatField
from core.models.scoping import scoped_by
from reserves.models.day import ReserveDay


class ReserveDaySummary(models.Model):
    """A part of the pool of one version of one day, in the coin's currency; written when the day is judged.

    The parts of one ``kind`` add up to all lines of that currency: ``place`` divides them by asset class, custodian
    and rung of the maturity ladder, ``group`` by who owes on them (an empty name: the line does not say).
    """

    class Kind(models.TextChoices):
        PLACE = "place"
        GROUP = "group"

    day = models.ForeignKey(ReserveDay, on_delete=models.PROTECT, related_name="summary")
    kind = models.CharField(max_length=5, choices=Kind)
    asset_class = models.CharField(max_length=20, blank=True)
    bucket = models.CharField(max_length=10, blank=True)
    name = models.CharField(max_length=200, blank=True)
    amount = FiatField()
    lines = models.PositiveIntegerField()

    objects = scoped_by("day__coin__issuer__organisation").as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "kind", "name", "asset_class", "bucket"], name="reserve_summary_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.name}"
