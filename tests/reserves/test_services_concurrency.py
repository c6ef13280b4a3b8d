"""Several workers at once: each day is judged once, each break is one, whoever comes first."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from core.access import SYSTEM
from core.models import AuditEvent, Finding
from reserves import selectors
from reserves.models import Break, BreakDay, ReserveDay
from reserves.services.days import advance_day, advance_days, run_day
from reserves.services.intake import receive_file
from reserves.services.stages import reconcile_days
from tests.factories import csv_bytes, ledger_line, par_outstanding, sound_day, supply_line

FRIDAY = date(2026, 11, 20)
SATURDAY = FRIDAY + timedelta(days=1)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def weekend(coin, monkeypatch, tmp_path):
    """Friday and Saturday of the coin wait, with the same difference on both."""
    (tmp_path / "clock").write_text("2026-11-22T12:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))
    books = csv_bytes([ledger_line(FRIDAY, book_value="99999000.00"), par_outstanding(FRIDAY)])
    for feed, raw in (sound_day(FRIDAY) | {"ledger": books}).items():
        receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM)
    receive_file(coin, "supply", csv_bytes([supply_line(SATURDAY)]), filename="s.csv", actor=SYSTEM)
    return coin


def at_once(*works) -> list:
    """Do the works in threads of their own, each with its own connection."""

    def done(work):
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(done, work) for work in works]]


def test_four_workers_judge_a_day_once(weekend):
    pk = selectors.waiting_days()[0]
    answers = at_once(*[lambda: advance_day(pk)] * 4)
    day = ReserveDay.objects.get(pk=pk)
    assert sum(answer is not None for answer in answers) <= 1
    advance_day(pk)
    day.refresh_from_db()
    assert (day.status, Finding.objects.count()) == ("judged", len(day.result["findings"]))
    assert BreakDay.objects.filter(day=day).count() == len(day.result["breaks"]) == 1
    verbs = AuditEvent.objects.filter(target_type="reserves.reserveday").values_list("verb", flat=True)
    assert sorted(verbs) == ["reserves.day.judged", "reserves.day.reconciled"]


def test_workers_that_are_handed_the_same_days_judge_each_once(weekend, rival_coin):
    """Two coins, one of them with two days, in batches that overlap: no worker waits for another for ever."""
    for feed, raw in sound_day(FRIDAY, rival_coin.symbol).items():
        receive_file(rival_coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM)
    pks = selectors.waiting_days()
    assert len(pks) == 3
    batches = [pks, pks[::-1], pks[1:], pks[:2]]
    answers = at_once(*[lambda batch=batch: advance_days(batch) for batch in batches])
    assert max(Counter(day.pk for answer in answers for day in answer).values()) == 1
    advance_days(pks)  # what all of them left to one another
    assert list(ReserveDay.objects.values_list("status", flat=True)) == ["judged"] * 3
    verbs = AuditEvent.objects.filter(target_type="reserves.reserveday").values_list("verb", flat=True)
    assert Counter(verbs) == {"reserves.day.judged": 3, "reserves.day.reconciled": 3}
    assert Break.objects.get().days.count() == 2
    for day in ReserveDay.objects.select_related("coin"):
        found = Finding.objects.filter(subject=day.coin.symbol, as_of=day.as_of)
        assert found.count() == len(day.result["findings"])


def test_two_days_with_one_difference_share_one_break(weekend):
    at_once(*[lambda pk=pk: advance_day(pk) for pk in selectors.waiting_days()])
    for pk in selectors.waiting_days():
        advance_day(pk)
    assert list(ReserveDay.objects.order_by("as_of").values_list("status", "open_breaks")) == [("judged", 1)] * 2
    standing = Break.objects.get()
    assert (standing.opened_on, standing.resolved_on, standing.days.count()) == (FRIDAY, None, 2)


def test_whoever_runs_a_day_that_another_works_on_gets_the_same_account(weekend):
    results = at_once(*[lambda: run_day(weekend, FRIDAY, actor=SYSTEM)] * 3)
    assert results[0] == results[1] == results[2]
    assert ReserveDay.objects.filter(as_of=FRIDAY).count() == 1


def test_the_later_day_may_be_reconciled_first(weekend):
    friday, saturday = selectors.waiting_days()
    assert list(reconcile_days([saturday])) == [saturday]
    for pk in (friday, saturday):
        assert advance_day(pk) is not None
    standing = Break.objects.get()
    assert (standing.opened_on, standing.resolved_on, standing.days.count()) == (FRIDAY, None, 2)
