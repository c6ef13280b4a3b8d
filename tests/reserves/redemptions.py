"""Requests to redeem and to be issued coins as an issuer would state them."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories import csv_bytes


def asked(request_id: str, received: str, paid: str = "", **given: Any) -> dict[str, Any]:
    """One request for 1,000 coins; ``received`` and ``paid`` are moments as ``2026-11-20T10:00``, Hong Kong time."""
    return {
        "request_id": request_id, "coin": "LRHKD", "received_at": f"{received}:00+08:00", "amount": "1000",
        "paid_at": f"{paid}:00+08:00" if paid else "", "paid_amount": "1000.00" if paid else "", "fee": "",
        "status": "paid" if paid else "pending",
    } | {column: str(value) for column, value in given.items()}


def issued(request_id: str, minted: str, **given: Any) -> dict[str, Any]:
    """One request for 500 coins whose funds came as they were minted."""
    return {
        "request_id": request_id, "coin": "LRHKD", "funds_received_at": f"{minted}:00+08:00", "amount": "500",
        "minted_at": f"{minted}:00+08:00", "tx_hash": "", "chain": "",
    } | {column: str(value) for column, value in given.items()}


def statements(redemptions: list[dict[str, Any]], issuance: list[dict[str, Any]]) -> dict[str, bytes]:
    """Return both files; without a request a file is its header alone."""
    none_asked, none_issued = asked("", "2026-01-01T00:00"), issued("", "2026-01-01T00:00")
    return {
        "redemptions": csv_bytes(redemptions) if redemptions else header_of(none_asked),
        "issuance": csv_bytes(issuance) if issuance else header_of(none_issued),
    }


def header_of(row: dict[str, Any]) -> bytes:
    return csv_bytes([row]).split(b"\n")[0] + b"\n"


FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
