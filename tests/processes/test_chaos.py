"""Two weeks of two issuers with workers, broker and mail server killed: ``make chaos`` plays a quarter of twenty."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.chaos.rehearsal import Plan, rehearse

pytestmark = pytest.mark.processes

#: What these two weeks bring, reports and mails, whatever is killed.
KINDS = {
    "daily_reserve": 28, "licence_certificate": 2, "monthly_supervision": 2,
    "issuers/breach_answer_due": 10, "issuers/duties_due": 28, "issuers/obligation_overdue": 4,
    "reports/breach_opened": 20, "reports/daily_report_ready": 56, "reports/document_ready": 4,
    "reports/feed_late": 2, "reports/morning_digest": 48,
}


@pytest.mark.timeout(580)
def test_whatever_is_killed_each_report_and_mail_comes_once_on_its_day(transactional_db, tmp_path):
    *_weeks, found = rehearse(Plan(issuers=2, days=14, kills=5, seed=1, workers=1), tmp_path, tmp_path / "clock")
    assert found["faults"] == []
    assert found["kinds"] == KINDS
    assert Counter(name.partition("-")[0] for _at, name in found["killed"]) == {"worker": 2, "broker": 2, "mail": 1}
