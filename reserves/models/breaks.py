"""Differences between books, custodians and chain, carried from day to day as one break with an age and a life."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import TokenField
from core.models import Blob, Case, User
from core.models.scoping import scoped_by
from issuers.models import Coin
from reserves.models.day import ReserveDay


class Break(models.Model):
    """One difference at one key, from the first day it stood to the first day it no longer did."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        EXPLAINED = "explained", _("Explained by the issuer")
        QUERIED = "queried", _("Queried")
        PROPOSED = "proposed", _("Waits for a second officer")
        ACCEPTED = "accepted", _("Accepted")
        RESOLVED = "resolved", _("Resolved")

    coin = models.ForeignKey(Coin, on_delete=models.PROTECT, related_name="breaks")
    reference = models.CharField(max_length=20, unique=True)
    comparison = models.CharField(max_length=20)
    key = models.CharField(max_length=300)
    opened_on = models.DateField()
    resolved_on = models.DateField(null=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    #: The day from which it has stood without an explanation: its first, or the day on which its amount changed.
    open_since = models.DateField(null=True)
    latest = models.ForeignKey("BreakDay", on_delete=models.PROTECT, null=True, related_name="+")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="breaks")

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
    """What a break looked like on one version of one reserve day: its parts and the residual sum to the difference."""

    standing = models.ForeignKey(Break, on_delete=models.PROTECT, related_name="days")
    day = models.ForeignKey(ReserveDay, on_delete=models.PROTECT, related_name="breaks")
    cause = models.CharField(max_length=30)
    left = TokenField(null=True)
    right = TokenField(null=True)
    difference = TokenField()
    residual = TokenField(null=True)  # None: the day was compared before differences were taken apart
    parts = models.JSONField(default=list)
    needs_answer = models.BooleanField(default=True)
    evidence = models.JSONField(default=dict)

    class Meta:
        ordering = ["standing__opened_on", "standing_id"]
        constraints = [models.UniqueConstraint(fields=["standing", "day"], name="break_day_once")]

    def __str__(self) -> str:
        return f"{self.standing} on {self.day}"


class BreakNote(models.Model):
    """What was said of a break, by whom and of which amount; never changed."""

    class Kind(models.TextChoices):
        EXPLANATION = "explanation", _("Explanation")
        QUERY = "query", _("Query")
        PROPOSAL = "proposal", _("Proposal to accept")
        ACCEPTANCE = "acceptance", _("Acceptance")

    standing = models.ForeignKey(Break, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.TextField(max_length=4000)
    difference = TokenField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)
    document = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    filename = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.standing}"
