"""One reserve day of one coin, in versions; its row is its place in the queue."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import FiatField, RatioField, TokenField
from core.models.scoping import scoped_by
from issuers.models import Coin


class ReserveDay(models.Model):
    """A calendar day of a coin's reserve: opened, reconciled, judged; a later version supersedes it.

    ``result`` is the one account of the day (schema ``assay.reserve_day/1``) that the page, the API,
    the report and its attachment all show. The columns beside it repeat what lists and charts need.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        RECONCILED = "reconciled", _("Reconciled")
        JUDGED = "judged", _("Judged")
        SUPERSEDED = "superseded", _("Superseded")

    coin = models.ForeignKey(Coin, on_delete=models.PROTECT, related_name="days")
    as_of = models.DateField()
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField(default=clock.now)
    judged_at = models.DateTimeField(null=True)
    circulation = TokenField(null=True)
    reserve_market_value = FiatField(null=True)
    eligible_reserve = FiatField(null=True)
    backing_ratio = RatioField(null=True)
    surplus = FiatField(null=True)
    verdict = models.CharField(max_length=8, blank=True)
    open_breaks = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True)

    objects = scoped_by("coin__issuer__organisation").as_manager()

    class Meta:
        ordering = ["coin", "-as_of", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["coin", "as_of", "version"], name="reserve_day_version_once"),
            models.UniqueConstraint(
                fields=["coin", "as_of"], condition=Q(status="judged"), name="reserve_day_one_judged"
            ),
            models.UniqueConstraint(
                fields=["coin", "as_of"], condition=Q(status__in=["open", "reconciled"]), name="reserve_day_one_waiting"
            ),
        ]
        indexes = [
            models.Index(fields=["opened_at"], condition=Q(status__in=["open", "reconciled"]), name="reserve_day_waits")
        ]

    def __str__(self) -> str:
        return f"{self.coin} {self.as_of} v{self.version}"

    @property
    def owner_id(self) -> int:
        return self.coin.owner_id
