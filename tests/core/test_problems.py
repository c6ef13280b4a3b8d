"""Every problem has a sentence that says what is wrong, and one that says what to do."""

import ast
import re
from pathlib import Path

import pytest

from core.problems import MAX_VALUE, SENTENCES, Problem, Problems, shown

ROOT = Path(__file__).parents[2]
READERS = ["core/cells.py", "core/csvtext.py", "core/sheetxml.py", "core/storednumbers.py", "core/tablefile.py",
           "core/tables.py", "core/xlsx.py", "core/feeds.py", "reserves/parsers/checks.py",
           "reserves/parsers/holdings.py", "reserves/parsers/ledger.py", "reserves/parsers/supply.py"]


def raised():
    """The rules of every place that reports a problem with its rule written out."""
    for path in READERS:
        for call in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            name = isinstance(call, ast.Call) and (getattr(call.func, "id", "") or getattr(call.func, "attr", ""))
            if name in ("Unreadable", "CellRefused", "Problem", "add") and call.args:
                choices = [call.args[0]]
                if isinstance(call.args[0], ast.IfExp):
                    choices = [call.args[0].body, call.args[0].orelse]
                yield from (rule.value for rule in choices if isinstance(rule, ast.Constant))


def test_every_rule_that_is_reported_has_its_sentences():
    reported = set(raised())
    assert {"formula", "duplicate_line", "zip_bomb", "second_file"} <= reported
    assert reported <= SENTENCES.keys()


@pytest.mark.parametrize("rule", SENTENCES)
def test_sentences_are_plain_and_complete(rule):
    for sentence in SENTENCES[rule]:
        assert sentence[0].isupper() or sentence[0] in "“%", sentence
        assert sentence.endswith("."), sentence
        assert re.fullmatch(r"(?:[^%]|%\(\w+\)s)*", sentence), sentence


def test_a_problem_survives_storage():
    problem = Problem("too_many_places", "a.csv", "", 7, "amount", "1.23456", {"places": 4})
    assert Problem.from_dict(problem.as_dict()) == problem
    assert problem.message() == "“1.23456” in “amount”, row 7, has more than 4 decimal places."
    assert problem.fix() == "Round it at its source; we do not round for you."


def test_sentences_are_translated_before_they_are_filled_in():
    problem = Problem("missing_column", column="coin")
    assert problem.message(lambda message: "缺少「%(column)s」欄" if "missing" in message else "") == "缺少「coin」欄"


def test_a_value_is_shown_short_and_without_control_characters():
    assert shown("a\0b\x1b[31m") == "a�b�[31m"
    assert shown("x" * 500) == "x" * MAX_VALUE + "…"


def test_problems_found_later_take_their_place_in_the_order_of_rows():
    problems = Problems(file="a.csv")
    problems.add("negative", row=9)
    problems.add("negative", row=2)
    problems.add("no_rows")
    assert [problem.row for problem in problems.in_order()] == [None, 2, 9]
    assert problems.count == 3
