"""Judgements: what they carry, what a missing or wrong fact does, lines and their eligibility."""

from __future__ import annotations

import itertools
import json
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.findings import used_line_facts
from core.rulebook import Alike, NotInForce, Verdict, WrongFact, judge_lines, load, verdicts_of
from core.rulebook.checks import CHECKS, both, check, either
from core.rulebook.facts import ASSET_CLASSES, FACTS, PRICE_BASES

HK = load("hk")
DAY = date(2026, 11, 20)


def line(reference: str, asset_class: str, **facts: object) -> dict[str, object]:
    named = {key.replace("__", "."): value for key, value in facts.items()}
    same = {"holding.currency": "HKD", "coin.currency": "HKD"}
    return {"line": reference, "as_of": DAY, "holding.asset_class": asset_class} | same | named


def test_a_judgement_shows_both_sides_as_data():
    judgement = HK.rule("HK-RES-01").judge(
        {"reserve.market_value": Decimal("60040707041.00"), "coin.circulation": 60_076_788_404}, DAY
    )
    assert judgement.rule == "HK-RES-01"
    assert judgement.verdict is Verdict.BREACHED
    assert judgement.observed == {"reserve.market_value": "60040707041.00"}
    assert judgement.required == {"check": "covers", "coin.circulation": "60076788404"}
    assert judgement.cite == "ORD Sch. 2 s. 5(2); SUP 2.2.1, 2.2.3"
    assert judgement.version_from == date(2025, 8, 1)
    assert judgement.counts is None
    assert judgement.exceptions == ()


def test_a_ratio_is_judged_unrounded_and_shown_to_eight_places_rounded_down():
    facts = {"reserve.backing_ratio": Decimal("1.009999999999"), "licence.buffer_target": Decimal("0.01")}
    judgement = HK.rule("HK-RES-02").judge(facts, DAY)
    assert judgement.verdict is Verdict.BREACHED
    assert judgement.observed == {"reserve.backing_ratio": "1.00999999"}
    assert judgement.required == {"check": "ratio_covers_buffer", "licence.buffer_target": "0.01000000"}


def test_an_amount_of_any_length_is_judged_exactly():
    facts = {"capital.paid_up_hkd": Decimal("25000000.000000000000000000000000001"), "issuer.kind": "company"}
    smaller, larger = Decimal("1e-27"), Decimal("2e-27")
    rule = HK.rule("HK-CAP-01")
    assert rule.judge(facts | {"capital.net_debit_balance_hkd": smaller}, DAY).verdict is Verdict.MET
    assert rule.judge(facts | {"capital.net_debit_balance_hkd": larger}, DAY).verdict is Verdict.BREACHED


def test_days_truths_counts_and_lists_are_shown_as_json_carries_them():
    judgement = HK.rule("HK-RES-05").judge(
        line("L", "government_debt", obligor__kind="government", obligor__risk_weight=Decimal("0.2")), DAY
    )
    assert judgement.observed == {
        "obligor.risk_weight": "0.20000000",
        "obligor.kind": "government",
        "obligor.domestic_currency": None,
        "holding.currency": "HKD",
    }
    assert judgement.required == {
        "check": "zero_weight_or_own_sovereign",
        "risk_weight_limit": "0",
        "sovereigns": ["government", "central_bank"],
    }
    stress = HK.rule("HK-RES-16").judge({"as_of": DAY, "stress_test.filed_count": 0}, DAY)
    assert stress.observed["as_of"] == "2026-11-20"
    assert stress.observed["stress_test.filed_count"] == 0
    json.dumps([judgement.observed, judgement.required, stress.observed])


@pytest.mark.parametrize("rule", HK.rules, ids=lambda rule: rule.id)
def test_a_required_fact_that_is_none_is_the_same_as_one_that_is_absent(rule):
    assert rule.judge({}, DAY) == rule.judge(dict.fromkeys(rule.metrics), DAY)


@pytest.mark.parametrize("value", [1.0, "100", True, date(2026, 1, 1)])
def test_a_fact_of_the_wrong_type_is_an_error_and_no_verdict(value):
    with pytest.raises(WrongFact, match="HK-RES-01: reserve.market_value is amount, not"):
        HK.rule("HK-RES-01").judge({"reserve.market_value": value, "coin.circulation": Decimal(1)}, DAY)


