"""What our own valuation of a pool rests on besides prices: terms of instruments, parameters, internal limits."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import clock
from core.fields import RatioField, TokenField
from core.models import User
from core.models.scoping import scoped_by
from issuers.models import Coin
from reserves.models.reference import Reference


class AssetClass(models.TextChoices):
    """The classes of lines, as parameters are set for them."""

    CASH = "cash", gettext_lazy("Cash")
    DEMAND_DEPOSIT = "demand_deposit", gettext_lazy("Demand deposits")
    TERM_DEPOSIT = "term_deposit", gettext_lazy("Term deposits")
    GOVERNMENT_DEBT = "government_debt", gettext_lazy("Debt securities")
    REVERSE_REPO = "reverse_repo", gettext_lazy("Reverse repo")
    FUND = "fund", gettext_lazy("Funds")
    TOKENISED = "tokenised", gettext_lazy("Tokenised assets")
    OTHER = "other", gettext_lazy("Other assets")


class Instrument(Reference):
    """The terms of an instrument, by which its price becomes a value with the interest accrued."""

    class Kind(models.TextChoices):
        ZERO = "zero", gettext_lazy("Pays no coupon")
        COUPON = "coupon", gettext_lazy("Pays a fixed coupon")
        UNIT = "unit", gettext_lazy("Units, shares or tokens")

    class DayCount(models.TextChoices):
        ACT_365F = "act_365f", gettext_lazy("Actual/365 fixed")
        ACT_360 = "act_360", gettext_lazy("Actual/360")
        ACT_ACT_ICMA = "act_act_icma", gettext_lazy("Actual/actual (ICMA)")
        THIRTY_360 = "30_360", gettext_lazy("30/360 (bond basis)")
        THIRTY_E_360 = "30e_360", gettext_lazy("30E/360")

    instrument_id = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=Kind)
    currency = models.CharField(max_length=3)
    issued_on = models.DateField(null=True, blank=True)
    matures_on = models.DateField(null=True, blank=True)
    coupon_rate = RatioField(
        null=True, blank=True, validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))])
    coupons_a_year = models.PositiveSmallIntegerField(
        null=True, blank=True, choices=[(1, "1"), (2, "2"), (4, "4"), (12, "12")])
    first_coupon_on = models.DateField(null=True, blank=True)
    ex_coupon_days = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(60)])
    day_count = models.CharField(max_length=12, choices=DayCount, blank=True)
    price_with_accrued = models.BooleanField(null=True, blank=True)
    stated_with_accrued = models.BooleanField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.kind != self.Kind.COUPON:
            return
        lacking = [name for name in ("coupon_rate", "coupons_a_year", "matures_on", "day_count")
                   if getattr(self, name) in (None, "")]
        if lacking:
            raise ValidationError({name: _("What pays a coupon needs this.") for name in lacking})


class ValuationParameter(Reference):
    """What the law leaves to judgement in valuing a pool, for one class of assets or for all."""

    class Kind(models.TextChoices):
        MARK_TOLERANCE = "mark_tolerance", gettext_lazy("Tolerated difference between stated value and our own")
        STALE_AFTER = "stale_after", gettext_lazy("Business days after which a price is stale")
        SOURCE_RULE = "source_rule", gettext_lazy("Which of several prices counts")
        HAIRCUT = "haircut", gettext_lazy("Haircut")
        DAYS_TO_CASH = "days_to_cash", gettext_lazy("Business days in which the class becomes cash")

    RATIOS = (Kind.MARK_TOLERANCE, Kind.HAIRCUT)
    DAYS = (Kind.STALE_AFTER, Kind.DAYS_TO_CASH)
    SOURCE_RULES = ("lowest_bid", "median_bid")

    kind = models.CharField(max_length=20, choices=Kind)
    asset_class = models.CharField(max_length=20, choices=AssetClass, blank=True)
    value = models.CharField(max_length=20)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value}"

    def clean(self) -> None:
        if self.kind == self.Kind.SOURCE_RULE:
            if self.value not in self.SOURCE_RULES:
                raise ValidationError({"value": _("Write lowest_bid or median_bid.")})
            return
        try:
            value = Decimal(self.value)
        except InvalidOperation:
            raise ValidationError({"value": _("Write a number, for example 0.002 or 3.")})
        if self.kind in self.RATIOS and not 0 <= value <= 1:
            raise ValidationError({"value": _("Write a share between 0 and 1, for example 0.002 for 0.2%.")})
        if self.kind in self.DAYS and not (0 <= value <= 250 and value == value.to_integral_value()):
            raise ValidationError({"value": _("Write a whole number of business days up to 250.")})


class Limit(Reference):
    """A limit that the issuer sets itself for one coin (SUP 6.4.2, 6.4.4, 6.4.5) and the authority has on record."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", gettext_lazy("Stated")
        APPROVED = "approved", gettext_lazy("On record")
        DECLINED = "declined", gettext_lazy("Declined")

    class Kind(models.TextChoices):
        CREDIT = "credit", gettext_lazy("Credit")
        LIQUIDITY = "liquidity", gettext_lazy("Liquidity")
        MARKET = "market", gettext_lazy("Market risk")

    class Metric(models.TextChoices):
        COUNTERPARTY = "counterparty", gettext_lazy("Exposure to a counterparty with those connected to it, at most")
        OBLIGOR = "obligor", gettext_lazy("Exposure to an obligor and its group, at most")
        CUSTODIAN = "custodian", gettext_lazy("Held with one custodian, at most")
        CASH_WITHIN = "cash_within", gettext_lazy("Cash within the horizon, at least")
        AVERAGE_MATURITY = "average_maturity", gettext_lazy("Weighted average maturity in days, at most")
        VALUATION_GAP = "valuation_gap", gettext_lazy("Stated value above prudent value, at most")

    class Measure(models.TextChoices):
        SHARE = "share", gettext_lazy("Share of the reserve (0.25 for 25%)")
        AMOUNT = "amount", gettext_lazy("Amount in the coin's currency")
        DAYS = "days", pgettext_lazy("unit", "Days")

    KIND_OF: dict[str, str] = {
        Metric.COUNTERPARTY: Kind.CREDIT, Metric.OBLIGOR: Kind.CREDIT, Metric.CUSTODIAN: Kind.CREDIT,
        Metric.CASH_WITHIN: Kind.LIQUIDITY, Metric.AVERAGE_MATURITY: Kind.MARKET, Metric.VALUATION_GAP: Kind.MARKET,
    }
    HORIZONS = (1, 2, 5, 10, 30)

    status = models.CharField(max_length=8, choices=Status, default=Status.PROPOSED)
    coin = models.ForeignKey(Coin, on_delete=models.PROTECT, related_name="limits")
    metric = models.CharField(max_length=20, choices=Metric)
    name = models.CharField(max_length=200, blank=True)
    measure = models.CharField(max_length=8, choices=Measure)
    horizon = models.PositiveSmallIntegerField(
        null=True, blank=True, choices=[(days, str(days)) for days in HORIZONS])
    figure = TokenField(validators=[MinValueValidator(Decimal(0))])

    def __str__(self) -> str:
        return f"{self.coin.symbol} {self.get_metric_display()}"

    @property
    def owner_id(self) -> int:
        return self.coin.owner_id

    @property
    def kind(self) -> str:
        return self.KIND_OF[self.metric]

    @property
    def key(self) -> str:
        """What it limits, since when, in words that are the same in any database."""
        return f"{self.metric}|{self.name}|{self.horizon or ''}|{self.measure}|{self.valid_from.isoformat()}"

    def clean(self) -> None:
        in_days = self.metric == self.Metric.AVERAGE_MATURITY
        if in_days != (self.measure == self.Measure.DAYS):
            raise ValidationError({"measure": _("A maturity is limited in days, everything else as share or amount.")})
        if (self.metric == self.Metric.CASH_WITHIN) != (self.horizon is not None):
            raise ValidationError({"horizon": _("A limit on cash within a horizon has one, and no other limit has.")})
        if self.measure == self.Measure.SHARE and self.figure is not None and self.figure > 1:
            raise ValidationError({"figure": _("Write a share between 0 and 1, for example 0.25 for 25%.")})
        if self.name and self.KIND_OF.get(self.metric) != self.Kind.CREDIT:
            raise ValidationError({"name": _("Only a limit on exposures names a counterparty, obligor or custodian.")})


class LimitNotice(models.Model):
    """The issuer told the authority of a breach of one of its limits that began on a day; never changed."""

    limit = models.ForeignKey(Limit, on_delete=models.PROTECT, related_name="notices")
    breached_since = models.DateField()
    notified_on = models.DateField()
    note = models.CharField(max_length=1000)
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    filed_at = models.DateTimeField(default=clock.now)

    objects = scoped_by("limit__coin__issuer__organisation").as_manager()

    class Meta:
        ordering = ["-filed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["limit", "breached_since"], name="limit_notice_once"),
            models.CheckConstraint(condition=Q(notified_on__gte=models.F("breached_since")), name="limit_notice_after"),
        ]

    def __str__(self) -> str:
        return f"{self.limit} {self.breached_since}"
