"""Entering what pools are valued by in the demonstration world: terms of securities, parameters, limits of issuers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from core.calendars import HongKongCalendar
from core.models import User
from issuers.models import Coin
from reports.demo.book import Security
from reports.demo.limits import LIMITS, PARAMETERS
from reports.services.demo_clock import PlayedClock, hong_kong
from reserves.models import Instrument, ValuationParameter
from reserves.models.reference import Reference
from reserves.services.limits import record_limit, state_limit
from reserves.services.reference import approve_reference, propose_reference

BEGINS = date(2025, 8, 1)


def enter_valuation(
    coins: Mapping[str, Coin], securities: Mapping[str, Security], *, until: date, calendar: HongKongCalendar,
    people: Mapping[str, User], clock: PlayedClock,
) -> None:
    """One officer proposes, another approves an hour later; limits hold from the day that the coin is there."""
    clock.set(hong_kong(BEGINS, 14, 0))
    proposed: list[Reference] = [
        propose_reference(ValuationParameter, valid_from=BEGINS, source="Valuation policy", actor=people["bo"],
                          kind=kind, asset_class=asset_class, value=value)
        for kind, asset_class, value in PARAMETERS
    ]
    proposed += [
        propose_reference(
            Instrument, valid_from=BEGINS, source="Central Moneymarkets Unit", actor=people["bo"],
            instrument_id=security.isin, name=security.name, kind="coupon" if security.is_bond else "zero",
            currency="HKD", matures_on=security.maturity, **(_coupon(security) if security.is_bond else {}),
        )
        for security in sorted(securities.values(), key=lambda each: each.isin)
    ]
    clock.set(hong_kong(BEGINS, 15, 0))
    for row in proposed:
        approve_reference(row, actor=people["ben"])
    for symbol, limits in LIMITS.items():
        for limit in limits if symbol in coins else ():
            coin = coins[symbol]
            since = calendar.on_or_before(until) if limit.last_day else coin.launched_on or BEGINS
            clock.set(hong_kong(since, 7, 30))
            stated = state_limit(
                coin, valid_from=since, source="Risk policy approved by the board", actor=people["bo"],
                metric=limit.metric, name=limit.name, measure=limit.measure, horizon=limit.horizon,
                figure=limit.figure,
            )
            record_limit(stated, actor=people["ben"])


def _coupon(security: Security) -> dict[str, object]:
    return {
        "coupon_rate": Decimal(security.coupon).scaleb(-6), "coupons_a_year": 1, "day_count": "act_365f",
        "price_with_accrued": False, "stated_with_accrued": True,
    }
