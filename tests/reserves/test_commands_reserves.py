"""``receive``, ``run_day`` and ``replay`` from the shell: one answer, one JSON object, one exit code."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from core import feeds
from core.models import FeedFile, Finding, Organisation
from reserves.models import Holding, ReserveDay
from tests.factories import csv_bytes, holding, sound_day

FRIDAY = date(2026, 11, 20)
STRICTER = b"""
[instruments]
TST = { title = "A stricter rule", url = "https://example.org/" }

[[rule]]
id = "HK-RES-01"
title = "Twice the par value"
title_zh_hant = "A"
title_zh_hans = "A"
scope = "coin"
metrics = ["reserve.backing_ratio"]
check = "at_most"

[[rule.version]]
from = 2025-08-01
cite = "TST 1"
limit = 1
"""


@pytest.fixture(autouse=True)
def _clock(monkeypatch, tmp_path):
    (tmp_path / "clock").write_text("2026-11-23T12:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))


@pytest.fixture
def command(capsys):
    """``command(name, *arguments)`` is the exit code, the JSON object on stdout, and the sentence on stderr."""

    def called(*arguments: str):
        capsys.readouterr()
        try:
            call_command(*arguments, "--json")
            code, said = 0, ""
        except CommandError as refusal:
            code, said = refusal.returncode, str(refusal)
        return code, json.loads(capsys.readouterr().out), said

    return called


@pytest.fixture
def put(tmp_path):
    """``put(name, bytes)`` is the path of a new file."""

    def written(name: str, raw: bytes) -> str:
        (tmp_path / name).write_bytes(raw)
        return str(tmp_path / name)

    return written


@pytest.fixture
def received(coin, command, put):
    for feed, raw in sound_day(FRIDAY).items():
        code, receipt, _said = command("receive", feed, put(f"{feed}.csv", raw), "--coin", "LRHKD")
        assert (code, receipt["state"]) == (0, "accepted")
    return coin


def test_a_receipt_says_what_became_of_the_file(coin, command, put):
    code, receipt, said = command("receive", "holdings", put("h.csv", sound_day(FRIDAY)["holdings"]),
                                  "--coin", "LRHKD", "--as-of", "2026-11-20")
    feed_file = FeedFile.objects.get()
    assert (code, said) == (0, "")
    assert receipt == {
        "id": feed_file.pk, "feed": "holdings", "coin": "LRHKD", "as_of": "2026-11-20",
        "sender": "lion-rock-digital-limited", "filename": "h.csv", "sha256": feed_file.sha256,
        "received_at": "2026-11-23T04:00:00+00:00", "rows": 1, "state": "accepted", "supersedes": None,
        "problem_count": 0, "problems": [],
    }


def test_the_same_file_twice_answers_with_the_first_receipt(coin, command, put):
    arguments = ("receive", "holdings", put("h.csv", sound_day(FRIDAY)["holdings"]), "--coin", "LRHKD")
    assert command(*arguments) == command(*arguments)
    assert (FeedFile.objects.count(), Holding.objects.count()) == (1, 1)


def test_fifty_faults_are_fifty_problems_in_one_answer(coin, command, put):
    rows = [holding(FRIDAY, line_ref=f"D{number}", currency="XYZ") for number in range(50)]
    code, receipt, said = command("receive", "holdings", put("h.csv", csv_bytes(rows)), "--coin", "LRHKD")
    assert (code, receipt["state"], receipt["problem_count"]) == (2, "refused", 50)
    assert [problem["row"] for problem in receipt["problems"]] == list(range(2, 52))
    assert all(problem["message"] and problem["fix"] for problem in receipt["problems"])
    assert said == "The file is refused: 50 problems."
    assert Holding.objects.count() == 0


@pytest.mark.parametrize("change, sentence", [
    ({"--coin": "NOPE"}, "There is no coin NOPE."),
    ({"--sender": "nobody"}, "There is no organisation nobody."),
    ({"--supersedes": "999999"}, "There is no receipt 999999."),
    ({"feed": "rumours"},
     f"There is no feed rumours; there are {', '.join(sorted(feeds.FEEDS))}."),
    ({"file": "gone.csv"}, "gone.csv cannot be read: No such file or directory."),
])
def test_what_cannot_be_done_is_one_sentence_and_exit_code_2(coin, command, put, change, sentence):
    given = {"feed": "holdings", "file": put("h.csv", sound_day(FRIDAY)["holdings"]), "--coin": "LRHKD"} | change
    options = [part for name, value in given.items() if name.startswith("--") for part in (name, value)]
    code, answer, said = command("receive", given["feed"], given["file"], *options)
    assert (code, answer["refused"], said) == (2, sentence, sentence)
    assert FeedFile.objects.count() == 0


def test_a_custodian_is_named_by_slug(coin, command, put):
    Organisation.objects.create(kind="custodian", slug="peak-custody", name_en="Peak Custody")
    path = put("h.csv", sound_day(FRIDAY)["holdings"])
    _code, receipt, _said = command("receive", "holdings", path, "--coin", "LRHKD", "--sender", "peak-custody")
    assert receipt["sender"] == "peak-custody"


def test_run_day_prints_the_account_that_it_stored(received, command):
    code, answer, _said = command("run_day", "--coin", "LRHKD", "--as-of", "2026-11-20")
    assert code == 0
    assert answer == ReserveDay.objects.get().result
    assert (answer["backing_ratio"], answer["verdict"]) == ("1.01010101", "met")


def test_a_table_for_people_shows_figures_findings_and_digest(received, capsys):
    call_command("run_day", "--coin", "LRHKD", "--as-of", "2026-11-20", "--law-on", "2025-08-01")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "As if the law of 2025-08-01 applied; not stored."
    assert "backing_ratio         1.01010101" in lines
    assert any(line.split()[:2] == ["HK-RES-01", "met"] for line in lines)
    assert lines[-1].startswith("digest  ")


def test_a_rulebook_that_is_none_is_refused(received, command, put):
    code, answer, said = command("run_day", "--coin", "LRHKD", "--as-of", "2026-11-20",
                                 "--rulebook", put("law.toml", b"[[rule"))
    assert (code, answer["code"]) == (2, "rulebook_invalid")
    assert said.startswith("overlay: not TOML")


def test_a_replay_under_the_same_law_differs_nowhere(received, command):
    command("run_day", "--coin", "LRHKD", "--as-of", "2026-11-20")
    code, answer, _said = command("replay", "--from", "2026-11-01", "--to", "2026-11-30")
    assert (code, answer["judged"], answer["differences"]) == (0, Finding.objects.count(), [])
    assert answer["judged"] > 0


def test_a_replay_prints_what_another_law_would_change(received, command, put):
    command("run_day", "--coin", "LRHKD", "--as-of", "2026-11-20")
    _code, answer, _said = command("replay", "--from", "2026-11-20", "--to", "2026-11-20",
                                   "--rulebook", put("law.toml", STRICTER))
    assert answer["differences"] == [{
        "as_of": "2026-11-20", "subject": "LRHKD", "rule": "HK-RES-01", "version": 1, "was": "met", "now": "breached",
        "counts_were": None, "counts_now": None,
    }]


def test_a_replay_that_ends_before_it_begins_is_refused(db, command):
    code, _answer, said = command("replay", "--from", "2026-11-20", "--to", "2026-11-01")
    assert (code, said) == (2, "2026-11-01 is before 2026-11-20.")
