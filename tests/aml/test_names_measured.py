"""The matching measured on real names: pairs that people labelled, names across scripts, strangers."""

from __future__ import annotations

import csv

from aml.matching import NameIndex, Query
from aml.matching.comparing import best_of, is_match
from aml.matching.scoring import Pair, count, generated, strangers
from aml.matching.variants import variants_of
from aml.parsers.name_tables import kind_named
from tests.aml.real_names import LABELLED, real_entries, real_names

ACROSS = {"simplified", "traditional", "hangul"}


def labelled() -> list[Pair]:
    with LABELLED.open(encoding="utf-8") as file:
        return [Pair(row["schema"], row["name1"], row["name2"], kind_named(row["schema"]), row["is_match"] == "true")
                for row in csv.DictReader(file)]


def f1(pairs: list[Pair]) -> float:
    return float(count(pairs)["all"][0]["f1"])


@real_names
def test_labelled_pairs_are_told_apart_on_both_halves():
    """The threshold and the weights were set looking at the even rows; the odd ones were held against them."""
    pairs = labelled()
    assert f1(pairs) >= 0.9
    assert f1(pairs[::2]) >= 0.9
    assert f1(pairs[1::2]) >= 0.88


@real_names
def test_names_in_characters_find_their_entry_in_latin_letters():
    """Each Chinese or Korean name of the lists, written in characters by how they are read."""
    index, found, made = NameIndex(entry for entry in real_entries() if entry.kind == "person"), 0, 0
    cases = [(entry, variant) for entry in index.entries for variant in variants_of(entry.names[0][0], entry.kind)
             if variant.how in ACROSS]
    for (entry, _), searched in zip(cases, index.search_many(Query((variant.text,), "person") for _, variant in cases),
                                    strict=True):
        made += 1
        found += any(match.ref == entry.ref for match in searched.matches)
    assert made > 120
    assert found / made >= 0.95


@real_names
def test_strangers_are_hardly_ever_taken_for_one_another():
    ordered = sorted((entry for entry in real_entries() if entry.names[0][0]), key=lambda entry: entry.key)
    pairs = list(strangers(ordered))[::4]
    wrong = sum(is_match(best_of(pair.name1, pair.name2, pair.kind)[0].score) for pair in pairs)
    assert len(pairs) > 2_000
    assert wrong / len(pairs) <= 0.001


@real_names
def test_variants_made_by_rule_are_counted_by_kind():
    rows = {row["name"]: row for row in count(generated(real_entries()[:400]))["how"]}
    assert float(rows["letter"]["recall"]) >= 0.95
    assert float(rows["order"]["recall"]) >= 0.95
    assert float(rows["other_name"]["false_positives"]) <= 0.1
    assert rows["random"]["recall"] == ""
