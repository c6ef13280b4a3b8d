"""Workbooks and archives that we write: the same bytes for the same rows, nothing that runs, no name that leads out."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.archives import LONGEST_NAME, safe_name, write_archive
from core.workbook import write_workbook

ROWS = [
    ["name", "amount"], ["=1+1", Decimal("12.50")], ["@x", -3], ["<&>\x00\x0b", Decimal("12345678901234567.89")],
    ["\u9999", None], ["007", True], [" a ", Decimal("0.00")],
]


def test_a_workbook_is_read_back_as_it_was_written(tmp_path):
    write_workbook(tmp_path / "a.xlsx", [("rows/of", ROWS), ("more", [["x"]])])
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["rows of", "more"]
    assert [[cell.value for cell in row] for row in book["rows of"]] == [
        ["name", "amount"], ["'=1+1", 12.5], ["'@x", -3], ["<&>\ufffd\ufffd", "12345678901234567.89"], ["\u9999", None],
        ["007", "True"], [" a ", 0],
    ]
    assert all(cell.data_type != "f" for row in book["rows of"] for cell in row)


def test_equal_rows_give_equal_bytes(tmp_path):
    for name in "ab":
        write_workbook(tmp_path / name, [("rows", ROWS)])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert {entry.date_time for entry in zipfile.ZipFile(tmp_path / "a").infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    "given_name, name",
    [("holdings.csv", "holdings.csv"), ("../../etc/passwd", "_.._etc_passwd"), ("..", "file"), ("", "file"),
     ("C:\\x\\a.csv", "C__x_a.csv"), ("con.csv", "_con.csv"), ("a\x00b\u202e.csv", "a_b_.csv"), (" .hid", "hid"),
     ("a" * 300 + ".csv", "a" * 116 + ".csv"), ("\u5132\u5099.csv", "\u5132\u5099.csv"), ("/", "file")],
)
def test_a_name_is_made_safe(given_name, name):
    assert safe_name(given_name) == name


@given(st.text())
def test_no_name_leads_out_of_its_folder(text):
    name = safe_name(text)
    assert name
    assert name not in (".", "..")
    assert not set(name) & set('/\\:\x00*?"<>|')
    assert len(name.encode()) <= LONGEST_NAME
    assert safe_name(name) == name


def test_an_archive_is_sorted_and_refuses_names_that_lead_out_or_come_twice(tmp_path):
    (tmp_path / "large").write_bytes(b"z" * 3_000_000)
    for name in ("one", "two"):
        write_archive(tmp_path / name, iter([("b/x.txt", b"1"), ("a.txt", tmp_path / "large")]))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    with zipfile.ZipFile(io.BytesIO((tmp_path / "one").read_bytes())) as archive:
        assert archive.namelist() == ["a.txt", "b/x.txt"]
        assert archive.read("a.txt") == b"z" * 3_000_000
    for names in (["../x"], ["/x"], ["a/./b"], ["a\\b"], ["", "b"], ["A.txt", "a.TXT"]):
        with pytest.raises(ValueError):
            write_archive(tmp_path / "bad", [(name, b"") for name in names])
    assert not (tmp_path / "bad").exists()
