"""The first sheet of a workbook is read digit by digit; what could change under its reader is refused."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.storednumbers import exact
from core.tablefile import CellRefused, column_letters
from core.tables import Column, read_table
from tests.core.workbooks import CUSTOM_DAY, DAY, GENERAL, PERCENT, formula, number, sheet, text, workbook

COLUMNS = (
    Column("day", "date", required=True),
    Column("name", "text"),
    Column("amount", "decimal"),
    Column("count", "integer"),
    Column("at", "datetime"),
)
HEADER = [text("day"), text("name"), text("amount")]
DAY_20 = number("46346", DAY)  # 2026-11-20


def read(raw, filename="book.xlsx"):
    return read_table(raw, filename=filename, columns=COLUMNS)


def rules(parsed):
    return [problem.rule for problem in parsed.problems]


def amount(cell):
    parsed = read(workbook(sheet(HEADER, [DAY_20, text("a"), cell])))
    return parsed.rows[0]["amount"] if parsed.ok else rules(parsed)


def test_the_first_sheet_in_the_order_of_tabs_is_read():
    parsed = read(workbook(sheet(HEADER, [DAY_20, text("Vault"), number("12.5")])))
    assert parsed.ok
    assert parsed.sheet == "Holdings"
    assert [(row.line, row.cells[:3]) for row in parsed.rows] == [(2, (date(2026, 11, 20), "Vault", Decimal("12.5")))]


@pytest.mark.parametrize(
    ("digits", "meant"),
    [
        ("0.28999999999999998", "0.29"),  # as Excel stores 0.29
        ("666.1799999999999", "666.18"),  # as a writer with 16 digits stores 666.18
        ("59147592128", "59147592128"),
        ("1.25E+9", "1250000000"),
        ("999999999999.99", "999999999999.99"),
        ("-12", "-12"),
    ],
)
def test_a_number_is_what_was_typed(digits, meant):
    assert amount(number(digits)) == Decimal(meant)


@pytest.mark.parametrize("digits", ["1000000000000000.001", "12345678901234567.89", "0.10000000000000000001"])
def test_a_number_with_more_digits_than_a_spreadsheet_keeps_is_refused(digits):
    assert amount(number(digits)) == ["amount_not_exact"]


def test_an_amount_typed_as_text_keeps_all_its_digits():
    assert amount(text("12345678901234567890.1234")) == Decimal("12345678901234567890.1234")


@given(st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1), st.integers(min_value=0, max_value=8))
def test_what_is_typed_survives_every_way_of_storing_it(digits, places):
    typed = Decimal(digits).scaleb(-places)
    binary = float(typed)
    for stored in (repr(binary), f"{binary:.17g}", f"{binary:.16g}", f"{binary:.15g}"):
        assert exact(stored) == typed


def test_a_number_that_was_not_typed_is_refused_and_never_rounded():
    with pytest.raises(CellRefused, match="amount_not_exact"):
        exact("0.1234567890123456")


def test_a_formula_is_refused_by_the_name_of_its_cell_and_its_last_result_is_not_used():
    parsed = read(workbook(sheet(HEADER, [DAY_20, text("a"), formula("SUM(A1:A9)", "5")])))
    assert [(problem.rule, problem.row) for problem in parsed.problems] == [("formula", 2)]
    assert parsed.problems[0].message() == "Cell C2 holds a spreadsheet formula."
    assert parsed.rows[0]["amount"] is None


def test_an_error_value_is_refused_by_the_name_of_its_cell():
    parsed = read(workbook(sheet(HEADER, [DAY_20, '<c t="e"><v>#N/A</v></c>', number("1")])))
    assert rules(parsed) == ["error_cell"]
    assert parsed.problems[0].message() == "Cell B2 holds the spreadsheet error #N/A."


@pytest.mark.parametrize("style", [DAY, CUSTOM_DAY])
def test_a_number_shown_as_a_date_is_a_date(style):
    parsed = read(workbook(sheet(HEADER, [number("46346", style)])))
    assert parsed.ok
    assert parsed.rows[0]["day"] == date(2026, 11, 20)


def test_days_are_counted_from_1904_if_the_workbook_says_so():
    parsed = read(workbook(sheet(HEADER, [number("44884", DAY)]), properties='<workbookPr date1904="1"/>'))
    assert parsed.rows[0]["day"] == date(2026, 11, 20)


@pytest.mark.parametrize("cell", [number("46346", GENERAL), number("46346", PERCENT), number("46346.5", DAY)])
def test_a_number_that_is_not_plainly_a_day_is_not_guessed_to_be_one(cell):
    assert rules(read(workbook(sheet(HEADER, [cell])))) == ["unreadable_date"]


def test_a_date_where_text_or_an_amount_belongs_is_refused():
    parsed = read(workbook(sheet(HEADER, [DAY_20, DAY_20, DAY_20])))
    assert sorted(rules(parsed)) == ["date_as_text", "unreadable_amount"]


def test_a_whole_number_may_be_an_account_number_but_a_broken_one_may_not():
    parsed = read(workbook(sheet(HEADER, [DAY_20, number("1234567890")], [DAY_20, number("1.1")])))
    assert parsed.rows[0]["name"] == "1234567890"
    assert [(problem.rule, problem.row) for problem in parsed.problems] == [("number_as_text", 3)]


def test_a_moment_needs_a_zone_which_a_spreadsheet_date_never_has():
    parsed = read(workbook(sheet([text("day"), text("at")], [DAY_20, number("46346.75", DAY)])))
    assert rules(parsed) == ["datetime_without_zone"]


def test_rows_and_cells_that_are_left_out_are_empty():
    body = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>day</t></is></c><c r="C1" t="inlineStr"><is><t>amount</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>name</t></is></c></row>'
    )
    assert rules(read(workbook(sheet().replace("<sheetData>", "<sheetData>" + body)))) == ["broken_workbook"]
    body = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>day</t></is></c><c r="B1" t="inlineStr"><is><t>amount</t></is></c>'
        '<c r="Z1" s="1"/></row><row r="7"><c r="A7" s="1"><v>46346</v></c></row>'
    )
    parsed = read(workbook(sheet().replace("<sheetData>", "<sheetData>" + body)))
    assert parsed.ok
    assert [(row.line, row["amount"]) for row in parsed.rows] == [(7, None)]


def test_a_cell_beyond_the_header_row_is_refused():
    assert rules(read(workbook(sheet([text("day")], [DAY_20, text("stray")])))) == ["wrong_cell_count"]


def test_shared_strings_lose_their_reading_aids():
    strings = (
        "<sst><si><t>day</t></si><si><r><t>na</t></r><r><t>me</t></r></si>"
        "<si><t>銀行</t><rPh sb='0' eb='2'><t>ngan hong</t></rPh></si></sst>"
    )
    cells = [f'<c t="s"><v>{index}</v></c>' for index in range(3)]
    parsed = read(workbook(sheet(cells[:2], [DAY_20, cells[2]]), extra={"xl/sharedStrings.xml": strings}))
    assert parsed.ok
    assert parsed.rows[0]["name"] == "銀行"


def test_a_workbook_of_a_common_writer_is_read():
    book = openpyxl.Workbook()
    book.active.title = "Positions"
    book.active.append(["day", "name", "amount", "count"])
    book.active.append([date(2026, 11, 20), "T-bill, 91 days", 0.29, 3])
    book.active.append([date(2026, 11, 20), None, 59147592128.07, None])
    stream = io.BytesIO()
    book.save(stream)
    parsed = read(stream.getvalue())
    assert parsed.ok
    assert parsed.sheet == "Positions"
    assert [row.cells[1:4] for row in parsed.rows] == [
        ("T-bill, 91 days", Decimal("0.29"), 3),
        (None, Decimal("59147592128.07"), None),
    ]


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE worksheet [<!ENTITY a "1">]>',
        '<!DOCTYPE worksheet SYSTEM "file:///etc/passwd">',
    ],
)
def test_a_document_type_is_refused_before_anything_of_it_is_used(prolog):
    parsed = read(workbook(sheet(HEADER, [DAY_20], prolog=prolog)))
    assert rules(parsed) == ["doctype"]
    assert len(parsed.rows) == 0
    for part in ("xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "_rels/.rels"):
        assert rules(read(workbook(sheet(HEADER, [DAY_20]), extra={part: prolog + "<worksheet/>"}))) == ["doctype"]


def test_a_workbook_that_unpacks_to_absurd_sizes_is_refused_unread():
    bomb = workbook(sheet(HEADER, [DAY_20]), extra={"xl/media/image1.bmp": "0" * 5_000_000})
    assert len(bomb) < 20_000
    assert rules(read(bomb)) == ["zip_bomb"]


def test_a_workbook_with_a_password_is_told_from_a_broken_one():
    good = workbook(sheet(HEADER, [DAY_20]))
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    assert rules(read(locked)) == ["encrypted_file"]
    directory = good.rindex(b"PK\x01\x02")
    assert rules(read(good[: directory + 8] + b"\x01" + good[directory + 9 :])) == ["encrypted_file"]
    assert rules(read(good[: len(good) // 2])) == ["broken_workbook"]
    damaged = bytearray(good)
    damaged[60:90] = bytes(30)
    assert rules(read(bytes(damaged))) == ["broken_workbook"]


@pytest.mark.parametrize(
    "sheet_xml",
    ["", "<worksheet><sheetData><row", "<worksheet><row r='2'/><row r='1'/></worksheet>", "plain text",
     "<worksheet><row><c t='s'><v>5</v></c></row></worksheet>", "<worksheet><row><c r='A$1'><v>5</v></c></row></worksheet>"],
)
def test_a_sheet_that_is_not_one_is_refused(sheet_xml):
    assert rules(read(workbook(sheet_xml))) == ["broken_workbook"]


def test_any_other_zip_is_not_a_workbook():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("letter.txt", "hello")
    assert rules(read(stream.getvalue())) == ["broken_workbook"]
    assert rules(read(stream.getvalue(), "a.csv")) == ["not_what_name_says"]
    assert rules(read(workbook(sheet(HEADER, [DAY_20])), "a.csv")) == ["not_what_name_says"]


def test_a_workbook_without_rows_is_empty():
    assert rules(read(workbook(sheet()))) == ["empty_file"]
    assert rules(read(workbook(sheet(HEADER)))) == ["no_rows"]


@pytest.mark.parametrize(("position", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_a_spreadsheet_names_them(position, letters):
    assert column_letters(position) == letters
