"""Lists searched by name: who is found, in which order, and what birth dates, countries and identifiers do."""

from __future__ import annotations

import pytest

from aml.matching import Listed, NameIndex, Query, compare

ENTRIES = [
    Listed(1, "own", "A1", "person", (("PETROV, Ivan Sergeevich", "primary"), ("Johnny Petroff", "weak")),
           birth_dates=("1971-03-02", "1972"), countries=("RU",), identifiers=("AB-12 34",)),
    Listed(2, "own", "A2", "person", (("CHAN Tai Man", "primary"), ("陳大文", "original"))),
    Listed(3, "own", "A3", "organisation", (("Petrov Shipping Company Limited", "primary"),)),
    Listed(4, "own", "A4", "person", (("LI Fangwei", "primary"),)),
    Listed(5, "own", "A5", "vessel", (("IVAN PETROV", "primary"),)),
    Listed(6, "own", "A6", "person", (("Hassan Nasrallah", "primary"),)),
]


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return NameIndex(ENTRIES)


def part(match, name: str) -> dict[str, str]:
    return next(each for each in match.explanation["parts"] if each["part"] == name)


@pytest.mark.parametrize("name, ref", [
    ("Ivan Petrov", 1), ("陳大文", 2), ("陈大文", 2), ("Chen Dawen", 2), ("李方偉", 4), ("Lei Fong Wai", 4), ("حسن نصر الله", 6),
    ("Хассан Насралла", 6), ("IvanSergeevich Petrov", 1),
])
def test_a_name_finds_its_entry_in_whatever_script(index, name, ref):
    assert index.search(Query((name,), "person")).matches[0].ref == ref


def test_a_match_has_the_score_of_the_comparison_and_the_weights_add_up_to_it(index):
    match = index.search(Query(("Ivan Petrov",), "person")).matches[0]
    assert part(match, "name")["gives"] == compare("Ivan Petrov", "PETROV, Ivan Sergeevich", "person").score
    total = sum(float(each["gives"]) for each in match.explanation["parts"])
    assert match.score == match.explanation["score"] == f"{total:.4f}"
    assert match.matched_name == "PETROV, Ivan Sergeevich"


@pytest.mark.parametrize("born, says, sign", [
    ("1971-03-02", "same", 1), ("1971-05-05", "similar", 1), ("1972-08-01", "similar", 1), ("1974-01-01", "similar", -1),
    ("1990-01-01", "different", -1), ("", "missing", 0),
])
def test_a_birth_date_lifts_or_takes(index, born, says, sign):
    match = index.search(Query(("Ivan Petrov",), "person", birth_date=born)).matches[0]
    weight = part(match, "birth_date")
    assert weight["says"] == says
    assert (float(weight["gives"]) > 0) - (float(weight["gives"]) < 0) == sign


def test_an_identifier_finds_whatever_the_name_is(index):
    match = index.search(Query(("Somebody Else",), "person", identifiers=("ab1234",))).matches[0]
    assert (match.ref, part(match, "identifier")["says"]) == (1, "same")
    assert index.search(Query(("Somebody Else",), "person", identifiers=("ZZ999",))).matches == ()


def test_another_kind_takes_from_the_score(index):
    found = {match.ref: match for match in index.search(Query(("Ivan Petrov",), "unknown")).matches}
    assert {1, 5} <= found.keys()
    assert [match.ref for match in index.search(Query(("Ivan Petrov",), "person")).matches] == [1]


def test_a_weak_alias_gives_less(index):
    strong = NameIndex([Listed(1, "own", "A1", "person", (("Johnny Petroff", "alias"),))])
    assert float(index.search(Query(("Johnny Petroff",), "person")).matches[0].score) < float(
        strong.search(Query(("Johnny Petroff",), "person")).matches[0].score)


def test_a_search_without_a_hit_says_what_was_compared(index):
    found = index.search(Query(("Ivan Sidorov",), "person"))
    assert found.matches == ()
    assert found.compared > 0
    assert 0 < float(found.best) < 0.75


def test_many_are_found_as_one_is(index):
    queries = [Query((name,), "person") for name in ("Ivan Petrov", "李方偉", "Nobody Known", "")] * 100
    assert list(index.search_many(queries)) == [index.search(query) for query in queries]


def test_only_the_best_are_kept(index):
    assert len(index.search(Query(("Ivan Petrov", "Chan Tai Man"), "person"), limit=1).matches) == 1


def test_an_empty_index_finds_nothing():
    found = NameIndex([]).search(Query(("Ivan Petrov",), "person"))
    assert (found.matches, found.compared, found.best) == ((), 0, "0.0000")
