"""A program reads what is its organisation's, an officer's program reads all, and a visitor the register."""

from __future__ import annotations

import csv
import io

import pytest

from core import blobs
from core.access import SYSTEM
from core.models import ApiKey, FeedFile, Finding
from issuers.services.register import change_particulars
from reports.models import ReportRun
from reserves.models import ReserveDay
from tests.api.conftest import DAY
from tests.factories import csv_bytes, holding, sound_day


@pytest.fixture
def judged(program, officer_program) -> dict:
    """A day of LRHKD that was sent and judged."""
    for feed, raw in sound_day(DAY).items():
        assert program.send("LRHKD", feed, raw).status_code == 201
    answer = officer_program.post(f"/api/v1/coins/LRHKD/days/{DAY}/run/")
    assert answer.status_code == 200
    return answer.json()


@pytest.fixture
def report(coin, judged):
    return ReportRun.objects.create(
        reference="DR-LRHKD-2026-10-16-1",
        kind="daily_reserve",
        subject="LRHKD",
        owner=coin.issuer.organisation,
        as_of=DAY,
        version=1,
        facts=judged,
        digest=judged["digest"],
    )


def rules(answer) -> list[str]:
    return [problem["rule"] for problem in answer.json()["problems"]]


def test_the_account_of_a_day_is_answered_as_it_was_stored(program, judged):
    answer = program.get(f"/api/v1/coins/LRHKD/days/{DAY}/")
    assert answer.status_code == 200
    assert answer.json() == ReserveDay.objects.get(status="judged").result == judged
    assert (judged["circulation"], judged["reserve_market_value"]) == ("99000000.00", "100000000.00")
    assert (judged["backing_ratio"], judged["surplus"]) == ("1.01010101", "1000000.00")


def test_the_account_has_the_shape_that_the_document_describes(judged):
    from reserves.api.result import DayResult

    shape = DayResult(data=judged)
    assert shape.is_valid(), shape.errors
    assert set(judged) == set(DayResult().fields)


def test_days_are_listed_with_the_figures_of_their_accounts(program, judged):
    listed = program.get("/api/v1/coins/LRHKD/days/").json()
    line = next(line for line in listed["results"] if line["as_of"] == DAY.isoformat())
    names = ("circulation", "reserve_market_value", "eligible_reserve", "backing_ratio", "surplus", "version", "digest")
    assert {name: line[name] for name in names} == {name: judged[name] for name in names}
    assert line["verdict"] == "met"
    for query, count in (
        ("since=2026-10-16&until=2026-10-16", 1),
        ("until=2026-10-15", 0),
        ("verdict=breached", 0),
        ("verdict=met", 1),
    ):
        assert program.get(f"/api/v1/coins/LRHKD/days/?{query}").json()["count"] == count, query


def test_what_another_law_would_say_is_computed_and_not_stored(program, judged):
    kept = (ReserveDay.objects.count(), Finding.objects.count())
    answer = program.get(f"/api/v1/coins/LRHKD/days/{DAY}/?law_on=2025-08-01").json()
    assert (answer["law_on"], answer["version"], answer["backing_ratio"]) == ("2025-08-01", None, "1.01010101")
    assert (ReserveDay.objects.count(), Finding.objects.count()) == kept


def test_findings_of_a_day_are_filtered_by_verdict(program, judged):
    everything = program.get(f"/api/v1/coins/LRHKD/days/{DAY}/findings/").json()
    met = program.get(f"/api/v1/coins/LRHKD/days/{DAY}/findings/?verdict=met").json()
    assert everything["results"] == judged["findings"]
    assert met["results"] == [finding for finding in judged["findings"] if finding["verdict"] == "met"]
    assert 0 < met["count"] < everything["count"]
    assert "HK-RES-01" in [finding["rule"] for finding in met["results"]]


def test_a_break_is_shown_with_what_it_was_last(program, officer_program):
    files = sound_day(DAY) | {"holdings": csv_bytes([holding(DAY, market_value="99999990.00")])}
    for feed, raw in files.items():
        program.send("LRHKD", feed, raw)
    account = officer_program.post(f"/api/v1/coins/LRHKD/days/{DAY}/run/").json()
    listed = program.get("/api/v1/coins/LRHKD/breaks/?state=open").json()
    assert listed["count"] == len(account["breaks"]) == 1
    found = listed["results"][0]
    assert (found["reference"], found["state"]) == (account["breaks"][0]["reference"], "open")
    assert found["latest"]["difference"] in ("10", "-10")
    assert program.get("/api/v1/coins/LRHKD/breaks/?state=resolved").json()["count"] == 0


