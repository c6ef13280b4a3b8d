"""Running scenarios on a judged day, and writing what they do into one account (schema ``assay.stress/1``).

Nothing is stored: the account is a what-if on the lines of the day, the same for the same day and scenarios.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Refused
from core.findings import digest_of
from core.rulebook import load
from issuers.models import Coin
from reserves import selectors
from reserves.models import ReserveDay
from reserves.scenarios import Scenario
from reserves.selectors.day_files import calendar_on
from reserves.selectors.judged_lines import judged_lines
from reserves.selectors.stress import business_days_after, chosen, scenarios_on
from reserves.services.result import amount
from reserves.stress import Outcome, PaidDay, run_scenario, stock_of
from reserves.units import to_amount
from reserves.valuation import ratio_text

SCHEMA = "assay.stress/1"


def run_stress(coin: Coin, as_of: date, *, codes: Iterable[str] = ()) -> dict[str, Any]:
    """Run scenarios on the judged day of a coin: those of the codes, or all that hold on the day.

    Raises:
        Refused: the day was not judged, what circulates is not known, or there is no such scenario.
    """
    day = selectors.day(coin, as_of)
    if day is None:
        raise Refused(_("%(day)s of %(coin)s was not judged.") % {"day": as_of, "coin": coin.symbol}, code="not_judged")
    return stress_of_day(day, chosen(scenarios_on(as_of), codes))


def stress_of_day(day: ReserveDay, scenarios: list[Scenario]) -> dict[str, Any]:
    """Run the scenarios on a judged day.

    Raises:
        Refused: what circulates on the day is not known.
    """
    result: dict[str, Any] = day.result or {}
    currency, circulation = day.coin.reference_currency, result.get("circulation")
    if circulation is None:
        raise Refused(_("What circulates on %(day)s is not known, so nothing can be run on it.") % {"day": day.as_of},
                      code="no_circulation")
    stock = stock_of(judged_lines(result), as_of=day.as_of, currency=currency)
    if result["reserve_market_value"] is None:  # a statement is missing, or lines are in another currency
        stock = type(stock)(stock.as_of, stock.cells, stock.names, whole=False)
    calendar = calendar_on(load(), day.as_of)
    longest = max((len(each.profile) for each in scenarios), default=1)
    days = business_days_after(day.as_of, longest, calendar)
    account: dict[str, Any] = {
        "schema": SCHEMA, "coin": day.coin.symbol, "as_of": day.as_of.isoformat(), "version": day.version,
        "day_digest": day.digest, "currency": currency, "circulation": circulation,
        "reserve_market_value": result["reserve_market_value"], "backing_ratio": result["backing_ratio"],
        "whole": stock.whole,
        "scenarios": [
            _entry(scenario, run_scenario(stock, Decimal(circulation), scenario, days), currency)
            for scenario in scenarios
        ],
    }
    return account | {"digest": digest_of(account)}


def _entry(scenario: Scenario, outcome: Outcome, currency: str) -> dict[str, Any]:
    def money(units: int | None) -> str | None:
        return None if units is None else amount(to_amount(units), currency)

    figures = ("out_of_reach", "price_loss", "rate_loss", "custodian_loss", "sale_loss", "total_loss", "redeemed",
               "largest_shortfall", "value_after", "not_priced")
    return {
        "code": scenario.code,
        "title": dict(zip(("en", "zh_hant", "zh_hans"), scenario.titles, strict=True)),
        "valid_from": scenario.valid_from.isoformat(), "source": scenario.source,
        "assumptions": assumptions_of(scenario),
        "verdict": outcome.verdict, "survival_days": outcome.survival_days, "horizon_days": len(outcome.days),
        "first_short_on": outcome.first_short_on.isoformat() if outcome.first_short_on else None,
        "custodian": outcome.custodian or None,
        **{name: money(getattr(outcome, name)) for name in figures},
        "circulation_after": _exact(outcome.circulation_after),
        "ratio_after": None if outcome.ratio_after is None else ratio_text(outcome.ratio_after),
        "days": [_paid(each, money) for each in outcome.days],
    }


def assumptions_of(scenario: Scenario) -> dict[str, Any]:
    """Return what the scenario assumes, as data: shares as exact decimal text."""
    return {
        "redemption_share": _exact(scenario.redemption_share), "redemption_profile": list(scenario.profile),
        "rate_bp": scenario.rate_bp, "rate_classes": sorted(scenario.rate_classes),
        "price_falls": {name: _exact(fall) for name, fall in sorted(scenario.price_falls.items())},
        "custodian": scenario.custodian or None, "custodian_days": scenario.custodian_days,
        "custodian_lost": _exact(scenario.custodian_lost),
        "sales": {name: {"days": sale.days_to_cash, "discount": _exact(sale.discount)}
                  for name, sale in sorted(scenario.sales.items())},
    }


def _paid(each: PaidDay, money: Any) -> dict[str, Any]:
    return {
        "day": each.day.isoformat(), "due": money(each.due), "paid": money(each.paid), "unpaid": money(each.unpaid),
        "payments": [
            {"source": payment.source, "asset_class": payment.asset_class or None, "amount": money(payment.amount),
             "given_up": money(payment.given_up)}
            for payment in each.payments
        ],
    }


def _exact(value: Fraction) -> str:
    """Return a fraction whose denominator divides a power of ten as decimal text."""
    places = 0
    while value.denominator != 1 and (value * 10**places).denominator != 1:
        places += 1
    digits = f"{abs(value.numerator * 10**places // value.denominator):0{places + 1}d}"
    whole = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{whole}" if value < 0 else whole
