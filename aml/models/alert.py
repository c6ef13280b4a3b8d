"""What somebody must look at: a subject, a wallet or a transfer that met a list entry or a detector."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from aml.models.subject import AuthorityQuerySet, Subject
from aml.models.wallet import Wallet
from aml.models.watchlist import ListEntry
from core import clock
from core.models import Case, Organisation, User


class Alert(models.Model):
    """One thing that was found about one subject or wallet; found again, it is the same alert.

    ``key`` is what makes it the same: the subject or wallet and the entry or detector. All alerts of one subject or
    wallet are worked in one case.
    """

    class Kind(models.TextChoices):
        NAME = "name", _("Name on a list")
        WALLET = "wallet", _("Wallet on a list")
        SANCTIONED_PARTY = "sanctioned_party", _("Transfer with a sanctioned party")
        EXPOSURE = "exposure", _("Exposure to sanctioned wallets")
        STRUCTURING = "structuring", _("Structuring below the threshold")
        VELOCITY = "velocity", _("Unusual velocity")
        PEEL_CHAIN = "peel_chain", _("Peel chain")
        MIXER = "mixer", _("Contact with a mixer")
        FREEZE_BURST = "freeze_burst", _("Burst of freezes")
        NEW_MINT_ADDRESS = "new_mint_address", _("Mint to a new address")
        ADMIN_KEY = "admin_key", _("Use of an administrator's key")
        TRAVEL_RULE = "travel_rule", _("Travel rule")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        UNCLEAR = "unclear", _("Unclear, being looked into")
        PROPOSED = "proposed", _("True match, waits for a second officer")
        CLEARED = "cleared", _("False match")
        CONFIRMED = "confirmed", _("True match")

    key = models.CharField(max_length=300, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # whose subject or wallet
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="alerts")
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, null=True, related_name="alerts")
    entry = models.ForeignKey(ListEntry, on_delete=models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    score = models.CharField(max_length=8, blank=True)  # of a name; exact matches and detectors have none
    explanation = models.JSONField(default=dict)  # why it fired, for people to read: parts, figures, path, citation
    basis = models.CharField(max_length=64)  # digest of what a decision rests on: subject or wallet, and entry
    opened_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)  # last time that it was found
    seen_count = models.PositiveIntegerField(default=1)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject or self.wallet or self.owner}"


class AlertDecision(models.Model):
    """What an officer made of an alert, with reason; the latest counts, all are kept (AML guideline 9.3-9.9).

    A false match is remembered while ``basis`` stays what it was and ``expires_on`` has not come.
    """

    class Outcome(models.TextChoices):
        FALSE = "false", _("False match")
        UNCLEAR = "unclear", _("Unclear")
        TRUE = "true", _("True match")

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=8, choices=Outcome)
    reason = models.CharField(max_length=30)  # a code of the policy: aml.reasons
    text = models.TextField(blank=True)
    evidence = models.JSONField(default=dict)  # what lay before the officer
    basis = models.CharField(max_length=64)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=clock.now)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    expires_on = models.DateField(null=True)

    class Meta:
        ordering = ["-decided_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.outcome}"
