"""What instruments were worth on a day, as a source independent of the issuer quoted it."""

from __future__ import annotations

from django.db import models

from core.fields import TokenField
from reserves.models.lines import Line


class Price(Line):
    """One quotation: per 100 of nominal, or for a pair of currencies (USDHKD) per 1."""

    instrument_id = models.CharField(max_length=40)
    source = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    bid = TokenField(null=True)
    mid = TokenField(null=True)
    ask = TokenField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "line"], name="price_line_once")]
        indexes = [models.Index(fields=["instrument_id"])]
