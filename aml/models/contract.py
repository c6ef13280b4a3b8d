"""What the contract of a coin did by itself, as the reader of the chain handed it over."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import TokenField
from issuers.models import Deployment


class ContractAct(models.Model):
    """Coins made or destroyed, an address frozen, a key that changed hands; ``reading`` is its key with the reader."""

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

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="+")
    reading = models.BigIntegerField(unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=80)  # as the contract calls the event
    block_number = models.PositiveBigIntegerField()
    block_time = models.DateTimeField()
    tx_hash = models.CharField(max_length=128)
    log_index = models.PositiveIntegerField()
    account = models.CharField(max_length=160, blank=True)
    other = models.CharField(max_length=160, blank=True)
    role = models.CharField(max_length=66, blank=True)
    value = TokenField(null=True)  # in coins
    taken_back_at = models.DateTimeField(null=True)  # the chain took the block back

    class Meta:
        ordering = ["-block_number", "-log_index"]
        indexes = [
            models.Index(fields=["deployment", "kind", "block_time"], name="contract_act_kind"),
            models.Index(fields=["account"], name="contract_act_account"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.block_number}:{self.log_index}"
