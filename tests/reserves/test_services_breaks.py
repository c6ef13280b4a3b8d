"""Differences carried from day to day as breaks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.access import SYSTEM
from reserves import selectors
from reserves.models import Break, BreakDay
from reserves.selectors.breaks import breaks_on
from reserves.services import stages
from reserves.services.assessment import assess
from reserves.services.days import run_day
from reserves.services.intake import receive_file
from tests.factories import csv_bytes, holding, ledger_line, par_outstanding, sound_day

TUESDAY = date(2026, 11, 17)
WEDNESDAY, THURSDAY, FRIDAY = (TUESDAY + timedelta(days=n) for n in (1, 2, 3))


@pytest.fixture(autouse=True)
def _clock(monkeypatch, tmp_path):
    (tmp_path / "clock").write_text("2026-11-23T12:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))


@pytest.fixture(autouse=True)
def _what_is_carried_is_what_is_read(monkeypatch):
    """Judging takes the breaks of the day from the comparison: they are those that are on record."""
    carry = stages.carry_breaks

    def carrying(found):
        standing = carry(found)
        assert standing == [breaks_on(day.coin, day.as_of) for day, _ in found]
        return standing

    monkeypatch.setattr(stages, "carry_breaks", carrying)


def books(as_of: date, value: str) -> bytes:
    return csv_bytes([ledger_line(as_of, book_value=value), par_outstanding(as_of)])


def run(coin, as_of: date, value: str = "100000000.00", corrects=None) -> dict:
    """Send the day's files with the given book value, or only corrected books, and run the day."""
    files = sound_day(as_of) | {"ledger": books(as_of, value)}
    sent = {}
    for feed in ("ledger",) if corrects else files:
        sent[feed] = receive_file(coin, feed, files[feed], filename=f"{feed}.csv", actor=SYSTEM, supersedes=corrects)
        assert sent[feed].status == "accepted", sent[feed].problems
    return run_day(coin, as_of, actor=SYSTEM) | {"ledger": sent["ledger"]}


def shown(result: dict) -> list[tuple]:
    return [(found["reference"], found["state"], found["age_business_days"], found["difference"])
            for found in result["breaks"]]


def test_a_difference_that_stays_is_one_break_that_ages(coin):
    first, second = run(coin, WEDNESDAY, "99999000.00"), run(coin, THURSDAY, "99998500.00")
    standing = Break.objects.get()
    assert shown(first) == [(standing.reference, "new", 0, "-1000.00")]
    assert shown(second) == [(standing.reference, "carried", 1, "-1500.00")]
    assert standing.reference.startswith("B-2611-")
    assert (standing.opened_on, standing.resolved_on, BreakDay.objects.count()) == (WEDNESDAY, None, 2)


def test_a_difference_that_is_gone_is_resolved_on_that_day(coin):
    run(coin, WEDNESDAY, "99999000.00")
    result = run(coin, THURSDAY)
    standing = Break.objects.get()
    assert (standing.resolved_on, result["breaks"], result["resolved_breaks"]) == (THURSDAY, [], [standing.reference])


def test_a_difference_that_comes_back_is_a_new_break(coin):
    for as_of, value in ((TUESDAY, "99999000.00"), (WEDNESDAY, "100000000.00"), (THURSDAY, "99999000.00")):
        result = run(coin, as_of, value)
    assert list(Break.objects.values_list("opened_on", "resolved_on")) == [(TUESDAY, WEDNESDAY), (THURSDAY, None)]
    assert [found["state"] for found in result["breaks"]] == ["new"]


def test_a_day_judged_again_with_the_difference_back_reopens_the_same_break(coin):
    run(coin, WEDNESDAY, "99999000.00")
    resolved = run(coin, THURSDAY)
    again = run(coin, THURSDAY, "99999000.00", corrects=resolved["ledger"])
    standing = Break.objects.get()
    assert (standing.resolved_on, shown(again), again["resolved_breaks"]) == (
        None, [(standing.reference, "carried", 1, "-1000.00")], [])