@pytest.mark.parametrize(
    "name, value",
    [
        ("holding.maturity", datetime(2026, 1, 1)),
        ("account.pools", True),
        ("account.pools", Decimal(1)),
        ("custodian.is_licensed_bank", 1),
        ("obligor.kind", "goverment"),
        ("holding.currency", 344),
    ],
)
def test_facts_of_almost_the_right_type_are_not_accepted(name, value):
    assert not FACTS[name].accepts(value)
    assert FACTS[name].accepts(None)


def test_lines_give_one_judgement_with_counts_and_exceptions():
    rule = HK.rule("HK-RES-03")
    lines = [
        line("L1", "term_deposit", holding__term_start=date(2026, 9, 1), holding__term_end=date(2026, 12, 1)),
        line("L2", "term_deposit", holding__term_start=date(2026, 9, 1), holding__term_end=date(2026, 12, 2)),
        line("L3", "term_deposit", holding__term_start=date(2026, 9, 1)),
        line("L4", "cash"),
    ]
    judgement = judge_lines(rule, lines, DAY)
    assert judgement.verdict is Verdict.BREACHED
    assert judgement.counts == {"met": 1, "breached": 1, "unknown": 1}
    assert judgement.observed == {"lines": 3}
    assert judgement.required == {"check": "term_within", "months": 3}
    assert judgement.cite == "SUP 2.3.1(2)"
    assert judgement.exceptions == (
        {
            "line": "L2",
            "verdict": "breached",
            "observed": {"holding.term_start": "2026-09-01", "holding.term_end": "2026-12-02"},
        },
        {
            "line": "L3",
            "verdict": "unknown",
            "observed": {"holding.term_start": "2026-09-01", "holding.term_end": None},
        },
    )


def test_an_exception_shows_the_limit_of_its_own_line():
    judgement = judge_lines(
        HK.rule("HK-RES-10"), [line("L1", "cash", holding__currency="USD", approval__currency_mismatch=False)], DAY
    )
    assert judgement.required == {"check": "same_currency_or_approved"}
    assert judgement.exceptions[0]["observed"] == {
        "holding.currency": "USD",
        "coin.currency": "HKD",
        "approval.currency_mismatch": False,
    }


def test_one_unknown_line_among_met_ones_leaves_the_rule_unknown():
    lines = [line("L1", "fund", fund__sole_purpose=True, fund__only_eligible_assets=True), line("L2", "fund")]
    judgement = judge_lines(HK.rule("HK-RES-08"), lines, DAY)
    assert judgement.verdict is Verdict.UNKNOWN
    assert judgement.counts == {"met": 1, "breached": 0, "unknown": 1}


def test_lines_that_a_rule_is_not_about_give_no_judgement():
    assert judge_lines(HK.rule("HK-RES-03"), [line("L1", "cash")], DAY) is None
    assert judge_lines(HK.rule("HK-RES-03"), [], DAY) is None


def test_a_line_without_a_class_leaves_every_rule_with_a_condition_unknown():
    judgement = judge_lines(HK.rule("HK-RES-09"), [{"line": "L1", "acceptance.granted": True}], DAY)
    assert judgement.verdict is Verdict.UNKNOWN
    assert HK.eligibility([{"line": "L1"}], DAY) == [Verdict.UNKNOWN]


def test_lines_are_not_judged_before_the_ordinance():
    with pytest.raises(NotInForce):
        judge_lines(HK.rule("HK-RES-03"), [], date(2025, 7, 31))
    with pytest.raises(NotInForce, match="eligibility on 2025-07-31"):
        HK.eligibility([line("L1", "cash")], date(2025, 7, 31))


def test_a_wrong_type_does_not_borrow_the_answer_of_an_equal_value():
    lines = [
        line("L1", "government_debt", obligor__risk_weight=Decimal(0)),
        line("L2", "government_debt", obligor__risk_weight=0.0),
    ]
    with pytest.raises(WrongFact, match="risk_weight"):
        judge_lines(HK.rule("HK-RES-05"), lines, DAY)
    with pytest.raises(WrongFact, match="asset class 'cahs'"):
        HK.eligibility([line("L1", "cahs")], DAY)


SOUND_DEBT = {"obligor__risk_weight": Decimal(0), "obligor__is_financial_institution": False}


