"""People and bodies that stand behind an issuer: who they are, what they hold, what part they play."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import User
from core.models.scoping import scoped_by
from issuers.models.issuer import Issuer
from issuers.ownership import percent_text


class Person(models.Model):
    """An individual or a body corporate; its fit-and-proper form is the answers filed under it."""

    class Kind(models.TextChoices):
        INDIVIDUAL = "individual", _("Individual")
        BODY_CORPORATE = "body_corporate", _("Body corporate")

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="persons")
    kind = models.CharField(max_length=14, choices=Kind, default=Kind.INDIVIDUAL)
    name_en = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    country = models.CharField(max_length=2, blank=True)  # nationality, or place of incorporation (ISO 3166-1)
    registration_number = models.CharField(max_length=40, blank=True)
    lei = models.CharField(max_length=20, blank=True)
    added_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = scoped_by("issuer__organisation").as_manager()

    class Meta:
        ordering = ["name_en", "pk"]

    def __str__(self) -> str:
        return self.name_en

    @property
    def owner_id(self) -> int:
        return self.issuer.organisation_id


class Appointment(models.Model):
    """One part that a person plays for an issuer, from one day to another (ORD ss. 36-70, Sch. 1)."""

    class Position(models.TextChoices):
        CONTROLLER = "controller", _("Controller")
        CHIEF_EXECUTIVE = "chief_executive", _("Chief executive")
        ALTERNATE = "alternate", _("Alternate chief executive")
        DIRECTOR = "director", _("Director")
        STABLECOIN_MANAGER = "stablecoin_manager", _("Stablecoin manager")
        MANAGER = "manager", _("Manager")

    class Affair(models.TextChoices):
        ACCOUNTS = "accounts", _("Accounts")
        RISK_CONTROL = "risk_control", _("Risk control")
        AML_CONTROL = "aml_control", _("Anti-money-laundering control")
        COMPUTER_SYSTEMS = "computer_systems", _("Computer systems")
        INTERNAL_AUDIT = "internal_audit", _("Internal audit")
        COMPLIANCE = "compliance", _("Compliance")
        OTHER_BUSINESS = "other_business", _("Other business with consent")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    position = models.CharField(max_length=20, choices=Position)
    affair = models.CharField(max_length=20, choices=Affair, blank=True)
    independent = models.BooleanField(default=False)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    objects = scoped_by("person__issuer__organisation").as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "position", "affair"], condition=Q(until=None), name="appointment_current_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.position}"


class Shareholding(models.Model):
    """Votes that one person or body holds in the issuer (``held`` empty) or in another body of the ownership chart."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="shareholdings")
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="holdings")
    held = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="holders")
    votes_percent = models.DecimalField(max_digits=7, decimal_places=4)

    objects = scoped_by("issuer__organisation").as_manager()

    class Meta:
        ordering = ["-votes_percent", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "holder", "held"], nulls_distinct=False, name="shareholding_once"
            ),
            models.CheckConstraint(
                condition=Q(votes_percent__gt=0, votes_percent__lte=Decimal(100)), name="shareholding_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(held=None) | ~Q(holder=models.F("held")), name="shareholding_not_in_self"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} {self.percent}%"

    @property
    def percent(self) -> str:
        """The percentage as people write it: 60, 9.9999."""
        return percent_text(self.votes_percent)


class Clearance(models.Model):
    """What a screening of a person (or of the issuer, ``person`` empty) found; the latest counts, all are kept."""

    class State(models.TextChoices):
        CLEAR = "clear", _("Screened, nothing found")
        PENDING = "pending", _("Screened, being looked into")
        HIT = "hit", _("Screened, true match")

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="clearances")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="clearances")
    state = models.CharField(max_length=8, choices=State)
    reference = models.CharField(max_length=80)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    objects = scoped_by("issuer__organisation").as_manager()

    class Meta:
        ordering = ["-recorded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.person or self.issuer}: {self.state}"
