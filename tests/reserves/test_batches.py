"""Days worked in one batch read for all coins at once, and come out as each would alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.access import SYSTEM
from core.models import AuditEvent, FeedFile, Finding
from core.shared_reads import shared_reads
from issuers.models import Breach, Coin
from issuers.services.facts import record_fact
from reserves import tasks
from reserves.models import Break, ReserveDay, ReserveDaySummary
from reserves.selectors import kept, rounds
from reserves.selectors.days import coins_of_days
from reserves.selectors.rounds import rounds_of
from reserves.services import stages
from reserves.services.assessment import assess
from reserves.services.days import advance_day, advance_days
from reserves.services.intake import receive_file
from reserves.services.stages import judge_days, reconcile_days
from tests.factories import csv_bytes, holding, ledger_line, par_outstanding, sound_day

FRIDAY, SUNDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 22), date(2026, 11, 23)
#: What custodians and books say that each coin holds.
HELD = {"LRHKD": "100000000.00", "TWHK": "98000000.00"}


@pytest.fixture(autouse=True)
def at_noon(monkeypatch, tmp_path):
    (tmp_path / "clock").write_text("2026-11-24T12:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))


def send(coin, files, **about) -> None:
    for feed, raw in files.items():
        sent = receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM, **about)
        assert (sent.status, sent.problems) == ("accepted", [])


def books(coin, as_of: date, value: str) -> bytes:
    return csv_bytes([ledger_line(as_of, coin.symbol, book_value=value), par_outstanding(as_of, coin.symbol)])


def send_books(coin, as_of: date, value: str) -> None:
    """Correct the books of a day."""
    stated = FeedFile.objects.get(subject=coin.symbol, feed="ledger", as_of=as_of, status="accepted")
    send(coin, {"ledger": books(coin, as_of, value)}, supersedes=stated)


def open_days() -> list[int]:
    return list(ReserveDay.objects.filter(status="open").order_by("pk").values_list("pk", flat=True))


def elsewhere(pks) -> list[ReserveDay]:
    """Work the days over a connection of their own."""
    try:
        return advance_days(pks)
    finally:
        connection.close()


@pytest.fixture
def waiting(coin, rival_coin):
    """A day of two coins that waits, each with its own buffer and one of them short."""
    for each, target in ((coin, "0.01"), (rival_coin, "0.02")):
        record_fact(each.issuer, coin=each, fact="licence.buffer_target", value=Decimal(target),
                    valid_from=date(2026, 1, 8), origin="set", source="letter", actor=SYSTEM)
        files = sound_day(FRIDAY, each.symbol)
        files["holdings"] = csv_bytes([holding(FRIDAY, each.symbol, market_value=HELD[each.symbol])])
        files["ledger"] = books(each, FRIDAY, HELD[each.symbol])
        send(each, files)
    return open_days()


def test_each_day_of_a_batch_is_what_it_is_alone(coin, rival_coin, waiting):
    judged = advance_days(waiting)
    assert [(day.coin.symbol, day.verdict, day.result["buffer_target"]) for day in judged] == [
        ("LRHKD", "met", "0.01"), ("TWHK", "breached", "0.02")]
    assert [day.result["issuer"]["licence_number"] for day in judged] == ["FRS01", "FRS02"]
    for day in judged:
        assert assess(day.coin, FRIDAY, seen_at=day.opened_at)["digest"] == day.digest
        stored = ReserveDay.objects.get(pk=day.pk)
        assert (stored.status, stored.result) == ("judged", day.result)
        assert [finding["verdict"] for finding in day.result["findings"]] == list(
            Finding.objects.filter(subject=day.coin.symbol).order_by("rule").values_list("verdict", flat=True))
        assert ReserveDaySummary.objects.filter(day=day).exists()
    assert list(Breach.objects.filter(rule="HK-RES-01").values_list("subject", flat=True)) == ["TWHK"]


def test_what_is_recorded_of_each_day_of_a_batch_is_its_own(waiting):
    advance_days(waiting)
    recorded = AuditEvent.objects.filter(target_type="reserves.reserveday").order_by("pk")
    assert sorted(recorded.values_list("verb", "target_pk", "actor_label", "data__from", "data__to")) == sorted(
        (f"reserves.day.{move}", str(pk), str(SYSTEM.label), before, after) for pk in waiting
        for move, before, after in (("reconciled", "open", "reconciled"), ("judged", "reconciled", "judged")))


def test_a_batch_reads_once_what_each_coin_has_of_its_own(waiting, monkeypatch):
    read, columns = kept._read, []

    def reading(files):
        columns.append(list(files))
        return read(columns[-1])

    monkeypatch.setattr(kept, "_read", reading)
    with CaptureQueriesContext(connection) as seen:
        advance_days(waiting)
    assert [len(files) for files in columns] == [4]  # holdings and books of both
    for table in ("issuers_issuerfact", "reserves_limit", "reserves_feedschedule", "reserves_heldaccount",
                  "reserves_break"):
        assert sum(f'FROM "{table}"' in query["sql"] for query in seen) == 1, table


def test_differences_of_a_batch_are_breaks_of_their_coins(coin, rival_coin, waiting):
    """Both books differ from what is held, each by another amount; the next day one of them is put right."""
    for each, value in ((coin, "100000007.00"), (rival_coin, "98000011.00")):
        send_books(each, FRIDAY, value)
    first = advance_days(waiting)
    assert [[found["difference"] for found in day.result["breaks"]] for day in first] == [["7.00"], ["11.00"]]
    for each, value in ((coin, "100000000.00"), (rival_coin, "98000011.00")):
        files = sound_day(MONDAY, each.symbol)
        files["holdings"] = csv_bytes([holding(MONDAY, each.symbol, market_value=HELD[each.symbol])])
        files["ledger"] = books(each, MONDAY, value)
        send(each, files)
    second = advance_days(open_days())
    assert [[(found["state"], found["difference"]) for found in day.result["breaks"]] for day in second] == [
        [], [("carried", "11.00")]]
    assert [day.result["resolved_breaks"] for day in second] == [[first[0].result["breaks"][0]["reference"]], []]
    rows = Break.objects.order_by("coin").values_list("coin__symbol", "opened_on", "resolved_on", "latest__day")
    assert list(rows) == [("LRHKD", FRIDAY, MONDAY, first[0].pk), ("TWHK", FRIDAY, None, second[1].pk)]


def test_days_of_one_coin_follow_one_another_in_a_batch(coin, rival_coin, waiting):
    """The later day is given first, and rests on the earlier one all the same."""
    files = sound_day(MONDAY, coin.symbol)
    send(coin, files)
    later = [pk for pk in open_days() if pk not in waiting]
    judged = {(day.coin.symbol, day.as_of): day for day in advance_days([*later, *waiting])}
    assert list(judged) == [("LRHKD", FRIDAY), ("TWHK", FRIDAY), ("LRHKD", MONDAY)]
    monday = judged["LRHKD", MONDAY]
    assert monday.result["previous"]["as_of"] == FRIDAY.isoformat()
    assert assess(coin, MONDAY, seen_at=monday.opened_at)["digest"] == monday.digest


def test_days_of_too_many_lines_are_not_worked_together(coin, rival_coin, waiting, monkeypatch):
    """Each has one line held and two of the books."""
    send(coin, sound_day(MONDAY, coin.symbol))
    first, second, third = *waiting, *(pk for pk in open_days() if pk not in waiting)
    assert rounds_of([third, second, first]) == [[first, second], [third]]
    for most, together in ((6, [[first, second], [third]]), (5, [[first], [second], [third]]),
                           (1, [[first], [second], [third]])):
        monkeypatch.setattr(rounds, "MOST_LINES", most)
        assert rounds_of([third, second, first]) == together
    assert [day.pk for day in advance_days([third, second, first])] == [first, second, third]


def test_over_the_weekend_the_lines_of_friday_count(coin, rival_coin, waiting, monkeypatch):
    for each in (coin, rival_coin):
        ReserveDay.objects.create(coin=each, as_of=SUNDAY, version=1)
    sundays = [pk for pk in open_days() if pk not in waiting]
    monkeypatch.setattr(rounds, "MOST_LINES", 5)
    assert rounds_of(sundays) == [[pk] for pk in sundays]
    monkeypatch.setattr(rounds, "MOST_LINES", 6)
    assert rounds_of(sundays) == [sundays]


def test_a_corrected_day_of_a_batch_replaces_its_own_version_only(coin, rival_coin, waiting):
    advance_days(waiting)
    send_books(rival_coin, FRIDAY, "98000011.00")
    send_books(coin, FRIDAY, "100000007.00")
    assert [(day.coin.symbol, day.version) for day in advance_days(open_days())] == [("LRHKD", 2), ("TWHK", 2)]
    rows = ReserveDay.objects.order_by("coin", "version").values_list("coin__symbol", "version", "status")
    assert list(rows) == [("LRHKD", 1, "superseded"), ("LRHKD", 2, "judged"),
                          ("TWHK", 1, "superseded"), ("TWHK", 2, "judged")]


def test_a_file_that_comes_while_the_batch_is_worked_opens_its_own_day_again(coin, rival_coin, waiting):
    stated = FeedFile.objects.get(subject="TWHK", feed="holdings")
    enough = csv_bytes([holding(FRIDAY, "TWHK", market_value="100000000.00")])
    with shared_reads(coins_of_days(waiting)):
        read = reconcile_days(waiting)
        corrected = receive_file(rival_coin, "holdings", enough, filename="corrected.csv", actor=SYSTEM,
                                 supersedes=stated)
        assert (corrected.status, corrected.problems) == ("accepted", [])
        first = judge_days(waiting, read)
    assert [(day.coin.symbol, day.verdict) for day in first] == [("LRHKD", "met"), ("TWHK", "breached")]
    (again,) = advance_days(open_days())
    assert (again.coin.symbol, again.version, again.verdict) == ("TWHK", 2, "met")
    assert corrected.pk in [entry["file"] for entry in again.result["inputs"]]


def test_nothing_of_a_batch_is_left_where_one_day_cannot_be_judged(waiting, monkeypatch):
    """Both are compared again and judged each by itself: the one that can be is."""
    assess_one = stages.assess_inputs

    def fail(coin, *args, **kwargs):
        if coin.symbol == "TWHK":
            raise ZeroDivisionError
        return assess_one(coin, *args, **kwargs)

    monkeypatch.setattr(stages, "assess_inputs", fail)
    nudged = []
    monkeypatch.setattr(tasks, "nudge", lambda task, pk: nudged.append((task, pk)))
    with pytest.raises(ZeroDivisionError):
        tasks.advance_reserve_days(waiting)
    assert set(ReserveDay.objects.values_list("status", flat=True)) == {"reconciled"}
    assert (Finding.objects.count(), ReserveDaySummary.objects.count(), Breach.objects.count()) == (0, 0, 0)
    assert not AuditEvent.objects.filter(verb="reserves.day.judged").exists()
    assert nudged == [(tasks.advance_reserve_day, pk) for pk in waiting]
    assert advance_day(waiting[0]).status == "judged"
    with pytest.raises(ZeroDivisionError):
        advance_day(waiting[1])


@pytest.mark.django_db(transaction=True)
def test_a_day_that_another_worker_holds_is_left_to_it(waiting):
    with transaction.atomic():
        ReserveDay.objects.select_for_update(no_key=True).get(pk=waiting[1])
        with ThreadPoolExecutor(1) as pool:
            judged = pool.submit(elsewhere, waiting).result(timeout=60)
    assert [day.pk for day in judged] == waiting[:1]
    assert list(ReserveDay.objects.order_by("pk").values_list("status", flat=True)) == ["judged", "open"]


@pytest.mark.django_db(transaction=True)
def test_a_coin_that_another_worker_compares_is_judged_all_the_same(waiting):
    """Only days are passed over that somebody holds: a coin's row is waited for, where it is asked for at all."""
    reconcile_days(waiting)
    with transaction.atomic():
        list(Coin.objects.select_for_update(no_key=True))
        with ThreadPoolExecutor(1) as pool:
            judged = pool.submit(elsewhere, waiting).result(timeout=60)
    assert [day.pk for day in judged] == waiting


def test_the_coins_of_days_come_with_issuer_and_licences(waiting, django_assert_num_queries):
    coins = coins_of_days(waiting)
    with django_assert_num_queries(0):
        assert [coin.issuer.licence_on(FRIDAY).number for coin in coins] == ["FRS01", "FRS02"]
        assert [coin.owner_id for coin in coins] == [coin.issuer.organisation_id for coin in coins]