def test_an_old_day_judged_again_leaves_what_later_days_found(coin):
    old = run(coin, TUESDAY, "99999000.00")
    run(coin, WEDNESDAY, "99999000.00")
    again = run(coin, TUESDAY, corrects=old["ledger"])
    standing = Break.objects.get()
    assert (again["breaks"], again["version"]) == ([], 2)
    assert (standing.opened_on, standing.resolved_on) == (TUESDAY, None)


def test_a_difference_found_late_on_an_old_day_ends_where_the_next_day_is_without(coin):
    old = run(coin, TUESDAY)
    run(coin, WEDNESDAY)
    again = run(coin, TUESDAY, "99999000.00", corrects=old["ledger"])
    standing = Break.objects.get()
    assert (standing.opened_on, standing.resolved_on) == (TUESDAY, WEDNESDAY)
    assert shown(again) == [(standing.reference, "new", 0, "-1000.00")]


def test_a_difference_found_late_on_an_old_day_joins_the_break_of_the_next_day(coin):
    old = run(coin, TUESDAY)
    run(coin, WEDNESDAY, "99999000.00")
    again = run(coin, TUESDAY, "99999000.00", corrects=old["ledger"])
    standing = Break.objects.get()
    assert (standing.opened_on, standing.resolved_on) == (TUESDAY, None)
    assert shown(again) == [(standing.reference, "new", 0, "-1000.00")]


def test_books_that_are_missing_resolve_nothing(coin):
    run(coin, WEDNESDAY, "99999000.00")
    files = sound_day(THURSDAY)
    for feed in ("holdings", "supply"):
        receive_file(coin, feed, files[feed], filename=f"{feed}.csv", actor=SYSTEM)
    result = run_day(coin, THURSDAY, actor=SYSTEM)
    assert {found["state"] for found in result["comparisons"]} == {"no_data"}
    assert Break.objects.get().resolved_on is None


def test_a_difference_that_was_never_stored_has_no_reference(coin):
    files = sound_day(FRIDAY) | {"ledger": books(FRIDAY, "99999000.00")}
    for feed, raw in files.items():
        receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM)
    assert shown(assess(coin, FRIDAY)) == [(None, "new", 0, "-1000.00")]
    assert Break.objects.count() == 0


def test_par_that_differs_from_supply_is_a_break_of_its_own(coin):
    files = sound_day(FRIDAY) | {"ledger": csv_bytes([ledger_line(FRIDAY), par_outstanding(FRIDAY, value="98000000")])}
    for feed, raw in files.items():
        receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM)
    (found,) = run_day(coin, FRIDAY, actor=SYSTEM)["breaks"]
    assert (found["comparison"], found["left"], found["right"], found["difference"]) == (
        "par_supply", "98000000.00", "99000000.00", "-1000000.00")


def test_a_position_that_only_the_custodian_knows_is_named(coin):
    rows = [holding(FRIDAY), holding(FRIDAY, line_ref="D9", market_value="5.00")]
    for feed, raw in (sound_day(FRIDAY) | {"holdings": csv_bytes(rows)}).items():
        receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM)
    (found,) = run_day(coin, FRIDAY, actor=SYSTEM)["breaks"]
    assert (found["cause"], found["account_id"], found["line_ref"]) == ("missing_in_books", "BANK-1", "D9")


def test_breaks_of_a_coin_are_seen_by_its_issuer_only(coin, ann, ian, bo):
    run(coin, WEDNESDAY, "99999000.00")
    assert [selectors.breaks_of(coin, who).count() for who in (ann, bo, ian)] == [1, 1, 0]
    run(coin, THURSDAY)
    assert (selectors.breaks_of(coin, ann).count(), selectors.breaks_of(coin, ann, open_only=True).count()) == (1, 0)
