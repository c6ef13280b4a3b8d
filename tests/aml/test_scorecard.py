"""The scorecard: measured once for each version of lists, algorithm and labelled pairs; shown to officers of AML."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.urls import reverse

from aml.models import LabelledPairs, Scorecard
from aml.services.scorecards import load_labelled_pairs, measure_names
from aml.tasks import measure_matching
from core.access import SYSTEM
from core.errors import FeedRefused, NotPermitted
from core.models import AuditEvent
from tests.aml.entries import put_in_force

pytestmark = pytest.mark.django_db
PAIRS = b"schema,name1,name2,is_match\nPerson,Ivan Petrov,Petrov Ivan,true\nPerson,Ivan Petrov,Olga Smirnova,false\n" \
        b"Company,Acme Ltd,Bcme Holding AG,true\nVessel,Snow,MV Snow,true\n"


def test_the_matching_is_measured_on_labelled_pairs_and_on_the_lists():
    put_in_force()
    kept = load_labelled_pairs(PAIRS, filename="pairs.csv", actor=SYSTEM)
    made = measure_names()
    assert (made.algorithm, made.threshold, made.labelled) == ("names/1", "0.7500", kept)
    assert [each["source"] for each in made.lists] == ["own"]
    assert made.results["labelled"]["all"] == [{
        "name": "all", "pairs": 4, "found": 2, "missed": 1, "wrong": 0, "passed": 1, "precision": "1.0000",
        "recall": "0.6667", "f1": "0.8000", "false_positives": "0.0000"}]
    assert {row["name"] for row in made.results["generated"]["how"]} >= {"letter", "order", "simplified", "hangul", "random"}
    assert made.results["generated"]["script"][0]["name"] == "Cyrillic–Latin"


def test_it_is_measured_again_only_when_something_changed():
    put_in_force()
    first = measure_names()
    assert measure_names() == first
    load_labelled_pairs(PAIRS, filename="pairs.csv", actor=SYSTEM)
    second = measure_names()
    assert second != first
    put_in_force(number=2, people={"P-9": ("person", "Somebody New", [], [])})
    assert measure_names() not in (first, second)
    assert AuditEvent.objects.filter(verb="aml.names.measured").count() == 3


def test_without_lists_and_pairs_there_is_nothing_to_say():
    assert measure_names().results == {"labelled": {}, "generated": {}}


def test_a_bad_file_of_pairs_changes_nothing(dee, bo):
    with pytest.raises(FeedRefused) as refusal:
        load_labelled_pairs(b"schema,name1,name2,is_match\nPerson,A,B,perhaps\n", filename="pairs.csv", actor=dee)
    assert [(each.row, each.column, each.rule) for each in refusal.value.problems] == [(2, "is_match", "unknown_choice")]
    assert not LabelledPairs.objects.exists()
    with pytest.raises(NotPermitted):
        load_labelled_pairs(PAIRS, filename="pairs.csv", actor=bo)


def test_the_command_measures_and_prints_the_groups(tmp_path, capsys):
    put_in_force()
    source = tmp_path / "pairs.csv"
    source.write_bytes(PAIRS)
    call_command("measure_names", pairs=source)
    said = capsys.readouterr().out
    assert "names/1, 0.7500" in said
    assert "Cyrillic–Latin" in said
    assert Scorecard.objects.count() == 1


def test_the_page_shows_what_was_measured_and_against_what(cy, client_for):
    put_in_force()
    load_labelled_pairs(PAIRS, filename="pairs.csv", actor=SYSTEM)
    measure_names()
    page = client_for(cy).get(reverse("officer:scorecard")).content.decode()
    for words in ("names/1", "0.7500", "pairs.csv", "0.8000", "Hangul", "Cyrillic–Latin", "Simplified Chinese"):
        assert words in page


def test_before_anything_was_measured_the_page_says_so(dee, client_for):
    assert "Nothing has been measured yet" in client_for(dee).get(reverse("officer:scorecard")).content.decode()


def test_an_officer_has_it_measured(dee, client_for, monkeypatch, django_capture_on_commit_callbacks):
    asked = []
    monkeypatch.setattr("aml.tasks.measure_matching.apply_async", lambda *args, **kwargs: asked.append(args))
    with django_capture_on_commit_callbacks(execute=True):
        answer = client_for(dee).post(reverse("officer:scorecard"))
    assert (answer.status_code, len(asked)) == (302, 1)
    measure_matching()
    assert Scorecard.objects.count() == 1
