"""Lines for the kernels' tests: what a test does not say is plain."""

from datetime import date
from decimal import Decimal

from reserves.lines import HoldingLine, LedgerLine

FRIDAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)


def is_weekday(day):
    return day.weekday() < 5


def held(value, **said):
    plain = HoldingLine(
        id=1, line=2, account_id="ACC-1", custodian="Peak Custody Limited", asset_class="government_debt",
        instrument_id="", line_ref="", description="Exchange Fund Bill", obligor="", currency="HKD", face_value=None,
        market_value=Decimal(value), price=None, price_basis="", start_date=None, maturity_date=None, counterparty="",
        collateral_instrument_id="", collateral_value=None,
    )
    return plain._replace(**{name: _decimal(name, value) for name, value in said.items()})


def booked(value, **said):
    plain = LedgerLine(
        id=1, line=2, account_id="ACC-1", asset_class="government_debt", instrument_id="", line_ref="",
        description="Exchange Fund Bill", currency="HKD", face_value=None, book_value=Decimal(value), booked_on=None,
        value_on=None,
    )
    return plain._replace(**{name: _decimal(name, value) for name, value in said.items()})


def _decimal(name, value):
    return Decimal(value) if name == "face_value" and value is not None else value
