"""A program sends a file and is answered with its receipt, or with everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.models import FeedFile, Organisation
from reserves.models import Holding
from reserves.services.intake import parse_now_or_later, receive_file
from tests.api.conftest import DAY
from tests.factories import csv_bytes, holding, sound_day

HOLDINGS = csv_bytes([holding(DAY)])


def rows_of(feed_file: FeedFile) -> list[dict]:
    return list(
        Holding.objects.filter(file=feed_file)
        .order_by("line")
        .values()
        .values_list(*[field.name for field in Holding._meta.fields if field.name not in ("id", "file")])
    )


def test_a_sound_file_is_accepted_and_answered_with_its_receipt(program):
    answer = program.send("LRHKD", "holdings", HOLDINGS, filename="custodian.csv")
    assert answer.status_code == 201
    receipt = answer.json()
    feed_file = FeedFile.objects.get()
    assert answer["Location"] == f"http://testserver/api/v1/files/{feed_file.pk}/"
    assert (receipt["id"], receipt["feed"], receipt["coin"], receipt["as_of"]) == (
        feed_file.pk,
        "holdings",
        "LRHKD",
        "2026-10-16",
    )
    assert (receipt["state"], receipt["rows"], receipt["problem_count"]) == ("accepted", 1, 0)
    assert (receipt["filename"], receipt["sha256"], receipt["size"]) == (
        "custodian.csv",
        feed_file.sha256,
        len(HOLDINGS),
    )
    assert program.get(answer["Location"]).json() == receipt


def test_the_same_bytes_as_a_form_and_as_a_body_are_one_file(program):
    from django.core.files.uploadedfile import SimpleUploadedFile

    by_body = program.send("LRHKD", "holdings", HOLDINGS)
    by_form = program.post(
        "/api/v1/coins/LRHKD/feeds/holdings/",
        {"file": SimpleUploadedFile("other-name.csv", HOLDINGS), "as_of": DAY.isoformat()},
    )
    assert by_form.status_code == 201
    assert by_form.json() == by_body.json()
    assert FeedFile.objects.count() == 1


def test_a_file_by_api_and_by_page_leaves_identical_rows(program, ann, rival, ian, coin, rival_coin):
    by_api = FeedFile.objects.get(pk=program.send("LRHKD", "holdings", HOLDINGS).json()["id"])
    theirs = HOLDINGS.replace(b"LRHKD", b"TWHK")
    by_page = parse_now_or_later(receive_file(rival_coin, "holdings", theirs, filename="holdings.csv", actor=ian))
    assert by_page.status == by_api.status == "accepted"
    assert rows_of(by_api) == rows_of(by_page)
    assert len(rows_of(by_api)) == 1
    compared = ("feed", "as_of", "stated_as_of", "filename", "row_count", "problems", "problem_count")
    assert [getattr(by_api, name) for name in compared] == [getattr(by_page, name) for name in compared]


def test_fifty_planted_faults_are_fifty_problems_in_one_answer(program):
    lines = [holding(DAY, line_ref=f"D{number}", market_value=f"1,000,00{number % 10}") for number in range(25)]
    lines += [holding(DAY, line_ref=f"E{number}", currency="ZZZ") for number in range(25)]
    answer = program.send("LRHKD", "holdings", csv_bytes(lines))
    assert answer.status_code == 422
    body = answer.json()
    assert (body["code"], body["problem_count"], len(body["problems"])) == ("feed_refused", 50, 50)
    assert sorted(problem["row"] for problem in body["problems"]) == list(range(2, 52))
    assert all(problem["message"] and problem["fix"] and problem["column"] for problem in body["problems"])
    assert body["receipt"]["state"] == "refused"
    assert program.get(body["receipt"]["url"]).json() == body["receipt"]
    assert body["receipt"]["problems"] == body["problems"]
    assert Holding.objects.count() == 0


def test_problems_are_the_same_as_the_page_shows(program, coin):
    from core.feeds import worded

    raw = csv_bytes([holding(DAY, market_value="lots")])
    answer = program.send("LRHKD", "holdings", raw)
    stored = FeedFile.objects.get(pk=answer.json()["receipt"]["id"]).problems
    shown = [{name: value for name, value in problem.items() if name != "params"} for problem in worded(stored)]
    assert answer.json()["problems"] == shown


def test_a_large_file_waits_for_a_worker(program, settings):
    settings.FEED_PARSE_IN_REQUEST_BYTES = len(HOLDINGS) - 1
    answer = program.send("LRHKD", "holdings", HOLDINGS)
    assert answer.status_code == 202
    assert answer.json()["state"] == "received"
    assert program.get(answer["Location"]).json()["state"] == "received"
    assert Holding.objects.count() == 0


def test_a_file_over_the_limit_is_refused_and_not_stored(program, settings):
    settings.FEED_MAX_BYTES = len(HOLDINGS) - 1
    answer = program.send("LRHKD", "holdings", HOLDINGS)
    assert answer.status_code == 422
    assert [problem["rule"] for problem in answer.json()["problems"]] == ["too_large"]
    assert "receipt" not in answer.json()
    assert FeedFile.objects.count() == 0


def test_a_corrected_file_supersedes(program):
    first = program.send("LRHKD", "holdings", HOLDINGS).json()["id"]
    corrected = csv_bytes([holding(DAY, market_value="100000001.00")])
    refused = program.send("LRHKD", "holdings", corrected)
    assert [problem["rule"] for problem in refused.json()["problems"]] == ["second_file"]
    answer = program.send("LRHKD", "holdings", corrected, supersedes=first)
    assert (answer.status_code, answer.json()["supersedes"]) == (201, first)
    assert program.get(f"/api/v1/files/{first}/").json()["state"] == "superseded"


def test_a_custodian_can_be_named_as_sender_and_another_issuer_cannot(program, rival):
    Organisation.objects.create(kind=Organisation.Kind.CUSTODIAN, slug="harbour", name_en="Harbour Bank")
    answer = program.send("LRHKD", "holdings", HOLDINGS, sender="harbour")
    assert (answer.status_code, answer.json()["sender"]) == (201, "harbour")
    for slug in (rival.organisation.slug, "nobody"):
        answer = program.send("LRHKD", "holdings", HOLDINGS, sender=slug)
        assert answer.status_code == 400
        assert [(problem["column"], problem["rule"]) for problem in answer.json()["problems"]] == [
            ("sender", "does_not_exist")
        ]
    assert FeedFile.objects.count() == 1


def test_an_empty_body_is_an_empty_file(program):
    answer = program.send("LRHKD", "holdings", b"")
    assert answer.status_code == 422
    assert [problem["rule"] for problem in answer.json()["problems"]] == ["empty_file"]


@pytest.mark.parametrize(
    ("disposition", "code"),
    [
        ("attachment; filename*=UTF-8''%e7%9b%ae.csv", 201),
        ("attachment; filename*=UTF-8''%ff.csv", 400),
        ("attachment; filename*=UTF-8''a%00b.csv", 400),
        ("attachment; filename*=klingon''a.csv", 201),
        ('attachment; filename="../../etc/holdings.csv"', 201),
        ('attachment; filename="' + "x" * 300 + '.csv"', 400),
        ("attachment", 201),
        (";;;=;", 201),
    ],
)
def test_whatever_the_file_name_is_the_answer_is_a_sentence(program, disposition, code):
    answer = program.post(
        "/api/v1/coins/LRHKD/feeds/holdings/",
        HOLDINGS,
        content_type="text/csv",
        headers={"Content-Disposition": disposition},
    )
    assert answer.status_code == code
    assert "/" not in answer.json().get("filename", "")


@pytest.mark.parametrize(
    ("address", "kind", "raw", "code"),
    [
        ("/api/v1/coins/LRHKD/feeds/nothing/", "text/csv", HOLDINGS, 404),
        ("/api/v1/coins/NOCOIN/feeds/holdings/", "text/csv", HOLDINGS, 404),
        ("/api/v1/coins/LR%00D/feeds/holdings/", "text/csv", HOLDINGS, 404),
        ("/api/v1/coins/LRHKD/feeds/holdings/", "application/json", b"{}", 415),
        ("/api/v1/coins/LRHKD/feeds/holdings/", "application/pdf", b"%PDF-1.7", 415),
        ("/api/v1/coins/LRHKD/feeds/holdings/", "multipart/form-data", b"no boundary", 400),
        ("/api/v1/coins/LRHKD/feeds/holdings/", "multipart/form-data; boundary=x", b"", 400),
        ("/api/v1/coins/LRHKD/feeds/holdings/?as_of=yesterday", "text/csv", HOLDINGS, 400),
        ("/api/v1/coins/LRHKD/feeds/holdings/?supersedes=99999999999999999999", "text/csv", HOLDINGS, 400),
        ("/api/v1/coins/LRHKD/feeds/holdings/?supersedes=1", "text/csv", HOLDINGS, 400),
        ("/api/v1/coins/LRHKD/feeds/holdings/?as_off=2026-10-16", "text/csv", HOLDINGS, 400),
        ("/api/v1/coins/LRHKD/feeds/holdings/?sender=%00", "text/csv", HOLDINGS, 400),
    ],
)
def test_what_cannot_be_taken_is_refused_in_one_shape_and_leaves_nothing(program, address, kind, raw, code):
    answer = program.post(address, raw, content_type=kind)
    assert answer.status_code == code
    assert set(answer.json()) <= {"code", "message", "problems", "problem_count"}
    assert answer.json()["code"]
    assert answer.json()["message"]
    assert FeedFile.objects.count() == 0


def test_a_workbook_is_taken_as_a_body(program):
    import io

    import openpyxl

    book = openpyxl.Workbook()
    row = holding(DAY)
    book.active.append(list(row))
    book.active.append(list(row.values()))
    out = io.BytesIO()
    book.save(out)
    answer = program.send("LRHKD", "holdings", out.getvalue(), filename="holdings.xlsx")
    assert (answer.status_code, answer.json().get("problems")) == (201, [])


def test_every_feed_of_a_day_is_taken(program):
    for feed, raw in sound_day(DAY).items():
        assert program.send("LRHKD", feed, raw).status_code == 201
    assert [line["feed"] for line in program.get("/api/v1/files/").json()["results"]] == [
        "supply",
        "ledger",
        "holdings",
    ]


@pytest.mark.parametrize(("feed", "kind", "sample"), [
    ("camt053", "application/xml", "good_08.xml"), ("semt002", "application/xml", "good_10.xml"),
    ("mt940", "text/plain", "good.sta"), ("mt535", "text/plain", "good.fin"),
])
def test_a_native_statement_is_taken_as_a_body(program, feed, kind, sample):
    raw = (Path(__file__).parents[1] / "samples" / feed / sample).read_bytes()
    answer = program.post(f"/api/v1/coins/LRHKD/feeds/{feed}/", raw, content_type=kind)
    assert answer.status_code == 422
    assert {problem["rule"] for problem in answer.json()["problems"]} <= {"unregistered_account", "future_as_of"}
    assert FeedFile.objects.get().sha256
