"""A pool of bills with prices, terms and parameters, for everything that tests our own valuation through services."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.access import SYSTEM
from core.models import FeedFile, Organisation
from reserves.models import Instrument, ValuationParameter
from reserves.models.reference import Reference
from reserves.services.intake import receive_file
from tests.factories import csv_bytes, holding, ledger_line, par_outstanding, supply_line

BILL, OTHER_BILL = "HK0000000017", "HK0000000025"
BEGINS = date(2025, 8, 1)


def on_record(model: type[Reference], **fields: Any) -> Reference:
    """A row of reference data that two officers agreed on."""
    row = model(valid_from=BEGINS, source="test", status="approved", **fields)
    row.full_clean(exclude=["proposed_by"])
    row.save()
    return row


def parameter(kind: str, value: str, asset_class: str = "") -> None:
    on_record(ValuationParameter, kind=kind, value=value, asset_class=asset_class)


def zero(instrument_id: str) -> None:
    on_record(Instrument, instrument_id=instrument_id, name=f"Bill {instrument_id}", kind="zero", currency="HKD")


def source(slug: str = "bauhinia-pricing") -> Organisation:
    return Organisation.objects.get_or_create(
        slug=slug, defaults={"kind": "price_source", "name_en": slug.replace("-", " ").title()})[0]


def bill(as_of: date, value: str = "99000000.00", **given: Any) -> dict[str, Any]:
    """HKD 100 million of bills at 99, unless told otherwise."""
    return holding(as_of, **{
        "account_id": "CUST-1", "custodian": "Peak Custody", "asset_class": "government_debt", "instrument_id": BILL,
        "line_ref": "", "description": "Exchange Fund Bill", "obligor": "Exchange Fund", "face_value": "100000000",
        "market_value": value, "price": "99", "price_basis": "bid", "maturity_date": "2027-02-01",
    } | given)


def send_pool(coin, as_of: date, *lines: dict[str, Any], circulating: str = "90000000") -> dict[str, FeedFile]:
    """Send a day whose holdings are these lines, with books that agree."""
    booked = [ledger_line(as_of, account_id=line["account_id"], asset_class=line["asset_class"],
                          instrument_id=line["instrument_id"], line_ref=line["line_ref"], currency=line["currency"],
                          book_value=line["market_value"]) for line in lines]
    files = {"ledger": [*booked, par_outstanding(as_of, value=f"{circulating}.00")],
             "supply": [supply_line(as_of, total_supply=circulating)], "holdings": lines}
    return {feed: _accepted(receive_file(coin, feed, csv_bytes(rows), filename=f"{feed}.csv", actor=SYSTEM))
            for feed, rows in files.items()}


def send_prices(coin, as_of: date, *, sender: Organisation | None = None, supersedes: FeedFile | None = None,
                bids: dict[str, str] | None = None, rows: list[dict[str, str]] | None = None) -> FeedFile:
    """Send the bids of a source for a day."""
    sender = sender or source()
    quoted = rows or [{"instrument_id": name, "currency": "HKD", "bid": bid} for name, bid in (bids or {}).items()]
    raw = csv_bytes([{"as_of": as_of.isoformat(), "source": sender.name_en} | row for row in quoted])
    return _accepted(receive_file(coin, "prices", raw, filename="prices.csv", actor=SYSTEM, sender=sender,
                                  supersedes=supersedes))


def _accepted(file: FeedFile) -> FeedFile:
    assert (file.status, file.problems) == ("accepted", [])
    return file
