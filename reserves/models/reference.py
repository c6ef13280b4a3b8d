"""Reference data that officers maintain: dated rows that one officer proposes and another approves.

What is not here, approved and in force on the day, is unknown to the rules.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.currencies import ISO_4217
from core.fields import RatioField
from core.models import User
from issuers.models import Coin


class ReferenceQuerySet(models.QuerySet):
    def in_force(self, day) -> ReferenceQuerySet:
        """Return approved rows that hold on the day."""
        return self.filter(status="approved", valid_from__lte=day).filter(
            Q(valid_until=None) | Q(valid_until__gte=day)
        )


class Reference(models.Model):
    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")

    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)
    status = models.CharField(max_length=8, choices=Status, default=Status.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        abstract = True


class Obligor(Reference):
    """Who owes on a debt security: kind, risk weight, domestic currency (SUP 2.3.1(3)C, E)."""

    class Kind(models.TextChoices):
        GOVERNMENT = "government", _("Government")
        CENTRAL_BANK = "central_bank", _("Central bank")
        PUBLIC_SECTOR_ENTITY = "pse", _("Public sector entity")
        INTERNATIONAL_ORGANISATION = "international_organisation", _("Qualifying international organisation")
        DEVELOPMENT_BANK = "mdb", _("Multilateral development bank")
        BANK = "bank", _("Bank")
        FINANCIAL_INSTITUTION = "financial_institution", _("Other financial institution")
        CORPORATE = "corporate", _("Other company")

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30, choices=Kind)
    country = models.CharField(max_length=2)
    group = models.CharField(max_length=200, blank=True)
    risk_weight = RatioField(null=True, blank=True)
    is_financial_institution = models.BooleanField(null=True, blank=True)
    domestic_currency = models.CharField(max_length=3, blank=True)

    def __str__(self) -> str:
        return self.name


class Custodian(Reference):
    """Who holds reserve assets: a licensed bank, or an arrangement the authority accepted (SUP 2.5.4)."""

    name = models.CharField(max_length=200)
    is_licensed_bank = models.BooleanField(null=True, blank=True)
    arrangement_accepted = models.BooleanField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Fund(Reference):
    """An investment fund: set up solely to manage one licensee's reserve, or not (SUP 2.3.1(5))."""

    instrument_id = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    sole_purpose = models.BooleanField(null=True, blank=True)
    only_eligible_assets = models.BooleanField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class AcceptedInstrument(Reference):
    """An asset of another type, or in tokenised form, that the authority accepted (SUP 2.3.1(6), 2.3.2)."""

    instrument_id = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    accepted = models.BooleanField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name



def currencies() -> list[tuple[str, str]]:
    """Return the currencies that an account may be kept in, for the form that registers one."""
    return [(code, code) for code in sorted(ISO_4217)]


class PoolAccount(Reference):
    """An account of a coin's reserve: who keeps it, what it holds. Statements name accounts and say neither."""

    class Holds(models.TextChoices):
        CASH = "cash", _("Cash")
        DEMAND_DEPOSIT = "demand_deposit", _("Demand deposits")
        TERM_DEPOSIT = "term_deposit", _("Term deposits")
        GOVERNMENT_DEBT = "government_debt", _("Debt securities")
        REVERSE_REPO = "reverse_repo", _("Reverse repo")
        FUND = "fund", _("Funds")
        TOKENISED = "tokenised", _("Tokenised assets")
        SETTLEMENT = "settlement", _("Settlement balances")
        OTHER = "other", _("Other assets")

    coin = models.ForeignKey(Coin, on_delete=models.PROTECT, related_name="+")
    account_id = models.CharField(max_length=80)
    custodian = models.CharField(max_length=200)
    asset_class = models.CharField(max_length=20, choices=Holds)
    currency = models.CharField(max_length=3, blank=True, choices=currencies)

    def __str__(self) -> str:
        return f"{self.account_id} ({self.coin.symbol})"