@pytest.mark.parametrize(
    "one, verdict",
    [
        (line("L", "cash"), Verdict.MET),
        (line("L", "cash", holding__currency="USD", approval__currency_mismatch=False), Verdict.BREACHED),
        (line("L", "cash", holding__currency="USD"), Verdict.UNKNOWN),
        (line("L", "settlement", holding__currency="USD", approval__currency_mismatch=False), Verdict.MET),
        (line("L", "government_debt", holding__maturity=date(2027, 1, 1), **SOUND_DEBT), Verdict.MET),
        (line("L", "government_debt", holding__maturity=date(2028, 1, 1), **SOUND_DEBT), Verdict.BREACHED),
        (line("L", "government_debt", holding__maturity=date(2028, 1, 1)), Verdict.BREACHED),
        (line("L", "government_debt", **SOUND_DEBT), Verdict.UNKNOWN),
        (line("L", "other"), Verdict.UNKNOWN),
        (line("L", "other", acceptance__granted=False), Verdict.BREACHED),
        # These two are breaches, but not of what makes an asset eligible.
        (
            line(
                "L", "cash", account__pools=2, custodian__is_licensed_bank=False, custodian__arrangement_accepted=False
            ),
            Verdict.MET,
        ),
        (line("L", "cash", valuation__price_basis="ask"), Verdict.MET),
    ],
)
def test_a_line_is_eligible_when_every_eligibility_rule_that_applies_is_met(one, verdict):
    assert HK.eligibility([one], DAY) == [verdict]


facts_of_a_line = st.fixed_dictionaries(
    {"holding.asset_class": st.sampled_from(ASSET_CLASSES)},
    optional={
        "as_of": st.just(DAY),
        "holding.currency": st.sampled_from(["HKD", "USD"]),
        "coin.currency": st.just("HKD"),
        "holding.term_start": st.dates(date(2026, 1, 1), date(2026, 11, 20)),
        "holding.term_end": st.dates(date(2026, 11, 1), date(2027, 6, 1)),
        "holding.maturity": st.dates(date(2026, 11, 21), date(2029, 1, 1)),
        "obligor.risk_weight": st.sampled_from([Decimal(0), Decimal("0.2")]),
        "obligor.kind": st.sampled_from(["government", "pse", "bank"]),
        "obligor.domestic_currency": st.sampled_from(["HKD", "KRW"]),
        "account.pools": st.integers(1, 2),
        "valuation.price_basis": st.sampled_from(PRICE_BASES),
        "valuation.price_source": st.just("custodian"),
        **{
            name: st.booleans()
            for name in (
                "obligor.is_financial_institution",
                "repo.is_overnight",
                "repo.collateral_eligible",
                "repo.counterparty_minimal_risk",
                "fund.sole_purpose",
                "fund.only_eligible_assets",
                "acceptance.granted",
                "approval.currency_mismatch",
                "custodian.is_licensed_bank",
                "custodian.arrangement_accepted",
                "valuation.bid_available",
            )
        },
    },
)


@given(st.lists(facts_of_a_line, max_size=8))
def test_eligibility_agrees_with_the_rules_judged_one_by_one(lines):
    expected = []
    for one in lines:
        judged = [rule.judge(one, DAY) for rule in HK.in_force(DAY, "holding") if rule.eligibility]
        verdicts = {judgement.verdict for judgement in judged if judgement}
        worst = [v for v in (Verdict.BREACHED, Verdict.UNKNOWN, Verdict.MET) if v in verdicts | {Verdict.MET}]
        expected.append(worst[0])
    assert HK.eligibility(lines, DAY) == expected


def alike(kinds, of):
    """Lines of some kinds, each called by its place."""
    numbers = np.array(of, dtype=np.int64)
    return Alike(kinds, numbers, lambda rows: [{"line": f"L{row}"} for row in rows],
                 np.bincount(numbers, minlength=len(kinds)).tolist())


@given(st.lists(facts_of_a_line, min_size=1, max_size=5), st.data())
def test_lines_by_kind_are_judged_as_each_line_alone(kinds, data):
    of = data.draw(st.lists(st.sampled_from(range(len(kinds))), min_size=1, max_size=9))
    of = [*range(len(kinds)), *of]
    listed = data.draw(st.sampled_from([None, 0, 1, 3, 50]))
    one_by_one = [kinds[number] | {"line": f"L{row}"} for row, number in enumerate(of)]
    for rule in HK.in_force(DAY, "holding"):
        by_kind = alike(kinds, of)
        assert judge_lines(rule, by_kind, DAY, listed=listed) == judge_lines(rule, one_by_one, DAY, listed=listed)
        assert used_line_facts(rule, by_kind) == used_line_facts(rule, one_by_one)
        each = {number: judgement.verdict for number, kind in enumerate(kinds) if (judgement := rule.judge(kind, DAY))}
        assert verdicts_of(rule, by_kind, DAY) == each


