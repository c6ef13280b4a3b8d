"""What licensees owe is planned, moved by closures, settled by what is on record, reminded of, and chased when late."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.access import SYSTEM
from core.business_days import enter_closure
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, Message
from issuers.models import Condition, Fee, Obligation
from issuers.services.complaints import file_complaint_return
from issuers.services.facts import record_fact
from issuers.services.obligations import (
    decline_waiver,
    meet_obligation,
    open_overdue_cases,
    plan_obligations,
    propose_waiver,
    refresh_duties,
    reopen_obligation,
    settle_obligations,
    waive_obligation,
)
from issuers.services.reminders import send_reminders
from tests.issuers.duties import SOUND_COUNTS

pytestmark = pytest.mark.django_db
FILED = {"origin": "filed", "source": "Letter 7", "actor": SYSTEM}


@pytest.fixture
def at(set_clock):
    set_clock("2026-09-01T07:30:00")
    return set_clock


def owed(issuer, kind: str) -> list[tuple[str, str, str]]:
    rows = issuer.obligations.filter(kind=kind)
    return [(row.key, str(row.due_at.astimezone().date()), row.status) for row in rows]


def one(issuer, kind: str, key: str = "") -> Obligation:
    rows = issuer.obligations.filter(kind=kind)
    return rows.get(key=key) if key else rows.get()


def test_what_is_owed_is_planned_once(at, issuer, coin):
    assert plan_obligations(issuer) > 20
    before = list(issuer.obligations.values_list("kind", "key", "due_at"))
    events = AuditEvent.objects.count()
    assert plan_obligations(issuer) == 0
    assert list(issuer.obligations.values_list("kind", "key", "due_at")) == before
    assert AuditEvent.objects.count() == events
    # The licence took effect on 15 December 2025: a Monday, and so every week ends on one.
    assert owed(issuer, "weekly_statement")[0] == ("2026-08-31", "2026-09-07", "due")
    assert ("2026-12-15", "2026-12-15", "due") in owed(issuer, "fee")
    assert [key for key, _due, _status in owed(issuer, "stress_test")] == ["2026-07-01"]
    assert owed(issuer, "complaints") == [("2026-09-30", "2026-10-30", "due")]
    assert not issuer.obligations.filter(kind__in=["attestation", "accounts"]).exists()


def test_a_typhoon_entered_afterwards_moves_the_last_day(at, issuer, bo):
    plan_obligations(issuer)
    at("2026-09-07T18:00:00")
    enter_closure(day=date(2026, 9, 7), warning="gale", actor=bo)
    assert plan_obligations(issuer) == 1  # the next week has come within the horizon
    row = one(issuer, "weekly_statement", "2026-08-31")
    assert row.due_at == datetime.fromisoformat("2026-09-08T23:59:59+08:00")
    assert AuditEvent.objects.filter(verb="issuers.obligation.moved", data__day="2026-09-08").count() == 1


def test_a_closure_takes_back_the_case_of_what_is_not_late_after_all(at, issuer, bo):
    plan_obligations(issuer)
    at("2026-09-08T00:05:00")
    open_overdue_cases()
    enter_closure(day=date(2026, 9, 7), warning="gale", actor=bo)
    plan_obligations(issuer)
    assert one(issuer, "weekly_statement", "2026-08-31").case.status == Case.Status.CLOSED


@pytest.mark.parametrize(
    ("fact", "value", "day", "kind", "key"),
    [
        ("publication.gap_days", 0, date(2026, 9, 4), "weekly_statement", "2026-08-31"),
        ("reviews.reserve_policy_on", date(2026, 8, 28), date(2026, 9, 4), "reserve_policy", "2025-12-15"),
    ],
)
def test_a_fact_on_record_settles_the_duty(at, issuer, fact, value, day, kind, key):
    plan_obligations(issuer)
    at("2026-09-05T09:00:00")
    record_fact(issuer, fact=fact, value=value, valid_from=day, **FILED)
    assert settle_obligations(issuer) == 1
    row = one(issuer, kind, key)
    assert (row.status, row.met_with) == ("met", "Letter 7")
    assert settle_obligations(issuer) == 0


def test_a_review_done_starts_the_next_one(at, issuer):
    plan_obligations(issuer)
    record_fact(issuer, fact="reviews.reserve_policy_on", value=date(2026, 8, 28), valid_from=date(2026, 8, 28), **FILED)
    settle_obligations(issuer)
    plan_obligations(issuer)
    assert owed(issuer, "reserve_policy") == [("2025-12-15", "2026-03-16", "met"), ("2026-08-28", "2026-11-28", "due")]


def test_a_stress_test_of_one_coin_settles_that_coins_only(at, issuer, coin):
    plan_obligations(issuer)
    record_fact(issuer, coin=coin, fact="stress_test.filed_on", value=date(2026, 8, 30), valid_from=date(2026, 8, 30),
                **FILED)
    assert settle_obligations(issuer) == 1
    assert one(issuer, "stress_test").status == "met"


def test_attestation_and_accounts_are_dated_once_the_figures_are_on_record(at, issuer):
    record_fact(issuer, fact="authority.attestation_frequency", value="quarterly", valid_from=date(2026, 1, 1),
                origin="set", source="Letter 1", actor=SYSTEM)
    record_fact(issuer, fact="accounts.year_end", value=date(2025, 12, 31), valid_from=date(2026, 1, 1), **FILED)
    plan_obligations(issuer)
    assert owed(issuer, "attestation") == [("2026-09-30", "2026-10-30", "due")]
    assert owed(issuer, "accounts") == [("2025-12-31", "2026-04-30", "due")]
    at("2026-10-20T09:00:00")
    for fact, value in (("attestation.period_end", date(2026, 9, 30)), ("attestation.is_filed", True),
                        ("attestation.filed_on", date(2026, 10, 20)), ("accounts.is_filed", True),
                        ("accounts.filed_on", date(2026, 10, 19))):
        record_fact(issuer, fact=fact, value=value, valid_from=date(2026, 10, 20), **FILED)
    assert settle_obligations(issuer) == 2
    assert one(issuer, "attestation").is_met_late is False
    assert one(issuer, "accounts").is_met_late is True


def test_a_fee_paid_and_a_return_filed_settle_theirs(at, issuer, ann):
    plan_obligations(issuer)
    at("2026-10-08T09:00:00")
    file_complaint_return(issuer, period_start=date(2026, 7, 1), actor=ann, **SOUND_COUNTS)
    Fee.objects.create(
        licence=issuer.licence, invoice="INV-1", occasion="anniversary", amount_hkd=Decimal(113020), cite="ORD s. 22",
        falls_on=date(2026, 12, 15), due_at=datetime.fromisoformat("2026-12-15T23:59:59+08:00"),
        paid_on=date(2026, 10, 7), recorded_at=datetime.fromisoformat("2026-10-08T08:00:00+08:00"),
    )
    assert settle_obligations(issuer) == 2
    assert one(issuer, "fee", "2026-12-15").met_with == "INV-1"
    assert one(issuer, "complaints", "2026-09-30").met_with.startswith("CMP-2026Q3-1-")


def test_a_condition_recurs_until_it_is_cancelled(at, issuer):
    condition = Condition.objects.create(
        licence=issuer.licence, number=1, kind="report", wording_en="Report the holders.", every_months=1,
        first_due_on=date(2026, 8, 31), in_force_from=date(2026, 8, 1), cancelled_from=date(2026, 11, 1),
    )
    plan_obligations(issuer)
    assert [(key, due) for key, due, _ in owed(issuer, "condition")] == [
        (f"{condition.pk}:2026-09-30", "2026-09-30"), (f"{condition.pk}:2026-10-31", "2026-10-31"),
    ]


def test_an_officer_records_as_met_and_takes_back(at, issuer, bo, ann):
    plan_obligations(issuer)
    audit = one(issuer, "smart_contract")
    with pytest.raises(NotPermitted):
        meet_obligation(audit, reference="Report 3", actor=ann)
    with pytest.raises(Refused):
        meet_obligation(audit, reference=" ", actor=bo)
    audit.refresh_from_db()
    assert (audit.status, audit.met_at) == ("due", None)
    assert meet_obligation(audit, reference="Report 3", actor=bo).met_with == "Report 3"
    assert reopen_obligation(audit, reason="The report is another's.", actor=bo).met_at is None


def test_two_officers_waive_and_until_then_it_stays_due(at, issuer, bo, ben, ann):
    plan_obligations(issuer)
    audit = one(issuer, "smart_contract")
    events = AuditEvent.objects.count()
    for attempt, reason in ((lambda: waive_obligation(audit, actor=ben), "Nobody has proposed"),
                            (lambda: decline_waiver(audit, reason="No.", actor=ben), "Nobody has proposed"),
                            (lambda: propose_waiver(audit, reason=" ", actor=bo), "Say why")):
        with pytest.raises(Refused, match=reason):
            attempt()
    with pytest.raises(NotPermitted):
        propose_waiver(audit, reason="Not deployed yet.", actor=ann)
    assert AuditEvent.objects.count() == events
    assert propose_waiver(audit, reason="Not deployed yet.", actor=bo).status == "due"
    with pytest.raises(Refused, match="proposed already"):
        propose_waiver(audit, reason="Again.", actor=ben)
    with pytest.raises(Refused, match="another officer has to decide"):
        waive_obligation(audit, actor=bo)
    declined = decline_waiver(audit, reason="It is deployed on a test chain.", actor=ben)
    assert (declined.status, declined.waiver_proposed_by, declined.waiver_reason) == ("due", None, "")
    propose_waiver(audit, reason="Taken down again.", actor=bo)
    waived = waive_obligation(audit, actor=ben)
    assert (waived.status, waived.waiver_proposed_by, waived.waived_by) == ("waived", bo, ben)
    last = AuditEvent.objects.latest("pk")
    assert (last.verb, last.data["note"]) == ("issuers.obligation.waived", "Taken down again.")
    with pytest.raises(IntegrityError, match="two_officers"), transaction.atomic():
        Obligation.objects.filter(pk=audit.pk).update(waived_by=bo)
    again = reopen_obligation(audit, reason="It is deployed.", actor=bo)
    assert (again.status, again.waiver_proposed_by, again.waived_by) == ("due", None, None)


def test_who_waives_confirms_who_it_is(at, issuer, bo, ben, client_for, confirmed_client_for):
    plan_obligations(issuer)
    audit = one(issuer, "smart_contract")
    where = reverse("officer:obligation_act", args=[audit.pk])
    assert client_for(bo).post(where, {"move": "propose_waiver", "text": "Not deployed."}).status_code == 302
    page = client_for(ben).get(reverse("officer:issuer_duties", args=[issuer.organisation.slug])).text
    assert "Bo Chan proposes to waive it: Not deployed." in page
    assert "reauthenticate" in client_for(ben).post(where, {"move": "waive"}).url
    audit.refresh_from_db()
    assert audit.status == "due"
    assert confirmed_client_for(bo).post(where, {"move": "waive"}).status_code == 409
    assert confirmed_client_for(ben).post(where, {"move": "waive"}).status_code == 302
    audit.refresh_from_db()
    assert (audit.status, audit.waived_by) == ("waived", ben)
    assert "reauthenticate" in client_for(bo).post(where, {"move": "reopen", "text": "It is."}).url


def test_what_was_taken_back_is_not_settled_by_the_same_record(at, issuer, bo):
    plan_obligations(issuer)
    record_fact(issuer, fact="publication.gap_days", value=0, valid_from=date(2026, 9, 1), **FILED)
    settle_obligations(issuer)
    at("2026-09-02T09:00:00")
    reopen_obligation(one(issuer, "weekly_statement", "2026-08-31"), reason="Not published.", actor=bo)
    assert settle_obligations(issuer) == 0
    at("2026-09-03T09:00:00")
    record_fact(issuer, fact="publication.gap_days", value=0, valid_from=date(2026, 9, 3), **FILED)
    assert settle_obligations(issuer) == 1


def test_what_is_overdue_gets_one_case_that_closes_when_it_is_met(at, issuer, ann, bo):
    plan_obligations(issuer)
    chained = {"reserve_policy"}  # due since March
    assert open_overdue_cases() == 1
    assert open_overdue_cases() == 0
    case = Case.objects.get(kind="issuers.obligation_overdue")
    assert {row.kind for row in Obligation.objects.exclude(case=None)} == chained
    assert Message.objects.filter(notice="issuers/obligation_overdue").count() == 1
    meet_obligation(one(issuer, "reserve_policy"), reference="Minutes 4", actor=bo)
    case.refresh_from_db()
    assert (case.status, case.outcome) == ("closed", "met")


def mailed() -> list[tuple[str, str]]:
    """Return whom today's reminders go to and what their subjects say."""
    return sorted((row.address, row.subject) for row in send_reminders() if row.notice == "issuers/duties_due")


