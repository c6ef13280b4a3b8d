"""Reading what a day's requests are compared with: what was outstanding and which were open on the day before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from issuers.models import Coin
from reserves.models import RedemptionLine, ReserveDay
from reserves.selectors.day_files import REDEMPTIONS

PAR_SUPPLY = "par_supply"


@dataclass(frozen=True, slots=True)
class Opening:
    """What the judged business day before found outstanding, on chain and in the books, and its open requests."""

    as_of: date
    chain: Decimal | None
    books: Decimal | None
    open_requests: frozenset[str]


def opening_of(coin: Coin, as_of: date) -> Opening | None:
    """Return what the day ``as_of`` closed with, if it was judged."""
    judged = ReserveDay.objects.filter(coin=coin, as_of=as_of, status=ReserveDay.Status.JUDGED)
    row = judged.values_list("result__supply", "result__comparisons", "result__inputs").first()
    if row is None:
        return None
    supply, comparisons, inputs = row
    files = [entry["file"] for entry in inputs if entry["feed"] == REDEMPTIONS]
    return Opening(as_of, outstanding_on_chain(supply), par_in_books(comparisons), _open_requests(files))


def outstanding_on_chain(supply: dict[str, Any] | None) -> Decimal | None:
    """Return the coins that holders have, of a result's supply; a pending count that nobody gave nets nothing."""
    if supply is None:
        return None
    return Decimal(supply["total_supply"]) - Decimal(supply["unissued"]) - Decimal(supply["pending_redemption"] or 0)


def par_in_books(comparisons: list[dict[str, Any]]) -> Decimal | None:
    """Return the par value outstanding that the issuer's books state, of a result's comparisons."""
    found = next((each["left"] for each in comparisons if each["name"] == PAR_SUPPLY), None)
    return None if found is None else Decimal(found)


def _open_requests(files: list[int]) -> frozenset[str]:
    if not files:
        return frozenset()
    lines = RedemptionLine.objects.filter(file__in=files, paid_at=None, status__in=("", "pending"))
    return frozenset(lines.values_list("request_id", flat=True))
