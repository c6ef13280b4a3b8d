"""Reminders of breaches and hearings: on business days, once per occasion and reader, never of what was answered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.access import SYSTEM
from core.cases import pause_case
from core.deadlines import end_of
from core.models import Message
from issuers.models import Breach
from issuers.services.breaches import notify_breach, open_breach
from issuers.services.deadline_reminders import send_deadline_reminders
from issuers.services.proposals import represent
from tests.issuers.licensing import proposed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at(set_clock):
    set_clock("2026-11-20T10:00")  # a Friday
    return set_clock


@pytest.fixture
def breach(coin, ann, amy, eli) -> Breach:
    """One whose answer is due on Sunday 6 December."""
    row = open_breach(coin.issuer, rule="HK-RES-01", subject="LRHKD", as_of=date(2026, 11, 19), actor=SYSTEM)
    row.case.due_at = end_of(date(2026, 12, 6))
    row.case.save()
    return row


def told_on(at, first: date, last: date) -> dict[str, list[str]]:
    """Return who is told on which day, when every day is tried twice."""
    found, day = {}, first
    while day <= last:
        at(f"{day}T08:00")
        rows = send_deadline_reminders()
        assert send_deadline_reminders() == []
        if rows:
            found[day.isoformat()] = [row.address.partition("@")[0] for row in rows]
        day += timedelta(days=1)
    return found


def test_a_breach_is_named_ten_three_one_and_no_days_before_and_once_after(breach, at):
    # 26 November is ten days before; three days before is 3 December; the 5th and the 6th are a weekend, so both are the
    # 4th, and one mail; the time is over on Monday the 7th.
    assert told_on(at, date(2026, 11, 20), date(2026, 12, 9)) == {
        "2026-11-26": ["amy", "ann"], "2026-12-03": ["amy", "ann"], "2026-12-04": ["amy", "ann"],
        "2026-12-07": ["amy", "ann"]}
    subjects = Message.objects.filter(address__startswith="ann").order_by("pk").values_list("subject", flat=True)
    assert subjects[0] == "Breach case " + breach.case.reference + " waits for you, due Sun 6 Dec 23:59"
    assert subjects[3] == f"Breach case {breach.case.reference} is overdue"


def test_a_reminder_that_was_missed_is_caught_up_once(breach, at):
    at("2026-11-30T08:00")
    assert len(send_deadline_reminders()) == 2
    assert send_deadline_reminders() == []


def test_nobody_is_reminded_on_the_day_of_the_notice_nor_while_the_clock_stands(coin, breach, at):
    at("2026-11-26T10:00")
    other = open_breach(coin.issuer, rule="HK-RES-02", subject="LRHKD", as_of=date(2026, 11, 25), actor=SYSTEM)
    pause_case(breach.case, reason="Waits", actor=SYSTEM)
    assert other.case.due_at.date() == date(2026, 11, 26)
    assert send_deadline_reminders() == []


def test_a_breach_that_was_notified_still_waits_for_its_answer(breach, at, ann):
    notify_breach(breach, actor=ann)
    at("2026-12-03T08:00")
    assert {row.notice for row in send_deadline_reminders()} == {"issuers/breach_answer_due"}


def test_a_hearing_is_named_until_somebody_was_heard(issuer, coin, bo, ann, amy, at):
    proposal = proposed(issuer.licence, "ordinary_suspension", bo)  # representations until Friday 4 December
    assert told_on(at, date(2026, 11, 20), date(2026, 12, 2)) == {"2026-11-24": ["amy", "ann"],
                                                                 "2026-12-01": ["amy", "ann"]}
    represent(proposal, text="We disagree.", actor=ann)
    assert told_on(at, date(2026, 12, 3), date(2026, 12, 7)) == {}
