"""How far the two sides of a position may differ before it is a break, as officers set it by asset class."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import FiatField, RatioField
from reserves.models.reference import Reference


class MatchingTolerance(Reference):
    """The larger of an amount and a share of the market value; a class without a row must agree exactly."""

    class AssetClass(models.TextChoices):
        CASH = "cash", _("Cash")
        DEMAND_DEPOSIT = "demand_deposit", _("Demand deposits")
        TERM_DEPOSIT = "term_deposit", _("Term deposits")
        GOVERNMENT_DEBT = "government_debt", _("Debt securities")
        REVERSE_REPO = "reverse_repo", _("Reverse repo")
        FUND = "fund", _("Funds")
        TOKENISED = "tokenised", _("Tokenised assets")
        SETTLEMENT = "settlement", _("Settlement balances")
        OTHER = "other", _("Other assets")

    asset_class = models.CharField(max_length=20, choices=AssetClass)
    absolute = FiatField(default=Decimal(0), validators=[MinValueValidator(Decimal(0))])
    relative = RatioField(
        default=Decimal(0), validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))]
    )

    def __str__(self) -> str:
        return self.get_asset_class_display()