def days_of_reminders(at, first: datetime, last: datetime) -> dict[str, list[str]]:
    """Let the days pass; return by day what the reminders to one reader say."""
    sent, day = {}, first
    while day <= last:
        at(f"{day:%Y-%m-%d}T07:30:00")
        if rows := send_reminders():
            assert len({row.address for row in rows}) == len(rows)  # one mail to each, however much it is
            sent[f"{day:%a %m-%d}"] = [line[3:] for line in rows[0].text.splitlines() if line[1:3] == ". "]
        assert send_reminders() == []
        day += timedelta(days=1)
    return sent


def test_reminders_go_out_once_on_business_days(at, issuer, ann, amy):
    plan_obligations(issuer)
    issuer.obligations.exclude(kind="complaints").delete()
    # Due on Friday 30 October: ten days before is a Tuesday, three a Tuesday, one a Thursday.
    assert list(days_of_reminders(at, datetime(2026, 10, 12), datetime(2026, 11, 2))) == [
        "Tue 10-20", "Tue 10-27", "Thu 10-29", "Fri 10-30",
    ]
    assert Message.objects.filter(notice="issuers/duties_due").count() == 8


def test_a_weeks_statement_is_reminded_of_as_everything_is_and_all_of_a_day_is_one_mail(at, issuer, ann, amy):
    plan_obligations(issuer)
    issuer.obligations.exclude(kind="weekly_statement").delete()
    week = "Weekly statement, reported and published"
    at("2026-09-04T07:30:00")
    # Weeks end on Mondays, so three days and one before the last day are the Friday, ten before the Friday before.
    assert days_of_reminders(at, datetime(2026, 9, 5), datetime(2026, 9, 15)) == {
        "Mon 09-07": [week, week], "Fri 09-11": [week, week], "Mon 09-14": [week],
    }


