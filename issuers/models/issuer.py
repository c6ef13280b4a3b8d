"""The company or bank that issues coins, and what it reported of its capital."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import FiatField
from core.models import Organisation
from core.models.scoping import scoped_by

if TYPE_CHECKING:
    from issuers.models.licence import Licence


class Issuer(models.Model):
    """An issuer, licensed or not; its names are its organisation's.

    It holds one licence at a time; those that ended stay on record beside it. Lists prefetch ``licences``.
    """

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        AUTHORIZED_INSTITUTION = "authorized_institution", _("Authorized institution")

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="issuer")
    kind = models.CharField(max_length=25, choices=Kind, default=Kind.COMPANY)
    # The register shows these (ORD s. 21).
    address_en = models.CharField(max_length=300, blank=True)
    address_zh_hant = models.CharField(max_length=300, blank=True)
    address_zh_hans = models.CharField(max_length=300, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)

    objects = scoped_by("organisation").as_manager()

    class Meta:
        ordering = ["organisation__slug"]

    def __str__(self) -> str:
        return self.organisation.name_en

    @property
    def name(self) -> str:
        return self.organisation.name

    @property
    def owner_id(self) -> int:
        return self.organisation_id

    @property
    def licence(self) -> Licence | None:
        """The licence that has not ended, else the latest one that has; None for who never had one."""
        return max(self.licences.all(), key=lambda each: (not each.has_ended, each.effective_on, each.pk), default=None)

    @property
    def holds_licence(self) -> bool:
        return any(not each.has_ended for each in self.licences.all())

    def licence_on(self, day: date) -> Licence | None:
        """Return the latest licence that had taken effect by the day; whether it had ended by then, it does not say."""
        began = [each for each in self.licences.all() if each.effective_on <= day]
        return max(began, key=lambda each: (each.effective_on, each.pk), default=None)


class CapitalStatement(models.Model):
    """What an issuer reported of its own funds as of a day (ORD Sch. 2 s. 4, s. 1(2); SUP 5.2.1)."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="capital_statements")
    as_of = models.DateField()
    paid_up_hkd = FiatField()
    net_debit_balance_hkd = FiatField(null=True)
    approved_resources_hkd = FiatField(null=True)
    net_liquid_assets_hkd = FiatField(null=True)
    funded_by_equity = models.BooleanField(null=True)
    filed_at = models.DateTimeField(default=clock.now)

    objects = scoped_by("issuer__organisation").as_manager()

    class Meta:
        ordering = ["-as_of", "-filed_at"]
        indexes = [models.Index(fields=["issuer", "as_of"])]

    def __str__(self) -> str:
        return f"{self.issuer} {self.as_of}"
