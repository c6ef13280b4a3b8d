"""A licence as the register shows it, its conditions and its fees."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import FiatField
from core.models import User
from core.models.scoping import scoped_by
from issuers.models.application import Application
from issuers.models.coin import Coin
from issuers.models.issuer import Issuer


class Licence(models.Model):
    """What the authority granted: a number and an effective date, no expiry (ORD s. 15-16)."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Licensed")
        SUSPENDED = "suspended", _("Suspended")
        REVOKED = "revoked", _("Revoked")
        SURRENDERED = "surrendered", _("Surrendered")

    #: The states in which nothing is left of it but its record; only then may the issuer be granted another.
    ENDED = ("revoked", "surrendered")

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="licences")
    application = models.OneToOneField(Application, on_delete=models.PROTECT, null=True, related_name="licence")
    number = models.CharField(max_length=20, unique=True)
    effective_on = models.DateField()
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)

    objects = scoped_by("issuer__organisation").as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer"], condition=~Q(status__in=["revoked", "surrendered"]), name="licence_held_once"
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def owner_id(self) -> int:
        return self.issuer.organisation_id

    @property
    def has_ended(self) -> bool:
        return self.status in self.ENDED


class Condition(models.Model):
    """A condition of the licence (ORD ss. 17-20); one that sets a figure feeds the rulebook's fact of that name.

    ``kind`` is a key of ``issuers.conditions.KINDS``, which says what the value is and which fact it feeds. With
    ``every_months`` it recurs: an obligation falls due on ``first_due_on`` and then at that interval.
    """

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="conditions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=30)
    coin = models.ForeignKey(Coin, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    value = models.JSONField(null=True)
    wording_en = models.TextField()
    wording_zh_hant = models.TextField(blank=True)
    wording_zh_hans = models.TextField(blank=True)
    first_due_on = models.DateField(null=True, blank=True)
    every_months = models.PositiveSmallIntegerField(null=True, blank=True)
    in_force_from = models.DateField()
    cancelled_from = models.DateField(null=True, blank=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")

    objects = scoped_by("licence__issuer__organisation").as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["licence", "number"], name="condition_number_once")]

    def __str__(self) -> str:
        return f"{self.licence} condition {self.number}"

    @property
    def owner_id(self) -> int:
        return self.licence.owner_id

    @property
    def wording(self) -> str:
        """The condition in the reader's language, or in English where there is no other."""
        translated = {"zh-hant": self.wording_zh_hant, "zh-hans": self.wording_zh_hans}.get(get_language() or "")
        return translated or self.wording_en


class Fee(models.Model):
    """A licence fee that fell due: on the licence's first days, then on each anniversary (ORD s. 22, Sch. 3)."""

    class Occasion(models.TextChoices):
        FIRST = "first", _("First fee")
        ANNIVERSARY = "anniversary", _("Anniversary")

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="fees")
    invoice = models.CharField(max_length=24, unique=True)
    occasion = models.CharField(max_length=12, choices=Occasion)
    amount_hkd = FiatField()
    cite = models.CharField(max_length=80)
    falls_on = models.DateField()
    due_at = models.DateTimeField()
    issued_at = models.DateTimeField(default=clock.now)
    paid_on = models.DateField(null=True, blank=True)
    payment_reference = models.CharField(max_length=80, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)  # the licence ended before the day on which it would have fallen due

    objects = scoped_by("licence__issuer__organisation").as_manager()

    class Meta:
        ordering = ["-falls_on"]
        constraints = [
            models.UniqueConstraint(fields=["licence", "falls_on"], name="fee_once"),
            models.CheckConstraint(condition=Q(amount_hkd__gt=0), name="fee_is_positive"),
        ]

    def __str__(self) -> str:
        return self.invoice

    @property
    def owner_id(self) -> int:
        return self.licence.owner_id
