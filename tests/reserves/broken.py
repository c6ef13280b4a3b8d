"""A coin of which a day does not agree: what the tests of breaks, lines and versions start from."""

from __future__ import annotations

from datetime import date, timedelta

from core.access import SYSTEM
from reserves.models import Break
from reserves.services.days import run_day
from reserves.services.intake import receive_file
from tests.factories import csv_bytes, holding, ledger_line, par_outstanding, sound_day

TUESDAY = date(2026, 11, 17)
WEDNESDAY, THURSDAY, FRIDAY = (TUESDAY + timedelta(days=n) for n in (1, 2, 3))


def send(coin, as_of: date, *, value: str = "100000000.00", corrects=None, **files: bytes) -> dict:
    """Send the day's files with the given book value of the deposit, or corrected books only."""
    books = csv_bytes([ledger_line(as_of, coin.symbol, book_value=value), par_outstanding(as_of, coin.symbol)])
    sound = sound_day(as_of, coin.symbol) | {"ledger": books} | files
    sent = {}
    for feed in ("ledger",) if corrects else sound:
        sent[feed] = receive_file(coin, feed, sound[feed], filename=f"{feed}.csv", actor=SYSTEM, supersedes=corrects)
        assert sent[feed].status == "accepted", sent[feed].problems
    return sent


def broken_day(coin, as_of: date = FRIDAY, value: str = "99999000.00") -> Break:
    """Return the break of a day on which the books have less than the bank."""
    send(coin, as_of, value=value)
    run_day(coin, as_of, actor=SYSTEM)
    return Break.objects.select_related("latest", "coin").get(coin=coin, resolved_on=None)


def entry(as_of: date, **given) -> dict[str, str]:
    """A movement on the bank account: a fee of 1,000, unless told otherwise."""
    return {
        "as_of": as_of.isoformat(), "account_id": "BANK-1", "entry_ref": "E1", "booked_on": as_of.isoformat(),
        "value_on": as_of.isoformat(), "amount": "-1000.00", "currency": "HKD", "description": "Custody fee",
        "counterparty": "",
    } | {name: str(value) for name, value in given.items()}


def holdings_of(as_of: date, *values: str) -> bytes:
    """Holdings of several deposits."""
    return csv_bytes([holding(as_of, line_ref=f"D{number}", market_value=value)
                      for number, value in enumerate(values, 1)])
