"""Assessing a day: valuing its lines and judging them by the law, as a pure computation on what is stored.

The same inputs give the same result and the same digest, whenever and wherever they are assessed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core import findings
from core.calendars import HongKongCalendar
from core.rulebook import Judgement, NotInForce, Rule, Rulebook, Verdict, judge_lines, load
from issuers.facts import stated_facts
from issuers.models import Coin
from reserves.facts import Facts, coin_facts, holding_facts, licence_of
from reserves.selectors import pools_sharing, previous_judged, reference_on
from reserves.selectors.day_files import HOLDINGS, calendar_on, day_of, files_of_day
from reserves.selectors.inputs import Inputs, load_inputs
from reserves.services import result as written
from reserves.services.breaks import breaks_on
from reserves.services.reconciliation import reconcile_inputs
from reserves.valuation import Valuation, backing_ratio, ratio_text, surplus, value_pool
from reserves.waterfall import PoolDay, waterfall

FULL_BACKING = "HK-RES-01"


@dataclass(frozen=True, slots=True)
class Assessment:
    """A day's result, the facts each finding rests on, and the scope of each rule."""

    result: dict[str, Any]
    facts: dict[str, dict[str, Any]]
    scopes: dict[str, str]
    rulebook: Rulebook


@dataclass(frozen=True, slots=True)
class Pool:
    """The lines of a day that can be summed, what they are worth, and the sums of those in other currencies."""

    valuation: Valuation | None
    facts: list[Facts]
    judged: bool
    market_value: Decimal | None
    unvalued: list[dict[str, Any]]


def assess(
    coin: Coin, as_of: date, *, law_on: date | None = None, overlay: bytes | None = None,
    seen_at: datetime | None = None,
) -> dict[str, Any]:
    """Return the day's result on the files that count now, without storing anything.

    ``law_on``: judge as if the law of that day applied; ``overlay``: a rulebook file laid over the regime's own;
    ``seen_at``: when missing files were looked for (the lateness in the result is measured there).

    Raises:
        RulebookInvalid: the overlay and the regime's files make no rulebook.
    """
    rulebook = load("hk", overlay)
    calendar = calendar_on(rulebook, law_on or as_of)
    inputs = load_inputs(files_of_day(coin, as_of, calendar))
    return assess_inputs(coin, inputs, calendar=calendar, rulebook=rulebook, law_on=law_on, seen_at=seen_at).result


def assess_inputs(
    coin: Coin, inputs: Inputs, *, calendar: HongKongCalendar, rulebook: Rulebook, law_on: date | None = None,
    seen_at: datetime | None = None,
) -> Assessment:
    """Assess the lines of a day that are already read."""
    files, currency, as_of = inputs.files, coin.reference_currency, inputs.files.as_of
    law_day = law_on or as_of
    stated = stated_facts(coin.issuer, coin, as_of)
    pool = _pool(coin, inputs, calendar, rulebook, law_day, stated)
    try:
        basis = rulebook.circulation(law_day)
    except NotInForce:
        basis = None
    circulation = written.circulation_of(inputs.supply, basis)
    facts = coin_facts(coin, as_of, market_value=pool.market_value, circulation=circulation, stated=stated)
    judged = _judgements(rulebook, law_day, facts, pool.facts, lacking=files.lacks(HOLDINGS))
    by_reference = {fact["line"]: line for fact, line in zip(pool.facts, inputs.holdings, strict=True)}
    found = [
        written.named_lines(findings.as_data(judgement, rule=rule, subject=coin.symbol), by_reference)
        for rule, judgement in judged
    ]
    compared = reconcile_inputs(inputs, currency=currency, calendar=calendar)
    standing = breaks_on(coin, as_of)
    differing = {(difference.comparison, difference.key) for difference in compared.differences}
    before = previous_judged(coin, as_of)
    ratio = backing_ratio(pool.market_value, circulation)
    seen_at = seen_at or max((file.received_at for file in files.files), default=None)
    licence = licence_of(coin, as_of)
    account: dict[str, Any] = {
        "schema": written.SCHEMA,
        "coin": coin.symbol,
        "currency": currency,
        "issuer": written.issuer_entry(coin, licence),
        "as_of": as_of.isoformat(),
        "business_day": calendar.is_business_day(as_of),
        "version": None,
        "law_on": law_on.isoformat() if law_on else None,
        "rulebook": {"regime": rulebook.regime, "digest": rulebook.digest, "overlay": rulebook.overlay},
        "supply": written.supply_entry(inputs.supply, currency),
        "circulation": written.amount(circulation, currency),
        "circulation_basis": basis and {
            "include_frozen": basis.include_frozen, "include_pending": basis.include_pending, "cite": basis.cite
        },
        **_figures(pool, currency),
        "backing_ratio": None if ratio is None else ratio_text(ratio),
        "surplus": written.amount(surplus(pool.market_value, circulation), currency),
        "buffer_target": written.text(stated.get("licence.buffer_target")),
        **_structure(pool, currency, before),
        "previous": before and {name: value for name, value in before.items() if name != "composition"},
        "waterfall": _waterfall(pool, circulation, before),
        "findings": found,
        "verdict": next((finding["verdict"] for finding in found if finding["rule"] == FULL_BACKING),
                        Verdict.UNKNOWN.value),
        "comparisons": written.comparison_entries(compared.comparisons),
        "breaks": written.break_entries(compared.differences, standing, files, calendar),
        "resolved_breaks": sorted(row.reference for key, row in standing.items()
                                  if row.resolved_on == as_of and key not in differing),
        "inputs": written.input_entries(files),
        "missing": written.missing_entries(files, calendar, seen_at),
    }
    account["digest"] = written.result_digest(account)
    used = {rule.id: _used(rule, facts, pool.facts) for rule, _ in judged}
    return Assessment(account, used, {rule.id: str(rule.scope) for rule, _ in judged}, rulebook)


