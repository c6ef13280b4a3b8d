"""What makes a well-formed file hard to believe, and what every feed's description asserts of its files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import feeds
from core.problems import SENTENCES
from reserves.parsers.description import describe
from reserves.parsers.statements import POSITION_COLUMNS, describe_statement
from reserves.plausibility import (
    ACCOUNT,
    FILL,
    ROWS,
    TOTAL,
    Assertion,
    Before,
    Stood,
    account_doubts,
    assertions_in,
    columns_of,
    doubts,
    measure,
)

DAY = date(2026, 11, 19)
TOTALS = Assertion(TOTAL, "why", column="value", by="currency", most=Decimal("0.5"), from_total=Decimal(1000))
ALL_ROWS = Assertion(ROWS, "why", most=Decimal("0.5"), from_rows=20)
ENDS = Assertion(FILL, "why", column="ends", where="kind", values=("term",), least=Decimal("0.9"), from_rows=5)

MOVES = Assertion(ACCOUNT, "why", column="closing", most=Decimal("0.5"), from_total=Decimal(1000))


def before(rows=100, **totals):
    return Before(7, DAY, rows, {"value": {unit: Decimal(total) for unit, total in totals.items()}})


def of_values(*lines, rows=None):
    """The figures of lines of value and currency."""
    return measure(len(lines) if rows is None else rows, ((Decimal(value), unit) for value, unit in lines), (TOTALS,))


def rules(found):
    return [problem.rule for problem in found]


def test_a_total_that_moves_by_more_than_its_share_is_doubted_with_both_figures():
    assert doubts(of_values((1500, "HKD")), before(HKD=1000), (TOTALS,)) == []
    (problem,) = doubts(of_values(("1000.00", "HKD"), ("500.01", "HKD")), before(HKD=1000), (TOTALS,))
    assert (problem.rule, problem.column, problem.value) == ("implausible_total", "value", "1500.01")
    assert problem.params == {
        "observed": "1,500.01 HKD", "before": "1,000", "move": "50.1%", "most": "50%", "receipt": 7, "day": "2026-11-19",
        "why": "why",
    }
    assert problem.message() == (
        "“value” adds up to 1,500.01 HKD, in the last file of this sender (receipt 7, 2026-11-19) to 1,000: a move of"
        " 50.1%, where at most 50% is plausible."
    )


def test_a_currency_that_is_gone_has_moved_by_all_of_it_and_a_new_one_by_nothing():
    assert rules(doubts(of_values((1000, "USD")), before(HKD=1000), (TOTALS,))) == ["implausible_total"]
    assert doubts(of_values((1000, "HKD"), (10**9, "USD")), before(HKD=1000), (TOTALS,)) == []


def test_small_totals_and_short_files_are_left_alone():
    assert doubts(of_values((1, "HKD")), before(HKD=999), (TOTALS,)) == []
    assert doubts(measure(1, (), (ALL_ROWS,)), before(rows=19), (ALL_ROWS,)) == []
    assert rules(doubts(measure(9, (), (ALL_ROWS,)), before(rows=20), (ALL_ROWS,))) == ["implausible_rows"]
    assert doubts(measure(10, (), (ALL_ROWS,)), before(rows=20), (ALL_ROWS,)) == []


def test_a_first_file_is_compared_with_nothing_but_must_be_filled_all_the_same():
    lines = [(None, "term")] * 5 + [(DAY, "cash")]
    figures = measure(6, lines, (ENDS,))
    assert columns_of((ENDS,)) == ("ends", "kind")
    (problem,) = doubts(figures, None, (TOTALS, ALL_ROWS, ENDS))
    assert problem.params == {"observed": 0, "among": 5, "share": "0%", "least": "90%", "why": "why"}


def test_columns_are_looked_for_only_where_they_belong():
    lines = [(DAY, "term")] * 9 + [(None, "term")] + [(None, "cash")] * 90
    assert doubts(measure(100, lines, (ENDS,)), None, (ENDS,)) == []
    assert rules(doubts(measure(100, [*lines, (None, "term")], (ENDS,)), None, (ENDS,))) == ["implausible_fill"]


AMOUNTS = st.decimals(-10**12, 10**12, places=2)


@given(old=AMOUNTS, new=AMOUNTS, further=st.decimals(0, 10**12, places=2))
def test_a_bigger_move_is_never_believed_where_a_smaller_one_was_not(old, new, further):
    bigger = new + further if new >= old else new - further
    last = before(HKD=old)
    if doubts(of_values((new, "HKD")), last, (TOTALS,)):
        assert doubts(of_values((bigger, "HKD")), last, (TOTALS,))


@given(st.lists(st.tuples(AMOUNTS, st.sampled_from(["HKD", "USD"])), max_size=8), st.randoms())
def test_the_order_and_the_splitting_of_lines_decide_nothing(lines, chance):
    mixed = [(value / 2, unit) for value, unit in lines for _half in (1, 2)]
    chance.shuffle(mixed)
    last = before(HKD=10**6, USD=10**6)
    assert of_values(*mixed).totals == of_values(*lines).totals
    assert rules(doubts(of_values(*mixed), last, (TOTALS,))) == rules(doubts(of_values(*lines), last, (TOTALS,)))


@given(filled=st.integers(0, 50), empty=st.integers(0, 50), more=st.integers(0, 50))
def test_more_empty_cells_are_never_believed_where_fewer_were_not(filled, empty, more):
    def doubted(blank):
        lines = [(DAY, "term")] * filled + [(None, "term")] * blank
        return doubts(measure(len(lines), lines, (ENDS,)), None, (ENDS,))

    if doubted(empty):
        assert doubted(empty + more)


def stood(amount, receipt=7):
    return Stood(receipt, DAY, Decimal(amount))


def test_each_account_is_compared_with_its_own_last_statement():
    now = {("A", "HKD"): Decimal(1500), ("B", "HKD"): Decimal(499), ("NEW", "HKD"): Decimal(10**9)}
    last = {("A", "HKD"): stood(1000), ("B", "HKD"): stood(1000, 8), ("B", "USD"): stood(999), ("C", "HKD"): stood(5000, 9)}
    found = account_doubts(now, last, (TOTALS, MOVES))
    assert [(each.rule, each.column, each.value) for each in found] == [
        ("implausible_account", "closing", "499"), ("implausible_account", "closing", "0")]
    assert found[0].message() == (
        "Account B stands at 499 HKD, by the last statement of it (receipt 8, 2026-11-19) at 1,000: a move of 50.1%,"
        " where at most 50% is plausible."
    )
    assert (found[1].params["account"], found[1].params["move"]) == ("C", "100%")
    assert account_doubts(now, last, (TOTALS, ALL_ROWS)) == []
    assert doubts(measure(3, (), (MOVES,)), before(), (MOVES,)) == []
    assert columns_of((MOVES,)) == ()


@pytest.mark.parametrize("feed", ["camt053", "camt052", "mt940", "mt535", "semt002"])
def test_every_native_feed_says_what_it_asserts_and_why(feed):
    asserted = assertions_in(describe_statement(feed).assertions)
    assert "plausible" in describe_statement(feed).assertions
    assert any(each.kind == ACCOUNT for each in asserted) is (feed != "camt052")
    assert all(len(each.why) > 20 and isinstance(each.most, (Decimal, int)) for each in asserted)
    assert set(columns_of(asserted)) <= {column.name for column in POSITION_COLUMNS}


def test_every_canonical_feed_says_what_it_asserts_and_why():
    for feed in ("holdings", "ledger", "supply", "entries", "prices", "redemptions", "issuance"):
        description = describe(feed)
        asserted = assertions_in(description.assertions)
        assert "plausible" in description.assertions
        assert all(len(each.why) > 20 for each in asserted)
        names = {column.name for column in description.columns}
        assert set(columns_of(asserted)) <= names
        assert feed in feeds.FEEDS


@pytest.mark.parametrize("said", [{"kind": "mood", "why": "x"}, {"kind": "rows", "most": "1"}, {"kind": "rows", "odd": 1}])
def test_an_assertion_that_nobody_knows_is_an_error(said):
    with pytest.raises((TypeError, ValueError)):
        assertions_in({"plausible": [said]})


def test_every_doubt_says_what_to_do():
    for rule in ("implausible_rows", "implausible_total", "implausible_fill", "implausible_account", "refused_by_officer"):
        assert SENTENCES[rule][1]
