"""Opening a breach for every rule that a judged day does not meet."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.access import SYSTEM
from core.models import Case
from issuers.models import Coin
from issuers.services.breaches import open_breach
from reserves.services.assessment import FULL_BACKING


def open_breaches(coin: Coin, as_of: date, result: dict[str, Any]) -> None:
    """Open a breach for each breached rule, or carry the open one on to this day."""
    for finding in result["findings"]:
        if finding["verdict"] != "breached":
            continue
        full_backing = finding["rule"] == FULL_BACKING
        figures = ("backing_ratio", "surplus", "circulation", "reserve_market_value", "currency")
        open_breach(
            coin.issuer, rule=finding["rule"], subject=coin.symbol, as_of=as_of, actor=SYSTEM,
            risk=Case.Risk.HIGH if full_backing else Case.Risk.MEDIUM,
            params={"title": finding["title"], "exceptions": finding["exception_count"]}
            | ({name: result[name] for name in figures} if full_backing else {}),
        )
