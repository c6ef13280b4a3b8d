"""Requests to redeem and to be issued coins: how long payment took, and whether they explain what is outstanding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_FLOOR, Decimal
from functools import reduce

from core.calendars import HONG_KONG, HongKongCalendar
from core.money import EXACT, minor_units
from reserves.lines import IssuanceLine, RedemptionLine

#: Requests that came to nothing: neither a payment nor a change of what is outstanding follows from them.
ENDED = frozenset({"refused", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Request:
    """A request to redeem as it stood at the end of a day.

    ``business_days`` counts from the day of receipt to the day of payment, or to the day described; 0 is the same day.
    ``par_value`` is what it redeems, down to the smallest unit of the currency.
    """

    line: RedemptionLine
    paid_on: date | None
    business_days: int
    par_value: Decimal

    @property
    def is_open(self) -> bool:
        return self.paid_on is None


@dataclass(frozen=True, slots=True)
class Moved:
    """What was issued and redeemed after one day and up to another; None where no statement says."""

    issued: Decimal | None
    taken_back: Decimal | None
    paid: Decimal | None


@dataclass(frozen=True, slots=True)
class TieOut:
    """opening + issued - redeemed + unexplained = closing.

    ``basis`` says when a coin counts as redeemed: ``taken_back`` when its holder asked, ``paid`` when he was paid.
    """

    opening: Decimal
    issued: Decimal
    redeemed: Decimal
    closing: Decimal
    unexplained: Decimal
    basis: str


def requests_on(
    lines: Iterable[RedemptionLine], *, as_of: date, currency: str, calendar: HongKongCalendar
) -> list[Request]:
    """Return the valid requests received by the end of ``as_of``, in the order of the lines.

    What happened after the day is left out: a payment of the next morning was not made yet.
    """
    unit = Decimal(1).scaleb(-minor_units(currency))
    found = []
    for line in lines:
        received_on = _day(line.received_at)
        if line.status in ENDED or received_on > as_of:
            continue
        paid_on = _day(line.paid_at) if line.paid_at is not None and _day(line.paid_at) <= as_of else None
        found.append(Request(
            line, paid_on, calendar.business_days_between(received_on, paid_on or as_of),
            line.amount.quantize(unit, rounding=ROUND_FLOOR, context=EXACT),
        ))
    return found


def moved(
    redemptions: Sequence[RedemptionLine] | None, issuance: Sequence[IssuanceLine] | None, *, after: date, until: date
) -> Moved:
    """Add up what happened after one day and up to another, Hong Kong time; None where there is no statement."""

    def happened(moment: datetime | None) -> bool:
        return moment is not None and after < _day(moment) <= until

    valid = None if redemptions is None else [line for line in redemptions if line.status not in ENDED]
    return Moved(
        issued=None if issuance is None else _sum(line.amount for line in issuance if happened(line.minted_at)),
        taken_back=None if valid is None else _sum(line.amount for line in valid if happened(line.received_at)),
        paid=None if valid is None else _sum(line.amount for line in valid if happened(line.paid_at)),
    )


def tie_out(opening: Decimal | None, closing: Decimal | None, flow: Moved, *, unit: Decimal) -> TieOut | None:
    """Explain the change from opening to closing by what was issued and redeemed; None if a part is not known.

    An issuer takes redeemed coins out of what is outstanding either when they are handed in or when they are paid;
    the law leaves the method open as long as it is consistent (SUP 2.2.1), so the one that leaves less is shown. Less
    than ``unit``, the smallest unit of the currency, is nothing: books are kept in it and coins are finer.
    """
    if opening is None or closing is None or flow.issued is None or flow.taken_back is None or flow.paid is None:
        return None
    made = [
        TieOut(opening, flow.issued, redeemed, closing,
               _nothing_below(unit, EXACT.subtract(_sum([closing, redeemed]), _sum([opening, flow.issued]))), basis)
        for basis, redeemed in (("taken_back", flow.taken_back), ("paid", flow.paid))
    ]
    return min(made, key=lambda each: EXACT.abs(each.unexplained))


def _nothing_below(unit: Decimal, amount: Decimal) -> Decimal:
    return Decimal(0) if EXACT.abs(amount) < unit else amount


def _day(moment: datetime) -> date:
    return moment.astimezone(HONG_KONG).date()


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return reduce(EXACT.add, amounts, Decimal(0))
