"""Assessing a day: valuing its lines and judging them by the law, as a pure computation on what is stored.

The same inputs give the same result and the same digest, whenever and wherever they are assessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from core import findings
from core.calendars import HongKongCalendar
from core.canonical import canonical, canonical_object
from core.rulebook import Alike, Judgement, NotInForce, Rule, Rulebook, Verdict, judge_lines, load
from core.rulebook.facts import Scope
from issuers.facts import stated_facts
from issuers.models import Coin
from reserves.facts import Facts, coin_facts, licence_of
from reserves.selectors import previous_judged
from reserves.selectors.breaks import Standing, breaks_on
from reserves.selectors.day_files import HOLDINGS, calendar_on, files_of_day
from reserves.selectors.inputs import Inputs, load_inputs
from reserves.services import result as written
from reserves.services.flows import flow_facts, flows_entry, read_flows
from reserves.services.limits import limit_facts, measure_limits
from reserves.services.pool import figures, prudent_view, steps, structure, value_lines
from reserves.services.reconciliation import Compared, circulating, reconcile_inputs
from reserves.valuation import backing_ratio, ratio_text, surplus

FULL_BACKING = "HK-RES-01"


@dataclass(frozen=True, slots=True)
class Lines:
    """The facts of each line of one kind, and whether they are all that there are."""

    facts: Sequence[Facts] | Alike
    whole: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """A day's result, the facts each finding rests on, and the scope of each rule.

    ``texts`` are the canonical texts of the result's members, ``found`` those of the members of each finding by rule.
    """

    result: dict[str, Any]
    texts: dict[str, bytes]
    found: dict[str, dict[str, bytes]]
    facts: dict[str, dict[str, Any]]
    scopes: dict[str, str]
    rulebook: Rulebook


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
    seen_at: datetime | None = None, compared: Compared | None = None,
    standing: Mapping[tuple[str, str], Standing] | None = None, listed: int | None = findings.EXCEPTIONS_LISTED,
) -> Assessment:
    """Assess the lines of a day that are already read; ``compared`` is what came of comparing these very lines, and
    ``standing`` are the breaks of the day, where they are known.

    Of the lines that do not meet a rule the first ``listed`` are in the result; all of them where that is None.
    """
    files, currency, as_of = inputs.files, coin.reference_currency, inputs.files.as_of
    law_day = law_on or as_of
    stated = stated_facts(coin.issuer, coin, as_of)
    pool = value_lines(coin, inputs, calendar, rulebook, law_day, stated)
    try:
        basis = rulebook.circulation(law_day)
    except NotInForce:
        basis = None
    circulation = written.circulation_of(inputs.supply, basis)
    compared = compared or reconcile_inputs(inputs, coin=coin, calendar=calendar)
    flows = read_flows(coin, inputs, calendar, stated, chain=circulating(inputs.supply), books=compared.par)
    before = previous_judged(coin, as_of)
    limits = measure_limits(coin, as_of, pool.measures, before, calendar)
    facts = coin_facts(coin, as_of, market_value=pool.market_value, circulation=circulation, stated=stated)
    facts |= limit_facts(limits, rulebook, law_day)
    facts |= flow_facts(flows, as_of if calendar.is_business_day(as_of) else None)
    lines = {
        Scope.HOLDING: Lines(pool.facts, whole=not files.lacks(HOLDINGS)),
        # A day without business and without a statement of requests has none to judge.
        Scope.REDEMPTION: Lines(flows.facts, whole=flows.stated or not calendar.is_business_day(as_of)),
    }
    judged = _judgements(rulebook, law_day, facts, lines, listed)
    found = [findings.as_data(judgement, rule=rule, subject=coin.symbol, listed=listed) for rule, judgement in judged]
    standing = breaks_on(coin, as_of) if standing is None else standing
    differing = {(difference.comparison, difference.key) for difference in compared.differences}
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
        "supply": written.supply_entry(inputs.supply, currency, is_read=inputs.supply_is_read),
        "circulation": written.amount(circulation, currency),
        "circulation_basis": basis and {
            "include_frozen": basis.include_frozen, "include_pending": basis.include_pending, "cite": basis.cite
        },
        **figures(pool, currency),
        "backing_ratio": None if ratio is None else ratio_text(ratio),
        "surplus": written.amount(surplus(pool.market_value, circulation), currency),
        "buffer_target": written.text(stated.get("licence.buffer_target")),
        **structure(pool, currency, before),
        **prudent_view(pool, currency, rulebook, law_day),
        "limits": limits,
        "previous": before and {name: value for name, value in before.items() if name not in ("composition", "limits")},
        "waterfall": steps(pool, circulation, before),
        "findings": found,
        "verdict": next((finding["verdict"] for finding in found if finding["rule"] == FULL_BACKING),
                        Verdict.UNKNOWN.value),
        "comparisons": written.comparison_entries(compared.comparisons),
        "breaks": written.break_entries(compared.differences, standing, files, calendar),
        "flows": flows_entry(flows, currency),
        "resolved_breaks": sorted(row.reference for key, row in standing.items()
                                  if row.resolved_on == as_of and key not in differing),
        "inputs": written.input_entries(files),
        "missing": written.missing_entries(files, calendar, seen_at),
    }
    said = {finding["rule"]: {name: canonical(value) for name, value in finding.items()} for finding in found}
    texts = written.texts_of(account, said.values())
    account["digest"] = sha256(canonical_object(texts)).hexdigest()
    used = {rule.id: _used(rule, facts, lines) for rule, _ in judged}
    return Assessment(account, texts, said, used, {rule.id: str(rule.scope) for rule, _ in judged}, rulebook)


def _judgements(
    rulebook: Rulebook, law_day: date, facts: Facts, lines: Mapping[Scope, Lines], listed: int | None
) -> list[tuple[Rule, Judgement]]:
    """Judge the coin and its lines by every rule in force, by rule id."""
    judged = [(rule, rule.judge(facts, law_day)) for rule in rulebook.in_force(law_day, "coin")]
    for scope, found in lines.items():
        judged += [(rule, judge_lines(rule, found.facts, law_day, whole=found.whole, listed=listed))
                   for rule in rulebook.in_force(law_day, scope)]
    return sorted(((rule, judgement) for rule, judgement in judged if judgement), key=lambda pair: pair[0].id)


def _used(rule: Rule, facts: Facts, lines: Mapping[Scope, Lines]) -> dict[str, Any]:
    if found := lines.get(rule.scope):
        return findings.used_line_facts(rule, found.facts, whole=found.whole)
    return findings.used_facts(rule, facts)
