"""Differences between books, custodians and chain, carried from day to day as one break with an age."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.fields import TokenField
from core.models.scoping import scoped_by
from issuers.models import Coin
from reserves.models.day import ReserveDay


class Break(models.Model):
    """One difference at one key, from the first day it stood to the first day it no longer did."""

    coin = models.ForeignKey(Coin, on_delete=models.PROTECT, related_name="breaks")
    reference = models.CharField(max_length=20, unique=True)
    comparison = models.CharField(max_length=20)
    key = models.CharField(max_length=300)
    opened_on = models.DateField()
    resolved_on = models.DateField(null=True)

    objects = scoped_by("coin__issuer__organisation").as_manager()

    class Meta:
        ordering = ["opened_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["coin", "comparison", "key"], condition=Q(resolved_on=None), name="break_open_once"
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def owner_id(self) -> int:
        return self.coin.owner_id


class BreakDay(models.Model):
    """What a break looked like on one version of one reserve day."""

    standing = models.ForeignKey(Break, on_delete=models.PROTECT, related_name="days")
    day = models.ForeignKey(ReserveDay, on_delete=models.PROTECT, related_name="breaks")
    cause = models.CharField(max_length=30)
    left = TokenField(null=True)
    right = TokenField(null=True)
    difference = TokenField()
    evidence = models.JSONField(default=dict)

    class Meta:
        ordering = ["standing__opened_on", "standing_id"]
        constraints = [models.UniqueConstraint(fields=["standing", "day"], name="break_day_once")]

    def __str__(self) -> str:
        return f"{self.standing} on {self.day}"
