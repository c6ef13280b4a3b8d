"""Tables that are too long to print: attached at 501 rows and not at 500, with what they were made from."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import openpyxl
import pikepdf
import pytest

from core import blobs, clock
from core.access import SYSTEM
from reports.builders.annexes import Table
from reports.services.annexes import keep_annexes
from reports.services.documents import document
from reports.services.reports import freeze_report
from tests.factories import csv_bytes, holding
from tests.reports import days
from tests.reports.test_document import facts

pytestmark = pytest.mark.django_db
GIVEN = {"reference": "DRA-X-1", "generated_at": "2026-11-23T00:41:07+08:00", "rulebook": "ab" * 32}
SOURCES = [{"filename": "=evil.csv", "sha256": "cd" * 32}]


def table(count: int) -> Table:
    rows = [[f"L{number}", "-5.50", "=1+1"] for number in range(count)]
    return Table("breaks", ("line", "difference", "text"), rows, {"coin": "LRHKD"}, SOURCES)


def test_500_rows_are_printed_and_501_attached():
    assert keep_annexes([table(500)], **GIVEN) == []
    kept = keep_annexes([table(501)], **GIVEN)
    assert [(each["name"], each["rows"], each["media_type"]) for each in kept] == [
        ("DRA-X-1-breaks.csv", "501", "text/csv"),
        ("DRA-X-1-breaks.xlsx", "501", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ]
    assert keep_annexes([table(501)], **GIVEN) == kept  # the same rows are the same bytes


def test_both_say_what_they_were_made_from_and_nothing_in_them_runs(settings):
    settings.SITE_URL = "https://assay.example/"
    said = [
        ["report", "DRA-X-1"], ["table", "breaks"], ["rows", "501"], ["filter coin", "LRHKD"],
        ["source file =evil.csv", "SHA-256 " + "cd" * 32], ["rulebook", "SHA-256 " + "ab" * 32],
        ["generated at", "2026-11-23T00:41:07+08:00"], ["verify at", "https://assay.example/en/verify/DRA-X-1/"],
    ]
    text, book = (blobs.read_blob(each["sha256"]) for each in keep_annexes([table(501)], **GIVEN))
    rows = list(csv.reader(io.StringIO(text.decode())))
    assert rows[:8] == [["provenance", *each] for each in said]
    assert rows[8:11] == [[], ["line", "difference", "text"], ["L0", "-5.50", "'=1+1"]]
    assert len(rows) == 8 + 2 + 501
    read = openpyxl.load_workbook(io.BytesIO(book))
    assert read.sheetnames == ["breaks", "provenance"]
    assert [[cell.value for cell in row] for row in read["provenance"]] == said
    assert [cell.value for cell in read["breaks"][2]] == ["L0", -5.5, "'=1+1"]
    assert read["breaks"].max_row == 502


def test_a_document_carries_them_beside_its_data_and_equal_facts_give_equal_bytes():
    annexes = keep_annexes([table(501)], **GIVEN)
    frozen = facts(days.met_day()) | {"annexes": annexes}
    pdf = document(frozen)
    assert document(frozen) == pdf
    with pikepdf.open(io.BytesIO(pdf)) as read:
        assert {name: str(spec.obj.AFRelationship) for name, spec in read.attachments.items()} == {
            f"{frozen['reference']}.json": "/Data", **{each["name"]: "/Supplement" for each in annexes}}
        for each in annexes:
            assert read.attachments[each["name"]].get_file().read_bytes() == blobs.read_blob(each["sha256"])
        assert read.open_metadata()["pdfaid:conformance"] == "A"


def test_a_daily_report_attaches_every_line_that_its_facts_leave_out(coin, run):
    day = clock.today() - timedelta(days=1)
    held = [
        holding(day, coin.symbol, line_ref=f"T{number}", account_id="BANK-1", asset_class="term_deposit",
                market_value="200000.00", start_date=day - timedelta(days=1), maturity_date=day + timedelta(days=300))
        for number in range(501)
    ]
    judged = run(coin, day, holdings=csv_bytes(held))
    [stated] = [each for each in judged.result["findings"] if each["rule"] == "HK-RES-03"]
    assert (len(stated["exceptions"]), stated["exception_count"]) == (50, 501)
    report = freeze_report("daily_reserve", judged, actor=SYSTEM)
    named = {each["name"].removeprefix(report.reference): each for each in report.facts["annexes"]}
    assert {"-exceptions.csv", "-exceptions.xlsx"} <= set(named)
    text = blobs.read_blob(named["-exceptions.csv"]["sha256"]).decode()
    rows = [row for row in csv.reader(io.StringIO(text)) if row and row[0] == "HK-RES-03"]
    assert [row[2] for row in rows[:50]] == [str(each["line"]) for each in stated["exceptions"]]
    assert len(rows) == len({row[2] for row in rows}) == 501
    assert f"source file holdings.csv,SHA-256 {judged.result['inputs'][0]['sha256']}" in text
    assert judged.result["rulebook"]["digest"] in text


def test_a_report_without_long_tables_says_nothing_of_annexes(judged_day):
    assert "annexes" not in freeze_report("daily_reserve", judged_day, actor=SYSTEM).facts
