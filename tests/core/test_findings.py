"""Findings keep the facts they rest on, so that the same verdict can be reached again."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DataError, transaction
from hypothesis import given
from hypothesis import strategies as st

from core import findings
from core.models import Finding, Organisation
from core.rulebook import Verdict, judge_lines, load

DAY = date(2026, 11, 20)
amounts = st.decimals(min_value=-(10**20), max_value=10**20, places=18, allow_nan=False)
COIN_FACTS = {
    "reserve.market_value": st.none() | amounts, "coin.circulation": st.none() | amounts,
    "reserve.backing_ratio": st.none() | amounts, "licence.buffer_target": st.none() | amounts,
    "trust.in_place": st.none() | st.booleans(), "withdrawals.count": st.none() | st.integers(0, 10**6),
    "stress_test.filed_on": st.none() | st.dates(), "as_of": st.just(DAY),
}
LINE_FACTS = {
    "holding.asset_class": st.sampled_from(["term_deposit", "government_debt", "settlement", "cash"]),
    "holding.term_start": st.none() | st.dates(date(2026, 1, 1), DAY), "holding.currency": st.sampled_from(["HKD", "USD"]),
    "holding.term_end": st.none() | st.dates(DAY, date(2027, 1, 1)), "coin.currency": st.just("HKD"),
    "obligor.risk_weight": st.none() | st.sampled_from([Decimal(0), Decimal("0.2")]), "as_of": st.just(DAY),
}


def stored(data):
    return json.loads(json.dumps(data))


@given(st.fixed_dictionaries(COIN_FACTS))
def test_facts_come_back_from_storage_exactly(facts):
    back = findings.facts_from_data(stored(findings.facts_as_data(facts)))
    assert back == facts
    assert {name: type(value) for name, value in back.items()} == {name: type(value) for name, value in facts.items()}


@given(st.fixed_dictionaries(COIN_FACTS))
def test_every_coin_rule_says_the_same_of_stored_facts(facts):
    for rule in load().in_force(DAY, "coin"):
        assert findings.judged_again(rule, stored(findings.used_facts(rule, facts)), DAY) == rule.judge(facts, DAY)


@given(st.lists(st.fixed_dictionaries(LINE_FACTS), max_size=12))
def test_every_holding_rule_says_the_same_of_stored_lines(lines):
    for rule in load().in_force(DAY, "holding"):
        first = judge_lines(rule, lines, DAY)
        again = findings.judged_again(rule, stored(findings.used_line_facts(rule, lines)), DAY)
        assert (again and (again.verdict, again.counts)) == (first and (first.verdict, first.counts))


def test_lines_on_which_a_rule_reads_the_same_are_counted_once():
    rule = load().rule("HK-RES-10")
    line = {"holding.asset_class": "cash", "holding.currency": "HKD", "coin.currency": "HKD"}
    settled = line | {"holding.asset_class": "settlement"}
    assert findings.used_line_facts(rule, [line, line, settled]) == {
        "lines": [{"count": 2, "approval.currency_mismatch": None, **line}]}


def test_a_digest_does_not_depend_on_the_order_of_keys():
    assert findings.digest_of({"a": 1, "b": "港"}) == findings.digest_of({"b": "港", "a": 1})
    assert findings.digest_of({"a": 1}) != findings.digest_of({"a": "1"})


@pytest.fixture
def owner(db):
    return Organisation.objects.create(kind="issuer", slug="issuer", name_en="Issuer")


def test_the_same_finding_stored_twice_is_one_row(owner):
    book = load()
    rule = book.rule("HK-RES-01")
    facts = {"reserve.market_value": Decimal(99), "coin.circulation": Decimal(100)}
    data = findings.as_data(rule.judge(facts, DAY), rule=rule, subject="LRHKD")
    for _ in range(2):
        findings.store_findings([(data, findings.used_facts(rule, facts))], rulebook=book, scope="coin", owner=owner,
                                as_of=DAY, version=1, inputs=[1, 2])
    row = Finding.objects.get()
    assert (row.verdict, row.rule_from, row.inputs, row.exception_count) == (
        Verdict.BREACHED, date(2025, 8, 1), [1, 2], 0)
    assert row.facts == {"reserve.market_value": "99", "coin.circulation": "100"}
    assert (row.cite, row.scope, row.subject, row.owner, row.as_of, row.version, row.rulebook_digest) == (
        data["cite"], "coin", "LRHKD", owner, DAY, 1, book.digest)
    assert (row.observed, row.required, row.counts, row.exceptions) == (data["observed"], data["required"], None, [])
    assert row.judged_at.utcoffset() == timedelta(0)


def test_a_finding_that_does_not_fit_its_columns_is_refused_whole(owner):
    book = load()
    rule = book.rule("HK-RES-01")
    facts = {"reserve.market_value": Decimal(99), "coin.circulation": Decimal(100)}
    fits, too_long = (findings.as_data(rule.judge(facts, DAY), rule=rule, subject=subject) for subject in ("A", "A" * 81))
    with pytest.raises(DataError), transaction.atomic():
        findings.store_findings([(data, findings.used_facts(rule, facts)) for data in (fits, too_long)], rulebook=book,
                                scope="coin", owner=owner, as_of=DAY, version=1)
    assert not Finding.objects.exists()
