"""Rows that wait in a temporary file come back as they went in, and are what COPY takes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cells import Column
from core.tablerows import NULL, Rows
from core.tables import read_table

COLUMNS = (
    Column("name", "text"), Column("day", "date"), Column("at", "datetime"), Column("amount", "decimal"),
    Column("count", "integer"), Column("currency", "currency"),
)
cells = st.tuples(
    st.none() | st.text("ab\\N\t\n\r éx", max_size=8),
    st.none() | st.dates(date(1970, 1, 1), date(2200, 1, 1)),
    st.none() | st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=4),
    st.none() | st.integers(-(10**17), 10**17),
    st.none() | st.sampled_from(["HKD", "USD"]),
)


@given(batches=st.lists(st.lists(cells, max_size=5), max_size=6), in_memory=st.integers(0, 12))
@settings(deadline=None)
def test_rows_come_back_wherever_they_waited(batches, in_memory):
    rows, line = Rows(COLUMNS, in_memory=in_memory), 2
    for batch in batches:
        rows.append_batch(range(line, line + len(batch)), batch)
        line += len(batch)
    expected = [row for batch in batches for row in batch]
    assert [row.cells for row in rows] == expected
    assert [row.line for row in rows] == list(range(2, line))
    assert len(rows) == len(expected)
    for position, name in enumerate(rows.names):
        assert list(rows.column(name)) == [row[position] for row in expected]
    if expected:
        assert (rows[0].cells, rows[-1].cells) == (expected[0], expected[-1])
        assert [row.cells for row in rows[1:]] == expected[1:]
    with pytest.raises(IndexError):
        rows[len(expected)]


def test_texts_are_what_copy_takes():
    rows = Rows(COLUMNS, in_memory=1)
    rows.append_batch([2, 3], [("a\tb\\N", date(2026, 11, 20), None, Decimal("1.50"), 7, "HKD"),
                               (None, None, None, None, None, None)])
    rows.append_batch([4], [(r"\N", None, None, Decimal("-0.0001"), 0, "USD")])
    found = [(start, columns) for start, columns in rows.texts(("name", "amount"))]
    assert found == [(0, [["a\\tb\\\\N", NULL], ["1.50", NULL]]), (2, [["\\\\N"], ["-0.0001"]])]


def test_a_file_on_disk_reads_as_its_bytes_do(tmp_path):
    raw = b"name,amount\n" + b"".join(b"n%d,%d.5\n" % (number, number) for number in range(30_000))
    path = tmp_path / "t.csv"
    path.write_bytes(raw)
    columns = (Column("name"), Column("amount", "decimal"))
    one, other = (read_table(source, filename="t.csv", columns=columns) for source in (raw, path))
    assert one.ok
    assert other.ok
    assert [row.cells for row in one.rows] == [row.cells for row in other.rows]
    assert other.rows[29_999].values == {"name": "n29999", "amount": Decimal("29999.5")}


@pytest.mark.parametrize("raw, rule, row", [
    (b"name\n" + b"a\n" * 600_000 + b"\xff\n", "not_utf8", 600_002),
    (b"name\n" + b"a\n" * 600_000 + b"\0\n", "nul_byte", 600_002),
    (b"name\n" + "é\n".encode() * 400_000 + b"\xc3", "not_utf8", 400_002),
])
def test_what_is_no_text_is_found_in_the_block_where_it_stands(raw, rule, row):
    [problem] = read_table(raw, filename="t.csv", columns=(Column("name"),)).problems
    assert (problem.rule, problem.row) == (rule, row)


def test_a_line_that_comes_twice_is_found_among_many():
    from reserves.parsers import entries

    head = "as_of,account_id,entry_ref,booked_on,value_on,amount,currency\n"
    lines = [f"2026-11-20,A,R{number},2026-11-20,2026-11-20,1,HKD\n" for number in range(30_000)]
    parsed = entries.parse("".join([head, *lines, lines[17]]).encode(), filename="e.csv")
    assert [(problem.rule, problem.row, problem.params["first_row"]) for problem in parsed.problems] == [
        ("duplicate_line", 30_002, 19)]
