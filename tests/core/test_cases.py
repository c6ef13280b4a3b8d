"""A case is opened once, its clock stops while somebody is waited for, and a closed one stays closed."""

from datetime import timedelta

import pytest

from core import cases, clock
from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(issuer):
    return cases.open_case(
        "issuers.breach", subject="LRHKD", owner=issuer.organisation, key="HK-RES-01:LRHKD", actor=SYSTEM,
        due_at=clock.now() + timedelta(hours=4), params={"rule": "HK-RES-01", "as_of": "2026-11-22"},
    )


def test_opening_a_case_twice_opens_one(case, issuer):
    again = cases.open_case("issuers.breach", subject="LRHKD", owner=issuer.organisation, key="HK-RES-01:LRHKD",
                            actor=SYSTEM)
    assert again == case
    assert Case.objects.count() == 1
    assert AuditEvent.objects.filter(verb="core.case.opened").count() == 1


def test_the_due_time_moves_by_as_long_as_the_clock_stood(case, bo, monkeypatch):
    due, began = case.due_at, clock.now()
    cases.pause_case(case, reason="waiting for the issuer", actor=bo)
    monkeypatch.setattr(clock, "now", lambda: began + timedelta(hours=3))
    resumed = cases.resume_case(case, actor=bo)
    assert timedelta(hours=2, minutes=59) < resumed.due_at - due < timedelta(hours=3)
    assert cases.clock_of(resumed) < timedelta(minutes=1)


def test_an_issuer_cannot_assign_a_case_and_nothing_is_recorded(case, ann, bo):
    with pytest.raises(NotPermitted):
        cases.assign_case(case, to=bo, actor=ann)
    case.refresh_from_db()
    assert case.assignee is None
    assert not AuditEvent.objects.filter(verb="core.case.assigned").exists()


def test_a_case_is_not_given_to_somebody_who_works_no_cases(case, bo, dee):
    with pytest.raises(Refused):
        cases.assign_case(case, to=dee, actor=bo)
    case.refresh_from_db()
    assert case.assignee is None


def test_a_closed_case_takes_no_more_work(case, bo):
    cases.close_case(case, outcome="remedied", actor=bo)
    case.refresh_from_db()
    assert (case.status, case.outcome) == ("closed", "remedied")
    with pytest.raises(Refused):
        cases.assign_case(case, to=bo, actor=bo)
    assert AuditEvent.objects.filter(verb="core.case.closed").count() == 1
    assert cases.close_case(case, outcome="again", actor=bo).outcome == "remedied"
