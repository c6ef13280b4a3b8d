"""What licensees of the demonstration write in the stress test of a quarter."""

from __future__ import annotations

from datetime import date
from typing import Any

from reports.demo.pdf import page_of

METHOD = (
    "Every scenario is run on all lines of the reserve on one day: what is at hand pays first, then what matures, then"
    " what can be sold. Assumptions on sales are those of the scenarios and were reviewed by the risk committee."
)
DATA_SOURCES = "Statements of banks and of the custodian, the ledger, and closing prices of two dealers."
ACCEPTED = "Method and data are as agreed; the results follow from the figures."


def results_of(pack: dict[str, Any]) -> str:
    """Return what the figures of the day say, in two sentences."""
    held = [each for each in pack["scenarios"] if each["verdict"] == "holds"]
    others = [each["title"]["en"] for each in pack["scenarios"] if each["verdict"] != "holds"]
    said = f"Redemptions are paid on the day they are due in {len(held)} of {len(pack['scenarios'])} scenarios."
    return f"{said} They are not, or not shown to be, in: {'; '.join(others)}." if others else said


def report_of(name: str, symbol: str, quarter: date, as_of: date, results: str) -> bytes:
    """Return the report that the board received, as PDF."""
    return page_of(f"{symbol}: stress test of the quarter from {quarter.isoformat()}",
                   f"{name}. Reserve of {as_of.isoformat()}.\n{METHOD}\n{DATA_SOURCES}\n{results}")
