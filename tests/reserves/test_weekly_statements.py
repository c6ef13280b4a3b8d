"""The weekly statement: prepared by one, approved by another, published, corrected in versions; duties and facts."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import FeedFile
from core.roles import Role
from issuers.services.coins import create_coin
from issuers.services.obligations import plan_obligations
from reports.facts import issuer_facts
from reserves.models import WeeklyStatement
from reserves.selectors.statements import corrected_days, last_as_at
from reserves.services.statements import approve_statement, prepare_statement, withdraw_statement
from tests.reserves.attesting import day_files, judged, noon

FRIDAY = date(2026, 11, 20)
MONDAY = FRIDAY + timedelta(days=3)


@pytest.fixture
def at(monkeypatch, tmp_path):
    file = tmp_path / "clock"
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(file))

    def move(day: date) -> None:
        file.write_text(noon(day).isoformat())

    move(MONDAY)
    return move


@pytest.fixture
def week(at, coin):
    """Thursday and Friday are judged; it is Monday noon."""
    return [judged(coin, FRIDAY - timedelta(days=1)), judged(coin, FRIDAY)]


def corrected(coin, value: str = "59000000.00"):
    standing = FeedFile.objects.get(feed="holdings", subject=coin.symbol, as_of=FRIDAY, status="accepted")
    raw = day_files(FRIDAY)["holdings"].decode().replace("60000000.00", value).encode()
    return judged(coin, FRIDAY, {"holdings": standing}, holdings=raw)


def test_the_day_it_is_as_at_is_the_authoritys_weekday(settings):
    assert last_as_at(MONDAY) == FRIDAY
    assert last_as_at(FRIDAY) == FRIDAY - timedelta(days=7)  # Friday has not ended
    assert last_as_at(FRIDAY + timedelta(days=1)) == FRIDAY
    settings.SERVICE_CLOCKS = settings.SERVICE_CLOCKS | {"weekly_statement_weekday": 6}
    assert last_as_at(MONDAY) == date(2026, 11, 22)


def test_it_states_what_the_days_say_and_says_where_there_is_nothing(week, coin, ann):
    statement = prepare_statement(coin, actor=ann)
    content = statement.content
    assert (statement.as_at, statement.version, statement.status) == (FRIDAY, 1, "prepared")
    assert (content["circulation"], content["reserve_market_value"]) == ("99000000.00", "100000000.75")
    assert [(part["asset_class"], part["market_value"]) for part in content["composition"]] == [
        ("demand_deposit", "60000000.00"), ("term_deposit", "5100000.25"), ("government_debt", "34900000.50")]
    assert [day["reserve_market_value"] for day in content["days"]] == [None] * 5 + ["100000000.75"] * 2
    assert prepare_statement(coin, actor=ann) == statement


def test_one_prepares_and_another_approves(week, coin, ann, amy, eli, ian, bo):
    statement = prepare_statement(coin, actor=ann)
    with pytest.raises(Refused, match="Somebody else has to approve"):
        approve_statement(statement, actor=ann)
    for stranger in (eli, ian, bo):
        with pytest.raises(NotPermitted):
            approve_statement(statement, actor=stranger)
    statement.refresh_from_db()
    assert (statement.status, statement.filed_at) == ("prepared", None)
    filed = approve_statement(statement, actor=amy)
    assert (filed.status, filed.prepared_by, filed.approved_by) == ("filed", ann, amy)
    with pytest.raises(Refused, match="says the same and is filed"):
        prepare_statement(coin, actor=ann)
    with pytest.raises(Refused):
        withdraw_statement(filed, actor=ann)


def test_what_cannot_be_stated_is_refused(at, coin, ann):
    for as_at, said in ((FRIDAY, "has no figures yet"), (FRIDAY - timedelta(days=1), "A statement is as at"),
                        (FRIDAY + timedelta(days=7), "A statement is as at")):
        with pytest.raises(Refused, match=said):
            prepare_statement(coin, as_at=as_at, actor=ann)
    assert not WeeklyStatement.objects.exists()


def test_a_correction_before_approval_makes_it_stale_and_after_it_is_shown(week, coin, ann, amy, client_for):
    first = prepare_statement(coin, actor=ann)
    later = corrected(coin)
    with pytest.raises(Refused, match="prepare it again"):
        approve_statement(first, actor=amy)
    second = prepare_statement(coin, actor=ann)
    first.refresh_from_db()
    assert (first.status, second.version, later.version) == ("withdrawn", 2, 2)
    approve_statement(second, actor=amy)
    assert corrected_days([second]) == {second.pk: []}
    corrected(coin, "58000000.00")
    (found,) = corrected_days([second])[second.pk]
    assert (found["as_of"], found["stated_version"], found["version"]) == ("2026-11-20", 2, 3)
    page = client_for(None).get(reverse("public:statements", args=["LRHKD"])).content.decode()
    assert "Corrected since" in page
    third = approve_statement(prepare_statement(coin, actor=amy), actor=ann)
    second.refresh_from_db()
    assert (second.status, third.version) == ("replaced", 3)
    table = client_for(None).get(reverse("public:statements_file", args=["LRHKD", "csv"]))
    rows = list(csv.DictReader(io.StringIO(table.content.decode())))
    assert [(row["version"], row["state"]) for row in rows if row["day"] == "2026-11-20"] == [
        ("3", "filed"), ("2", "replaced")]
    assert rows[6]["composition"].startswith("demand_deposit 58000000.00; ")
    assert client_for(None).get(reverse("public:statements_file", args=["LRHKD", "json"])).json()[0]["version"] == 3


def test_the_public_sees_nothing_that_is_not_filed(week, coin, ann, client_for):
    prepare_statement(coin, actor=ann)
    page = client_for(None).get(reverse("public:statements", args=["LRHKD"])).content.decode()
    assert "No statement is published yet" in page
    assert "100,000,000.75" not in page
    assert len(client_for(None).get(reverse("public:statements_file", args=["LRHKD", "csv"])).content.splitlines()) == 1
    for unknown in ("NOPE", "LR\x00"):
        assert client_for(None).get(reverse("public:statements", args=[unknown])).status_code == 404


def test_the_duty_of_the_week_is_met_and_the_gap_is_counted(at, coin, ann, amy):
    at(date(2026, 11, 1))
    plan_obligations(coin.issuer)
    at(MONDAY)
    judged(coin, FRIDAY)
    weeks = coin.issuer.obligations.filter(kind="weekly_statement").order_by("began_on")
    assert not weeks.filter(status="met").exists()
    assert "publication.gap_days" not in issuer_facts(coin.issuer, MONDAY, seen_at=noon(MONDAY))
    statement = approve_statement(prepare_statement(coin, actor=ann), actor=amy)
    met = weeks.get(status="met")
    assert met.began_on < FRIDAY <= met.began_on + timedelta(days=7)
    assert met.met_with == statement.reference
    facts = issuer_facts(coin.issuer, MONDAY + timedelta(days=4), seen_at=noon(MONDAY))
    assert facts["publication.gap_days"] == 4
    create_coin(coin.issuer, symbol="LRUSD", reference_currency="USD", launched_on=date(2026, 5, 1), actor=SYSTEM)
    facts = issuer_facts(coin.issuer, MONDAY + timedelta(days=4), seen_at=noon(MONDAY))
    assert facts["publication.gap_days"] is None  # one coin never published: unknown, not a pass


def test_the_portal_asks_the_approver_to_confirm(week, coin, ann, amy, client_for, confirmed_client_for):
    made = client_for(ann).post(reverse("portal:statements", args=["LRHKD"]), {"as_at": "2026-11-20"})
    statement = WeeklyStatement.objects.get()
    address = reverse("portal:statement_act", args=[statement.pk])
    assert made["Location"] == reverse("portal:statement", args=[statement.pk])
    sent = client_for(amy).post(address, {"action": "approve"})
    assert "reauthenticate" in sent["Location"]
    statement.refresh_from_db()
    assert statement.status == "prepared"
    confirmed_client_for(amy).post(address, {"action": "approve"})
    statement.refresh_from_db()
    assert statement.status == "filed"
    bad = client_for(ann).post(reverse("portal:statements", args=["LRHKD"]), {"as_at": "2026-11-19"})
    assert bad.status_code == 422


def test_the_command_prepares_for_a_person(week, coin, ann, ian, capsys):
    call_command("prepare_weekly_statement", "--coin", "LRHKD", "--as", ann.email, "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["reference"], answer["state"]) == ("WS-LRHKD-20261120-1", "prepared")
    with pytest.raises(CommandError) as refused:
        call_command("prepare_weekly_statement", "--coin", "LRHKD", "--as", ian.email)
    assert refused.value.returncode == 2


def test_the_api_prepares_approves_and_reads(week, coin, key_for, client):
    organisation = coin.issuer.organisation
    one, two, reader = (f"Bearer {key_for(organisation, role)}" for role in (
        Role.COMPLIANCE_OFFICER, Role.COMPLIANCE_OFFICER, Role.FEED_SENDER))
    made = client.post("/api/v1/coins/LRHKD/statements/", {}, content_type="application/json",
                       headers={"Authorization": one})
    assert (made.status_code, made.json()["state"]) == (201, "prepared")
    approve = "/api/v1/coins/LRHKD/statements/2026-11-20/approve/"
    assert client.post(approve, headers={"Authorization": reader}).status_code == 403
    assert client.post(approve, headers={"Authorization": one}).status_code == 409
    assert client.post(approve, headers={"Authorization": two}).json()["state"] == "filed"
    read = client.get("/api/v1/coins/LRHKD/statements/2026-11-20/", headers={"Authorization": reader}).json()
    assert (read["circulation"], read["days"][6]["version"]) == ("99000000.00", 1)
    listed = client.get("/api/v1/coins/LRHKD/statements/", headers={"Authorization": reader}).json()
    assert listed["count"] == 1
