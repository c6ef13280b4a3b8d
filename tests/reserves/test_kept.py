"""Lines kept as columns: they say what the rows say, and where they are not to be had the rows are read."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from core.access import SYSTEM
from core.business_days import hong_kong_calendar
from reserves.models import LineColumns, ReserveDay
from reserves.selectors import kept
from reserves.selectors.copied import BOOKED, HELD, copied
from reserves.selectors.day_files import files_of_day
from reserves.selectors.inputs import load_inputs
from reserves.services.days import run_day
from reserves.services.intake import receive_file
from reserves.services.reconciliation import reconcile_files, reconcile_inputs
from tests.factories import csv_bytes, holding, ledger_line, par_outstanding, sound_day

FRIDAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch, tmp_path):
    (tmp_path / "clock").write_text("2026-11-23T12:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(tmp_path / "clock"))


@pytest.fixture
def files(coin):
    """The files of a day, accepted."""
    for feed, raw in sound_day(FRIDAY).items():
        receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM)
    return files_of_day(coin, FRIDAY, hong_kong_calendar())


@pytest.fixture
def copies(monkeypatch):
    """The files whose rows are read."""
    read = []

    def reading(layout, keys):
        read.extend(keys)
        return copied(layout, keys)

    monkeypatch.setattr(kept, "copied", reading)
    return read


def key_of(files, feed):
    return next(file.pk for file in files.files if file.feed == feed)


def forget():
    """Lose the columns, which the database lets nobody do row by row."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE reserves_linecolumns")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_columns_are_the_rows(files, copies):
    read = kept.read_lines(files)
    assert (copies, read.lacking) == ([], {})
    for table, layout, feed in ((read.held, HELD, "holdings"), (read.booked, BOOKED, "ledger")):
        rows = copied(layout, [key_of(files, feed)])
        assert table.to_pylist() == rows.to_pylist()
        assert len(rows) > 0
        assert table.schema == rows.schema
    assert LineColumns.objects.count() == 2


def test_securities_meet_by_columns_as_by_lines_however_their_names_are_written(coin):
    bond = {"asset_class": "government_debt", "line_ref": "", "description": "Bond"}
    names = [("037833100", "us0378331005"), ("CA1234567890", "12345 6789"), ("hk0000 000001", "HK0000000001"),
             ("", "B1"), ("US0000000001", "HK000000000001"), ("X1", "Y1")]
    holdings = [holding(FRIDAY, instrument_id=theirs, market_value=row, **bond) for row, (_, theirs) in enumerate(names, 1)]
    ledger = [ledger_line(FRIDAY, instrument_id=ours, book_value=row, **bond) for row, (ours, _) in enumerate(names, 1)]
    for feed, rows in (("holdings", holdings), ("ledger", [*ledger, par_outstanding(FRIDAY)])):
        raw = csv_bytes(rows)
        assert receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM).status == "accepted"
    calendar = hong_kong_calendar()
    later = files_of_day(coin, FRIDAY, calendar)
    compared = reconcile_files(later, coin=coin, calendar=calendar)
    assert compared == reconcile_inputs(load_inputs(later), coin=coin, calendar=calendar)
    assert compared.comparisons[0].matched == 3


def test_columns_are_never_changed(files):
    for change in (lambda rows: rows.update(sha256=""), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change(LineColumns.objects.all())
    assert LineColumns.objects.count() == 2


def test_lost_columns_are_made_again_by_the_day_that_lacks_them(coin, files, copies):
    forget()
    result = run_day(coin, FRIDAY, actor=SYSTEM)
    keys = [key_of(files, "holdings"), key_of(files, "ledger")]
    assert copies == keys
    assert list(LineColumns.objects.order_by("pk").values_list("file_id", flat=True)) == keys
    copies.clear()
    ReserveDay.objects.create(coin=coin, as_of=FRIDAY, version=2)
    again = run_day(coin, FRIDAY, actor=SYSTEM)
    assert (again["digest"], copies) == (result["digest"], [])


@pytest.mark.parametrize("wrong", ["bytes", "layout"])
def test_columns_that_do_not_fit_are_not_read(files, copies, wrong):
    holdings, ledger = key_of(files, "holdings"), key_of(files, "ledger")
    right = LineColumns.objects.get(file=holdings)
    other = LineColumns.objects.get(file=ledger)
    forget()
    columns = bytes(right.columns)[:-1] + b"?" if wrong == "bytes" else other.columns
    digest = right.sha256 if wrong == "bytes" else other.sha256
    LineColumns.objects.create(file_id=holdings, sha256=digest, columns=columns)
    LineColumns.objects.create(file_id=ledger, sha256=other.sha256, columns=other.columns)
    read = kept.read_lines(files)
    assert (copies, read.lacking) == ([holdings], {holdings: HELD})
    assert read.held.to_pylist() == copied(HELD, [holdings]).to_pylist()


def test_a_file_of_very_many_lines_is_read_from_its_rows(coin, files, copies, monkeypatch):
    forget()
    monkeypatch.setattr("reserves.services.kept.MOST_LINES", 0)
    run_day(coin, FRIDAY, actor=SYSTEM)
    assert (copies, LineColumns.objects.count()) == ([key_of(files, "holdings"), key_of(files, "ledger")], 0)
