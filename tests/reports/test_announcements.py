"""Who is told of breaches, late files and deadlines, and that each is told once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from core import cases, clock
from core.access import SYSTEM
from core.models import Case, Closure, Message
from issuers.models import Obligation
from issuers.services.breaches import close_breach, notify_breach, open_breach
from reports.services.announcements import announce_breaches, announce_late_feeds
from reports.services.digests import send_morning_digest

MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # 08:00 in Hong Kong


@pytest.fixture
def at(tmp_path, monkeypatch):
    """``at(instant)`` moves the clock of this process."""
    file = tmp_path / "clock"
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(file))

    def move(instant: datetime) -> None:
        file.write_text(instant.isoformat())

    move(MONDAY)
    return move


def breach(issuer, *, as_of=date(2026, 11, 22), rule="HK-RES-01"):
    return open_breach(issuer, rule=rule, subject="LRHKD", as_of=as_of, actor=SYSTEM)


def late(issuer):
    return cases.open_case(
        "reserves.late_feed", subject="LRHKD", owner=issuer.organisation, key="LRHKD:supply:2026-11-22",
        as_of=date(2026, 11, 22), due_at=clock.now() + timedelta(hours=3), params=LATE, actor=SYSTEM,
    )


LATE = {"feed": "supply", "as_of": "2026-11-22", "day": "2026-11-22", "coin": "LRHKD", "sender": "", "expected_by": ""}


def to(rows) -> list[str]:
    return sorted(row.recipient.name for row in rows)


def test_officers_and_the_issuer_are_told_of_a_breach_once(at, ann, eli, ian, bo, cy, dee, ops, issuer):
    breach(issuer)
    assert to(announce_breaches()) == ["Ann Lau", "Bo Chan", "Cy Leung"]
    assert announce_breaches() == []
    assert Message.objects.count() == 3


def test_the_issuers_own_mail_is_the_issuers_to_see_and_the_officers_is_not(at, ann, bo, issuer):
    breach(issuer)
    announce_breaches()
    assert [row.recipient for row in Message.objects.visible_to(ann)] == [ann]
    assert Message.objects.visible_to(bo).count() == 2


def test_a_breach_that_goes_on_is_not_told_again_but_a_new_one_is(at, ann, bo, issuer):
    first = breach(issuer)
    announce_breaches()
    breach(issuer, as_of=date(2026, 11, 23))
    assert announce_breaches() == []
    close_breach(notify_breach(first, actor=ann), actor=bo, note="Backed again.")
    breach(issuer, as_of=date(2026, 11, 24))
    assert to(announce_breaches()) == ["Ann Lau", "Bo Chan"]


def test_mail_about_a_breach_holds_no_rule_and_no_figure(at, ann, issuer):
    open_breach(
        issuer, rule="HK-RES-01", subject="LRHKD", as_of=date(2026, 11, 22), actor=SYSTEM,
        params={"backing_ratio": "0.99620191", "surplus": "-16000000.00"},
    )
    [message] = announce_breaches()
    for part in (message.subject, message.text, message.html):
        assert "HK-RES" not in part
        assert "0.996" not in part
        assert "16000000" not in part


def test_the_issuer_is_told_of_a_late_file_once(at, ann, ian, bo, issuer):
    late(issuer)
    rows = announce_late_feeds()
    assert to(rows) == ["Ann Lau"]
    assert "Token supply" in rows[0].text
    assert announce_late_feeds() == []


def test_the_digest_counts_what_is_overdue_and_due_and_is_sent_once_a_day(at, ann, ian, bo, issuer):
    at(MONDAY - timedelta(hours=5))
    breach(issuer)
    at(MONDAY)
    late(issuer)
    rows = send_morning_digest()
    assert to(rows) == ["Ann Lau", "Bo Chan"]
    assert {row.subject for row in rows} == {"2 items due this week, 1 today, 1 overdue"}
    assert send_morning_digest() == []
    at(MONDAY + timedelta(days=1))
    assert to(send_morning_digest()) == ["Ann Lau", "Bo Chan"]


def test_a_duty_that_ran_out_overnight_is_told_though_no_sweep_has_seen_it(at, ann, bo, issuer):
    at(datetime(2026, 11, 22, 16, 1, tzinfo=UTC))  # a minute after the duty ran out
    Obligation.objects.create(issuer=issuer, kind="complaints", key="2026-09-30", cite="",
                              began_on=date(2026, 10, 1), due_at=datetime(2026, 11, 22, 16, 0, tzinfo=UTC))
    at(MONDAY)
    rows = send_morning_digest()
    assert {(row.recipient.name, row.subject) for row in rows} == {
        (name, "1 item due this week, 0 today, 1 overdue") for name in ("Ann Lau", "Bo Chan")}
    assert Case.objects.get().kind == "issuers.obligation_overdue"
    assert send_morning_digest() == []
    assert Case.objects.count() == 1


def test_no_digest_without_anything_due(at, ann, bo, issuer):
    assert send_morning_digest() == []
    assert not Message.objects.exists()


@pytest.mark.parametrize("days", [-1, -2])
def test_no_digest_at_the_weekend(at, ann, bo, issuer, days):
    breach(issuer)
    at(MONDAY + timedelta(days=days))
    assert send_morning_digest() == []


def test_no_digest_on_a_day_closed_by_a_warning(at, ann, bo, issuer):
    breach(issuer)
    Closure.objects.create(day=date(2026, 11, 23), warning="gale", entered_by=bo)
    assert send_morning_digest() == []


def test_an_officer_is_not_told_of_cases_of_another(at, bo, ben, issuer):
    case = breach(issuer).case
    cases.assign_case(case, to=ben, actor=bo)
    assert to(send_morning_digest()) == ["Ben Ho"]


def test_a_case_whose_clock_stands_still_is_not_due(at, bo, issuer):
    case = breach(issuer).case
    cases.pause_case(case, reason="Waiting for the custodian", actor=bo)
    assert send_morning_digest() == []
    cases.resume_case(case, actor=bo)
    assert to(send_morning_digest()) == ["Bo Chan"]


def test_what_is_due_later_than_a_week_waits(at, bo, issuer):
    at(MONDAY + timedelta(days=9))
    breach(issuer)
    at(MONDAY)
    assert send_morning_digest() == []
