"""Ownership charts add up: examples by hand, and charts of every shape that hypothesis can think of."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuers.ownership import ISSUER, Control, Edge, add_up, cycle_in, percentage
from issuers.time_limits import NotInForce, statutory_share

DAY = date(2026, 11, 26)
ANNA, BELLA, HOLD, FUND, CARL = 1, 2, 3, 4, 5


def chart(*edges: tuple[int, int | None, str]):
    return add_up(
        [Edge(holder, held, Decimal(percent)) for holder, held, percent in edges],
        minority=Fraction(1, 10), majority=Fraction(1, 2),
    )


def stake_of(owned, holder):
    return next(stake for stake in owned.stakes if stake.holder == holder)


def test_the_shares_are_the_laws_dated_and_cited():
    minority, majority = statutory_share("controller_minority", DAY), statutory_share("controller_majority", DAY)
    board = statutory_share("independent_directors", DAY)
    assert (minority.part, majority.part, board.part) == (Fraction(1, 10), Fraction(1, 2), Fraction(1, 3))
    assert (minority.cite, board.cite) == ("ORD ss. 2, 36", "SUP 7.1.3")
    assert board.kinds == minority.kinds == ("company",)
    with pytest.raises(NotInForce):
        statutory_share("independent_directors", date(2025, 7, 31))


def test_a_majority_in_a_holding_company_directs_its_votes():
    owned = chart((HOLD, ISSUER, "60"), (CARL, ISSUER, "9.9999"), (ANNA, HOLD, "51"), (BELLA, HOLD, "49"))
    anna, bella, hold, carl = (stake_of(owned, each) for each in (ANNA, BELLA, HOLD, CARL))
    assert (anna.direct, anna.votes, anna.through, anna.control) == (Decimal(0), Decimal(60), (HOLD,), Control.MAJORITY)
    assert percentage(anna.effective) == Decimal("30.6000")
    # 29.4 % of the money, none of the votes: Anna alone decides how the holding company votes.
    assert percentage(bella.effective) == Decimal("29.4000")
    assert (bella.votes, bella.control) == (Decimal(0), None)
    assert (hold.votes, hold.control) == (Decimal(60), Control.MAJORITY)
    assert (carl.votes, carl.control) == (Decimal("9.9999"), None)
    assert owned.covers[ISSUER].gap == Decimal("30.0001")
    assert owned.covers[HOLD].gap == 0
    assert [stake.holder for stake in owned.controllers] == [HOLD, ANNA]


@pytest.mark.parametrize("votes, control", [
    ("9.9999", None), ("10", Control.MINORITY), ("50", Control.MINORITY), ("50.0001", Control.MAJORITY),
    ("100", Control.MAJORITY),
])
def test_the_class_turns_at_ten_and_above_fifty(votes, control):
    assert stake_of(chart((ANNA, ISSUER, votes)), ANNA).control == control


def test_votes_of_several_bodies_come_together():
    owned = chart((ANNA, ISSUER, "5"), (HOLD, ISSUER, "3"), (FUND, ISSUER, "2"), (ANNA, HOLD, "60"), (ANNA, FUND, "30"),
                  (HOLD, FUND, "30"))
    anna = stake_of(owned, ANNA)
    assert (anna.votes, anna.through, anna.control) == (Decimal(10), (HOLD, FUND), Control.MINORITY)
    assert percentage(anna.effective) == Decimal("7.7600")  # 5 + 3 x 0.6 + 2 x (0.3 + 0.3 x 0.6)


def test_half_of_a_body_does_not_direct_it():
    assert stake_of(chart((HOLD, ISSUER, "100"), (ANNA, HOLD, "50")), ANNA).control is None


def test_a_ring_is_found_and_refused():
    edges = [Edge(HOLD, FUND, Decimal(10)), Edge(FUND, HOLD, Decimal(10)), Edge(HOLD, ISSUER, Decimal(10))]
    assert set(cycle_in(edges)) == {HOLD, FUND}
    assert cycle_in(edges[1:]) == ()
    with pytest.raises(ValueError, match="hold each other"):
        add_up(edges, minority=Fraction(1, 10), majority=Fraction(1, 2))


def test_an_empty_chart_explains_nothing():
    owned = chart()
    assert owned.stakes == ()
    assert (owned.covers[ISSUER].total, owned.covers[ISSUER].gap, owned.covers[ISSUER].over) == (0, 100, 0)


def test_more_than_the_whole_is_told():
    assert chart((ANNA, ISSUER, "60"), (BELLA, ISSUER, "40.0001")).covers[ISSUER].over == Decimal("0.0001")


@st.composite
def charts(draw):
    """Charts without rings in which no body is held by more than the whole: holders have higher numbers than held."""
    edges, size = [], draw(st.integers(1, 6))
    for held in (ISSUER, *range(1, size + 1)):
        left = 1_000_000  # in units of 0.0001 %
        for holder in range((held or 0) + 1, size + 1):
            percent = draw(st.integers(0, left))
            left -= percent
            if percent:
                edges.append(Edge(holder, held, Decimal(percent).scaleb(-4)))
    return edges


def sums(edges):
    return add_up(edges, minority=Fraction(1, 10), majority=Fraction(1, 2))


@given(charts())
def test_what_is_held_at_the_top_and_what_is_open_is_what_is_held(edges):
    """The effective shares of those whom nobody holds, with the open parts of every body, make up the whole."""
    owned, held = sums(edges), {edge.held for edge in edges}
    effective: dict[int | None, Fraction] = {stake.holder: stake.effective for stake in owned.stakes} | {ISSUER: Fraction(1)}
    tops = sum((share for body, share in effective.items() if body not in held and body is not ISSUER), Fraction(0))
    gaps = sum((Fraction(cover.gap) / 100 * effective[body] for body, cover in owned.covers.items()), Fraction(0))
    assert tops + gaps == 1


@given(charts())
def test_the_totals_are_the_sums_of_the_edges(edges):
    totals: dict[int | None, Decimal] = defaultdict(Decimal)
    for edge in edges:
        totals[edge.held] += edge.percent
    covers = sums(edges).covers
    assert {body: cover.total for body, cover in covers.items() if cover.total} == totals
    assert all(cover.total + cover.gap == 100 and cover.over == 0 for cover in covers.values())


@given(charts())
def test_votes_lie_between_what_is_held_and_the_whole_and_one_at_most_outvotes_the_rest(edges):
    owned, held = sums(edges), {edge.held for edge in edges}
    for stake in owned.stakes:
        assert stake.direct <= stake.votes <= 100
        assert 0 <= stake.effective <= 1
    tops = [stake for stake in owned.stakes if stake.holder not in held]
    assert sum(stake.control is Control.MAJORITY for stake in tops) <= 1


@given(charts(), st.randoms())
def test_the_order_of_the_lines_is_no_matter(edges, chance):
    shuffled = list(edges)
    chance.shuffle(shuffled)
    assert sums(shuffled).stakes == sums(edges).stakes


@given(charts().filter(lambda edges: any(edge.held for edge in edges)))
def test_turning_one_line_around_below_a_path_makes_a_ring(edges):
    line = next(edge for edge in edges if edge.held)
    assert cycle_in([*edges, Edge(line.held, line.holder, Decimal(1))]) != ()
