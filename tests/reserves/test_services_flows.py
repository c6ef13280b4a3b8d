"""A day with its requests: who was paid late, what nobody stated, and whether the flows explain what is outstanding."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.access import SYSTEM
from issuers.models import Breach, IssuerFact
from issuers.services.facts import record_fact
from reserves.services.days import run_day
from reserves.services.intake import receive_file
from tests.factories import csv_bytes, ledger_line, par_outstanding, sound_day, supply_line
from tests.reserves.redemptions import FRIDAY, MONDAY, asked, issued, statements

SATURDAY = date(2026, 11, 21)
FRIDAYS = [asked("R-1", "2026-11-20T10:00"), asked("R-2", "2026-11-20T11:00", "2026-11-20T15:00")]


@pytest.fixture(autouse=True)
def _clock(monkeypatch, tmp_path):
    file = tmp_path / "clock"
    file.write_text("2026-11-24T20:00:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(file))


def send(coin, day, *, redemptions=None, issuance=None, outstanding="99000000"):
    """Send a sound day on which so much is outstanding on chain and in the books, and its statements of requests."""
    files = sound_day(day) | {
        "ledger": csv_bytes([ledger_line(day), par_outstanding(day, value=f"{outstanding}.00")]),
        "supply": csv_bytes([supply_line(day, total_supply=outstanding)]),
    }
    if redemptions is not None:
        files |= statements(redemptions, issuance or [])
    for feed, raw in files.items():
        sent = receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM, as_of=day)
        assert (sent.status, sent.problems) == ("accepted", [])


def verdicts(result):
    return {finding["rule"]: finding["verdict"] for finding in result["findings"] if finding["rule"][:6] == "HK-RED"}


def finding(result, rule):
    return next(each for each in result["findings"] if each["rule"] == rule)


def tied(result):
    return {row["name"]: (row["state"], row["basis"], row["unexplained"]) for row in result["flows"]["tie_out"]}


def test_a_business_day_without_a_statement_of_requests_is_unknown(coin):
    send(coin, FRIDAY)
    result = run_day(coin, FRIDAY, actor=SYSTEM)
    assert verdicts(result) == dict.fromkeys([f"HK-RED-0{n}" for n in range(1, 5)], "unknown")
    assert result["flows"] is None


def test_a_day_without_business_and_without_a_statement_has_no_requests_to_judge(coin):
    send(coin, FRIDAY)
    receive_file(coin, "supply", sound_day(SATURDAY)["supply"], filename="s.csv", actor=SYSTEM)
    assert set(verdicts(run_day(coin, SATURDAY, actor=SYSTEM))) == {"HK-RED-03"}


def test_requests_paid_by_the_next_business_day_are_met_and_flows_tie_out(coin):
    send(coin, FRIDAY, redemptions=FRIDAYS)
    first = run_day(coin, FRIDAY, actor=SYSTEM)
    assert verdicts(first)["HK-RED-01"] == verdicts(first)["HK-RED-02"] == "met"
    assert (first["flows"]["open"], first["flows"]["paid"]) == (
        {"requests": 1, "amount": "1000.00"}, {"requests": 1, "amount": "1000.00"})
    assert tied(first) == dict.fromkeys(("chain", "books"), ("no_data", None, None))
    send(coin, MONDAY, outstanding="98999500", redemptions=[
        asked("R-1", "2026-11-20T10:00", "2026-11-23T09:00"), asked("R-3", "2026-11-22T09:00", "2026-11-23T12:00", amount="0"),
    ], issuance=[issued("I-1", "2026-11-22T12:00")])
    result = run_day(coin, MONDAY, actor=SYSTEM)
    assert tied(result) == dict.fromkeys(("chain", "books"), ("tied", "paid", "0.00"))
    assert verdicts(result) == {"HK-RED-01": "met", "HK-RED-02": "met", "HK-RED-03": "unknown", "HK-RED-04": "met"}
    assert result["flows"]["longest_business_days"] == 1


def test_a_payment_after_two_business_days_is_a_breach_that_names_the_request(coin):
    send(coin, date(2026, 11, 24), redemptions=[asked("R-9", "2026-11-20T10:00", "2026-11-24T10:00")])
    result = run_day(coin, date(2026, 11, 24), actor=SYSTEM)
    late = finding(result, "HK-RED-01")
    assert (late["verdict"], late["cite"]) == ("breached", "ORD Sch. 2 s. 6(2); SUP 3.3.3")
    assert [(each["line"], each["observed"]["redemption.business_days"]) for each in late["exceptions"]] == [("R-9", 2)]
    assert Breach.objects.get(rule="HK-RED-01").subject == "LRHKD"


def test_a_consent_given_beforehand_allows_a_later_payment(coin):
    record_fact(coin.issuer, coin=coin, fact="approval.redemption_delay", value=True, valid_from=date(2026, 11, 1),
                source="Letter of 30 October", origin=IssuerFact.Origin.SET, actor=SYSTEM)
    send(coin, date(2026, 11, 24), redemptions=[asked("R-9", "2026-11-20T10:00")])
    assert verdicts(run_day(coin, date(2026, 11, 24), actor=SYSTEM))["HK-RED-01"] == "met"


def test_a_request_that_disappears_is_unknown_and_named(coin):
    send(coin, FRIDAY, redemptions=FRIDAYS)
    run_day(coin, FRIDAY, actor=SYSTEM)
    send(coin, MONDAY, redemptions=[])
    result = run_day(coin, MONDAY, actor=SYSTEM)
    assert result["flows"]["lost"] == ["R-1"]
    assert finding(result, "HK-RED-01")["verdict"] == "unknown"
    assert [each["line"] for each in finding(result, "HK-RED-01")["exceptions"]] == ["R-1"]


def test_coins_that_nobody_redeemed_are_a_breach(coin):
    send(coin, FRIDAY, redemptions=[])
    run_day(coin, FRIDAY, actor=SYSTEM)
    send(coin, MONDAY, outstanding="98999000", redemptions=[])
    result = run_day(coin, MONDAY, actor=SYSTEM)
    assert tied(result)["chain"] == ("differs", "taken_back", "-1000.00")
    assert verdicts(result)["HK-RED-04"] == "breached"


def test_a_statement_that_comes_later_judges_the_day_anew_and_a_replay_agrees(coin):
    send(coin, FRIDAY)
    assert run_day(coin, FRIDAY, actor=SYSTEM)["version"] == 1
    for feed, raw in statements(FRIDAYS, []).items():
        receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM, as_of=FRIDAY)
    again = run_day(coin, FRIDAY, actor=SYSTEM)
    assert (again["version"], verdicts(again)["HK-RED-01"]) == (2, "met")
    assert run_day(coin, FRIDAY, actor=SYSTEM)["digest"] == again["digest"]


def test_a_statement_without_lines_must_say_its_day(coin):
    sent = receive_file(coin, "redemptions", statements([], [])["redemptions"], filename="r.csv", actor=SYSTEM)
    assert (sent.status, [problem["rule"] for problem in sent.problems]) == ("refused", ["day_not_stated"])


@pytest.mark.parametrize(("member", "site"), [("bo", "officer"), ("ann", "portal"), ("eli", "portal")])
def test_the_page_shows_late_requests_first_and_the_table_has_all(coin, member, site, request, client_for):
    send(coin, MONDAY, redemptions=[asked("R-1", "2026-11-20T10:00", "2026-11-20T11:00"), asked("R-9", "2026-11-18T10:00"),
                                    asked("R-7", "2026-11-23T10:00")])
    run_day(coin, MONDAY, actor=SYSTEM)
    client = client_for(request.getfixturevalue(member))
    page = client.get(reverse(f"{site}:redemptions", args=["LRHKD"]))
    assert [(row["request"].line.request_id, str(row["state"][0])) for row in page.context["rows"]] == [
        ("R-9", "Late"), ("R-7", "Open"), ("R-1", "Paid")]
    only = client.get(reverse(f"{site}:redemptions", args=["LRHKD"]) + "?state=open&day=2026-11-23")
    assert [row["request"].line.request_id for row in only.context["rows"]] == ["R-7"]
    table = client.get(reverse(f"{site}:redemptions_csv", args=["LRHKD"])).content.decode().splitlines()
    assert [line.split(",")[0] for line in table] == ["request_id", "R-1", "R-9", "R-7"]
    assert table[2].endswith(",,,3,late")


@pytest.mark.parametrize("query", ["?day=yesterday", "?day=2026-11-02"])
def test_a_day_without_a_statement_says_so(coin, bo, client_for, query):
    page = client_for(bo).get(reverse("officer:redemptions", args=["LRHKD"]) + query)
    assert page.status_code == (404 if "yesterday" in query else 200)
    assert client_for(bo).get(reverse("officer:redemptions_csv", args=["LRHKD"]) + query).status_code == 404


def test_the_page_asks_few_questions_however_many_requests_there_are(coin, bo, client_for):
    send(coin, MONDAY, redemptions=[asked(f"R-{n}", "2026-11-23T10:00") for n in range(250)])
    client = client_for(bo)
    client.get(reverse("officer:redemptions", args=["LRHKD"]))
    with CaptureQueriesContext(connection, ) as queries:
        page = client.get(reverse("officer:redemptions", args=["LRHKD"]))
    assert "The first 200 of 250 are shown" in page.content.decode()
    assert len(queries) <= 21


def test_the_command_lists_the_requests(coin, capsys):
    send(coin, MONDAY, redemptions=[asked("R-9", "2026-11-18T10:00")])
    call_command("redemptions", "--coin", "LRHKD", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["as_of"], answer["late_after"]) == ("2026-11-23", 1)
    assert [(each["request_id"], each["business_days"], each["state"]) for each in answer["requests"]] == [("R-9", 3, "late")]


def test_the_api_lists_the_requests_of_a_day(coin, ann, client_for, key_for):
    send(coin, MONDAY, redemptions=[asked("R-9", "2026-11-18T10:00"), asked("R-1", "2026-11-23T10:00")])
    secret = key_for(coin.issuer.organisation, "feed_sender")
    answer = client_for(None).get("/api/v1/coins/LRHKD/redemptions/?state=late", headers={"Authorization": f"Bearer {secret}"})
    assert [(each["request_id"], each["par_value"]) for each in answer.json()["results"]] == [("R-9", "1000.00")]
    missing = client_for(None).get("/api/v1/coins/LRHKD/redemptions/?as_of=2026-11-02",
                                   headers={"Authorization": f"Bearer {secret}"})
    assert missing.status_code == 404


def test_the_sum_of_a_fee_and_a_payment_is_par(coin):
    record_fact(coin.issuer, coin=coin, fact="redemption.fee_ceiling", value=Decimal("0.001"), valid_from=date(2026, 11, 1),
                source="White paper", origin=IssuerFact.Origin.SET, actor=SYSTEM)
    send(coin, MONDAY, redemptions=[
        asked("R-1", "2026-11-23T10:00", "2026-11-23T11:00", paid_amount="999.00", fee="1.00"),
        asked("R-2", "2026-11-23T10:00", "2026-11-23T11:00", paid_amount="998.99", fee="1.00"),
    ])
    result = run_day(coin, MONDAY, actor=SYSTEM)
    assert [(each["line"], each["verdict"]) for each in finding(result, "HK-RED-02")["exceptions"]] == [("R-2", "breached")]
