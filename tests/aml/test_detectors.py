"""Detectors, each with what meets it and what only just does not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from aml.detectors.acts import administration, freeze_bursts, new_mint_addresses
from aml.detectors.parameters import missing_for, parameters
from aml.detectors.parties import mixer_contact, sanctioned_party
from aml.detectors.patterns import peel_chains, structuring, velocity
from aml.detectors.rows import Act, Move, episodes

START = datetime(2026, 11, 2, tzinfo=UTC)
LIMIT, DAY = Decimal(8000), timedelta(hours=24)


def move(hour: float, sender: str, receiver: str, value: int) -> Move:
    at = START + timedelta(minutes=round(hour * 60))
    return Move(f"{sender}{receiver}{hour}", at, sender, receiver, value * 100, Decimal(value))


def act(hour: int, kind: str, account: str = "") -> Act:
    return Act(f"{kind}{hour}", kind, kind.title(), START + timedelta(hours=hour), account)


def test_structuring_counts_linked_transfers_together():
    linked = [move(0, "a", "b", 4000), move(5, "a", "c", 3999), move(24, "a", "d", 1)]
    (found,) = structuring(linked, threshold=LIMIT, window=DAY)
    assert (found.about, found.facts["total_hkd"], found.facts["parties"], len(found.rows)) == ("a", "8000", 3, 3)
    assert structuring(linked[:2], threshold=LIMIT, window=DAY) == []  # 7,999 together
    late = [*linked[:2], move(24.1, "a", "d", 1)]
    assert structuring(late, threshold=LIMIT, window=DAY) == []
    assert structuring([move(0, "a", "b", 8000), move(1, "a", "b", 8000)], threshold=LIMIT, window=DAY) == []
    assert structuring(linked, threshold=LIMIT, window=DAY, leaving_out={"a"}) == []
    unknown = [Move("x", START, "a", "b", 5, None), Move("y", START, "a", "b", 5, None)]
    assert structuring(unknown, threshold=LIMIT, window=DAY) == []


def test_an_episode_that_goes_on_keeps_its_key():
    first = [move(0, "a", "b", 5000), move(1, "a", "b", 5000)]
    (found,) = structuring(first, threshold=LIMIT, window=DAY)
    (later,) = structuring([*first, move(20, "a", "b", 5000), move(40, "a", "b", 5000)], threshold=LIMIT, window=DAY)
    assert found.key == later.key
    assert later.facts["transfers"] == 4


@given(st.lists(st.integers(0, 60), max_size=25), st.integers(1, 5), st.integers(1, 12))
def test_episodes_are_the_union_of_the_windows_that_meet(hours, count, window):
    rows = [move(hour + place / 1000, "a", "b", 1) for place, hour in enumerate(sorted(hours))]
    rows.sort(key=lambda each: each.at)
    met = set()
    for begin in rows:
        part = [each for each in rows if begin.at <= each.at <= begin.at + timedelta(hours=window)]
        if len(part) >= count:
            met |= {each.key for each in part}
    found = episodes(rows, timedelta(hours=window), lambda part: len(part) >= count)
    assert {each.key for part in found for each in part} == met


def test_velocity_counts_what_one_address_sends():
    rows = [move(hour, "a", str(hour), 1) for hour in range(5)]
    (found,) = velocity(rows, count=5, window=timedelta(hours=4))
    assert (found.about, found.facts["transfers"], found.facts["at_least"]) == ("a", 5, 5)
    assert velocity(rows, count=5, window=timedelta(hours=3)) == []


def test_a_peel_chain_is_followed_from_its_beginning():
    rows = [move(0, "a", "b", 1000), move(1, "b", "x", 50), move(2, "b", "c", 950), move(3, "c", "y", 50),
            move(4, "c", "d", 900)]
    (found,) = peel_chains(rows, hops=3, percent=10)
    assert (found.about, found.facts["path"]) == ("a", ["a", "b", "c", "d"])
    assert peel_chains(rows, hops=4, percent=10) == []
    assert peel_chains(rows, hops=3, percent=4) == []
    passing = [move(0, "a", "b", 1000), move(1, "b", "c", 950), move(2, "c", "d", 900)]
    assert peel_chains(passing, hops=3, percent=10) == []  # nothing was peeled off


def test_contacts_with_listed_addresses_and_mixers():
    rows = [move(0, "a", "bad", 10), move(1, "bad", "c", 4), move(2, "bad", "d", 0), move(3, "a", "c", 9)]
    (found,) = sanctioned_party(rows, {"bad"})
    assert found.facts | {"first_at": "", "last_at": ""} == {
        "listed": "bad", "transfers": 2, "parties": 2, "received": "1000", "sent": "400", "first_at": "", "last_at": ""}
    assert (found.key, found.listed, found.cites) == ("bad", "bad", ("AML 7.5", "AML 5.4"))
    assert mixer_contact(rows, {"mix"}) == []
    assert mixer_contact(rows, {"bad"})[0].detector == "mixer"


def test_bursts_of_freezes_need_so_many_addresses():
    acts = [act(0, "freeze", "a"), act(1, "freeze", "b"), act(2, "freeze", "b"), act(3, "freeze", "c")]
    (found,) = freeze_bursts(acts, count=3, window=timedelta(hours=3))
    assert found.facts["freezes"] == 4
    assert freeze_bursts(acts[:3], count=3, window=timedelta(hours=3)) == []


def test_coins_made_for_an_unknown_address_are_found_once():
    acts = [act(0, "mint", "treasury"), act(1, "mint", "new"), act(2, "mint", "new")]
    assert [(each.about, each.rows) for each in new_mint_addresses(acts, known={"treasury"})] == [("new", ("mint1",))]


def test_each_use_of_an_administrators_key_is_found():
    acts = [act(0, "owner"), act(1, "mint", "a"), act(2, "upgrade"), act(3, "role_granted", "b"), act(4, "freeze", "c")]
    assert [each.facts["act"] for each in administration(acts)] == ["owner", "upgrade", "role_granted"]


def test_what_the_law_fixes_is_dated_and_the_rest_is_open():
    threshold = parameters()["threshold_hkd"]
    assert threshold.fixed_on(date(2025, 7, 31)) is None
    fixed = threshold.fixed_on(date(2025, 8, 1))
    assert (fixed.value, fixed.cite) == (8000, "AML 4.4; AML 6.16")
    assert [name for name, each in parameters().items() if not each.is_open] == ["threshold_hkd"]
    assert missing_for("structuring", {"threshold_hkd": 8000}) == ["linked_hours"]
    assert missing_for("structuring", {"threshold_hkd": 8000, "linked_hours": 24}) == []
