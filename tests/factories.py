"""Bytes as a custodian, a bookkeeper and a chain would send them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any


def csv_bytes(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the rows as a canonical CSV; the columns are those of all rows together."""
    rows = list(rows)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def holding(as_of: date, coin: str = "LRHKD", **given: Any) -> dict[str, Any]:
    """One holding: HKD 100 million on demand at a bank, unless told otherwise."""
    return {
        "as_of": as_of.isoformat(), "coin": coin, "account_id": "BANK-1", "custodian": "Harbour Bank",
        "asset_class": "demand_deposit", "instrument_id": "", "line_ref": "D1", "description": "Demand deposit",
        "obligor": "", "currency": "HKD", "face_value": "", "market_value": "100000000.00", "price": "",
        "price_basis": "par", "start_date": "", "maturity_date": "", "counterparty": "",
        "collateral_instrument_id": "", "collateral_value": "",
    } | {column: str(value) for column, value in given.items()}


def ledger_line(as_of: date, coin: str = "LRHKD", **given: Any) -> dict[str, Any]:
    """The line of the books that matches ``holding``, unless told otherwise."""
    return {
        "as_of": as_of.isoformat(), "coin": coin, "account_id": "BANK-1", "asset_class": "demand_deposit",
        "instrument_id": "", "line_ref": "D1", "description": "Demand deposit", "currency": "HKD",
        "face_value": "", "book_value": "100000000.00", "booked_on": "", "value_on": "",
    } | {column: str(value) for column, value in given.items()}


def par_outstanding(as_of: date, coin: str = "LRHKD", value: Any = "99000000.00") -> dict[str, Any]:
    """The line of the books that says how much par is outstanding."""
    return ledger_line(as_of, coin, account_id="PAR", asset_class="par_outstanding", line_ref="PAR",
                       description="Par value outstanding", book_value=value)


def supply_line(as_of: date, coin: str = "LRHKD", **given: Any) -> dict[str, Any]:
    """99 million tokens in circulation on one chain, unless told otherwise."""
    return {
        "as_of": as_of.isoformat(), "coin": coin, "chain": "eip155:1",
        "contract": "0x00000000000000000000000000000000000000aa", "block_number": "24118902",
        "block_time": f"{as_of.isoformat()}T15:59:59Z", "total_supply": "99000000", "unissued": "0",
        "frozen": "0", "pending_redemption": "0",
    } | {column: str(value) for column, value in given.items()}


def sound_day(as_of: date, coin: str = "LRHKD") -> dict[str, bytes]:
    """Return the three files of a day on which everything agrees and 99 million is backed by 100 million."""
    return {
        "holdings": csv_bytes([holding(as_of, coin)]),
        "ledger": csv_bytes([ledger_line(as_of, coin), par_outstanding(as_of, coin)]),
        "supply": csv_bytes([supply_line(as_of, coin)]),
    }
