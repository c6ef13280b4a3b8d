"""What a scenario does to the pool of one coin: how long payments are met, from what, at which loss.

Everything is exact: amounts are whole ten-thousandths, shares are fractions, each loss is rounded up once per cell.

Prices: a line of value V that is fixed-rate and matures in T days loses V × T/365 × y when rates rise by y. This is the
first-order price-yield relation with the residual maturity in place of the duration. No positive coupon makes duration
longer than that and convexity only lessens the loss, so the figure is an upper bound. A line without a maturity date
has no such figure: it is left out of what can be sold and makes the loss unknown.

Order of payment: what is at hand, what has matured, then sales, the smallest discount first. Redemptions are paid at
par on the business day on which the scenario puts them; what is not paid is owed on. Payables of the pool go first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from reserves.lines import HoldingLine
from reserves.scenarios import LARGEST, Scenario
from reserves.units import to_units
from reserves.valuation import AT_ONCE

Verdict = Literal["holds", "falls_short", "unknown"]
UNITS = 10**4
BP_DAYS = 365 * 10_000
AT_HAND, MATURED, PROCEEDS, SOLD = SOURCES = ("at_hand", "matured", "proceeds", "sold")


@dataclass(frozen=True, slots=True)
class Cell:
    """The lines of one class at one custodian that mature on one day; ``custodian`` as it is compared."""

    asset_class: str
    custodian: str
    maturity: date | None
    units: int


@dataclass(frozen=True, slots=True)
class Stock:
    """The pool as a scenario needs it. ``whole`` is false where lines could not be summed: in other currencies."""

    as_of: date
    cells: tuple[Cell, ...]
    names: Mapping[str, str]  # of custodians, as they are written
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Payment:
    """Where money for one day's payments came from; ``given_up`` is the value that was sold for it."""

    source: str
    asset_class: str
    amount: int
    given_up: int


@dataclass(frozen=True, slots=True)
class PaidDay:
    """One business day: what fell due, from what it was paid, what stayed unpaid at its end."""

    day: date
    due: int
    payments: tuple[Payment, ...]
    paid: int
    unpaid: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the scenario does; amounts in ten-thousandths. None where lines without a figure leave it open.

    ``survival_days`` counts the business days whose payments were met in full before the first that was not.
    """

    verdict: Verdict
    survival_days: int
    first_short_on: date | None
    days: tuple[PaidDay, ...]
    custodian: str
    out_of_reach: int
    price_loss: int
    rate_loss: int | None
    custodian_loss: int
    sale_loss: int
    total_loss: int | None
    redeemed: int
    largest_shortfall: int
    value_after: int | None
    circulation_after: Fraction
    ratio_after: Fraction | None
    not_priced: int


def same_name(name: str) -> str:
    """A name as it is compared: case and spacing tell no two custodians apart."""
    return " ".join(name.split()).casefold()


def stock_of(lines: Iterable[HoldingLine], *, as_of: date, currency: str) -> Stock:
    """The lines in the coin's currency, summed by class, custodian and maturity."""
    sums: dict[tuple[str, str, date | None], int] = {}
    names: dict[str, str] = {}
    whole = True
    for line in lines:
        if line.currency != currency:
            whole = False
            continue
        custodian = same_name(line.custodian)
        names.setdefault(custodian, line.custodian)
        key = (line.asset_class, custodian, None if line.asset_class in AT_ONCE else line.maturity_date)
        sums[key] = sums.get(key, 0) + to_units(line.market_value)
    return Stock(as_of, tuple(Cell(*key, units) for key, units in sums.items()), names, whole)


