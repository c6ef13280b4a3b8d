"""The pool of one day: what its lines are worth, what is known of each, and how that is written into the account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from core.calendars import HongKongCalendar
from core.rulebook import Alike, NotInForce, Rulebook
from issuers.models import Coin
from reserves.facts import holding_facts
from reserves.held import Held, held
from reserves.selectors import pools_sharing, reference_on
from reserves.selectors.accounts import accounts_of
from reserves.selectors.day_files import HOLDINGS
from reserves.selectors.inputs import Inputs
from reserves.services import result as written
from reserves.services.prudence import Measures, Prudence, mark_lines, measures_of, prudence_of, rates_on
from reserves.services.prudent_entries import concentration_entry, liquidity_entry, prudent_entry, reason_entries
from reserves.valuation import UNKNOWN, Valuation, value_pool, verdict_numbers
from reserves.waterfall import PoolDay, waterfall


@dataclass(frozen=True, slots=True)
class Pool:
    """The lines of a day that can be summed, what they are worth, and the sums of those in other currencies."""

    valuation: Valuation | None
    facts: Alike
    judged: bool
    market_value: Decimal | None
    unvalued: list[dict[str, Any]]
    prudence: Prudence | None = None
    measures: Measures | None = None


def value_lines(
    coin: Coin, inputs: Inputs, calendar: HongKongCalendar, rulebook: Rulebook, law_day: date, stated: dict[str, Any]
) -> Pool:
    """Value the lines. What is in another currency is summed only where that currency was approved and a rate is there.

    Otherwise no rate is guessed, and the total is unknown.
    """
    files, lines, currency = inputs.files, held(inputs.holdings), coin.reference_currency
    if not lines:
        return Pool(None, Alike.each([]), judged=False, market_value=None, unvalued=[])
    # Terms are asked for what has a price only.
    reference = reference_on(files.as_of, instruments=frozenset(quote.instrument_id for quote in inputs.prices))
    marks = mark_lines(inputs, reference, calendar, rulebook, law_day)
    facts = holding_facts(
        lines, inputs.holding_files, files.files, coin=coin, as_of=files.as_of, calendar=calendar,
        reference=reference, stated=stated, marks=marks,
        pools=pools_sharing(coin, accounts_of(files, lines)),
    )
    try:
        by_kind = verdict_numbers([verdict.value for verdict in rulebook.eligibility(facts, law_day)])
        eligibility, judged = by_kind[facts.of], True
    except NotInForce:
        eligibility, judged = np.full(len(lines), UNKNOWN), False
    approved = stated.get("approval.currency_mismatch") is True
    rates = rates_on(inputs, currency, calendar, approved=approved)
    counted = np.flatnonzero(lines.numbers(lambda line: line.currency == currency or line.currency in rates))
    prudence = prudence_of(
        inputs, counted, marks, rates, reference=reference, facts=facts,
        eligibility=eligibility[counted] if judged else None, rulebook=rulebook, law_day=law_day,
    )
    valuation = value_pool(
        prudence.lines, eligibility[counted], as_of=files.as_of,
        next_business_day=calendar.next_business_day(files.as_of), units=prudence.stated,
    )
    whole = len(counted) == len(lines) and not files.lacks(HOLDINGS)
    return Pool(
        valuation, facts, judged=judged,
        market_value=valuation.reserve_market_value if whole else None,
        unvalued=_unvalued(lines, counted), prudence=prudence,
        measures=measures_of(prudence, valuation, files.as_of, calendar, whole=whole),
    )


def _unvalued(lines: Held, counted: np.ndarray) -> list[dict[str, Any]]:
    if len(counted) == len(lines):
        return []
    others: dict[str, list[Decimal]] = {}
    summed = set(counted.tolist())
    for index, line in enumerate(lines):
        if index not in summed:
            others.setdefault(line.currency, []).append(line.market_value)
    return [{"currency": code, "market_value": written.amount(sum(values, Decimal(0)), code), "lines": len(values)}
            for code, values in sorted(others.items())]


def figures(pool: Pool, currency: str) -> dict[str, Any]:
    """Return the sums of the pool; null where a line cannot be summed, or a statement is missing."""
    value, whole = pool.valuation, pool.market_value is not None
    return {"reserve_market_value": written.amount(pool.market_value, currency)} | {
        name: written.amount(getattr(value, name), currency) if whole and pool.judged else None
        for name in ("eligible_reserve", "ineligible_reserve", "unknown_eligibility")
    }


def structure(pool: Pool, currency: str, before: dict[str, Any] | None) -> dict[str, Any]:
    """Return what the pool is made of and when it matures, as far as its lines can be summed."""
    value, whole = pool.valuation, pool.market_value is not None
    earlier = before["composition"] if before and before["reserve_market_value"] is not None else None
    return {
        "liquid_one_business_day": written.amount(value.liquid_one_business_day, currency) if value and whole else None,
        "liquid_share": written.text(value.liquid_share) if value and whole else None,
        "composition": written.composition_entries(value, earlier, currency, eligible=pool.judged) if value else [],
        "unvalued": pool.unvalued,
        "ladder": written.ladder_entries(value, currency) if value else [],
        "weighted_average_maturity_days": written.text(value.weighted_average_maturity_days) if value else None,
        "undated_share": written.text(value.undated_share) if value else None,
    }


def prudent_view(pool: Pool, currency: str, rulebook: Rulebook, law_day: date) -> dict[str, Any]:
    """Return our own valuation of the pool: prudent value, why parts do not count, when it is cash, with whom it is."""
    whole = pool.market_value is not None
    return {
        "prudent": prudent_entry(pool.prudence, currency, whole=whole),
        "ineligible_by_reason": reason_entries(pool.prudence, currency, rulebook, law_day),
        "liquidity": liquidity_entry(pool.prudence, pool.measures, currency),
        "concentration": concentration_entry(pool.measures, currency),
    }


def steps(pool: Pool, circulation: Decimal | None, before: dict[str, Any] | None) -> list[dict[str, str]]:
    """Return why the ratio moved since the judged day before; none where one of the two is not known."""
    if before is None or pool.valuation is None or pool.market_value is None or not circulation:
        return []
    if before["circulation"] is None or before["reserve_market_value"] is None:
        return []
    earlier = PoolDay(Decimal(before["circulation"]),
                      {entry["asset_class"]: Decimal(entry["market_value"]) for entry in before["composition"]})
    later = PoolDay(circulation, {part.asset_class: part.market_value for part in pool.valuation.composition})
    return [{"cause": step.cause, "delta": step.text} for step in waterfall(earlier, later)]