def test_a_day_runs_only_for_officers_and_only_up_to_today(program, officer_program, judged):
    address = f"/api/v1/coins/LRHKD/days/{DAY}/run/"
    refused = program.post(address)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert officer_program.post(address).json() == judged  # nothing changed: the same version
    for day in ("2999-01-01", "0001-01-01"):
        answer = officer_program.post(f"/api/v1/coins/LRHKD/days/{day}/run/")
        assert (answer.status_code, answer.json()["code"]) == (409, "no_such_day")
    assert not ReserveDay.objects.filter(as_of__year__in=(1, 2999)).exists()


OWN = [
    "/api/v1/coins/LRHKD/",
    "/api/v1/coins/LRHKD/days/",
    f"/api/v1/coins/LRHKD/days/{DAY}/",
    f"/api/v1/coins/LRHKD/days/{DAY}/findings/",
    "/api/v1/coins/LRHKD/breaks/",
    "/api/v1/coins/LRHKD/reports/",
    "/api/v1/reports/DR-LRHKD-2026-10-16-1/",
    "/api/v1/files/{file}/",
]


@pytest.mark.parametrize("address", OWN)
def test_what_is_anothers_does_not_exist(address, program, officer_program, rival_program, anybody, report):
    address = address.replace("{file}", str(FeedFile.objects.first().pk))
    assert program.get(address).status_code == 200
    assert officer_program.get(address).status_code == 200
    missing = rival_program.get(address)
    nowhere = rival_program.get(address.replace("LRHKD", "NONE").replace("files/", "files/9"))
    assert (missing.status_code, missing.content) == (404, nowhere.content)
    assert anybody.get(address).status_code == 401


def test_lists_hold_only_what_is_the_programs_own(program, rival_program, officer_program, report):
    for address in ("/api/v1/coins/", "/api/v1/files/", "/api/v1/reports/"):
        assert rival_program.get(address).json()["count"] == (1 if "coins" in address else 0), address
    assert [coin["symbol"] for coin in rival_program.get("/api/v1/coins/").json()["results"]] == ["TWHK"]
    assert [coin["symbol"] for coin in officer_program.get("/api/v1/coins/").json()["results"]] == ["LRHKD", "TWHK"]
    assert program.get("/api/v1/reports/").json()["count"] == 1


def test_nobody_sends_files_for_another_or_with_a_key_that_only_reads(rival_program, auditor_program):
    raw = sound_day(DAY)["supply"]
    assert rival_program.send("LRHKD", "supply", raw).status_code == 404
    assert auditor_program.send("LRHKD", "supply", raw).status_code == 403
    assert FeedFile.objects.count() == 0


def test_a_revoked_or_invented_key_is_nobody(program, anybody):
    from tests.api.conftest import Caller

    assert Caller("ak_00000000.nothing").get("/api/v1/coins/").status_code == 401
    ApiKey.objects.update(revoked_at="2026-01-01T00:00:00Z")
    answer = program.get("/api/v1/coins/")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json()["code"] == "authentication_failed"


def test_a_report_is_downloaded_once_it_is_rendered(program, report):
    address = f"/api/v1/reports/{report.reference}/pdf/"
    waiting = program.get(address)
    assert (waiting.status_code, waiting.json()["code"]) == (409, "not_ready")
    document = blobs.store_blob(b"%PDF-1.7 the document")
    ReportRun.objects.update(status="rendered", document=document)
    answer = program.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 the document"
    assert answer["Content-Disposition"] == 'attachment; filename="DR-LRHKD-2026-10-16-1.pdf"'
    shown = program.get(f"/api/v1/reports/{report.reference}/").json()
    assert shown["pdf"] == f"http://testserver{address}"
    assert shown["document_sha256"] == document.sha256
    assert shown["facts"] == report.facts


def test_the_register_is_open_to_everybody(anybody, coin, rival_coin):
    listed = anybody.get("/api/v1/register/").json()
    assert [(entry["number"], entry["name_en"]) for entry in listed["results"]] == [
        ("FRS01", "Lion Rock Digital Limited"),
        ("FRS02", "Tidewater Payments Limited"),
    ]
    assert listed["results"][0]["coins"] == [{"symbol": "LRHKD", "reference_currency": "HKD", "deployments": []}]
    assert anybody.get("/api/v1/register/?q=獅子山").json()["count"] == 1
    assert anybody.get("/api/v1/register/FRS02/").json() == listed["results"][1]
    assert anybody.get("/api/v1/register/FRS99/").status_code == 404


def test_the_register_is_a_table_for_a_spreadsheet(anybody, coin, rival_coin):
    tables = [
        anybody.get(address)
        for address in ("/api/v1/register.csv", "/api/v1/register/?format=csv", "/api/v1/register/?format=csv&limit=1")
    ]
    assert {table["Content-Type"] for table in tables} == {"text/csv; charset=utf-8"}
    assert len({table.content for table in tables}) == 1
    rows = list(csv.DictReader(io.StringIO(tables[0].content.decode())))
    assert [(row["number"], row["name_zh_hant"], row["coins"]) for row in rows] == [
        ("FRS01", "獅子山數碼有限公司", "LRHKD"),
        ("FRS02", "潮汐支付有限公司", "TWHK"),
    ]