def _pool(
    coin: Coin, inputs: Inputs, calendar: HongKongCalendar, rulebook: Rulebook, law_day: date, stated: dict[str, Any]
) -> Pool:
    """Value the lines. What is in another currency is not summed: no rate is guessed, the total is then unknown."""
    files, lines = inputs.files, inputs.holdings
    if not lines:
        return Pool(None, [], judged=False, market_value=None, unvalued=[])
    by_file = {file.pk: file for file in files.files}
    days = {day_of(file) for file in files.of(HOLDINGS)}
    facts = holding_facts(
        lines, [by_file[pk] for pk in inputs.holding_files], coin=coin, as_of=files.as_of, calendar=calendar,
        reference=reference_on(files.as_of), stated=stated,
        pools=pools_sharing(coin, {line.account_id for line in lines}, days),
    )
    try:
        eligibility: list[Any] = [verdict.value for verdict in rulebook.eligibility(facts, law_day)]
    except NotInForce:
        eligibility = []
    own = [index for index, line in enumerate(lines) if line.currency == coin.reference_currency]
    others: dict[str, list[Decimal]] = {}
    for line in lines:
        if line.currency != coin.reference_currency:
            others.setdefault(line.currency, []).append(line.market_value)
    valuation = value_pool(
        [lines[index] for index in own], [eligibility[index] if eligibility else None for index in own],
        as_of=files.as_of, next_business_day=calendar.next_business_day(files.as_of),
    )
    whole = not others and not files.lacks(HOLDINGS)
    return Pool(
        valuation, facts, judged=bool(eligibility),
        market_value=valuation.reserve_market_value if whole else None,
        unvalued=[{"currency": code, "market_value": written.amount(sum(values, Decimal(0)), code),
                   "lines": len(values)} for code, values in sorted(others.items())],
    )


def _figures(pool: Pool, currency: str) -> dict[str, Any]:
    value, whole = pool.valuation, pool.market_value is not None
    return {"reserve_market_value": written.amount(pool.market_value, currency)} | {
        name: written.amount(getattr(value, name), currency) if whole and pool.judged else None
        for name in ("eligible_reserve", "ineligible_reserve", "unknown_eligibility")
    }


def _structure(pool: Pool, currency: str, before: dict[str, Any] | None) -> dict[str, Any]:
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


def _waterfall(pool: Pool, circulation: Decimal | None, before: dict[str, Any] | None) -> list[dict[str, str]]:
    if before is None or pool.valuation is None or pool.market_value is None or not circulation:
        return []
    if before["circulation"] is None or before["reserve_market_value"] is None:
        return []
    earlier = PoolDay(Decimal(before["circulation"]),
                      {entry["asset_class"]: Decimal(entry["market_value"]) for entry in before["composition"]})
    later = PoolDay(circulation, {part.asset_class: part.market_value for part in pool.valuation.composition})
    return [{"cause": step.cause, "delta": step.text} for step in waterfall(earlier, later)]


def _judgements(
    rulebook: Rulebook, law_day: date, facts: Facts, lines: list[Facts], *, lacking: bool
) -> list[tuple[Rule, Judgement]]:
    """Judge the coin and its lines by every rule in force, by rule id."""
    judged = [(rule, rule.judge(facts, law_day)) for rule in rulebook.in_force(law_day, "coin")]
    for rule in rulebook.in_force(law_day, "holding"):
        judgement = judge_lines(rule, lines, law_day)
        if lacking:  # what was not stated is no pass
            judgement = _at_best_unknown(judgement, rule, law_day)
        judged.append((rule, judgement))
    return sorted(((rule, found) for rule, found in judged if found), key=lambda pair: pair[0].id)


def _at_best_unknown(judgement: Judgement | None, rule: Rule, day: date) -> Judgement:
    if judgement is None:
        version = rule.on(day)
        return Judgement(rule.id, Verdict.UNKNOWN, {"lines": 0}, rule.required(version), version.cite, version.start,
                         counts={verdict.value: 0 for verdict in Verdict})
    return replace(judgement, verdict=Verdict.UNKNOWN) if judgement.verdict is Verdict.MET else judgement


def _used(rule: Rule, facts: Facts, lines: list[Facts]) -> dict[str, Any]:
    return findings.used_line_facts(rule, lines) if rule.scope == "holding" else findings.used_facts(rule, facts)