def test_exceptions_stand_in_the_order_of_the_lines_whatever_the_order_of_the_kinds():
    late = line("", "term_deposit", holding__term_start=date(2026, 9, 1), holding__term_end=date(2026, 12, 2))
    silent = line("", "term_deposit", holding__term_start=date(2026, 9, 1))
    sound = late | {"holding.term_end": date(2026, 12, 1)}
    lines = alike([silent, sound, late, line("", "cash")], [2, 1, 0, 3, 2, 0, 2])
    judgement = judge_lines(HK.rule("HK-RES-03"), lines, DAY, listed=4)
    assert [(each["line"], each["verdict"]) for each in judgement.exceptions] == [
        ("L0", "breached"), ("L2", "unknown"), ("L4", "breached"), ("L5", "unknown")]
    assert (judgement.exception_count, judgement.counts) == (5, {"met": 1, "breached": 3, "unknown": 2})


def test_an_exception_shows_an_amount_with_the_digits_of_its_own_line():
    asked = {"redemption.par_value": Decimal(10), "redemption.fee": None}
    short = [asked | {"redemption.paid_amount": Decimal(paid)} for paid in ("9", "9.00")]
    judgement = judge_lines(HK.rule("HK-RED-02"), alike(short, [0, 1, 0]), DAY)
    assert [each["observed"]["redemption.paid_amount"] for each in judgement.exceptions] == ["9", "9.00", "9"]


@given(facts_of_a_line, st.data())
def test_more_facts_never_turn_a_verdict_into_another_unless_it_was_unknown(facts, data):
    """A verdict that was reached without a fact holds whatever that fact turns out to be."""
    known = {name: value for name, value in facts.items() if name == "holding.asset_class" or data.draw(st.booleans())}
    for rule in HK.in_force(DAY, "holding"):
        with_less, with_more = rule.judge(known, DAY), rule.judge(facts, DAY)
        if with_less is None:
            assert with_more is None
        elif with_less.verdict is not Verdict.UNKNOWN:
            assert with_more.verdict is with_less.verdict, rule.id


def test_three_valued_logic_agrees_with_every_way_the_unknown_could_turn_out():
    for answers in itertools.product([True, False, None], repeat=3):
        worlds = list(itertools.product(*[[True, False] if a is None else [a] for a in answers]))
        for logic, plain in ((either, any), (both, all)):
            outcomes = {plain(world) for world in worlds}
            assert logic(*answers) == (outcomes.pop() if len(outcomes) == 1 else None)


def test_two_checks_of_one_name_are_refused():
    def covers(asset, liability):
        return True

    original = CHECKS["covers"]
    with pytest.raises(ValueError, match="two checks are called covers"):
        check(covers)
    assert CHECKS["covers"] is original


def test_five_thousand_lines_have_the_exceptions_of_each_rule_counted():
    classes = itertools.cycle(ASSET_CLASSES)
    lines = [
        line(
            f"L{n}",
            next(classes),
            holding__maturity=date(2027, n % 12 + 1, n % 28 + 1),
            holding__term_start=date(2026, 9, n % 30 + 1),
            holding__term_end=date(2026, 12, n % 30 + 1),
            account__pools=1,
            custodian__is_licensed_bank=True,
            valuation__price_basis="bid",
            **SOUND_DEBT,
        )
        for n in range(5000)
    ]
    HK.eligibility(lines, DAY)
    judgements = [judge_lines(rule, lines, DAY) for rule in HK.in_force(DAY, "holding")]
    # Five classes have 556 lines and four 555: repos and funds lack their facts, tokenised and other assets an
    # acceptance, and debt, funds, tokenised and other assets a source of their price.
    found = {judgement.rule: len(judgement.exceptions) for judgement in judgements}
    assert {rule: count for rule, count in found.items() if count} == {
        "HK-RES-07": 556, "HK-RES-08": 555, "HK-RES-09": 2 * 555, "HK-RES-17": 556 + 3 * 555,
        "HK-RES-18": 556 + 3 * 555, "HK-RES-19": 556 + 3 * 555,
    }
