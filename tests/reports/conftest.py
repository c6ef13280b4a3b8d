"""A day that was received, reconciled and judged through the services, for everything that reports on it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core import clock
from core.access import SYSTEM
from reserves.models import ReserveDay
from reserves.services.days import run_day
from reserves.services.intake import receive_file
from tests.factories import sound_day


@pytest.fixture
def yesterday() -> date:
    return clock.today() - timedelta(days=1)


@pytest.fixture
def run():
    """``run(coin, day, **changed)`` sends the files of a sound day, some changed, and judges it."""

    def received_and_judged(coin, as_of: date, **changed: bytes) -> ReserveDay:
        for feed, raw in (sound_day(as_of, coin.symbol) | changed).items():
            receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM)
        run_day(coin, as_of, actor=SYSTEM)
        return ReserveDay.objects.get(coin=coin, as_of=as_of, status=ReserveDay.Status.JUDGED)

    return received_and_judged


@pytest.fixture
def judged_day(coin, run, yesterday) -> ReserveDay:
    """Yesterday, 99 million backed by 100 million."""
    return run(coin, yesterday)
