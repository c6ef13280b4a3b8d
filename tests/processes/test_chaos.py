"""Two weeks of two issuers with workers, broker and mail server killed: ``make chaos`` plays a quarter of twenty."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.chaos.rehearsal import Plan, rehearse

pytestmark = pytest.mark.processes

#: What these two weeks bring, whatever is killed. A report that a late file replaced was told of like the one after it.
KINDS = {
}


@pytest.mark.timeout(300)
def test_whatever_is_killed_each_report_and_mail_comes_once_on_its_day(transactional_db, tmp_path):
    *_weeks, found = rehearse(Plan(issuers=2, days=14, kills=5, seed=1, workers=1), tmp_path, tmp_path / "clock")
    assert found["faults"] == []
    assert found["kinds"] == KINDS
    assert Counter(name.partition("-")[0] for _at, name in found["killed"]) == {"worker": 2, "broker": 2, "mail": 1}