def payments_due(circulation: Decimal, scenario: Scenario) -> list[int]:
    """What falls due on each business day: the share of the circulation, rounded up once, spread by the profile."""
    total = ceil(Fraction(circulation) * scenario.redemption_share * UNITS)
    weights, running, before, due = sum(scenario.profile), 0, 0, []
    for weight in scenario.profile:
        running += weight
        upto = -(-total * running // weights)
        due.append(upto - before)
        before = upto
    return due


def failing_custodian(stock: Stock, scenario: Scenario) -> str:
    """The custodian that fails, as it is compared; empty if none does, or the pool holds nothing there."""
    held: dict[str, int] = {}
    for cell in stock.cells:
        held[cell.custodian] = held.get(cell.custodian, 0) + cell.units
    if scenario.custodian == LARGEST:
        return min(held, key=lambda name: (-held[name], name), default="")
    named = same_name(scenario.custodian)
    return named if named in held else ""


def run_scenario(stock: Stock, circulation: Decimal, scenario: Scenario, days: Sequence[date]) -> Outcome:
    """Run the scenario over ``days``: the business days after the day of the pool, at least as many as its profile has.
    """
    due = payments_due(circulation, scenario)
    days = days[: len(due)]
    failed = failing_custodian(stock, scenario)
    shelf = _Shelf(stock, scenario, days, failed)
    paid_days: list[PaidDay] = []
    owed = redeemed = largest = 0
    for index, (day, falling_due) in enumerate(zip(days, due, strict=True)):
        owed += falling_due
        payments, paid = shelf.pay(index, owed)
        owed -= paid
        redeemed += paid
        largest = max(largest, owed)
        paid_days.append(PaidDay(day, falling_due, tuple(payments), paid, owed))
    short = next((number for number, each in enumerate(paid_days) if each.unpaid), None)
    known = stock.whole and not shelf.not_priced
    circulating = Fraction(circulation) - Fraction(redeemed, UNITS)
    value = shelf.value
    return Outcome(
        verdict="holds" if short is None else "falls_short" if known else "unknown",
        survival_days=len(paid_days) if short is None else short,
        first_short_on=None if short is None else paid_days[short].day,
        days=tuple(paid_days), custodian=stock.names.get(failed, ""), out_of_reach=shelf.out_of_reach,
        price_loss=shelf.price_loss, rate_loss=None if shelf.not_priced else shelf.rate_loss,
        custodian_loss=shelf.custodian_loss, sale_loss=shelf.sale_loss,
        total_loss=None if not known else
        shelf.price_loss + shelf.rate_loss + shelf.custodian_loss + shelf.sale_loss,
        redeemed=redeemed, largest_shortfall=largest, value_after=value if known else None,
        circulation_after=circulating,
        ratio_after=Fraction(value, UNITS) / circulating if known and circulating > 0 else None,
        not_priced=shelf.not_priced,
    )


@dataclass(slots=True)
class _Lot:
    """What is left of one class that comes to cash in the same way."""

    asset_class: str
    units: int
    matures: int  # index of the day; as many as there are days if after them
    sold_from: int | None
    discount: Fraction


class _Shelf:
    """The pool after the shock, drawn down day by day."""

    def __init__(self, stock: Stock, scenario: Scenario, days: Sequence[date], failed: str) -> None:
        self.scenario, self.days = scenario, days
        self.price_loss = self.rate_loss = self.custodian_loss = self.sale_loss = self.not_priced = 0
        self.at_hand = self.matured = self.proceeds = self.payables = self.out_of_reach = self.never = 0
        self.arriving = [0] * len(days)
        lots: dict[tuple[str, int, int | None], _Lot] = {}
        frozen = 0
        if failed:
            frozen = len(days) if scenario.custodian_days is None else min(scenario.custodian_days, len(days))
        for cell in stock.cells:
            held_up = frozen if failed and cell.custodian == failed else 0
            self._place(cell, self._shocked(cell, stock.as_of, lost=bool(failed) and cell.custodian == failed),
                        held_up, lots)
        self.lots = sorted(lots.values(), key=lambda lot: (lot.discount, lot.asset_class, -lot.matures,
                                                           lot.sold_from or 0))

    def _shocked(self, cell: Cell, as_of: date, *, lost: bool) -> int | None:
        """The cell's value after prices, rates and the custodian's failure; None if rates leave it unknown."""
        value, scenario = cell.units, self.scenario
        if value <= 0:
            return value
        price = ceil(value * scenario.price_falls.get(cell.asset_class, Fraction(0)))
        rate = 0
        if scenario.rate_bp and cell.asset_class in scenario.rate_classes:
            if cell.maturity is None:
                self.not_priced += value
                return None
            rate = -(-value * max((cell.maturity - as_of).days, 0) * scenario.rate_bp // BP_DAYS)
        rate = min(rate, value - price)
        self.price_loss += price
        self.rate_loss += rate
        value -= price + rate
        gone = ceil(value * scenario.custodian_lost) if lost else 0
        self.custodian_loss += gone
        return value - gone

    def _place(
        self, cell: Cell, value: int | None, held_up: int, lots: dict[tuple[str, int, int | None], _Lot]
    ) -> None:
        if value is None:
            return
        if held_up:
            self.out_of_reach += value
        last = len(self.days)
        if cell.asset_class in AT_ONCE:
            if held_up < last:
                self.arriving[held_up] += value
            else:
                self.never += value
            return
        matures = last if cell.maturity is None else bisect_left(self.days, cell.maturity)
        matures = min(max(matures, held_up), last)
        sale = self.scenario.sales.get(cell.asset_class)
        sold_from = None if sale is None or sale.discount == 1 else max(sale.days_to_cash - 1, held_up, 0)
        key = (cell.asset_class, matures, sold_from)
        if key not in lots:
            lots[key] = _Lot(cell.asset_class, 0, matures, sold_from, sale.discount if sale else Fraction(1))
        lots[key].units += value

    def pay(self, index: int, owed: int) -> tuple[list[Payment], int]:
        """Pay the payables of the pool, then as much of ``owed`` as there is money for; return from what, and how much.
        """
        arrived = self.arriving[index]
        self.at_hand += max(arrived, 0)
        self.payables += max(-arrived, 0)
        for lot in self.lots:
            if lot.matures == index:
                self.matured += lot.units
                lot.units = 0
        wanted = owed + self.payables
        payments: list[Payment] = []
        for source in (AT_HAND, MATURED, PROCEEDS):
            taken = min(getattr(self, source), wanted)
            setattr(self, source, getattr(self, source) - taken)
            wanted -= taken
            if taken:
                payments.append(Payment(source, "", taken, taken))
        for lot in self.lots:
            if wanted and lot.units > 0 and lot.sold_from is not None and lot.sold_from <= index:
                wanted -= self._sell(lot, wanted, payments)
        covered = owed + self.payables - wanted
        settled = min(covered, self.payables)
        self.payables -= settled
        return payments, covered - settled

    def _sell(self, lot: _Lot, wanted: int, payments: list[Payment]) -> int:
        """Sell no more of the lot than it takes; what a sale brings beyond that stays at hand. Return what it pays."""
        kept = 1 - lot.discount
        sold = min(ceil(wanted / kept), lot.units)
        brought = floor(sold * kept)
        used = min(brought, wanted)
        lot.units -= sold
        self.proceeds += brought - used
        self.sale_loss += sold - brought
        payments.append(Payment(SOLD, lot.asset_class, used, sold))
        return used

    @property
    def value(self) -> int:
        """What is left of the pool, in reach or not."""
        left = sum(lot.units for lot in self.lots)
        return self.at_hand + self.matured + self.proceeds + self.never - self.payables + left
