"""A judged day on which scenarios are run: half at a bank, half in bills of three maturities with a custodian."""

from __future__ import annotations

import io
from datetime import date

import pikepdf

from core.access import SYSTEM
from core.models import FeedFile
from reserves.services.days import run_day
from reserves.services.intake import receive_file
from tests.factories import csv_bytes, holding, ledger_line, par_outstanding, supply_line

DAY = date(2026, 10, 16)  # a Friday; Monday the 19th is a holiday in Hong Kong


def pool(day=DAY, symbol="LRHKD", bank="50000000.00", **more):
    bill = {"asset_class": "government_debt", "custodian": "Peak Custody", "description": "Bill", "price_basis": "bid",
            "account_id": "C-1", "obligor": "HKSAR"}
    return [
        holding(day, symbol, market_value=bank, **more),
        holding(day, symbol, **bill, instrument_id="HK0000A", market_value="20000000.00", maturity_date="2026-10-21"),
        holding(day, symbol, **bill, instrument_id="HK0000B", market_value="20000000.00", maturity_date="2026-12-16"),
        holding(day, symbol, **bill, instrument_id="HK0000C", market_value="10000000.00", maturity_date="2027-10-15"),
    ]


def judge(coin, day=DAY, lines=None, supply="99000000"):
    """Send the files of a day and judge it; return its account."""
    symbol = coin.symbol
    files = {
        "holdings": csv_bytes(lines or pool(day, symbol)),
        "ledger": csv_bytes([ledger_line(day, symbol), par_outstanding(day, symbol)]),
        "supply": csv_bytes([supply_line(day, symbol, total_supply=supply)]),
    }
    for feed, raw in files.items():
        sent = receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM)
        assert sent.status == FeedFile.Status.ACCEPTED, sent.problems
    return run_day(coin, day, actor=SYSTEM)


def pdf() -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(made)
    return made.getvalue()


def stated(**more):
    """What a stress test states, complete unless told otherwise."""
    return {"as_of": DAY, "method": "Cash flows.", "data_sources": "Statements of custodians.", "results": "It holds.",
            "board_on": DAY, "report": pdf(), "report_name": "stress.pdf"} | more
