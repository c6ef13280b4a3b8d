"""Dated rows of a coin that two officers enter: which files are due when, and who besides the issuer sends them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import Organisation
from issuers.models import Coin
from reserves.models.reference import Reference
from reserves.schedules import BUSINESS, CALENDAR

#: Kinds of organisations that send files about the coins of others.
SENDING_KINDS = (Organisation.Kind.CUSTODIAN, Organisation.Kind.BANK, Organisation.Kind.PRICE_SOURCE)


class FeedSchedule(Reference):
    """A file that a coin's days wait for, in place of the platform's default or besides it."""

    class Days(models.TextChoices):
        EVERY_BUSINESS_DAY = BUSINESS, gettext_lazy("Business days")
        EVERY_DAY = CALENDAR, gettext_lazy("Every day")

    coin = models.ForeignKey(Coin, on_delete=models.PROTECT, related_name="feed_schedules")
    feed = models.CharField(max_length=40)
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    days = models.CharField(max_length=8, choices=Days, default=Days.EVERY_BUSINESS_DAY)
    due = models.TimeField()
    on_request = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["coin", "valid_from"])]

    def __str__(self) -> str:
        return f"{self.feed} {self.coin.symbol}" + (f" ({self.sender})" if self.sender else "")

    @property
    def owner_id(self) -> int:
        return self.coin.owner_id

    def clean(self) -> None:
        _check_dates(self)


class FeedSender(Reference):
    """An organisation that may send some feeds about a coin with keys of its own."""

    coin = models.ForeignKey(Coin, on_delete=models.PROTECT, related_name="feed_senders")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sends_for")
    feeds = ArrayField(models.CharField(max_length=40))

    class Meta:
        indexes = [models.Index(fields=["organisation", "coin"])]

    def __str__(self) -> str:
        return f"{self.organisation}: {', '.join(self.feeds)} {self.coin.symbol}"

    @property
    def owner_id(self) -> int:
        return self.coin.owner_id

    def clean(self) -> None:
        _check_dates(self)
        if self.organisation_id and self.organisation.kind not in SENDING_KINDS:
            raise ValidationError(_("Only a custodian, a bank or a source of prices sends files about another's coin."))


def _check_dates(row: Reference) -> None:
    if row.valid_from and row.valid_until and row.valid_until < row.valid_from:
        raise ValidationError(_("It cannot end before it begins."))
