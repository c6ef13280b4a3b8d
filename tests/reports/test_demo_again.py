"""The demonstration world made twice, made in two goes, and not made at all."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import connection

from core import feeds
from core.errors import Refused
from core.models import User
from issuers.models import Application, Breach, Obligation
from reports.demo.licensing import has_licensing
from reports.services import demo, demo_licensing
from reports.services.demo import compute_world, seed_demo
from reserves.models import ReserveDay
from tests.reports.rolled_back import PRESENT, UNTIL, rolled_back

#: A world that ends then has days and no licensing, which takes longer to enter than a few days.
BEFORE_LICENSING = date(2026, 1, 20)


@pytest.fixture(autouse=True)
def db() -> None:
    """Ask for the test database without a transaction around each test: each rolls its own worlds back."""


@pytest.mark.processes
def test_the_same_arguments_give_the_same_digests_in_one_process_or_several(
    transactional_db, django_db_blocker, tmp_path_factory, settings, monkeypatch
):
    arguments = {"days": 3, "issuers": 2, "until": UNTIL}
    with rolled_back(tmp_path_factory.mktemp("alone"), django_db_blocker):
        alone = seed_demo(**arguments, processes=0)
    settings.VAR = tmp_path_factory.mktemp("beside")
    (settings.VAR / "now").write_text(PRESENT)
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(settings.VAR / "now"))
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE core_feedfile_id_seq RESTART")
    said: list[str] = []
    beside = seed_demo(**arguments, processes=2, say=said.append)
    assert (beside["digest"], beside["verdicts"]) == (alone["digest"], {"LRHKD": "breached", "TWHK": "met"})
    assert alone["reserve_days"] == beside["reserve_days"] == 6
    assert {"LRHKD: 3 of 3 days.", "TWHK: 3 of 3 days.", "LRHKD: report rendered."} <= set(said)
    assert "prepare_threshold" not in connection.settings_dict["OPTIONS"]


def test_an_interrupted_making_is_completed(django_db_setup, django_db_blocker, tmp_path_factory, monkeypatch):
    with rolled_back(tmp_path_factory.mktemp("interrupted"), django_db_blocker):
        whole, calls = feeds.advance, []

        def stumbling(pk: int):
            calls.append(pk)
            if len(calls) == 5:
                raise KeyboardInterrupt
            return whole(pk)

        monkeypatch.setattr(feeds, "advance", stumbling)
        with pytest.raises(KeyboardInterrupt):
            seed_demo(days=4, issuers=1, until=BEFORE_LICENSING, processes=0)
        monkeypatch.setattr(feeds, "advance", whole)
        assert ReserveDay.objects.count() == 0
        answer = seed_demo(days=9, issuers=2, until=BEFORE_LICENSING, processes=0)
        assert (answer["seeded"], answer["days"], answer["coins"], answer["reserve_days"]) == (True, 4, 1, 4)
        assert User.objects.get(email="bo@authority.example").name == "Bo Chan"


def test_a_world_that_ends_too_soon_after_the_law_began_has_no_licensing(
    django_db_setup, django_db_blocker, tmp_path_factory
):
    folder = tmp_path_factory.mktemp("early")
    assert not has_licensing(BEFORE_LICENSING)
    with rolled_back(folder, django_db_blocker):
        seed_demo(days=1, issuers=1, until=BEFORE_LICENSING, processes=0)
        assert Application.objects.count() == 0
        assert "kit" not in [entry["name"] for entry in json.loads((folder / "demo" / "cast.json").read_text())]


def test_an_interruption_while_licensing_is_entered_leaves_nothing_and_is_made_up_for(
    django_db_setup, django_db_blocker, tmp_path_factory, monkeypatch
):
    with rolled_back(tmp_path_factory.mktemp("licensing"), django_db_blocker):
        whole = demo_licensing.play_licensees

        def stumbling(*_args):
            raise KeyboardInterrupt

        monkeypatch.setattr(demo_licensing, "play_licensees", stumbling)
        with pytest.raises(KeyboardInterrupt):
            seed_demo(days=1, issuers=1, until=UNTIL, processes=0)
        assert (Application.objects.count(), User.objects.count()) == (0, 0)
        monkeypatch.setattr(demo_licensing, "play_licensees", whole)
        answer = seed_demo(days=1, issuers=1, until=UNTIL, processes=0)
        assert (answer["seeded"], Application.objects.count(), Obligation.objects.filter(status="met").exists()) == (
            True, 2, True)


def test_days_that_were_played_before_an_interruption_tell_of_a_breach_once(
    django_db_setup, django_db_blocker, tmp_path_factory, monkeypatch
):
    with rolled_back(tmp_path_factory.mktemp("late"), django_db_blocker):
        whole = demo._reports

        def stumbling(*_args):
            raise KeyboardInterrupt

        monkeypatch.setattr(demo, "_reports", stumbling)
        with pytest.raises(KeyboardInterrupt):
            seed_demo(days=12, issuers=2, until=UNTIL, processes=0)
        told = Breach.objects.get(subject="TWHK")
        assert told.status == "notified"
        monkeypatch.setattr(demo, "_reports", whole)
        assert seed_demo(processes=0)["seeded"] is True
        again = Breach.objects.get(subject="TWHK")
        assert (again.pk, again.status) == (told.pk, "notified")


@pytest.mark.parametrize(
    "arguments", [{"days": 0}, {"issuers": 0}, {"until": date(2999, 1, 1)}, {"until": date(2025, 9, 1)}]
)
def test_a_window_that_cannot_be_is_refused(arguments):
    with pytest.raises(Refused):
        compute_world(**({"days": 3, "issuers": 2, "until": UNTIL} | arguments))
