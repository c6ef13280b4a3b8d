"""What moved: entries on accounts, requests to redeem and to be issued, as they were reported."""

from __future__ import annotations

from django.db import models

from core.fields import FiatField, TokenField
from reserves.models.lines import Line


class Entry(Line):
    """One movement on an account of the pool, signed: what the account gained or lost."""

    account_id = models.CharField(max_length=80)
    entry_ref = models.CharField(max_length=80)
    booked_on = models.DateField()
    value_on = models.DateField()
    amount = FiatField()
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=300, blank=True)
    counterparty = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "line"], name="entry_line_once")]


class RedemptionLine(Line):
    """A holder's request to redeem as one file states it; a later file may state it again, then paid."""

    request_id = models.CharField(max_length=80)
    received_at = models.DateTimeField()
    amount = TokenField()
    paid_at = models.DateTimeField(null=True)
    paid_amount = FiatField(null=True)
    fee = FiatField(null=True)
    status = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "line"], name="redemption_line_once")]
        indexes = [models.Index(fields=["request_id"])]


class IssuanceLine(Line):
    """A customer's request to be issued coins as one file states it; a later file may state it again, then minted."""

    request_id = models.CharField(max_length=80)
    funds_received_at = models.DateTimeField()
    amount = TokenField()
    minted_at = models.DateTimeField(null=True)
    tx_hash = models.CharField(max_length=128, blank=True)
    chain = models.CharField(max_length=41, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "line"], name="issuance_line_once")]
        indexes = [models.Index(fields=["request_id"])]
