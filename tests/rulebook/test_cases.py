"""The law cases of every regime (``<regime>/*.toml``), and that they leave no rule, verdict or check out."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.rulebook import NotInForce, Verdict, judge_lines, load, regimes
from core.rulebook.checks import CHECKS
from core.rulebook.facts import FACTS, Scope

HERE = Path(__file__).parent
NO_FINDING = "does not apply"


def flat(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


CASES = [
    pytest.param(path.parent.name, case, id=f"{case['rule']}-{case['why']}")
    for path in sorted(HERE.glob("*/*.toml"))
    for case in tomllib.loads(path.read_text(), parse_float=Decimal)["case"]
]
RULES = [pytest.param(rule, id=rule.id) for regime in regimes() for rule in load(regime).rules]


@pytest.mark.parametrize("regime, case", CASES)
def test_case_is_judged_as_the_table_says(regime, case):
    assert case.keys() == {"rule", "day", "facts", "expect", "why"}
    rule, facts = load(regime).rule(case["rule"]), dict(flat(case["facts"]))

    judgement = rule.judge(facts, case["day"])

    assert facts.keys() <= FACTS.keys(), "a case may only use facts that exist"
    assert (NO_FINDING if judgement is None else judgement.verdict) == case["expect"]


@pytest.mark.parametrize(
    "regime, case", [c for c in CASES if "holding.asset_class" in dict(flat(c.values[1]["facts"]))]
)
def test_case_of_one_line_is_judged_the_same_among_all_lines(regime, case):
    rule, line = load(regime).rule(case["rule"]), dict(flat(case["facts"])) | {"line": "L1"}

    judgement = judge_lines(rule, [line], case["day"])

    if case["expect"] == NO_FINDING:
        assert judgement is None
    else:
        assert judgement.verdict == case["expect"]
        assert judgement.counts == dict.fromkeys(["met", "breached", "unknown"], 0) | {case["expect"]: 1}
        assert [e["line"] for e in judgement.exceptions] == ([] if case["expect"] == "met" else ["L1"])


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_met_a_breached_and_an_unknown_case(rule):
    expected = {case.values[1]["expect"] for case in CASES if case.values[1]["rule"] == rule.id}
    assert expected >= set(Verdict)


@pytest.mark.parametrize("rule", [param for param in RULES if param.values[0].applies_to])
def test_every_rule_with_a_condition_has_a_case_where_it_does_not_apply_or_says_so_for_some_class(rule):
    (condition, values), *others = rule.applies_to.items()
    assert not others
    fact = {"asset_class": "holding.asset_class", "issuer_kind": "issuer.kind"}[condition]
    for value in FACTS[fact].choices:
        judgement = rule.judge({fact: value}, date(2026, 11, 20))
        assert (judgement is None) == (value not in values), value


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_unknown_when_no_fact_is_given(rule):
    judgement = rule.judge({}, date(2026, 11, 20))
    if rule.only_if_set:
        assert judgement is None
    else:
        assert judgement.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("rule", [param for param in RULES if param.id.startswith("HK-")])
def test_no_hong_kong_rule_is_in_force_before_the_ordinance(rule):
    assert rule.is_in_force(date(2025, 8, 1))
    assert not rule.is_in_force(date(2025, 7, 31))
    with pytest.raises(NotInForce):
        rule.judge({}, date(2025, 7, 31))


@pytest.mark.parametrize("rule", RULES)
def test_every_title_is_given_in_three_scripts(rule):
    titles = {rule.title, rule.title_zh_hant, rule.title_zh_hans}
    assert len(titles) == 3
    assert not rule.title_zh_hant.isascii()
    assert [rule.title_in(language) for language in ("en", "zh-hant", "zh-hans", "fr")] == [
        rule.title,
        rule.title_zh_hant,
        rule.title_zh_hans,
        rule.title,
    ]


def test_every_check_and_every_fact_is_used():
    rules = [param.values[0] for param in RULES]
    assert {rule.check for rule in rules} == set(CHECKS)
    assert {name for rule in rules for name in rule.metrics} | {"line", "issuer.kind", "stress_test.period_start"} == set(FACTS)


def test_hong_kong_has_every_rule_of_reserve_reporting_capital_and_licence():
    expected = {
        *(f"HK-RES-{n:02}" for n in range(1, 20)),
        *(f"HK-REP-{n:02}" for n in range(1, 8)),
        *(f"HK-CAP-{n:02}" for n in range(1, 3)),
        *(f"HK-RED-{n:02}" for n in range(1, 5)),
        "HK-LIC-08",
    }
    book = load("hk")
    assert {rule.id for rule in book.rules} == expected
    by_scope = {scope: [rule.id for rule in book.in_force(date(2025, 8, 1), scope)] for scope in Scope}
    assert sum(map(len, by_scope.values())) == 33
    assert by_scope["issuer"] == sorted(id for id in expected if id[:6] in {"HK-REP", "HK-CAP"})
    assert [rule.id for rule in book.rules if rule.eligibility] == [
        "HK-RES-03",
        "HK-RES-04",
        "HK-RES-05",
        "HK-RES-06",
        "HK-RES-07",
        "HK-RES-08",
        "HK-RES-09",
        "HK-RES-10",
    ]
