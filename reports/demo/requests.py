"""Requests of holders and customers of the demonstration coins, such as explain what is outstanding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from reports.demo.chance import draw

MOST_AT_ONCE = 4
PARTS = 1000

REDEMPTIONS = ("request_id", "coin", "received_at", "amount", "paid_at", "paid_amount", "fee", "status")
ISSUANCE = ("request_id", "coin", "funds_received_at", "amount", "minted_at", "tx_hash", "chain")


@dataclass(frozen=True, slots=True)
class Served:
    """What was issued and redeemed on a business day, in minor units.

    ``issued`` is what customers were issued, or, negative, what holders redeemed and were paid on the same day.
    ``pending`` was handed in on the day and is paid on the next business day; ``owed`` was handed in ``asked_on``, the
    business day before, and is paid today.
    """

    day: date
    asked_on: date | None
    issued: int
    owed: int
    pending: int


def redemption_rows(symbol: str, served: Served) -> Iterator[Sequence[str]]:
    """Yield every request that was open at any moment of the day."""
    if served.asked_on is not None:
        for name, amount in _parts(symbol, served.asked_on, "R", served.owed):
            yield _redemption(symbol, name, amount, f"{served.asked_on}T16:10:00+08:00", f"{served.day}T10:30:00+08:00")
    for name, amount in _parts(symbol, served.day, "S", max(0, -served.issued)):
        yield _redemption(symbol, name, amount, f"{served.day}T09:40:00+08:00", f"{served.day}T15:20:00+08:00")
    for name, amount in _parts(symbol, served.day, "R", served.pending):
        yield _redemption(symbol, name, amount, f"{served.day}T16:10:00+08:00", "")


def issuance_rows(symbol: str, chain: str, served: Served) -> Iterator[Sequence[str]]:
    """Yield the requests whose coins were minted on the day."""
    for name, amount in _parts(symbol, served.day, "I", max(0, served.issued)):
        yield (name, symbol, f"{served.day}T11:00:00+08:00", _money(amount), f"{served.day}T11:25:00+08:00", "", chain)


def _redemption(symbol: str, name: str, amount: int, received_at: str, paid_at: str) -> Sequence[str]:
    paid = _money(amount) if paid_at else ""
    return (name, symbol, received_at, _money(amount), paid_at, paid, "", "paid" if paid_at else "pending")


def _parts(symbol: str, day: date, kind: str, amount: int) -> Iterator[tuple[str, int]]:
    """Split an amount among a few people; the same day and kind give the same split."""
    people = 1 + draw(MOST_AT_ONCE, symbol, day, kind, "people")
    left = amount
    for number in range(1, people + 1):
        part = left if number == people else left * draw(PARTS, symbol, day, kind, number) // PARTS
        left -= part
        if part:
            yield f"{symbol}-{kind}{day:%y%m%d}-{number}", part


def _money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"
