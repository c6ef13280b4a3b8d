"""Why two sides may differ: the causes, and what a line says of its own by its dates and its words."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.money import minor_units
from reserves.evidence import DAY, BusinessDay, EntryLine, Known
from reserves.lines import HoldingLine, LedgerLine


class Cause(StrEnum):
    """What the lines show of why two sides differ."""

    IN_TRANSIT = "in_transit"
    VALUE_DATE = "value_date"
    FEE = "fee"
    ACCRUED_INTEREST = "accrued_interest"
    PRICE_SOURCE = "price_source"
    ROUNDING = "rounding"
    FROZEN = "frozen"
    BRIDGED = "bridged"
    UNISSUED = "unissued"
    PENDING_REDEMPTION = "pending_redemption"
    DUPLICATE = "duplicate"
    CURRENCY_DIFFERS = "currency_differs"
    MISSING_IN_BOOKS = "missing_in_books"
    MISSING_AT_CUSTODIAN = "missing_at_custodian"
    # Of what nothing explains:
    FACE_DIFFERS = "face_differs"
    VALUE_DIFFERS = "value_differs"
    PAR_SUPPLY = "par_supply"
    CHAIN_DIFFERS = "chain_differs"


#: Causes that say all there is to say: time or measure, not an asset or a liability that somebody has to account for.
SAYS_ALL = frozenset({
    Cause.IN_TRANSIT, Cause.VALUE_DATE, Cause.FEE, Cause.ACCRUED_INTEREST, Cause.PRICE_SOURCE, Cause.ROUNDING,
    Cause.FROZEN, Cause.BRIDGED, Cause.UNISSUED, Cause.PENDING_REDEMPTION,
})
#: Classes whose statement is a balance that entries move.
BALANCES = frozenset({"cash", "demand_deposit", "settlement"})
#: Classes that are worth their principal and what has accrued on it.
AT_PRINCIPAL = frozenset({"demand_deposit", "term_deposit", "reverse_repo"})

_FEE = re.compile(r"\b(fees?|charges?|commissions?)\b|手續費|手续费|託管費|托管费|收費|收费", re.IGNORECASE)
_ACCRUED = re.compile(
    r"\b(accrued|accruals?|(interest|coupon) (receivable|due|payable))\b|應計|应计|應收利息|应收利息", re.IGNORECASE
)
_INTEREST = re.compile(r"\b(interest|coupons?|accrued)\b|利息|票息", re.IGNORECASE)


def takes_effect(line: LedgerLine, is_business_day: BusinessDay) -> date | None:
    """The business day on which the custodian can show the line; None if the books give no date."""
    if line.value_on is not None:
        day = line.value_on
    elif line.booked_on is not None:
        day = line.booked_on + DAY
    else:
        return None
    while not is_business_day(day):
        day += DAY
    return day


def later(until: date, known: Known, *, dated: bool) -> Cause:
    """What it is called that a line takes effect only after the day.

    In transit if a day without business lies between, or if no value date was stated and the next business day is all
    that can be expected; else the value date is simply after the booking date.
    """
    return Cause.IN_TRANSIT if not dated or known.over_closed_days(until) else Cause.VALUE_DATE


def shown_only_on(line: LedgerLine, known: Known) -> date | None:
    """The business day after the day on which the custodian can first show a line of the books; None if by now."""
    until = takes_effect(line, known.is_business_day)
    return until if until is not None and until > known.as_of else None


def cause_of_booked(line: LedgerLine, known: Known) -> tuple[Cause, date | None]:
    """Why the custodian may not show a line of the books, by the line itself."""
    if (until := shown_only_on(line, known)) is not None:
        return later(until, known, dated=line.value_on is not None), until
    return _by_words(line.description) or Cause.MISSING_AT_CUSTODIAN, None


def cause_of_held(line: HoldingLine, known: Known) -> tuple[Cause, date | None]:
    """Why the books may not show a line of the custodian, by the line itself."""
    if line.start_date is not None and line.start_date > known.as_of:
        return later(line.start_date, known, dated=True), line.start_date
    return _by_words(line.description) or Cause.MISSING_IN_BOOKS, None


def cause_of_entry(entry: EntryLine, known: Known) -> tuple[Cause, date | None]:
    """Why the books may not have what the bank has moved."""
    if entry.value_on > known.as_of:
        return later(entry.value_on, known, dated=True), entry.value_on
    if entry.amount < 0 and _FEE.search(entry.description):
        return Cause.FEE, None
    if _INTEREST.search(entry.description):
        return Cause.ACCRUED_INTEREST, None
    return Cause.MISSING_IN_BOOKS, None


def _by_words(description: str) -> Cause | None:
    if _FEE.search(description):
        return Cause.FEE
    return Cause.ACCRUED_INTEREST if _ACCRUED.search(description) else None


def smallest_unit(currency: str) -> Decimal:
    """One minor unit of the currency, for example 0.01."""
    return Decimal(1).scaleb(-minor_units(currency))
