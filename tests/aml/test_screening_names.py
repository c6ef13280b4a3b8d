"""Screening with the index of names that is in force: spellings, birth dates, what a change of a list is searched by."""

from __future__ import annotations

from datetime import date

import pytest

from aml.builders.side_by_side import HOW, agreeing, rows_of, tokens_of
from aml.matching import ALGORITHM
from aml.matching.reasons import HOW as CODES
from aml.models import Alert, Screening
from aml.services import screening
from aml.services.subjects import sweep_subjects
from tests.aml.listed import load
from tests.aml.people import director

pytestmark = pytest.mark.django_db


def test_a_person_in_chinese_meets_an_entry_in_cantonese(issuer):
    load("un", {"QDi.9": {"name": "Chan Tai Man", "birth_dates": ["1971-03-02"], "countries": ["HK"]}})
    load("hk", {"G.1": "Quite Another Name"})
    director(issuer, "David C", name_zh="陳大文", birth_date=date(1971, 3, 2))
    clean = director(issuer, "Xylia Prendergast", birth_date=date(1990, 1, 1))
    sweep_subjects()
    screening.screen_waiting()
    alert = Alert.objects.get()
    assert alert.explanation["algorithm"] == ALGORITHM
    assert "0.7500" <= alert.score <= "1.0000"
    assert [row.part for row in rows_of(alert)] == ["name", "kind", "birth_date", "country", "identifier"]
    says = {row.part: row.says for row in rows_of(alert)}
    assert (says["birth_date"], says["country"], says["identifier"]) == ("same", "same", "missing")
    assert [str(token.how) for token in tokens_of(alert.explanation)] != []
    none = Screening.objects.get(subject__key=f"person:{clean.pk}")
    assert (none.hit_count, none.run.algorithm, none.run.threshold) == (0, ALGORITHM, "0.7500")
    assert [row.state for row in clean.clearances.all()] == ["clear"]


def test_a_changed_list_is_searched_for_its_changes(issuer):
    load("un", {"QDi.9": "Nobody Known"})
    director(issuer, "Usama Bin Muhammad")
    sweep_subjects()
    screening.screen_waiting()
    assert not Alert.objects.exists()
    version = load("un", {"QDi.9": "Nobody Known", "QDi.10": "Osama bin Mohammed"})
    run = screening.screen_list_change(version)
    assert (run.lists[0]["searched"], run.lists[0]["entries"], run.hit_count) == ("changes", 1, 1)
    assert Alert.objects.get().entry.key == "QDi.10"


def test_every_way_in_which_names_meet_has_words():
    assert set(CODES) <= set(HOW)


@pytest.mark.parametrize(("one", "other", "marked"), [
    ("mohamed", "mohammed", "mohamed"), ("陳", "陳", "陳"), ("", "abc", ""), ("STRAßE", "strasse", "STRAE"),
])
def test_letters_that_agree_are_marked(one, other, marked):
    ours, theirs = agreeing(one, other)
    assert "".join(text for text, _ in ours) == one
    assert "".join(text for text, _ in theirs) == other
    assert "".join(text for text, agrees in ours if agrees).casefold() == marked.casefold() or one == "STRAßE"