def test_a_table_cell_is_never_a_formula(anybody, issuer):
    change_particulars(issuer, address_en='=HYPERLINK("http://evil.example")', actor=SYSTEM)
    row = next(csv.DictReader(io.StringIO(anybody.get("/api/v1/register.csv").content.decode())))
    assert row["address_en"] == '\'=HYPERLINK("http://evil.example")'


@pytest.mark.parametrize(
    ("query", "column", "rule"),
    [
        ("limit=0", "limit", "min_value"),
        ("limit=1001", "limit", "max_value"),
        ("limit=ten", "limit", "invalid"),
        ("offset=-1", "offset", "min_value"),
        ("offset=99999999999999999999", "offset", "max_value"),
        ("since=16.10.2026", "since", "invalid"),
        ("verdict=maybe", "verdict", "invalid_choice"),
        ("verdct=met", "verdct", "unknown_parameter"),
        ("limit=%00", "limit", "invalid"),
    ],
)
def test_a_parameter_that_is_not_understood_is_refused_by_name(program, query, column, rule):
    answer = program.get(f"/api/v1/coins/LRHKD/days/?{query}")
    assert answer.status_code == 400
    assert [(problem["column"], problem["rule"]) for problem in answer.json()["problems"]] == [(column, rule)]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/api/v1/coins/LRHKD/days/2026-13-01/", 400),
        ("/api/v1/coins/LRHKD/days/today/", 400),
        ("/api/v1/coins/LRHKD/days/2026-10-17/", 404),
        ("/api/v1/coins/LRHKD/days/%00/", 404),
        ("/api/v1/coins/%F0%9F%AA%99/", 404),
        ("/api/v1/coins/%ED%A0%80/", 404),
        ("/api/v1/coins/%0A/", 404),
        ("/api/v1/coins/lrhkd/", 404),
        ("/api/v1/files/99999999999999999999999/", 404),
        ("/api/v1/files/-1/", 404),
        ("/api/v1/reports/%00/", 404),
        ("/api/v1/register/%00/", 404),
        ("/api/v1/register/?q=%00", 400),
        ("/api/v1/coins", 404),
        ("/api/v1/nothing/at/all", 404),
        ("/api/v1/coins/?format=xml", 404),
    ],
)
def test_an_address_that_leads_nowhere_is_answered_in_the_one_shape(program, address, code):
    answer = program.get(address)
    assert answer.status_code == code
    assert answer["Content-Type"] == "application/json"
    assert {"code", "message"} <= set(answer.json()) <= {"code", "message", "problems", "problem_count"}


def test_pages_lead_from_one_to_the_next(officer_program, coin, rival_coin):
    first = officer_program.get("/api/v1/coins/?limit=1").json()
    assert (first["count"], first["previous"]) == (2, None)
    assert first["next"] == "http://testserver/api/v1/coins/?limit=1&offset=1"
    second = officer_program.get(first["next"]).json()
    assert [coin["symbol"] for coin in first["results"] + second["results"]] == ["LRHKD", "TWHK"]
    assert (second["next"], second["previous"]) == (None, "http://testserver/api/v1/coins/?limit=1&offset=0")


def test_a_wrong_method_says_which_are_right(program):
    answer = program.delete("/api/v1/coins/LRHKD/")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer["Allow"] == "GET, HEAD, OPTIONS"


def test_too_many_requests_are_told_when_to_ask_again(settings, anybody, program):
    rates = {"visitor": "2/min", "key": "3/min"}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}
    codes = [
        anybody.get("/api/v1/register/", headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code
        for number in range(3)
    ]
    assert codes == [200, 200, 429]
    assert [program.get("/api/v1/coins/").status_code for _ in range(4)] == [200, 200, 200, 429]
    last = program.get("/api/v1/coins/")
    assert last.json()["code"] == "throttled"
    assert 0 < int(last["Retry-After"]) <= 60


def test_sentences_follow_the_readers_language_and_codes_do_not(program):
    answers = {
        language: program.get("/api/v1/coins/NONE/", headers={"Accept-Language": language})
        for language in ("en", "zh-Hant")
    }
    assert {answer.json()["code"] for answer in answers.values()} == {"not_found"}
    assert {language: answer["Content-Language"] for language, answer in answers.items()} == {
        "en": "en",
        "zh-Hant": "zh-hant",
    }
    assert answers["en"].json()["message"] != answers["zh-Hant"].json()["message"]
