"""A CSV file is read whole and exactly, or refused with everything that is wrong with it."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.problems import MAX_PROBLEMS
from core.tables import Column, read_table

COLUMNS = (
    Column("day", "date", required=True),
    Column("name", "text", required=True, max_length=20),
    Column("kind", "choice", choices=("red", "blue")),
    Column("currency", "currency"),
    Column("amount", "decimal"),
    Column("tokens", "decimal", places=18, max_digits=38, minimum=0),
    Column("count", "integer", minimum=0),
    Column("at", "datetime"),
)


def read(text, filename="lines.csv", **limits):
    return read_table(text if isinstance(text, bytes) else text.encode(), filename=filename, columns=COLUMNS, **limits)


def refused(parsed):
    return [(problem.rule, problem.row, problem.column, problem.value) for problem in parsed.problems]


def one(column, text):
    """The problems of a single cell, or its value."""
    parsed = read(f'day,name,{column}\n2026-11-20,a,"{text}"\n')
    return parsed.rows[0][column] if parsed.ok else [problem.rule for problem in parsed.problems]


def test_every_kind_arrives_as_its_type_and_what_is_not_given_as_none():
    parsed = read(
        "day,name,kind,currency,amount,tokens,count,at\n"
        "2026-11-20,Vault,red,HKD,-12.3400,1.000000000000000001,7,2026-11-20T23:59:59+08:00\n"
        "2026-11-21,銀行,,,,,,\n"
    )
    assert parsed.ok
    assert [row.line for row in parsed.rows] == [2, 3]
    assert parsed.rows[0].values == {
        "day": date(2026, 11, 20),
        "name": "Vault",
        "kind": "red",
        "currency": "HKD",
        "amount": Decimal("-12.3400"),
        "tokens": Decimal("1.000000000000000001"),
        "count": 7,
        "at": datetime(2026, 11, 20, 23, 59, 59, tzinfo=timezone(timedelta(hours=8))),
    }
    assert set(parsed.rows[1].values) == {column.name for column in COLUMNS}
    assert [value for value in parsed.rows[1].values.values() if value is not None] == [date(2026, 11, 21), "銀行"]


def test_order_of_columns_is_free_and_columns_left_out_are_none():
    parsed = read("name,amount,day\nVault,1,2026-11-20\n")
    assert parsed.ok
    assert parsed.rows[0].cells == (date(2026, 11, 20), "Vault", None, None, Decimal(1), None, None, None)


def test_byte_order_mark_windows_line_ends_and_a_last_line_without_end_are_fine():
    parsed = read("\ufeffday,name\r\n2026-11-20,Vault")
    assert parsed.ok
    assert parsed.rows[0]["name"] == "Vault"


def test_a_record_is_one_row_however_many_lines_of_text_it_spans():
    parsed = read('day,name,amount\n2026-11-20,"Vault,\nCentral",1\n2026-11-20,b,x\n')
    assert parsed.rows[0]["name"] == "Vault,\nCentral"
    assert refused(parsed) == [("unreadable_amount", 3, "amount", "x")]


def test_blank_rows_carry_nothing_but_are_counted():
    parsed = read("day,name\n\n,\n2026-11-20,Vault\n2026-11-20,\n")
    assert [row.line for row in parsed.rows] == [4, 5]
    assert refused(parsed) == [("missing_value", 5, "name", "")]


def test_spaces_around_a_cell_are_not_part_of_it():
    assert one("kind", " red ") == "red"


@pytest.mark.parametrize(
    ("column", "text", "rule"),
    [
        ("amount", "1,000.00", "unreadable_amount"),
        ("amount", "1e6", "unreadable_amount"),
        ("amount", "HKD 5", "unreadable_amount"),
        ("amount", ".5", "unreadable_amount"),
        ("amount", "5.", "unreadable_amount"),
        ("amount", "+5", "unreadable_amount"),
        ("amount", "NaN", "unreadable_amount"),
        ("amount", "Infinity", "unreadable_amount"),
        ("amount", "１２", "unreadable_amount"),
        ("amount", "1_000", "unreadable_amount"),
        ("amount", "0.00001", "too_many_places"),
        ("amount", "123456789012345678901", "too_many_digits"),
        ("amount", "=1+1", "formula"),
        ("tokens", "-1", "negative"),
        ("count", "-1", "negative"),
        ("count", "1.0", "unreadable_integer"),
        ("count", "9999999999999999999", "too_many_digits"),
        ("day", "2026-11-20", "duplicate_column"),
        ("at", "2026-11-20", "unreadable_datetime"),
        ("at", "2026-11-20T10:00:00", "datetime_without_zone"),
        ("kind", "Red", "unknown_choice"),
        ("currency", "hkd", "unknown_currency"),
        ("currency", "XXX", "unknown_currency"),
        ("currency", "BTC", "unknown_currency"),
    ],
)
def test_a_cell_that_is_not_certain_is_refused_by_name(column, text, rule):
    assert one(column, text) == [rule]


@pytest.mark.parametrize("text", ["20261120", "2026-2-3", "20/11/2026", "2026-02-30", "2026-W47-5", "today"])
def test_only_iso_dates_are_dates(text):
    assert refused(read(f"day,name\n{text},a\n")) == [("unreadable_date", 2, "day", text)]


def test_a_day_that_cannot_be_meant_is_refused_with_the_range_that_can():
    parsed = read("day,name\n0026-11-20,a\n")
    assert refused(parsed) == [("implausible", 2, "day", "0026-11-20")]
    assert "1970-01-01" in parsed.problems[0].fix()


@pytest.mark.parametrize("text", ["=cmd", "@cmd", "+A1", "-2+3", "=1"])
def test_text_that_a_spreadsheet_would_run_is_refused_naming_the_cell(text):
    parsed = read(f"day,name\n2026-11-20,{text}\n")
    assert refused(parsed) == [("formula", 2, "name", text)]
    assert parsed.problems[0].message() == "Cell B2 holds a spreadsheet formula."


@pytest.mark.parametrize("text", ["-5", "+5", "-", "a=b", "1+1"])
def test_text_that_only_looks_a_little_like_a_formula_is_text(text):
    assert read(f"day,name\n2026-11-20,{text}\n").rows[0]["name"] == text


def test_zeros_that_say_nothing_are_no_reason_to_refuse():
    assert one("amount", "1.500000") == Decimal("1.5")
    assert one("amount", "000000000000000000000001.5") == Decimal("1.5")


@given(st.decimals(min_value=Decimal(-(10**20)), max_value=Decimal(10**20), places=4, allow_nan=False))
def test_no_digit_of_an_amount_is_lost(amount):
    if abs(amount) < 10**20:
        assert one("amount", f"{amount:f}") == amount


@given(st.text(max_size=20))
def test_no_text_makes_the_reader_fail(text):
    parsed = read(("day,name\n2026-11-20," + text).encode("utf-8", "replace"))
    assert parsed.ok or parsed.problem_count >= 1


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail(raw):
    for filename in ("a.csv", "a.xlsx"):
        assert read(raw, filename).problem_count >= 1
    assert read(b"day,name\n" + raw).problem_count >= 0


def test_all_problems_are_told_at_once_in_the_order_of_the_rows():
    parsed = read("day,nmae,amount\nx,a,1\n2026-11-20,b,y\n2026-11-20,c\n")
    assert refused(parsed) == [
        ("unknown_column", 1, "nmae", "nmae"),
        ("missing_column", 1, "name", ""),
        ("unreadable_date", 2, "day", "x"),
        ("unreadable_amount", 3, "amount", "y"),
        ("wrong_cell_count", 4, "", ""),
    ]


def test_the_first_thousand_problems_are_kept_and_all_are_counted():
    parsed = read("day,name\n" + "x,\n" * 10_000)
    assert len(parsed.problems) == MAX_PROBLEMS
    assert parsed.problem_count == 20_000


@pytest.mark.parametrize(
    ("raw", "filename", "rule", "row"),
    [
        (b"", "a.csv", "empty_file", None),
        (b"day,name\n", "a.csv", "no_rows", None),
        (b"day,name\n,\n", "a.csv", "no_rows", None),
        (b"\nday,name\n", "a.csv", "no_header", 1),
        (b"day;name\n2026-11-20;a\n", "a.csv", "wrong_separator", 1),
        (b"day,,name\n2026-11-20,,a\n", "a.csv", "blank_column_name", 1),
        (b"day,name,day\n2026-11-20,a,2026-11-20\n", "a.csv", "duplicate_column", 1),
        (b'day,name\n2026-11-20,"a\n', "a.csv", "quote_not_closed", 2),
        (b'day,name\n2026-11-20,"a"b\n', "a.csv", "quote_not_closed", 2),
        (b"day,name\n2026-11-20,caf\xe9\n", "a.csv", "not_utf8", 2),
        ("day,name\n2026-11-20,a\n".encode("utf-16"), "a.csv", "not_utf8", 1),
        (b"day,name\n2026-11-20,a\0\n", "a.csv", "nul_byte", 2),
        (b"day,name\n2026-11-20,a\x07b\n", "a.csv", "control_character", 2),
        (b"day,name\n2026-11-20," + b"a" * 200_000, "a.csv", "cell_too_long", 2),
        (b"," * 5_000, "a.csv", "too_many_columns", 1),
        (b"day,name\n2026-11-20,a\n", "a.txt", "unknown_file_type", None),
        (b"day,name\n2026-11-20,a\n", "a.xlsm", "unknown_file_type", None),
        (b"day,name\n2026-11-20,a\n", "a.xlsx", "not_what_name_says", None),
        (b"%PDF-1.7\n", "a.csv", "not_what_name_says", None),
        (b"\n <!DOCTYPE html><html>", "a.csv", "not_what_name_says", None),
        (b"PK\x03\x04rest", "a.csv", "not_what_name_says", None),
        (b"\x1f\x8b\x08rest", "a.csv", "not_what_name_says", None),
        (b'{"day": 1}', "a.csv", "not_what_name_says", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old Excel", "a.xlsx", "not_what_name_says", None),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(raw, filename, rule, row):
    parsed = read(raw, filename)
    assert [(problem.rule, problem.row, problem.file) for problem in parsed.problems] == [(rule, row, filename)]
    assert parsed.problems[0].message()
    assert parsed.problems[0].fix()


def test_a_file_over_the_limits_is_refused():
    text = "day,name\n" + "2026-11-20,a\n" * 5_000
    assert read(text, max_bytes=1_000_000, max_rows=5_000).ok
    assert refused(read(text, max_bytes=60_000)) == [("too_large", None, "", "")]
    assert refused(read(text, max_rows=4_999)) == [("too_many_rows", None, "", "")]


def test_distinct_values_come_in_order_of_appearance():
    parsed = read("day,name\n2026-11-20,b\n2026-11-20,a\n2026-11-21,b\n")
    assert parsed.distinct("name") == ("b", "a")
    assert parsed.distinct("kind") == ()


def test_a_moment_may_be_given_in_utc():
    assert one("at", "2026-11-20T15:59:59Z") == datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC)
