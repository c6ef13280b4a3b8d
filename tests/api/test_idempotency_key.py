"""A program that lost the answer asks again under the same Idempotency-Key."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from core.api.idempotency import KEPT_FOR
from core.models import FeedFile, IdempotencyKey
from tests.api.conftest import DAY
from tests.factories import csv_bytes, holding

HOLDINGS = csv_bytes([holding(DAY)])


def test_the_same_request_under_the_same_key_gets_the_same_answer(program, settings):
    settings.FEED_PARSE_IN_REQUEST_BYTES = 0
    first = program.send("LRHKD", "holdings", HOLDINGS, key="morning")
    settings.FEED_PARSE_IN_REQUEST_BYTES = len(HOLDINGS)
    again = program.send("LRHKD", "holdings", HOLDINGS, key="morning")
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert again["Location"] == first["Location"]
    assert (first.headers.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
    # Without the key the request is a new one, and the file is read.
    assert program.send("LRHKD", "holdings", HOLDINGS).status_code == 201


def test_a_refused_file_is_answered_the_same_again(program):
    raw = csv_bytes([holding(DAY, currency="ZZZ")])
    first = program.send("LRHKD", "holdings", raw, key="bad")
    again = program.send("LRHKD", "holdings", raw, key="bad")
    assert (first.status_code, again.status_code) == (422, 422)
    assert again.json() == first.json()


@pytest.mark.parametrize(
    "other",
    [
        {"raw": csv_bytes([holding(DAY, market_value="1.00")])},
        {"feed": "ledger"},
        {"stated": {"as_of": "2026-10-16"}},
        {"filename": "other.csv"},
    ],
)
def test_another_request_under_the_same_key_is_a_conflict(program, other):
    program.send("LRHKD", "holdings", HOLDINGS, key="morning")
    answer = program.send(
        "LRHKD",
        other.get("feed", "holdings"),
        other.get("raw", HOLDINGS),
        key="morning",
        filename=other.get("filename", "holdings.csv"),
        **other.get("stated", {}),
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert FeedFile.objects.count() == 1


def test_a_key_belongs_to_the_program_that_chose_it(program, rival_program):
    program.send("LRHKD", "holdings", HOLDINGS, key="1")
    answer = rival_program.send("TWHK", "holdings", HOLDINGS.replace(b"LRHKD", b"TWHK"), key="1")
    assert (answer.status_code, answer.json()["coin"]) == (201, "TWHK")


def test_the_same_form_under_another_boundary_is_the_same_request(program):
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test.client import encode_multipart

    answers = [
        program.post(
            "/api/v1/coins/LRHKD/feeds/holdings/",
            encode_multipart(boundary, {"file": SimpleUploadedFile("holdings.csv", HOLDINGS)}),
            content_type=f"multipart/form-data; boundary={boundary}",
            headers={"Idempotency-Key": "form"},
        )
        for boundary in ("one", "two")
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1]["Idempotency-Replayed"] == "true"


def test_a_request_that_died_before_its_answer_is_done_again(program):
    program.send("LRHKD", "holdings", HOLDINGS, key="died")
    IdempotencyKey.objects.update(status_code=None, body=None)
    answer = program.send("LRHKD", "holdings", HOLDINGS, key="died")
    assert answer.status_code == 201
    assert FeedFile.objects.count() == 1
    assert IdempotencyKey.objects.get().status_code == 201


def test_a_key_can_be_used_anew_after_a_week(program):
    program.send("LRHKD", "holdings", HOLDINGS, key="weekly")
    IdempotencyKey.objects.update(used_at=F("used_at") - KEPT_FOR - timedelta(seconds=1))
    answer = program.send("LRHKD", "ledger", HOLDINGS, key="weekly")
    assert answer.status_code == 422
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.parametrize("key", ["", "with space", "é", "x" * 201])
def test_a_malformed_key_is_refused(program, key):
    answer = program.post(
        "/api/v1/coins/LRHKD/feeds/holdings/", HOLDINGS, content_type="text/csv", headers={"Idempotency-Key": key}
    )
    assert answer.status_code == 400
    assert [problem["column"] for problem in answer.json()["problems"]] == ["Idempotency-Key"]
    assert FeedFile.objects.count() == 0
