"""Of differences that were planted every one is found, taken apart as it was made, and no other is invented."""

from __future__ import annotations

from datetime import date

import pytest

from core.access import SYSTEM
from core.rulebook import load
from reserves.causes import Cause
from reserves.models import Break
from reserves.selectors.day_files import calendar_on, files_of_day
from reserves.selectors.inputs import load_inputs
from reserves.services.days import run_day
from reserves.services.reconciliation import reconcile_files, reconcile_inputs
from tests.reserves.judged import play
from tests.reserves.planted import OF_ASSETS, OF_PAR, days_of, make_coins, send

pytestmark = pytest.mark.django_db
THURSDAY = date(2026, 11, 12)


@pytest.fixture(autouse=True)
def _clock(monkeypatch, tmp_path):
    (tmp_path / "clock").write_text("2026-11-23T12:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))


def test_every_cause_that_was_planted_is_found_and_no_other():
    found = play(make_coins(2, THURSDAY), THURSDAY, 5, seed=20261112, per_day=1 + (len(OF_ASSETS) + 1) // 2)
    print(found.table())
    assert (found.missed, found.invented, found.wrong) == ([], [], [])
    assert found.stray_residual == 0
    unexplained = {Cause.FACE_DIFFERS, Cause.VALUE_DIFFERS, Cause.PAR_SUPPLY, Cause.CHAIN_DIFFERS}
    kinds = {each.__name__ for each in (*OF_ASSETS, *OF_PAR)}
    assert set(found.expected) == set(Cause) - unexplained
    assert found.kinds == kinds


def test_lines_read_as_columns_give_what_lines_read_as_such_give():
    (coin,) = make_coins(1, THURSDAY)
    (day,) = days_of(coin.symbol, THURSDAY, 1, 7, 16)
    send(coin, day)
    calendar = calendar_on(load(), THURSDAY)
    files = files_of_day(coin, THURSDAY, calendar)
    compared = reconcile_files(files, coin=coin, calendar=calendar)
    other = reconcile_inputs(load_inputs(files), coin=coin, calendar=calendar)
    assert len(compared.differences) == len(day.planted)
    assert compared == other


def test_a_day_run_again_comes_out_the_same():
    (coin,) = make_coins(1, THURSDAY)
    (day,) = days_of(coin.symbol, THURSDAY, 1, 7, 16)
    send(coin, day)
    first = run_day(coin, THURSDAY, actor=SYSTEM)
    assert run_day(coin, THURSDAY, actor=SYSTEM) == first
    assert Break.objects.count() == len(day.planted)
