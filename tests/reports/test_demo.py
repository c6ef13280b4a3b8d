"""The demonstration world as entered: through the services, once, and with its story on the last day."""

from __future__ import annotations

import io
import json
import stat
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command

from core.access import SYSTEM
from core.models import ApiKey, AuditEvent, Case, FeedFile, Finding, Message, User
from core.roles import Can
from issuers.models import Breach, Coin, Issuer
from reports.models import ReportRun
from reports.services.demo import seed_demo
from reserves.models import ReserveDay
from reserves.services.days import run_day
from tests.reports.rolled_back import UNTIL, rolled_back


@pytest.fixture(autouse=True)
def db() -> None:
    """Ask for the test database without a transaction around each test: the world's is around them all."""


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    with rolled_back(folder, django_db_blocker):
        yield folder, seed_demo(days=12, until=UNTIL, processes=0)


def last_day(symbol: str) -> dict:
    return ReserveDay.objects.get(coin__symbol=symbol, as_of=UNTIL, status="judged").result


def breached(result: dict) -> set[str]:
    return {found["rule"] for found in result["findings"] if found["verdict"] == "breached"}


def test_every_day_of_every_coin_is_judged_once(world):
    _, answer = world
    assert answer["seeded"] is True
    assert (answer["coins"], answer["reserve_days"]) == (5, 60)
    assert set(ReserveDay.objects.values_list("status", "version")) == {("judged", 1)}
    assert set(FeedFile.objects.values_list("status", flat=True)) == {"accepted", "quarantined"}


def test_the_verdicts_on_full_backing_are_the_story(world):
    assert world[1]["verdicts"] == {
        "LRHKD": "breached", "TWHK": "met", "PEHKD": "met", "KSHK": "met", "OCHKD": "unknown",
    }


def test_lion_rock_is_not_fully_backed_for_reasons_that_the_breaks_show(world):
    result = last_day("LRHKD")
    assert breached(result) == {"HK-RES-01", "HK-RES-02"}
    assert result["backing_ratio"].startswith("0.9962")
    assert result["previous"]["backing_ratio"] > "1.01"
    assert sorted(found["cause"] for found in result["breaks"]) == ["in_transit", "missing_at_custodian"]
    assert Breach.objects.get(subject="LRHKD", rule="HK-RES-01").status == "open"


def test_tidewater_breaches_the_term_of_a_deposit_and_has_said_so(world):
    result = last_day("TWHK")
    assert breached(result) == {"HK-RES-03"}
    assert Breach.objects.get(subject="TWHK").status == "notified"


def test_pearl_estuary_carries_one_break_of_tokens_that_its_books_do_not_know(world):
    result = last_day("PEHKD")
    assert breached(result) == {"HK-RES-18"}
    assert [(found["cause"], found["state"], found["difference"]) for found in result["breaks"]] == [
        ("par_supply", "carried", "-1250.00")
    ]
    assert result["breaks"][0]["age_business_days"] == 5


def test_the_trustee_of_pearl_estuary_carries_one_bond_above_what_its_market_pays(world):
    prudent = last_day("PEHKD")["prudent"]
    assert (prudent["lines"]["beyond"], prudent["lines"]["agrees"]) == (1, 10)
    (mark,) = prudent["marks"]["beyond"]
    assert (mark["description"].startswith("Government Bond"), mark["gap"][:5]) == (True, "0.006")
    assert Breach.objects.get(subject="PEHKD", rule="HK-RES-18").status == "open"  # and nobody has said so


def test_tidewater_is_beyond_a_limit_of_its_own_since_the_last_business_day(world):
    result = last_day("TWHK")
    assert [(each["name"], each["state"], each["breached_since"]) for each in result["limits"]] == [
        ("", "met", None), ("Harbour Bank", "breached", "2026-11-20")]
    assert {each["state"] for each in last_day("KSHK")["limits"]} == {"met"}


def test_kestrel_meets_every_rule_on_the_coin_and_on_the_issuer(world):
    result = last_day("KSHK")
    assert {found["rule"]: found["verdict"] for found in result["findings"] if found["verdict"] != "met"} == {}
    assert (result["breaks"], result["missing"]) == ([], [])
    on_issuer = Finding.objects.filter(scope="issuer", subject="kestrel-settlement-hk-limited", as_of=UNTIL)
    assert {found.rule: found.verdict for found in on_issuer if found.verdict != "met"} == {}
    assert on_issuer.count() == 9
    assert not Breach.objects.filter(issuer__organisation__slug="kestrel-settlement-hk-limited").exists()


