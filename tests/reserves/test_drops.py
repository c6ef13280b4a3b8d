"""Files that senders drop are taken once, when they are whole, and never from where a trick points."""

from __future__ import annotations

import fcntl
import json
import os
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from core import feeds
from core.models import FeedFile, Organisation
from reserves import tasks
from reserves.models import Holding
from reserves.services import drops
from reserves.services.drops import collect_drops
from tests.factories import csv_bytes, holding, sound_day

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 20)
HOLDINGS = sound_day(FRIDAY)["holdings"]


@pytest.fixture(autouse=True)
def _clock(monkeypatch, tmp_path):
    (tmp_path / "clock").write_text("2026-11-23T08:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))


@pytest.fixture
def root(tmp_path, coin):
    Organisation.objects.create(kind="bank", slug="harbour-bank", name_en="Harbour Bank")
    (tmp_path / "drops").mkdir()
    return tmp_path / "drops"


def put(root, name="h.csv", raw=HOLDINGS, place="harbour-bank/LRHKD/holdings"):
    folder = root / place
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(raw)
    return folder / name


def twice(root):
    assert collect_drops(root) == []
    return collect_drops(root)


def rules(taken):
    return [problem["rule"] for problem in taken.receipt["problems"]]


def test_a_file_is_taken_at_the_second_look_that_finds_it_unchanged(root):
    path = put(root)
    [taken] = twice(root)
    sent = FeedFile.objects.get()
    assert (sent.status, sent.sender.slug, sent.subject, sent.filename) == (
        "accepted", "harbour-bank", "LRHKD", "h.csv")
    assert not path.exists()
    assert taken.target == path.parent / "accepted" / f"{sent.pk:08d}-h.csv"
    assert taken.target.read_bytes() == HOLDINGS
    receipt = json.loads(taken.target.with_name(f"{taken.target.name}.receipt.json").read_text())
    assert (receipt["id"], receipt["state"], receipt["rows"], receipt["sha256"]) == (sent.pk, "accepted", 1, sent.sha256)
    assert collect_drops(root) == []


def test_a_file_that_grows_is_left_until_it_has_stopped(root):
    path = put(root, raw=HOLDINGS[:40])
    assert collect_drops(root) == []
    path.write_bytes(HOLDINGS)
    assert collect_drops(root) == []
    assert FeedFile.objects.count() == 0
    assert [taken.feed_file.status for taken in collect_drops(root)] == ["accepted"]


def test_a_marker_says_that_a_file_is_whole(root):
    path = put(root)
    marker = put(root, "h.csv.done", b"")
    assert [taken.source for taken in collect_drops(root)] == [path]
    assert not marker.exists()


def test_a_name_of_a_file_in_transfer_is_never_taken(root):
    path = put(root, "h.csv.part")
    assert [*twice(root), *collect_drops(root)] == []
    path.rename(path.with_name("h.csv"))
    assert [taken.feed_file.status for taken in twice(root)] == ["accepted"]


def test_a_marker_without_its_file_goes(root):
    marker = put(root, "h.csv.done", b"")
    assert twice(root) == []
    assert not marker.exists()


def test_a_refused_file_lies_beside_its_problems(root):
    put(root, raw=csv_bytes([holding(FRIDAY, market_value="1,000")]))
    [taken] = twice(root)
    assert taken.target.parent.name == "refused"
    assert rules(taken) == ["unreadable_amount"]
    receipt = json.loads(taken.target.with_name(f"{taken.target.name}.receipt.json").read_text())
    assert receipt["problems"][0]["message"] == "“1,000” in “market_value”, row 2, is not an amount."
    assert Holding.objects.count() == 0


def test_the_same_bytes_again_are_the_same_file(root):
    put(root)
    [first] = twice(root)
    put(root, "again.csv")
    [second] = twice(root)
    assert first.feed_file.pk == second.feed_file.pk == FeedFile.objects.get().pk
    assert Holding.objects.count() == 1


@pytest.mark.parametrize(("place", "rule", "value"), [
    ("nobody/LRHKD/holdings", "drop_sender", "nobody"),
    ("harbour-bank/NONE/holdings", "unknown_coin", "NONE"),
    ("harbour-bank/LRHKD/rumours", "drop_feed", "rumours"),
    ("harbour-bank/LRHKD/prices", "drop_sender", "harbour-bank"),  # a bank sends no prices
    ("harbour-bank/LRHKD", "drop_place", "harbour-bank/LRHKD"),
    ("", "drop_place", ""),
    ("harbour-bank/LRHKD/holdings/deeper", "drop_place", "harbour-bank/LRHKD/holdings/deeper"),
])
def test_what_lies_in_the_wrong_place_is_turned_away_with_a_sentence(root, place, rule, value):
    path = put(root, place=place)
    [taken] = twice(root)
    assert [(p["rule"], p["value"]) for p in taken.receipt["problems"]] == [(rule, value or "/")]
    assert taken.receipt["problems"][0]["message"]
    assert taken.receipt["problems"][0]["fix"]
    assert taken.target.parent == path.parent / "refused"
    assert taken.target.read_bytes() == HOLDINGS
    assert (FeedFile.objects.count(), taken.receipt["id"]) == (0, None)


@pytest.mark.parametrize("name", [".hidden.csv", "a\nb.csv", "a\x1b[2J.csv", "\udcff.csv", "‮vsc.csv"])
def test_names_that_deceive_are_turned_away(root, name):
    put(root, name)
    [taken] = twice(root)
    assert rules(taken) == ["drop_name"]
    assert taken.target.name.isprintable()
    assert not taken.target.name.startswith(".")
    assert FeedFile.objects.count() == 0


def test_no_link_is_followed(root, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_bytes(HOLDINGS)
    outside = tmp_path / "outside"
    put(outside, place="LRHKD/holdings")
    folder = put(root, "x.part").parent
    (folder / "link.csv").symlink_to(secret)
    (folder / "hard.csv").hardlink_to(secret)
    (root / "other-bank").symlink_to(outside)
    os.mkfifo(folder / "pipe.csv")
    taken = twice(root)
    assert {(each.source.name, *rules(each)) for each in taken} == {
        ("link.csv", "drop_link"), ("hard.csv", "drop_link"), ("other-bank", "drop_link"), ("pipe.csv", "drop_link")}
    assert secret.read_bytes() == HOLDINGS
    assert (outside / "LRHKD/holdings/h.csv").exists()
    assert FeedFile.objects.count() == 0


def test_a_folder_for_what_was_taken_that_is_a_link_takes_nothing(root, tmp_path):
    path = put(root)
    (tmp_path / "elsewhere").mkdir()
    (path.parent / "accepted").symlink_to(tmp_path / "elsewhere")
    taken = [*twice(root), *collect_drops(root)]
    assert {each.source.name for each in taken} == {"accepted", "h.csv"}
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert len(list((path.parent / "accepted").glob("*-h.csv"))) == 1


@pytest.mark.parametrize("dies_at", ["receive_file", "_moved"])
def test_a_worker_that_dies_loses_and_doubles_nothing(root, monkeypatch, dies_at):
    path = put(root)

    class Killed(BaseException):
        pass

    def killed(*args, **kwargs):
        raise Killed

    collect_drops(root)
    with monkeypatch.context() as patch:
        patch.setattr(drops, dies_at, killed)
        with pytest.raises(Killed):
            collect_drops(root)
    assert path.exists()
    [taken] = collect_drops(root)
    assert taken.feed_file.status == "accepted"
    assert (FeedFile.objects.count(), Holding.objects.count()) == (1, 1)
    assert len(list((path.parent / "accepted").glob("*.csv"))) == 1


def test_a_file_exchanged_while_it_is_taken_is_put_back(root, monkeypatch):
    path = put(root)
    collect_drops(root)
    genuine = drops.receive_file

    def exchanged(*args, **kwargs):
        path.unlink()
        path.write_bytes(HOLDINGS + b"\n")
        return genuine(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(drops, "receive_file", exchanged)
        assert collect_drops(root) == []
    assert path.read_bytes() == HOLDINGS + b"\n"


def test_a_file_that_another_worker_judges_waits(root, monkeypatch, settings):
    settings.FEED_PARSE_IN_REQUEST_BYTES = 10
    path = put(root)
    collect_drops(root)
    with monkeypatch.context() as patch:
        patch.setattr(feeds, "advance", lambda pk: None)
        assert collect_drops(root) == []
    assert path.exists()
    assert [taken.feed_file.status for taken in collect_drops(root)] == ["accepted"]


def test_one_process_looks_at_a_time(root):
    put(root)
    collect_drops(root)
    with (root / drops.LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert collect_drops(root) == []
    assert len(collect_drops(root)) == 1


def test_a_record_of_looks_that_cannot_be_read_only_costs_a_look(root):
    put(root)
    collect_drops(root)
    (root / drops.LOOKS).write_text("{")
    assert len(twice(root)) == 1


def test_the_task_looks_where_the_setting_says_and_nowhere_without_it(root, settings, monkeypatch):
    nudged = []
    monkeypatch.setattr(tasks, "nudge_days_of", nudged.append)
    put(root)
    settings.DROP_FOLDER = None
    tasks.collect_drops()
    settings.DROP_FOLDER = root
    tasks.collect_drops()
    tasks.collect_drops()
    assert nudged == [FeedFile.objects.get()]


def test_the_command_prints_what_became_of_each_file(root, capsys, settings):
    path = put(root)
    call_command("collect_drops", "--folder", str(root), "--json")
    assert json.loads(capsys.readouterr().out) == {"taken": []}
    call_command("collect_drops", "--folder", str(root), "--json")
    [answer] = json.loads(capsys.readouterr().out)["taken"]
    assert answer["file"] == path.relative_to(root).as_posix()
    assert answer["receipt"]["state"] == "accepted"
    assert answer["moved_to"].startswith("harbour-bank/LRHKD/holdings/accepted/")
    call_command("collect_drops", "--folder", str(root))
    assert capsys.readouterr().out == "No file lies ready.\n"
    settings.DROP_FOLDER = None
    for folder in ((), ("--folder", str(root / "gone"))):
        with pytest.raises(CommandError) as refused:
            call_command("collect_drops", *folder)
        assert refused.value.returncode == 2
