"""Stress: scenarios that officers add to those that come with the platform, and the tests that issuers file."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.fields import RatioField
from core.models import Blob, Case, User
from core.models.scoping import scoped_by
from issuers.models import Coin
from reserves.models.day import ReserveDay
from reserves.models.reference import Reference
from reserves.scenarios import MOST_BP, MOST_DAYS, Scenario, ScenarioInvalid, scenario


class StressScenario(Reference):
    """An officer's own scenario, in the terms of ``reserves.scenarios``; approved by another officer before it counts.

    ``assumptions`` has one line per asset class: the class, business days until a sale is paid (``-``: not sold),
    the discount of the sale, and how far its price falls, as in ``government_debt 1 0.005 0.02``.
    """

    name = models.CharField(max_length=200)
    redemption_share = RatioField(default=0, validators=[MinValueValidator(0)])
    redemption_days = models.PositiveSmallIntegerField(default=1)
    front_loaded = models.BooleanField(default=False)
    rate_bp = models.PositiveIntegerField(default=0)
    custodian = models.CharField(max_length=200, blank=True)
    custodian_days = models.PositiveSmallIntegerField(null=True, blank=True)
    custodian_lost = RatioField(default=0, validators=[MinValueValidator(0)])
    assumptions = models.TextField(blank=True, max_length=2000)

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        return f"own_{self.pk}"

    def clean(self) -> None:
        if self.redemption_days > MOST_DAYS or self.rate_bp > MOST_BP:
            raise ValidationError(_("At most %(days)d days and %(bp)d basis points.")
                                  % {"days": MOST_DAYS, "bp": MOST_BP})
        if not self.valid_from or not self.source:  # the fields themselves say so
            return
        try:
            self.scenario()
        except ScenarioInvalid as invalid:
            raise ValidationError(_("It makes no scenario: %(problems)s")
                                  % {"problems": "; ".join(invalid.problems)})

    def scenario(self) -> Scenario:
        """Return it as the kernel runs it.

        Raises:
            ScenarioInvalid: with everything that is wrong with it.
        """
        by_class = self._by_class()
        days = max(self.redemption_days, 1)
        version: dict[str, Any] = {
            "from": self.valid_from, "source": self.source, "redemption_share": f"{self.redemption_share:f}",
            "redemption_profile": list(range(days, 0, -1)) if self.front_loaded else [1] * days,
            "rate_bp": self.rate_bp, "rate_classes": ["government_debt", "tokenised"] if self.rate_bp else [],
            "custodian": self.custodian, "custodian_lost": f"{self.custodian_lost:f}",
            "price_falls": {name: fall for name, (_days, _discount, fall) in by_class.items() if fall not in ("", "0")},
            "sales": {name: {"days": int(wait), "discount": discount}
                      for name, (wait, discount, _fall) in by_class.items() if wait != "-"},
        }
        if self.custodian_days is not None:
            version["custodian_days"] = self.custodian_days
        return scenario(self.code, (self.name, self.name, self.name), version)

    def _by_class(self) -> dict[str, tuple[str, str, str]]:
        found: dict[str, tuple[str, str, str]] = {}
        problems = []
        for number, line in enumerate(self.assumptions.splitlines(), 1):
            parts = line.split()
            if not parts:
                continue
            name, wait, discount, fall = [*parts, "0", "0", "0"][:4]
            whole = wait == "-" or (wait.isascii() and wait.isdecimal() and len(wait) < 5)
            if len(parts) > 4 or len(parts) < 2 or not whole or name in found:
                problems.append(_("line %(number)d is not “class days discount fall”") % {"number": number})
            else:
                found[name] = (wait, discount, fall)
        if problems:
            raise ScenarioInvalid(problems)
        return found


class StressFiling(models.Model):
    """One version of the stress test of one coin and quarter: method, data, results, report, the platform's figures.

    ``pack`` holds the figures (schema ``assay.stress/1``) as they were frozen when it was filed; ``digest`` is the
    SHA-256 of everything that was filed.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        FILED = "filed", gettext_lazy("Filed")
        ACCEPTED = "accepted", gettext_lazy("Accepted")
        QUERIED = "queried", gettext_lazy("Queried")

    coin = models.ForeignKey(Coin, on_delete=models.PROTECT, related_name="stress_filings")
    reference = models.CharField(max_length=20, unique=True)
    period_start = models.DateField()
    period_end = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT)
    as_of = models.DateField()
    method = models.TextField(blank=True, max_length=10_000)
    data_sources = models.TextField(blank=True, max_length=10_000)
    results = models.TextField(blank=True, max_length=10_000)
    board_on = models.DateField(null=True, blank=True)
    report = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    report_name = models.CharField(max_length=200, blank=True)
    day = models.ForeignKey(ReserveDay, on_delete=models.PROTECT, null=True, related_name="+")
    pack = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    filed_at = models.DateTimeField(null=True)
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    filed_by_label = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    remark = models.TextField(blank=True, max_length=4000)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+")

    objects = scoped_by("coin__issuer__organisation").as_manager()

    class Meta:
        ordering = ["-period_start", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["coin", "period_start", "version"], name="stress_filing_version_once"),
            models.CheckConstraint(condition=Q(status="draft") | ~Q(digest=""), name="stress_filing_frozen"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def owner_id(self) -> int:
        return self.coin.owner_id
