"""Reading the lines that a reserve day rests on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from django.db.models import Count

from core.models import FeedFile, Organisation
from issuers.models import Coin
from reserves import models
from reserves.lines import HoldingLine, IssuanceLine, LedgerLine, RedemptionLine
from reserves.selectors.day_files import HOLDINGS, ISSUANCE, LEDGER, REDEMPTIONS, SUPPLY, DayFiles


class SupplyLine(NamedTuple):
    """The tokens of one coin on one chain."""

    id: int
    line: int
    chain: str
    contract: str
    block_number: int | None
    block_time: datetime | None
    total_supply: Decimal
    unissued: Decimal
    frozen: Decimal
    pending_redemption: Decimal | None


@dataclass(frozen=True, slots=True)
class Inputs:
    """A day's files with their lines, as the database keeps them."""

    files: DayFiles
    holdings: list[HoldingLine] = field(default_factory=list)
    holding_files: list[int] = field(default_factory=list)
    ledger: list[LedgerLine] = field(default_factory=list)
    supply: list[SupplyLine] = field(default_factory=list)
    #: None where the day has no statement of them.
    redemptions: list[RedemptionLine] | None = None
    issuance: list[IssuanceLine] | None = None


def _rows(model: Any, line: Any, files: Sequence[FeedFile]) -> list[tuple[Any, ...]]:
    if not files:
        return []
    rows = model.objects.filter(file__in=[file.pk for file in files]).order_by("file_id", "line")
    return list(rows.values_list("file_id", *line._fields))


def _requests(model: Any, line: Any, files: Sequence[FeedFile]) -> list[Any] | None:
    return [line._make(row[1:]) for row in _rows(model, line, files)] if files else None


def load_inputs(files: DayFiles) -> Inputs:
    """Read the lines of the day's files: one query for each feed that is there.

    Where a custodian or bank reported an account itself, the issuer's lines on that account are left out: the
    statement of who holds the asset goes before the copy.
    """
    senders = {file.pk: file.sender for file in files.of(HOLDINGS)}
    held = _rows(models.Holding, HoldingLine, files.of(HOLDINGS))
    account = 1 + HoldingLine._fields.index("account_id")
    first_hand = {row[account] for row in held if senders[row[0]].kind != Organisation.Kind.ISSUER}
    held = [row for row in held
            if senders[row[0]].kind != Organisation.Kind.ISSUER or row[account] not in first_hand]
    made = partial(map, lambda row: row[1:])
    return Inputs(
        files=files,
        holdings=list(map(HoldingLine._make, made(held))),
        holding_files=[row[0] for row in held],
        ledger=list(map(LedgerLine._make, made(_rows(models.LedgerLine, LedgerLine, files.of(LEDGER))))),
        supply=list(map(SupplyLine._make, made(_rows(models.SupplyLine, SupplyLine, files.of(SUPPLY))))),
        redemptions=_requests(models.RedemptionLine, RedemptionLine, files.of(REDEMPTIONS)),
        issuance=_requests(models.IssuanceLine, IssuanceLine, files.of(ISSUANCE)),
    )


def pools_sharing(
    coin: Coin, accounts: Collection[str], days: Collection[date]
) -> dict[tuple[str, str], int]:
    """Return, by account and custodian, how many other coins reported holdings on it for the days."""
    others = models.Holding.objects.filter(
        account_id__in=accounts, file__feed="holdings", file__status=FeedFile.Status.ACCEPTED, file__as_of__in=days
    ).exclude(file__subject=coin.symbol)
    counted = others.values_list("account_id", "custodian").annotate(coins=Count("file__subject", distinct=True))
    return {(account, custodian): coins for account, custodian, coins in counted}
