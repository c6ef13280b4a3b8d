"""Reading the lines from which an auditor draws a sample: of a tested day as frozen, or of the whole period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from core.models import FeedFile
from core.wording import hk_datetime
from reserves import models
from reserves.models import Engagement, EvidenceSnapshot, Sample
from reserves.sampling import Item

P = Sample.Population
#: By population: the table, the column of the amount, and the columns that tell a line from others.
TABLES: dict[str, tuple[Any, str, tuple[str, ...]]] = {
    P.HOLDINGS: (models.Holding, "market_value",
                 ("account_id", "custodian", "asset_class", "instrument_id", "line_ref", "description")),
    P.LEDGER: (models.LedgerLine, "book_value",
               ("account_id", "asset_class", "instrument_id", "line_ref", "description")),
    P.ENTRIES: (models.Entry, "amount", ("account_id", "entry_ref", "booked_on", "value_on", "description")),
    P.REDEMPTIONS: (models.RedemptionLine, "amount", ("request_id", "received_at", "paid_at", "status")),
    P.ISSUANCE: (models.IssuanceLine, "amount", ("request_id", "funds_received_at", "minted_at", "tx_hash")),
}
OF_THE_DAY = frozenset({P.HOLDINGS, P.LEDGER})


def files_of_day(snapshot: EvidenceSnapshot, population: str) -> list[FeedFile]:
    """Return the frozen files that hold the population."""
    ids = [entry["file"] for entry in snapshot.account["inputs"] if entry["feed"] == population]
    return list(FeedFile.objects.filter(pk__in=ids).order_by("pk"))


def files_of_period(engagement: Engagement, population: str) -> list[FeedFile]:
    """Return the accepted files of the feed for days of the engagement's period."""
    rows = FeedFile.objects.filter(
        feed=population, subject=engagement.coin.symbol, status=FeedFile.Status.ACCEPTED,
        as_of__range=(engagement.period_start, engagement.period_end),
    )
    return list(rows.order_by("as_of", "pk"))


def items_of(population: str, files: Sequence[FeedFile], currency: str) -> Iterator[Item]:
    """Yield the lines of the files; those that name no currency are in the coin's."""
    model, amount, names = TABLES[population]
    by_file = {file.pk: file for file in files}
    has_currency = any(field.name == "currency" for field in model._meta.concrete_fields)
    columns = ("file_id", "line", amount, *(("currency",) if has_currency else ()), *names)
    rows = model.objects.filter(file__in=list(by_file)).order_by("file_id", "line")
    for row in rows.values_list(*columns).iterator(chunk_size=5000):
        of_line, rest = row[:3], row[3:]
        code, texts = (rest[0], rest[1:]) if has_currency else (currency, rest)
        yield Item(by_file[of_line[0]].sha256, of_line[1], of_line[2], code,
                   dict(zip(names, map(_text, texts), strict=True)))


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return hk_datetime(value, "short")
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
