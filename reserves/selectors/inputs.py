"""Reading the lines that a reserve day rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Q

from core.models import FeedFile, Organisation
from core.shared_reads import shared_of_each
from reserves import models
from reserves.held import Held
from reserves.lines import HoldingLine, IssuanceLine, LedgerLine, RedemptionLine
from reserves.pricing import Quote
from reserves.selectors.day_files import ISSUANCE, LEDGER, PRICES, REDEMPTIONS, SUPPLY, DayFiles
from reserves.selectors.kept import HeldLines, held_lines


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
    bridged: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Supply:
    """The token counts that count for a day; ``stated`` are the issuer's own where the chain was read itself."""

    lines: list[SupplyLine] = field(default_factory=list)
    stated: list[SupplyLine] = field(default_factory=list)
    is_read: bool = False


@dataclass(frozen=True, slots=True)
class Inputs:
    """A day's files with their lines, as the database keeps them.

    ``supply`` is what counts: as it was read from the chain where it was, and then ``stated_supply`` is what the issuer
    says of it; else as the issuer states it.
    """

    files: DayFiles
    holdings: Sequence[HoldingLine] = field(default_factory=list)
    holding_files: Sequence[int] | np.ndarray = field(default_factory=list)
    ledger: list[LedgerLine] = field(default_factory=list)
    supply: list[SupplyLine] = field(default_factory=list)
    stated_supply: list[SupplyLine] = field(default_factory=list)
    supply_is_read: bool = False
    #: None where the day has no statement of them.
    redemptions: list[RedemptionLine] | None = None
    issuance: list[IssuanceLine] | None = None
    prices: list[Quote] = field(default_factory=list)


def _rows(model: Any, line: Any, files: Sequence[FeedFile]) -> list[tuple[Any, ...]]:
    if not files:
        return []
    rows = model.objects.filter(file__in=[file.pk for file in files]).order_by("file_id", "line")
    return list(rows.values_list("file_id", *line._fields))


def _requests(model: Any, line: Any, files: Sequence[FeedFile]) -> list[Any] | None:
    return [line._make(row[1:]) for row in _rows(model, line, files)] if files else None


def load_inputs(files: DayFiles, *, supply: Supply | None = None, held: HeldLines | None = None) -> Inputs:
    """Read the lines of the day's files: one query for each feed that is there.

    ``supply`` and ``held`` are what was read already when the books were compared: then neither is read again, nor are
    the books.
    """
    tokens = read_supply(files) if supply is None else supply
    held = held_lines(files) if held is None else held
    return Inputs(
        files=files,
        holdings=held.lines,
        holding_files=held.files,
        ledger=[LedgerLine._make(row[1:]) for row in _rows(models.LedgerLine, LedgerLine, files.of(LEDGER))]
        if supply is None else [],
        supply=tokens.lines,
        stated_supply=tokens.stated,
        supply_is_read=tokens.is_read,
        redemptions=_requests(models.RedemptionLine, RedemptionLine, files.of(REDEMPTIONS)),
        issuance=_requests(models.IssuanceLine, IssuanceLine, files.of(ISSUANCE)),
        prices=_prices(files.of(PRICES), held.lines),
    )


def read_supply(files: DayFiles) -> Supply:
    """Read the token counts of the day; a batch of days reads those of all its coins at once."""
    stated, read = list[SupplyLine](), list[SupplyLine]()
    is_read = False
    for file in sorted(files.of(SUPPLY), key=lambda file: file.pk):
        of_chain = file.sender.kind == Organisation.Kind.READER
        (read if of_chain else stated).extend(_supply_lines(file))
        is_read |= of_chain
    return Supply(read, stated, True) if is_read else Supply(stated)


@shared_of_each
def _supply_lines(files: list[FeedFile]) -> dict[FeedFile, list[SupplyLine]]:
    found: dict[int, list[SupplyLine]] = {file.pk: [] for file in files}
    for key, *row in _rows(models.SupplyLine, SupplyLine, [file for file in files if file.feed == SUPPLY]):
        found[key].append(SupplyLine._make(row))
    return {file: found[file.pk] for file in files}


def _prices(files: Sequence[FeedFile], holdings: Held) -> list[Quote]:
    """Return the quotations of what the pool holds and of the currencies that it holds it in."""
    if not files:
        return []
    wanted = set(holdings.column("instrument_id")) - {""}
    codes = {line.currency for line in holdings.kinds}
    pairs = Q(instrument_id__regex=f"^({'|'.join(sorted(codes))})[A-Z]{{3}}$") if codes else Q()
    rows = models.Price.objects.filter(Q(instrument_id__in=wanted) | pairs, file__in=[file.pk for file in files])
    return list(map(Quote._make, rows.order_by("file_id", "line").values_list(*Quote._fields)))
