"""Scenarios run on a judged day, and stress tests filed, accepted and queried, with the duty they meet."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case
from issuers.facts import stated_facts
from issuers.services.obligations import plan_obligations, settle_obligations
from reserves.models import StressFiling, StressScenario
from reserves.selectors.stress import scenarios_on, stress_filings_for
from reserves.services.reference import approve_reference, propose_reference
from reserves.services.stress import run_stress
from reserves.services.stress_filings import (
    accept_stress_test,
    draft_stress_test,
    file_at_once,
    file_stress_test,
    query_stress_test,
    save_stress_test,
)
from tests.reserves.stress_days import DAY, judge, pdf, pool, stated

pytestmark = pytest.mark.django_db

Q3, Q4 = date(2026, 7, 1), date(2026, 10, 1)


@pytest.fixture(autouse=True)
def _now(set_clock):
    set_clock("2026-10-21T09:00:00")


def entry(account, code):
    return next(each for each in account["scenarios"] if each["code"] == code)


def test_scenarios_run_on_the_lines_of_the_day(coin):
    judge(coin)
    account = run_stress(coin, DAY)
    assert account["schema"] == "assay.stress/1"
    run = entry(account, "run_30_in_10")
    assert [run["days"][0][name] for name in ("day", "due", "paid")] == ["2026-10-20", "5940000.00", "5940000.00"]
    assert (run["verdict"], run["survival_days"], run["redeemed"], run["ratio_after"]) == (
        "holds", 10, "29700000.00", "1.01443001")
    fails = entry(account, "custodian_fails")
    assert (fails["custodian"], fails["out_of_reach"]) == ("Harbour Bank", "50000000.00")
    assert [(payment["source"], payment["amount"]) for payment in fails["days"][0]["payments"]] == [("sold", "1980000.00")]
    assert [payment["source"] for payment in fails["days"][1]["payments"]] == ["matured"]
    rates = entry(account, "rates_up_200")
    # 5, 61 and 364 days at 2% of a year of 365
    assert rates["rate_loss"] == str(sum(
        -(-value * days * 200 // 3_650_000) for value, days in ((20 * 10**10, 5), (20 * 10**10, 61), (10**11, 364))
    ) / Decimal(10**4))
    assert run_stress(coin, DAY)["digest"] == account["digest"]


def test_what_cannot_be_run_is_said(coin, unlicensed_coin):
    with pytest.raises(Refused, match="was not judged"):
        run_stress(coin, DAY)
    judge(coin)
    with pytest.raises(Refused, match="There is no scenario weather"):
        run_stress(coin, DAY, codes=["weather"])
    assert [each["code"] for each in run_stress(coin, DAY, codes=["combined", "combined"])["scenarios"]] == ["combined"]


def test_a_pool_that_cannot_be_summed_has_no_ratio_after(coin):
    judge(coin, lines=[*pool(), pool()[0] | {"currency": "USD", "line_ref": "U"}])
    account = run_stress(coin, DAY, codes=["run_10_in_5"])
    assert (account["whole"], account["reserve_market_value"]) == (False, None)
    assert (entry(account, "run_10_in_5")["verdict"], entry(account, "run_10_in_5")["ratio_after"]) == ("holds", None)


SCENARIO = {
    "name": "Weekend run", "redemption_share": Decimal("0.5"), "redemption_days": 2, "front_loaded": True, "rate_bp": 50,
    "custodian": "Peak Custody", "custodian_days": 1, "assumptions": "government_debt 3 0.01 0.02\nfund - 0 0.5",
}


def test_an_officers_scenario_counts_once_another_officer_approved_it(coin, bo, ben):
    row = propose_reference(StressScenario, valid_from=DAY, source="Letter 1", actor=bo, **SCENARIO)
    assert len(scenarios_on(DAY)) == 6
    with pytest.raises(Refused):
        approve_reference(row, actor=bo)
    approve_reference(row, actor=ben)
    own = scenarios_on(DAY)[-1]
    assert (own.code, own.profile, own.sales["government_debt"].days_to_cash) == (f"own_{row.pk}", (2, 1), 3)
    assert len(scenarios_on(date(2026, 10, 15))) == 6
    judge(coin)
    assert entry(run_stress(coin, DAY), own.code)["source"] == "Letter 1"


@pytest.mark.parametrize(("given", "sentence"), [
    ({"assumptions": "gold 1 0 0"}, "no asset class"), ({"assumptions": "cash soon"}, "line 1 is not"),
    ({"assumptions": "cash 1 2 0"}, "not a share"), ({"redemption_share": Decimal("1.5")}, "not a share"),
    ({"redemption_days": 300}, "At most 250 days"),
    ({"redemption_share": 0, "rate_bp": 0, "custodian": "", "custodian_days": None, "assumptions": ""}, "nothing happens"),
])
def test_a_scenario_that_makes_no_sense_is_refused_with_its_sentence(bo, given, sentence):
    with pytest.raises(Refused, match=sentence):
        propose_reference(StressScenario, valid_from=DAY, source="Letter 1", actor=bo, **SCENARIO | given)
    assert not StressScenario.objects.exists()


def test_filing_freezes_the_figures_and_meets_the_duty(coin, issuer, ann, bo):
    plan_obligations(issuer)
    judge(coin)
    filed = file_at_once(coin, period_start=Q4, actor=ann, **stated())
    assert (filed.status, filed.version, filed.filed_by) == ("filed", 1, ann)
    assert filed.pack["digest"] == run_stress(coin, DAY)["digest"]
    assert len(filed.digest) == 64
    duty = issuer.obligations.get(kind="stress_test", key="2026-10-01")
    assert (duty.status, duty.met_with) == ("met", filed.reference)
    facts = stated_facts(issuer, coin, date(2026, 10, 21))
    assert {name: value for name, value in facts.items() if name.startswith("stress_test.")} == {
        "stress_test.filed_count": 1, "stress_test.filed_on": date(2026, 10, 21), "stress_test.period_start": Q4}
    assert Case.objects.get(kind="reserves.stress_filed").key == filed.reference
    accepted = accept_stress_test(filed, actor=bo)
    assert (accepted.status, accepted.decided_by) == ("accepted", bo)
    assert Case.objects.get(kind="reserves.stress_filed").status == "closed"
    with pytest.raises(Refused):
        query_stress_test(filed, note="Why?", actor=bo)


def test_a_test_filed_late_meets_its_own_quarter_and_no_other(set_clock, coin, issuer, ann):
    set_clock("2026-09-28T09:00:00")
    plan_obligations(issuer)
    judge(coin, day=date(2026, 9, 25))
    set_clock("2026-10-21T09:00:00")
    file_at_once(coin, period_start=Q3, actor=ann, **stated(as_of=date(2026, 9, 25)))
    settle_obligations(issuer)
    duties = dict(issuer.obligations.filter(kind="stress_test").values_list("key", "status"))
    assert duties == {"2026-07-01": "met", "2026-10-01": "due"}


def test_a_second_test_on_the_same_day_meets_its_quarter_too(set_clock, coin, issuer, ann):
    set_clock("2026-09-28T09:00:00")
    plan_obligations(issuer)
    judge(coin, day=date(2026, 9, 25))
    set_clock("2026-10-21T09:00:00")
    judge(coin)
    file_at_once(coin, period_start=Q3, actor=ann, **stated(as_of=date(2026, 9, 25)))
    file_at_once(coin, period_start=Q4, actor=ann, **stated())
    assert set(issuer.obligations.filter(kind="stress_test").values_list("status", flat=True)) == {"met"}


def test_a_query_is_answered_with_the_next_version(coin, ann, bo):
    judge(coin)
    filed = file_at_once(coin, period_start=Q4, actor=ann, **stated())
    with pytest.raises(Refused, match="Say what you ask"):
        query_stress_test(filed, note=" ", actor=bo)
    query_stress_test(filed, note="Which prices?", actor=bo)
    draft = draft_stress_test(coin, period_start=Q4, actor=ann)
    assert (draft.version, draft.method, draft.report_id) == (2, "Cash flows.", filed.report_id)
    again = file_stress_test(draft, actor=ann)
    assert list(StressFiling.objects.values_list("version", "status")) == [(2, "filed"), (1, "queried")]
    assert again.reference != filed.reference
    with pytest.raises(Refused, match="filed already"):
        draft_stress_test(coin, period_start=Q4, actor=ann)


def test_what_lacks_is_named_at_once_and_nothing_is_filed(coin, ann, mailoutbox):
    judge(coin)
    draft = draft_stress_test(coin, period_start=Q4, actor=ann)
    assert draft_stress_test(coin, period_start=Q4, actor=ann) == draft
    before = AuditEvent.objects.count()
    with pytest.raises(Refused) as refusal:
        file_stress_test(draft, actor=ann)
    assert str(refusal.value) == ("Describe the method. Name the sources of the data. State the results."
                                  " Say when the board received it. Attach the report as PDF.")
    save_stress_test(draft, actor=ann, **stated(as_of=date(2026, 9, 25)))
    with pytest.raises(Refused, match="Choose a judged day of the quarter"):
        file_stress_test(draft, actor=ann)
    with pytest.raises(Refused, match="on a day to come"):
        save_stress_test(draft, actor=ann, **stated(board_on=date(2026, 10, 22)))
    with pytest.raises(Refused, match="damaged"):
        save_stress_test(draft, actor=ann, **stated(report=b"no", report_name="x.pdf"))
    draft.refresh_from_db()
    assert (draft.status, AuditEvent.objects.count(), Case.objects.count()) == ("draft", before, 0)


@pytest.mark.parametrize("start", [date(2026, 10, 2), date(2027, 1, 1)])
def test_only_quarters_that_have_begun(coin, ann, start):
    with pytest.raises(Refused, match="one calendar quarter that has begun"):
        draft_stress_test(coin, period_start=start, actor=ann)


def test_whose_it_is(coin, ann, ian, eli, bo, dee):
    judge(coin)
    for other in (ian, eli, bo):
        with pytest.raises(NotPermitted):
            draft_stress_test(coin, period_start=Q4, actor=other)
    draft = draft_stress_test(coin, period_start=Q4, actor=ann)
    assert [list(stress_filings_for(who)) for who in (ann, bo, ian)] == [[draft], [], []]
    save_stress_test(draft, actor=ann, **stated())
    filed = file_stress_test(draft, actor=ann)
    with pytest.raises(Refused, match="can no longer be changed"):
        save_stress_test(draft, actor=ann, **stated())
    for other in (ann, dee):
        with pytest.raises(NotPermitted):
            accept_stress_test(filed, actor=other)


def test_commands(coin, ann, capsys, tmp_path):
    judge(coin)
    call_command("run_stress", "--coin", "LRHKD", "--as-of", "2026-10-16", "--scenario", "run_10_in_5", "--json")
    assert json.loads(capsys.readouterr().out)["scenarios"][0]["survival_days"] == 5
    call_command("run_stress", "--coin", "LRHKD", "--as-of", "2026-10-16")
    assert "combined" in capsys.readouterr().out
    with pytest.raises(CommandError) as refused:
        call_command("run_stress", "--coin", "LRHKD", "--as-of", "2026-10-15")
    assert refused.value.returncode == 2
    (tmp_path / "text").write_text("Said.", encoding="utf-8")
    (tmp_path / "stress.pdf").write_bytes(pdf())
    text = str(tmp_path / "text")
    arguments = ["file_stress_test", "--coin", "LRHKD", "--quarter", "2026-10-01", "--as-of", "2026-10-16", "--board-on",
                 "2026-10-20", "--method", text, "--data-sources", text, "--results", text, "--report",
                 str(tmp_path / "stress.pdf"), "--json"]
    call_command(*arguments, "--as", ann.email)
    answer = json.loads(capsys.readouterr().out)
    assert (answer["state"], answer["filed_by"], answer["version"]) == ("filed", str(ann), 1)
    with pytest.raises(CommandError):
        call_command(*arguments, "--as", "nobody@example")
    assert json.loads(capsys.readouterr().out)["code"] == "unknown_person"


def test_api(coin, issuer, ann, key_for, client):
    from core.roles import Role

    judge(coin)
    key = {"Authorization": f"Bearer {key_for(issuer.organisation, Role.COMPLIANCE_OFFICER)}"}
    answer = client.get(f"/api/v1/coins/LRHKD/days/{DAY}/stress/?scenario=combined,price_shock", headers=key)
    assert [each["code"] for each in answer.json()["scenarios"]] == ["combined", "price_shock"]
    assert client.get(f"/api/v1/coins/LRHKD/days/{DAY}/stress/?scenario=x", headers=key).status_code == 409
    assert client.get("/api/v1/coins/LRHKD/days/2026-10-15/stress/", headers=key).status_code == 409
    from django.core.files.uploadedfile import SimpleUploadedFile

    def form():
        said = stated()
        return {"period_start": "2026-10-01", "as_of": str(DAY), "board_on": str(DAY), "method": said["method"],
                "data_sources": said["data_sources"], "results": said["results"],
                "report": SimpleUploadedFile("stress.pdf", pdf())}

    missing = client.post("/api/v1/coins/LRHKD/stress-tests/", {"method": "x"}, headers=key)
    assert missing.status_code == 400
    sent = client.post("/api/v1/coins/LRHKD/stress-tests/", form(), headers=key)
    assert (sent.status_code, sent.json()["state"]) == (201, "filed")
    again = client.post("/api/v1/coins/LRHKD/stress-tests/", form(), headers=key)
    assert (again.status_code, again.json()["code"]) == (409, "filed_already")
    listed = client.get("/api/v1/coins/LRHKD/stress-tests/", headers=key).json()
    assert [each["sha256"] for each in listed["results"]] == [sent.json()["sha256"]]
