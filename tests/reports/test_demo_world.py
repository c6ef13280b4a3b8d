"""The demonstration world as computed: the same for the same arguments, in balance, and telling its story."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from stdnum import isin

from core.calendars import HongKongCalendar
from core.rulebook.periods import within_months, within_years
from reports.demo.book import Book
from reports.demo.files import files_of
from reports.demo.market import Market
from reports.demo.pool import Pool
from reports.demo.world import HOUSES, ISSUERS

SUNDAY, WEDNESDAY = date(2026, 11, 22), date(2026, 11, 18)
CALENDAR = HongKongCalendar()
PLANS = {coin.symbol: coin for issuer in ISSUERS for coin in issuer.coins}


def computed(symbol: str, *, days: int = 30, until: date = SUNDAY) -> dict[tuple[date, str, str], list[dict[str, str]]]:
    """Rows of every file of the coin, by day, feed and sender."""
    return {key: list(csv.DictReader(io.StringIO(raw.decode()))) for key, raw in raw_files(symbol, days, until).items()}


def raw_files(symbol: str, days: int, until: date) -> dict[tuple[date, str, str], bytes]:
    market = Market(PLANS[symbol].currency)
    pool = Pool(PLANS[symbol], market, CALENDAR, until - timedelta(days=days - 1), until)
    return {
        (close.as_of, file.feed, file.sender): file.raw
        for close in pool.closes() for file in files_of(PLANS[symbol], close, market)
    }


def total(rows: list[dict[str, str]], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows), Decimal(0))


def ratio_on(files, day: date, symbol: str) -> Decimal:
    """Market value over circulation, with the last statements before the day."""
    stated_on = max(on for on, feed, _ in files if feed == "holdings" and on <= day)
    held = [row for (on, feed, _), rows in files.items() if (on, feed) == (stated_on, "holdings") for row in rows]
    supply = files[day, "supply", ""]
    circulation = total(supply, "total_supply") - total(supply, "unissued") - total(supply, "pending_redemption")
    return total(held, "market_value") / circulation


@pytest.mark.parametrize("symbol", PLANS)
def test_the_same_arguments_give_the_same_bytes(symbol):
    assert raw_files(symbol, 30, SUNDAY) == raw_files(symbol, 30, SUNDAY)


def test_every_day_has_a_supply_and_every_business_day_books_and_statements():
    files = computed("KSHK")
    days = [SUNDAY - timedelta(days=back) for back in range(30)]
    assert [day for day, feed, _ in files if feed == "supply"] == sorted(days)
    first = min(days)  # a Saturday: the pool is stated on its first day, whatever day that is
    business_days = [day for day in sorted(days) if CALENDAR.is_business_day(day) or day == first]
    assert [day for day, feed, _ in files if feed == "ledger"] == business_days
    assert [(day, sender) for day, feed, sender in files if feed == "holdings"] == [
        (day, "peak-trust-bank") for day in business_days
    ]


@pytest.mark.parametrize("until", [SUNDAY, WEDNESDAY])
def test_lion_rock_falls_below_par_on_the_last_day_only(until):
    files = computed("LRHKD", until=until)
    assert Decimal("0.99619") < ratio_on(files, until, "LRHKD") < Decimal("0.99621")
    before = [ratio_on(files, until - timedelta(days=back), "LRHKD") for back in range(1, 29)]
    assert min(before) > 1


def test_lion_rocks_books_show_the_tokens_the_money_on_its_way_and_the_deposit_that_the_bank_left_out():
    files = computed("LRHKD")
    ledger = files[SUNDAY, "ledger", ""]
    friday = SUNDAY - timedelta(days=2)
    (owed,) = [row for row in ledger if row["line_ref"] == "SUB-1"]
    assert (owed["asset_class"], owed["booked_on"], owed["value_on"]) == ("settlement", "2026-11-22", "2026-11-23")
    par = [Decimal(row["book_value"]) for row in ledger if row["asset_class"] == "par_outstanding"]
    par_before = [Decimal(row["book_value"]) for row in files[friday, "ledger", ""] if row["asset_class"] == "par_outstanding"]
    assert par[0] - par_before[0] == Decimal(owed["book_value"])
    held = {(row["account_id"], row["line_ref"]) for sender in ("bauhinia-custody", "harbour-bank")
            for row in files[friday, "holdings", sender]}
    left_out = [row for row in ledger if row["asset_class"] == "term_deposit"
                and (row["account_id"], row["line_ref"]) not in held]
    assert len(left_out) == 1
    assert Decimal("0.003") < Decimal(left_out[0]["book_value"]) / par[0] < Decimal("0.004")


def test_tidewater_keeps_one_deposit_longer_than_three_months_and_is_backed():
    files = computed("TWHK")
    rows = files[date(2026, 11, 20), "holdings", "peak-trust-bank"]
    long = [row for row in rows if row["asset_class"] == "term_deposit" and not within_months(
        date.fromisoformat(row["start_date"]), date.fromisoformat(row["maturity_date"]), 3)]
    assert len(long) == 1
    assert ratio_on(files, SUNDAY, "TWHK") > Decimal("1.01")


def test_the_statements_of_outer_channels_last_two_business_days_are_missing():
    files = computed("OCHKD")
    holdings = [day for day, feed, _ in files if feed == "holdings"]
    assert max(holdings) == date(2026, 11, 18)
    assert date(2026, 11, 20) in [day for day, feed, _ in files if feed == "ledger"]


def test_more_tokens_exist_than_the_books_of_pearl_estuary_know():
    files = computed("PEHKD")
    supply, ledger = files[SUNDAY, "supply", ""], files[date(2026, 11, 20), "ledger", ""]
    circulation = total(supply, "total_supply") - total(supply, "unissued") - total(supply, "pending_redemption")
    par = total([row for row in ledger if row["asset_class"] == "par_outstanding"], "book_value")
    assert circulation - par == 1250


@pytest.mark.parametrize("symbol", PLANS)
def test_backing_stays_plausible_over_400_days(symbol):
    files = computed(symbol, days=400)
    last = max(day for day, feed, _ in files if feed == "holdings")
    ratios = [ratio_on(files, SUNDAY - timedelta(days=back), symbol) for back in range((SUNDAY - last).days + 1, 400)]
    assert Decimal("1.006") < min(ratios) < Decimal("1.03")
    assert Decimal("1.01") < max(ratios) < Decimal("1.035")


@pytest.mark.parametrize("symbol", PLANS)
def test_every_security_has_a_valid_isin_that_nobody_issued_and_falls_due_within_a_year(symbol):
    securities = [(day, row) for (day, feed, _), rows in computed(symbol, days=200).items() if feed == "holdings"
                  for row in rows if row["asset_class"] == "government_debt"]
    assert len(securities) > 1000
    for day, row in securities:
        assert isin.is_valid(row["instrument_id"])
        assert row["instrument_id"][2:6] == "0000"
        assert day < date.fromisoformat(row["maturity_date"])
        assert within_years(day, date.fromisoformat(row["maturity_date"]), 1)


def test_accounts_belong_to_one_coin_and_custodians_are_known():
    owners: dict[str, set[str]] = {}
    for symbol in PLANS:
        for (_, feed, _), rows in computed(symbol).items():
            for row in rows if feed == "holdings" else ():
                owners.setdefault(row["account_id"], set()).add(symbol)
                assert row["custodian"] in {house.name_en for house in HOUSES.values()}
    assert {len(coins) for coins in owners.values()} == {1}


def test_entries_that_do_not_balance_are_refused():
    book = Book()
    with pytest.raises(ValueError, match="do not balance"):
        book.post(("cash", 100), ("surplus", -99))
    assert book.balances == {}
