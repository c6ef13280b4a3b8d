"""The lines that the reserve kernels work on: plain tuples, in the order in which the database hands them over."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from core.rulebook.facts import ASSET_CLASSES

__all__ = [
    "ASSET_CLASSES", "PAR_OUTSTANDING", "SETTLEMENT", "HoldingLine", "IssuanceLine", "LedgerLine", "RedemptionLine",
]

SETTLEMENT = "settlement"  # the only class whose amounts may be negative: a net payable
PAR_OUTSTANDING = "par_outstanding"  # in the ledger only: what the issuer's books owe to holders


class HoldingLine(NamedTuple):
    """One position of the pool. Text that was not given is "", figures and dates are None.

    Read with `values_list(*HoldingLine._fields)` and `map(HoldingLine._make, ...)`.
    """

    id: int
    line: int
    account_id: str
    custodian: str
    asset_class: str
    instrument_id: str
    line_ref: str
    description: str
    obligor: str
    currency: str
    face_value: Decimal | None
    market_value: Decimal
    price: Decimal | None
    price_basis: str
    start_date: date | None
    maturity_date: date | None
    counterparty: str
    collateral_instrument_id: str
    collateral_value: Decimal | None


class LedgerLine(NamedTuple):
    """One line of the issuer's books; `par_outstanding` lines are left out of the comparison with custodians."""

    id: int
    line: int
    account_id: str
    asset_class: str
    instrument_id: str
    line_ref: str
    description: str
    currency: str
    face_value: Decimal | None
    book_value: Decimal
    booked_on: date | None
    value_on: date | None


class RedemptionLine(NamedTuple):
    """One request to redeem as the issuer's statement of a day has it."""

    id: int
    line: int
    request_id: str
    received_at: datetime
    amount: Decimal
    paid_at: datetime | None
    paid_amount: Decimal | None
    fee: Decimal | None
    status: str


class IssuanceLine(NamedTuple):
    """One request to be issued coins as the issuer's statement of a day has it."""

    id: int
    line: int
    request_id: str
    funds_received_at: datetime
    amount: Decimal
    minted_at: datetime | None


Line = LedgerLine | HoldingLine
