"""Lines as custodians, banks, books and chains reported them; never changed after they were accepted."""

from __future__ import annotations

from django.db import models

from core.fields import FiatField, TokenField
from core.models import FeedFile


class Line(models.Model):
    file = models.ForeignKey(FeedFile, on_delete=models.PROTECT, related_name="+", db_index=False)
    line = models.PositiveIntegerField(help_text="Row of the file as a spreadsheet numbers it; the header is 1")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.file_id}:{self.line}"


class Holding(Line):
    """One position of the reserve pool as a custodian, a bank or the issuer stated it."""

    account_id = models.CharField(max_length=80)
    custodian = models.CharField(max_length=200)
    asset_class = models.CharField(max_length=20)
    instrument_id = models.CharField(max_length=40, blank=True)
    line_ref = models.CharField(max_length=80, blank=True)
    description = models.CharField(max_length=300)
    obligor = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3)
    face_value = FiatField(null=True)
    market_value = FiatField()
    price = TokenField(null=True)
    price_basis = models.CharField(max_length=12, blank=True)
    start_date = models.DateField(null=True)
    maturity_date = models.DateField(null=True)
    counterparty = models.CharField(max_length=200, blank=True)
    collateral_instrument_id = models.CharField(max_length=40, blank=True)
    collateral_value = FiatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "line"], name="holding_line_once")]


class HeldAccount(models.Model):
    """An account that a file states holdings on: the database itself derives it from the lines as they are stored.

    Whose pools share an account is asked for every coin and day, and answered without reading every line of all coins.
    """

    file = models.ForeignKey(FeedFile, on_delete=models.PROTECT, related_name="+", db_index=False)
    account_id = models.CharField(max_length=80)
    custodian = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "custodian", "file"], name="held_account_once")]

    def __str__(self) -> str:
        return f"{self.account_id} ({self.file_id})"


class LedgerLine(Line):
    """One line of the issuer's own books: an asset of the pool, or the par value outstanding."""

    account_id = models.CharField(max_length=80)
    asset_class = models.CharField(max_length=20)
    instrument_id = models.CharField(max_length=40, blank=True)
    line_ref = models.CharField(max_length=80, blank=True)
    description = models.CharField(max_length=300)
    currency = models.CharField(max_length=3)
    face_value = FiatField(null=True)
    book_value = FiatField()
    booked_on = models.DateField(null=True)
    value_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "line"], name="ledger_line_once")]


class SupplyLine(Line):
    """The tokens of one coin on one chain, or on all, at one moment."""

    chain = models.CharField(max_length=41)
    contract = models.CharField(max_length=128, blank=True)
    block_number = models.PositiveBigIntegerField(null=True)
    block_time = models.DateTimeField(null=True)
    total_supply = TokenField()
    unissued = TokenField()
    frozen = TokenField()
    pending_redemption = TokenField(null=True)
    bridged = TokenField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "line"], name="supply_line_once")]


class LineColumns(models.Model):
    """The lines of a file once more, as columns that are read at once; the rows stay what every figure leads to.

    Made from the rows when a file is accepted, and again from them where there is none or its digest does not fit. Of
    several the last counts.
    """

    file = models.ForeignKey(FeedFile, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    columns = models.BinaryField(help_text="An Arrow IPC stream, compressed with LZ4")

    def __str__(self) -> str:
        return f"{self.file_id}: {self.sha256[:12]}"
