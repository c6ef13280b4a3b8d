"""What our own valuation of a large pool costs: 5,000 lines priced from 5,000 quotations, coupons and all."""

from __future__ import annotations

import time
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from reserves.daycount import DAY_COUNTS, Coupons
from reserves.exposures import counterparty, exposures, liquidity
from reserves.lines import HoldingLine
from reserves.pricing import Parameters, Quote, Terms, price_lines, prudent

LINES = 5_000
AS_OF = date(2026, 10, 16)


def pool() -> tuple[list[HoldingLine], dict[str, list[Quote]], dict[str, Terms]]:
    """Return so many bonds, each of its own terms and with a quotation of its own."""
    lines, quotes, terms = [], {}, {}
    for number in range(LINES):
        name, matures = f"HK{number:010d}", AS_OF + timedelta(days=30 + number % 300)
        lines.append(HoldingLine(
            number, number + 2, f"A-{number % 40}", "Harbour Bank", "government_debt", name, "", "Bond",
            f"Obligor {number % 70}", "HKD", Decimal(1_000_000), Decimal(991_000 + number % 900), None, "bid", None,
            matures, "", "", None,
        ))
        quotes[name] = [Quote(1, number + 2, name, "Source", "HKD", Decimal("99.125"), None, None)]
        coupons = Coupons(Decimal("0.0275"), 2, DAY_COUNTS[number % len(DAY_COUNTS)], matures)
        terms[name] = Terms(coupons, False, True)
    return lines, quotes, terms


def value_pool() -> dict[str, float]:
    """Return processor seconds, the median of five: pricing, and the ladder with the exposures; and adding alone."""
    lines, quotes, terms = pool()
    parameters = Parameters({"government_debt": Decimal("0.001")}, {"government_debt": 1})
    ends = {days: AS_OF + timedelta(days=days) for days in (1, 2, 5, 10, 30)}

    def priced() -> list[Decimal]:
        marks = price_lines(lines, quotes, {1: 0}, terms, parameters, day=AS_OF, sides=("mid",))
        return [prudent(line, mark) for line, mark in zip(lines, marks, strict=True)]

    amounts = priced()
    if len(amounts) != LINES or not sum(amounts) < sum(line.market_value for line in lines):
        raise SystemExit("the pool was not valued as it should")

    def laddered() -> None:
        exposures(lines, amounts, counterparty, str)
        liquidity(lines, amounts, days_to_cash={"government_debt": 2}, ends=ends)

    def added() -> Decimal:
        return sum((line.market_value for line in lines), Decimal(0))

    return {f"{name}_cpu_s": median(_seconds(act) for _ in range(5))
            for name, act in (("price", priced), ("ladders", laddered), ("add", added))}


def _seconds(act) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began