def test_the_mail_lists_each_duty_with_its_last_day(at, issuer, ann, amy, settings):
    plan_obligations(issuer)
    issuer.obligations.exclude(kind__in=("weekly_statement", "stress_test", "complaints")).delete()
    issuer.obligations.filter(kind="complaints").update(due_at=datetime.fromisoformat("2026-09-08T23:59:59+08:00"))
    at("2026-09-04T07:30:00")
    first, second = sorted(send_reminders(), key=lambda row: row.address)
    assert [first.address, second.address] == [amy.email, ann.email]
    assert (first.subject, first.text) == (second.subject, second.text)
    assert first.subject == "3 duties fall due, the first on 7 September 2026"
    assert first.text == f"""Stablecoin Supervision

3 duties fall due

1. Weekly statement, reported and published
   Due by 7 September 2026, 23:59, Hong Kong time
   SUP 2.7.2

2. Return of complaints of the quarter
   Due by 8 September 2026, 23:59, Hong Kong time

3. Weekly statement, reported and published
   Due by 14 September 2026, 23:59, Hong Kong time
   SUP 2.7.2

What is on record already does not need to be filed again: sign in and see “Duties”.

{settings.SITE_URL}/en/

We never ask for passwords by e-mail and never attach files. Type the address yourself if in doubt.
You receive this because of your role in your organisation.

3 項責任到期，首項於 2026 年 9 月 7 日
"""
    assert first.html.count('<td class="due') == 3