def test_outer_channels_statements_are_late_and_each_has_a_case(world):
    result = last_day("OCHKD")
    assert (result["backing_ratio"], result["reserve_market_value"]) == (None, None)
    assert [missing["feed"] for missing in result["missing"]] == ["holdings"]
    cases = Case.objects.filter(kind="reserves.late_feed", status="open").order_by("as_of")
    assert [(case.subject, case.as_of) for case in cases] == [
        ("OCHKD", date(2026, 11, 19)), ("OCHKD", date(2026, 11, 20)),
    ]


def test_only_the_last_day_has_reports_and_their_owners_are_told(world):
    runs = ReportRun.objects.order_by("subject").values_list("subject", "as_of", "status")
    assert list(runs) == [(symbol, UNTIL, "rendered") for symbol in ("KSHK", "LRHKD", "OCHKD", "PEHKD", "TWHK")]
    assert Message.objects.filter(recipient__name="Ann Lau").exists()


def test_each_day_is_found_again_as_it_was(world):
    for coin in Coin.objects.select_related("issuer__organisation"):
        stored = ReserveDay.objects.get(coin=coin, as_of=UNTIL)
        assert run_day(coin, UNTIL, actor=SYSTEM)["digest"] == stored.digest
        assert ReserveDay.objects.filter(coin=coin, as_of=UNTIL).count() == 1


def test_files_came_when_their_senders_send_them_and_with_the_issuers_key(world):
    file = FeedFile.objects.get(subject="KSHK", feed="holdings", as_of=date(2026, 11, 20))
    assert file.received_at.isoformat() == "2026-11-20T12:40:00+00:00"
    assert file.sender.slug == "peak-trust-bank"
    assert file.sent_with.name == "kestrel-settlement-hk-limited feeds"


def test_two_officers_stand_behind_the_reference_data(world):
    proposed = AuditEvent.objects.filter(verb="reserves.reference.proposed")
    approved = AuditEvent.objects.filter(verb="reserves.reference.approved")
    assert proposed.count() == approved.count() > 0
    assert set(proposed.values_list("actor__name", flat=True)) == {"Bo Chan"}
    assert set(approved.values_list("actor__name", flat=True)) == {"Ben Ho"}


def test_the_cast_can_sign_in_with_what_the_file_says_and_nobody_else_can_read_it(world):
    path = world[0] / "demo" / "cast.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    people = {entry["name"]: entry for entry in json.loads(path.read_text())}
    assert sorted(people) == [
        "amy", "ann", "ben", "bo", "cy", "dan", "dee", "eli", "ian", "kay", "kit", "ops"]
    for entry in people.values():
        user = User.objects.get(email=entry["email"])
        assert user.check_password(entry["password"])
        secret = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
        assert secret.wrap().validate_code("000000") is False
        assert Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).exists()
    assert (people["ann"]["lands_on"], people["ben"]["lands_on"]) == ("/en/portal/", "/zh-hant/officer/")


def test_the_keys_in_the_file_are_keys(world):
    path = world[0] / "demo" / "keys.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    entries = {entry["name"]: entry for entry in json.loads(path.read_text())}
    assert len(entries) == 6
    key = ApiKey.objects.get(digest=ApiKey.digest_of(entries["lion-rock-digital-limited feeds"]["key"]))
    lion_rock, tidewater = (Issuer.objects.get(organisation__slug=slug)
                            for slug in ("lion-rock-digital-limited", "tidewater-payments-limited"))
    assert key.can(Can.SEND_FEEDS, lion_rock)
    assert not key.can(Can.SEND_FEEDS, tidewater)


def test_a_second_run_keeps_the_world(world):
    before = (FeedFile.objects.count(), ReserveDay.objects.count(), AuditEvent.objects.count())
    out = io.StringIO()
    call_command("seed_demo", "--json", "--days", "30", stdout=out, stderr=io.StringIO())
    answer = json.loads(out.getvalue())
    assert answer["seeded"] is False
    assert answer["digest"] == world[1]["digest"]
    assert (FeedFile.objects.count(), ReserveDay.objects.count(), AuditEvent.objects.count()) == before


def test_one_file_is_held_and_waits_for_an_officer(world):
    held = FeedFile.objects.get(status="quarantined")
    assert (held.feed, held.as_of, held.supersedes.status) == ("supply", UNTIL, "accepted")
    assert [problem["rule"] for problem in held.problems] == ["implausible_total"]
    assert Case.objects.get(kind="reserves.quarantine").status == "open"
