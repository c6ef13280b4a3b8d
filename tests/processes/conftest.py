"""What tests of killed processes share: a fixed hour, a table that somebody holds, a worker that is asked to finish."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from subprocess import Popen

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections

from core import clock
from core.access import SYSTEM
from issuers.models import Coin
from issuers.services.coins import create_coin
from reserves.models import ReserveDay
from reserves.services.intake import receive_file
from tests.factories import csv_bytes, holding, ledger_line, par_outstanding, supply_line
from tests.servers import wait_until

#: A Friday, looked at on the day after it: its files are not due before Monday, so nothing else is to do.
DAY = date(2026, 11, 20)
SATURDAY = datetime(2026, 11, 21, 10, 0, tzinfo=clock.HONG_KONG)


@pytest.fixture(autouse=True)
def set_clock(monkeypatch, tmp_path) -> Callable[[datetime], None]:
    """All processes live on that Saturday; ``set_clock(instant)`` moves them."""
    file = tmp_path / "clock"
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(file))

    def move(instant: datetime) -> None:
        file.write_text(instant.isoformat())

    move(SATURDAY)
    return move


def short_day(coin: str = "LRHKD") -> dict[str, bytes]:
    """The files of a day with 1 million too little, two differences between books and bank, and one to the chain."""
    return {
        "holdings": csv_bytes([holding(DAY, coin, market_value="98000000.00")]),
        "ledger": csv_bytes([ledger_line(DAY, coin), ledger_line(DAY, coin, line_ref="D2", book_value="500000.00"),
                             par_outstanding(DAY, coin, value="98500000.00")]),
        "supply": csv_bytes([supply_line(DAY, coin)]),
    }


@pytest.fixture
def coin(issuer) -> Coin:
    """A coin that exists since that Friday."""
    return create_coin(issuer, symbol="LRHKD", reference_currency="HKD", launched_on=DAY, actor=SYSTEM)


@pytest.fixture
def waiting_day(coin) -> ReserveDay:
    """A day whose files are in and which nobody has worked yet."""
    for feed, raw in short_day().items():
        assert receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM).status == "accepted"
    day = ReserveDay.objects.get()
    assert day.status == ReserveDay.Status.OPEN
    return day


@pytest.fixture
def waiting_days(waiting_day, issuer) -> list[ReserveDay]:
    """The same of a second coin too."""
    other = create_coin(issuer, symbol="LRTWO", reference_currency="HKD", launched_on=DAY, actor=SYSTEM)
    for feed, raw in short_day(other.symbol).items():
        assert receive_file(other, feed, raw, filename=f"{feed}.csv", actor=SYSTEM).status == "accepted"
    return list(ReserveDay.objects.filter(status=ReserveDay.Status.OPEN).order_by("pk"))


class Held:
    """A table that somebody else has locked against writing."""

    def __init__(self, table: str) -> None:
        self.table = table

    def is_waited_for(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND NOT granted", [self.table])
            return cursor.fetchone()[0] > 0


@pytest.fixture
def hold(transactional_db) -> Callable[[str], AbstractContextManager[Held]]:
    """``with hold("table") as held:`` nobody else writes to the table; who tries to waits."""

    @contextmanager
    def holding_on(table: str) -> Iterator[Held]:
        other = connections.create_connection("default")
        other.set_autocommit(False)
        try:
            with other.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
            yield Held(table)
        finally:
            other.rollback()
            other.close()

    return holding_on


def kill(worker: Popen) -> None:
    """``kill -9`` the worker and its children, so that nobody tidies up."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(10)


def wait_until_idle(worker: Popen) -> None:
    """Return once the worker has done all that is in its queues."""
    import redis

    from config import broker

    client = redis.Redis.from_url(broker.cache_url(django_settings.REDIS_URL, broker.TEST_BROKER))
    looks: list[tuple[int, int, int]] = []

    def idle() -> bool:
        """Nothing waits, and what it received, at least one thing, it has done: twice in a row.

        Between taking a message out of the queue and saying so in its log a worker looks idle.
        """
        queued = sum(client.llen(f"{django_settings.CELERY_KEY_PREFIX}{name}") for name in ("intake", "mail", "reports"))
        log = worker.log.read_text()
        looks.append((queued, log.count("] received"), log.count("] succeeded") + log.count("] raised")))
        before, now = looks[-2:] if len(looks) > 1 else ((-1, 0, 0), looks[-1])
        return before == now and queued == 0 < now[1] == now[2]

    wait_until(idle, seconds=60, what="an empty queue")
    client.close()