def test_a_reminder_for_a_closed_day_goes_on_the_business_day_before(at, issuer, ann, amy):
    plan_obligations(issuer)
    issuer.obligations.exclude(kind="complaints").delete()
    issuer.obligations.update(due_at=datetime.fromisoformat("2026-10-29T23:59:59+08:00"))
    at("2026-10-16T07:30:00")  # the Friday before Chung Yeung, which ten days before would be
    title = "Due 29 October 2026: Return of complaints of the quarter"
    assert mailed() == [(amy.email, title), (ann.email, title)]


def test_missed_runs_are_caught_up_with_one_reminder(at, issuer, ann, amy):
    plan_obligations(issuer)
    issuer.obligations.exclude(kind="complaints").delete()
    assert list(days_of_reminders(at, datetime(2026, 10, 28), datetime(2026, 10, 28))) == ["Wed 10-28"]
    assert list(days_of_reminders(at, datetime(2026, 10, 29), datetime(2026, 10, 31))) == ["Thu 10-29", "Fri 10-30"]


def test_a_last_day_that_moved_is_reminded_of_again(at, issuer, ann, bo):
    plan_obligations(issuer)
    issuer.obligations.exclude(key="2026-08-31").delete()
    at("2026-09-07T07:30:00")
    assert len(send_reminders()) == 1
    enter_closure(day=date(2026, 9, 7), warning="gale", actor=bo)
    plan_obligations(issuer)
    issuer.obligations.exclude(key="2026-08-31").delete()
    at("2026-09-08T07:30:00")
    assert mailed() == [(ann.email, "Due 8 September 2026: Weekly statement, reported and published")]


def test_nobody_is_reminded_of_what_is_met(at, issuer, ann, amy, bo):
    plan_obligations(issuer)
    issuer.obligations.exclude(kind="complaints").delete()
    meet_obligation(one(issuer, "complaints"), reference="By letter", actor=bo)
    at("2026-10-29T07:30:00")
    assert send_reminders() == []


def test_the_sweep_asks_no_more_for_more_weeks(at, issuer, coin):
    refresh_duties()
    with CaptureQueriesContext(connection) as asked:
        refresh_duties()
    assert len(asked) < 40


def test_the_commands_plan_and_list(at, issuer, capsys):
    call_command("plan_obligations", "--json")
    planned = json.loads(capsys.readouterr().out)["issuers"]
    assert planned[0]["issuer"] == "lion-rock-digital-limited"
    call_command("obligations", "lion-rock-digital-limited", "--json")
    listed = json.loads(capsys.readouterr().out)
    assert len(listed["obligations"]) == planned[0]["planned"]
    assert listed["not_dated"] == ["attestation", "accounts"]
    call_command("obligations", "lion-rock-digital-limited")
    assert "Not dated" in capsys.readouterr().out
