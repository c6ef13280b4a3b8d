"""The weekly statement of a coin's reserve, prepared from the judged days, filed and published in versions."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import ApiKey, User
from core.models.scoping import scoped_by
from issuers.models import Coin


class WeeklyStatement(models.Model):
    """Outstanding par, market value and composition as at one day a week, and the days before it (SUP 2.7.2)."""

    class Status(models.TextChoices):
        PREPARED = "prepared", _("Prepared")
        FILED = "filed", _("Filed and published")
        REPLACED = "replaced", _("Replaced by a later version")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    coin = models.ForeignKey(Coin, on_delete=models.PROTECT, related_name="weekly_statements")
    as_at = models.DateField()
    version = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.PREPARED)
    content = models.JSONField()  # schema assay.weekly_statement/1
    digest = models.CharField(max_length=64)
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    prepared_with = models.ForeignKey(ApiKey, on_delete=models.PROTECT, null=True, related_name="+")
    prepared_by_label = models.CharField(max_length=200)
    prepared_at = models.DateTimeField(default=clock.now)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_with = models.ForeignKey(ApiKey, on_delete=models.PROTECT, null=True, related_name="+")
    approved_by_label = models.CharField(max_length=200, blank=True)
    filed_at = models.DateTimeField(null=True)

    objects = scoped_by("coin__issuer__organisation").as_manager()

    class Meta:
        ordering = ["-as_at", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["coin", "as_at", "version"], name="weekly_statement_once"),
            models.UniqueConstraint(fields=["coin", "as_at"], condition=Q(status="prepared"),
                                    name="weekly_statement_one_prepared"),
            models.UniqueConstraint(fields=["coin", "as_at"], condition=Q(status="filed"),
                                    name="weekly_statement_one_filed"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(prepared_by=None) | ~Q(approved_by=F("prepared_by")),
                name="weekly_statement_two_people",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Such as ``WS-LRHKD-20261120-1``."""
        return f"WS-{self.coin.symbol}-{self.as_at:%Y%m%d}-{self.version}"

    @property
    def owner_id(self) -> int:
        return self.coin.owner_id
