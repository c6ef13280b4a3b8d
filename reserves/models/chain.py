"""What was read of the contracts of a coin, block range by block range and day by day.

Rows are written once. Only where a chain took blocks back, or other events count since, is a row marked as superseded
(``superseded_by``); a trigger refuses every other change.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import TokenField
from core.models.scoping import ScopedQuerySet
from issuers.identifiers import IdentifierRefused, check_chain, check_contract
from issuers.models import Deployment
from reserves.chain.events import Kind, check_signature
from reserves.models.reference import Reference


class ChainQuerySet(ScopedQuerySet):
    owner_path = "deployment__coin__issuer__organisation"

    def standing(self) -> ChainQuerySet:
        """Return the rows that were not rolled back."""
        return self.filter(superseded_by=None)


class ChainRollback(models.Model):
    """Why what was read after a block no longer holds and is read again."""

    class Reason(models.TextChoices):
        REORG = "reorg", _("The chain took back blocks that it had called final")
        EVENTS = "events", _("Other events of the contract count since")

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="rollbacks")
    reason = models.CharField(max_length=6, choices=Reason)
    ancestor = models.PositiveBigIntegerField(null=True, help_text="The last block that still holds; none if null")
    lost_block = models.PositiveBigIntegerField()
    lost_hash = models.CharField(max_length=66)
    found_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.deployment} from block {self.lost_block}"

    @property
    def owner_id(self) -> int:
        return self.deployment.coin.owner_id


class OfChain(models.Model):
    """A row about one contract that holds until it is rolled back."""

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="+")
    superseded_by = models.ForeignKey(ChainRollback, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ChainQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def owner_id(self) -> int:
        return self.deployment.coin.owner_id


class ChainCheckpoint(OfChain):
    """A range of blocks whose logs were read, once, by endpoints that agreed; the next range begins after it.

    The first one is the block in which the contract was made, with the coins that it was made with.
    """

    from_block = models.PositiveBigIntegerField()
    to_block = models.PositiveBigIntegerField()
    block_hash = models.CharField(max_length=66)
    block_time = models.DateTimeField()
    opening_supply = TokenField(null=True)
    vocabulary = models.CharField(max_length=64, help_text="Digest of the events that were asked for")
    event_count = models.PositiveIntegerField()
    endpoints = models.JSONField(default=list)
    read_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["deployment", "to_block"]
        constraints = [
            models.UniqueConstraint(fields=["deployment", "from_block"], condition=Q(superseded_by=None),
                                    name="chain_checkpoint_once"),
            models.CheckConstraint(condition=Q(from_block__lte=models.F("to_block")), name="chain_checkpoint_forwards"),
        ]

    def __str__(self) -> str:
        return f"{self.deployment} {self.from_block}-{self.to_block}"


class ChainEvent(OfChain):
    """One event of a contract: coins made or destroyed, an address frozen, a key that changed hands."""

    class Kind(models.TextChoices):
        MINT = "mint", _("Issued")
        BURN = "burn", _("Destroyed")
        FREEZE = "freeze", _("Frozen")
        UNFREEZE = "unfreeze", _("Released")
        PAUSE = "pause", _("Paused")
        UNPAUSE = "unpause", _("Resumed")
        OWNER = "owner", _("New owner")
        ROLE_GRANTED = "role_granted", _("Role granted")
        ROLE_REVOKED = "role_revoked", _("Role revoked")
        UPGRADE = "upgrade", _("Upgraded")

    checkpoint = models.ForeignKey(ChainCheckpoint, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=80)
    block_number = models.PositiveBigIntegerField()
    block_hash = models.CharField(max_length=66)
    block_time = models.DateTimeField()
    tx_hash = models.CharField(max_length=66)
    log_index = models.PositiveIntegerField()
    account = models.CharField(max_length=42, blank=True)
    other = models.CharField(max_length=42, blank=True)
    role = models.CharField(max_length=66, blank=True)
    value = TokenField(null=True)

    class Meta:
        ordering = ["-block_number", "-log_index"]
        constraints = [
            models.UniqueConstraint(fields=["deployment", "block_hash", "log_index"], condition=Q(superseded_by=None),
                                    name="chain_event_once"),
        ]
        indexes = [
            models.Index(fields=["deployment", "kind", "block_number"]),
            models.Index(fields=["deployment", "block_time"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.block_number}:{self.log_index}"


class ChainReading(OfChain):
    """One contract at the end of one day: accepted with its figures, or refused with what did not agree."""

    class Status(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")

    as_of = models.DateField()
    status = models.CharField(max_length=8, choices=Status)
    block_number = models.PositiveBigIntegerField(null=True)
    block_hash = models.CharField(max_length=66, blank=True)
    block_time = models.DateTimeField(null=True)
    total_supply = TokenField(null=True)
    unissued = TokenField(null=True)
    frozen = TokenField(null=True)
    pending_redemption = TokenField(null=True, help_text="Null if no wallet for redemption is registered")
    locked = models.JSONField(default=dict, help_text="Coins locked in bridges, by the chain on which they circulate")
    frozen_addresses = models.PositiveIntegerField(default=0)
    is_paused = models.BooleanField(default=False)
    endpoints = models.JSONField(default=list, help_text="Names of the endpoints that agreed")
    absent = models.JSONField(default=dict, help_text="Names of those that did not answer, with the reason")
    reason = models.CharField(max_length=30, blank=True)
    detail = models.JSONField(default=dict)
    read_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-as_of", "deployment", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["deployment", "as_of"], condition=Q(superseded_by=None, status="accepted"),
                name="chain_reading_one_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deployment} {self.as_of}"


class OfDeployment(Reference):
    """Reference data about one contract of a coin."""

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class TreasuryWallet(OfDeployment):
    """A wallet whose coins are not in circulation there: unissued, taken back, or locked for another chain."""

    class Kind(models.TextChoices):
        TREASURY = "treasury", _("Treasury: minted but not issued")
        REDEMPTION = "redemption", _("Redemption: taken back, not yet burnt")
        BRIDGE = "bridge", _("Bridge: locked, while coins of another chain stand for them")

    address = models.CharField(max_length=128)
    kind = models.CharField(max_length=10, choices=Kind)
    counterpart = models.CharField(max_length=41, blank=True)

    def __str__(self) -> str:
        return f"{self.address} {self.deployment}"

    def clean(self) -> None:
        """Keep an address that can be one, and for a bridge the chain to which it leads."""
        try:
            if self.deployment_id:
                self.address = check_contract(self.deployment.chain, self.address)
            self.counterpart = check_chain(self.counterpart) if self.counterpart.strip() else ""
        except IdentifierRefused as problem:
            raise ValidationError(problem.sentence(_text))
        if (self.kind == self.Kind.BRIDGE) != bool(self.counterpart):
            raise ValidationError(_("Name the chain on which locked coins circulate: for a bridge, and only for one."))
        if self.deployment_id and self.counterpart == self.deployment.chain:
            raise ValidationError(_("A bridge leads to another chain than its own."))


class ContractEvent(OfDeployment):
    """An event that a contract declares in its own words, and what it does."""

    class Kind(models.TextChoices):
        MINT = Kind.MINT.value, _("Makes coins")
        BURN = Kind.BURN.value, _("Destroys coins")
        FREEZE = Kind.FREEZE.value, _("Freezes an address")
        UNFREEZE = Kind.UNFREEZE.value, _("Releases an address")
        PAUSE = Kind.PAUSE.value, _("Pauses the contract")
        UNPAUSE = Kind.UNPAUSE.value, _("Resumes the contract")
        ROLE_GRANTED = Kind.ROLE_GRANTED.value, _("Grants a role")
        ROLE_REVOKED = Kind.ROLE_REVOKED.value, _("Revokes a role")
        UPGRADE = Kind.UPGRADE.value, _("Upgrades the contract")
        IGNORED = Kind.IGNORED.value, _("Says nothing of these")

    signature = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind)
    account_at = models.PositiveSmallIntegerField(null=True, blank=True)
    value_at = models.PositiveSmallIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.signature} {self.deployment}"

    def clean(self) -> None:
        """Keep a signature that can be one, and the place of the argument that its kind needs."""
        try:
            self.signature = check_signature(self.signature)
        except ValueError:
            raise ValidationError(_("Write the event as its contract declares it, such as Frozen(address)."))
        if self.kind in (self.Kind.FREEZE, self.Kind.UNFREEZE) and self.account_at is None:
            raise ValidationError(_("Say which argument is the address that is frozen or released."))
        if self.kind in (self.Kind.MINT, self.Kind.BURN) and self.value_at is None:
            raise ValidationError(_("Say which argument is the number of coins."))
