"""Reading days and files: who sees what, in how many queries."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.access import SYSTEM
from core.errors import Refused
from issuers.selectors import coin_named
from reserves import selectors
from reserves.models import AcceptedInstrument, Custodian, Holding, Obligor
from reserves.selectors.accounts import AccountOn
from reserves.services.days import run_day
from reserves.services.intake import receive_file
from tests.factories import csv_bytes, holding, sound_day

THURSDAY, FRIDAY = date(2026, 11, 19), date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _clock(monkeypatch, tmp_path):
    (tmp_path / "clock").write_text("2026-11-23T12:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))


@pytest.fixture
def two_days(coin, rival_coin):
    """Two judged days of the coin and one of its rival's."""
    for each, as_of in ((coin, THURSDAY), (coin, FRIDAY), (rival_coin, FRIDAY)):
        for feed, raw in sound_day(as_of, each.symbol).items():
            receive_file(each, feed, raw, filename=f"{feed}.csv", actor=SYSTEM)
        run_day(each, as_of, actor=SYSTEM)
    return coin


def test_history_is_one_query_oldest_first(two_days, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = selectors.history(two_days)
    assert found == [(THURSDAY, Decimal("1.01010101")), (FRIDAY, Decimal("1.01010101"))]
    assert selectors.history(two_days, days=1) == found[1:]
    assert selectors.history(two_days, until=THURSDAY) == found[:1]


def test_the_reserve_watch_takes_three_queries(two_days, rival_coin, bo, django_assert_num_queries):
    assert bo.is_authority
    with django_assert_num_queries(3):
        latest = selectors.latest_days(bo)
        lines = selectors.histories([day.coin for day in latest], THURSDAY)
        shown = [(day.coin.symbol, day.as_of, day.coin.issuer.organisation.name_en, day.coin.issuer.licence.number)
                 for day in latest]
    assert shown == [("LRHKD", FRIDAY, "Lion Rock Digital Limited", "FRS01"),
                     ("TWHK", FRIDAY, "Tidewater Payments Limited", "FRS02")]
    assert [len(line) for line in lines.values()] == [2, 1]


def test_an_issuer_sees_its_own_days_and_files_only(two_days, rival_coin, ann, ian):
    assert [day.coin.symbol for day in selectors.latest_days(ann)] == ["LRHKD"]
    assert [day.as_of for day in selectors.days_of(two_days, ann)] == [FRIDAY, THURSDAY]
    assert list(selectors.days_of(two_days, ian)) == []
    assert [selectors.files_of(two_days, who).count() for who in (ann, ian)] == [6, 0]
    assert selectors.files_of(two_days, ann, FRIDAY).count() == 3


def test_a_day_is_read_with_its_account_in_one_query(two_days, django_assert_num_queries):
    with django_assert_num_queries(1):
        day = selectors.day(two_days, FRIDAY)
        assert (day.result["coin"], day.coin.issuer.organisation.slug) == ("LRHKD", "lion-rock-digital-limited")
    assert selectors.day(two_days, FRIDAY, version=2) is None


def test_neighbours_are_the_judged_days_around(two_days, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert selectors.neighbours(two_days, FRIDAY) == (THURSDAY, None)
    assert selectors.neighbours(two_days, THURSDAY - timedelta(days=5)) == (None, THURSDAY)


def test_a_coin_that_is_not_there_is_refused_in_words(coin, ian):
    assert coin_named("LRHKD", SYSTEM) == coin
    for symbol, who in (("NOPE", SYSTEM), ("LRHKD", ian)):
        with pytest.raises(Refused) as refusal:
            coin_named(symbol, who)
        assert str(refusal.value) == f"There is no coin {symbol}."


def test_reference_data_counts_when_approved_and_in_force(db, django_assert_num_queries):
    common = {"source": "Register", "status": "approved"}
    Obligor.objects.create(name="United  States", kind="government", country="US", risk_weight=Decimal("0"),
                           domestic_currency="USD", valid_from=date(2026, 1, 1), **common)
    Custodian.objects.create(name="Harbour Bank", is_licensed_bank=True, valid_from=date(2026, 1, 1),
                             valid_until=THURSDAY, **common)
    AcceptedInstrument.objects.create(instrument_id="X1", name="X", accepted=True, valid_from=date(2026, 1, 1),
                                      source="Letter", status="proposed")
    with django_assert_num_queries(1):
        known = selectors.reference_on(FRIDAY)
    assert known.obligors["united states"]["risk_weight"] == Decimal(0)
    assert isinstance(known.obligors["united states"]["risk_weight"], Decimal)
    assert (known.custodians, known.instruments) == ({}, {})
    assert selectors.reference_on(THURSDAY).custodians["harbour bank"]["is_licensed_bank"] is True


def test_of_two_rows_for_one_name_the_later_counts(db):
    for start, licensed in ((date(2026, 1, 1), True), (date(2026, 6, 1), False)):
        Custodian.objects.create(name="Harbour Bank", is_licensed_bank=licensed, valid_from=start, source="Register",
                                 status="approved")
    assert selectors.reference_on(FRIDAY).custodians["harbour bank"]["is_licensed_bank"] is False


def test_an_account_that_two_coins_share_is_counted(two_days, rival_coin, django_assert_num_queries):
    assert selectors.pools_sharing(two_days, [AccountOn("BANK-1", FRIDAY)]) == {("BANK-1", "Harbour Bank"): 1}
    assert selectors.pools_sharing(two_days, [AccountOn("BANK-1", THURSDAY)]) == {}
    both = [AccountOn("BANK-1", FRIDAY), AccountOn("BANK-1", THURSDAY), AccountOn("BANK-2", FRIDAY)]
    with django_assert_num_queries(1):
        assert selectors.pools_sharing(two_days, both) == {("BANK-1", "Harbour Bank"): 1}


def test_lines_are_stored_exactly_as_sent(coin):
    rows = [holding(FRIDAY, market_value="20000000000000000000.0001", price="99.123456789012345678", obligor="A, “B”\tC")]
    receive_file(coin, "holdings", csv_bytes(rows), filename="h.csv", actor=SYSTEM)
    line = Holding.objects.get()
    assert (line.line, line.market_value, line.price) == (
        2, Decimal("20000000000000000000.0001"), Decimal("99.123456789012345678"))
    assert (line.obligor, line.instrument_id, line.face_value, line.maturity_date) == ("A, “B”\tC", "", None, None)
