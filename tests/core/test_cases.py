"""A case is opened once, its clock stops while somebody is waited for, and a closed one stays closed."""

from datetime import date, datetime, timedelta

import pytest

from core import cases, clock
from core.access import SYSTEM
from core.business_days import enter_closure
from core.deadlines import end_of
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


@pytest.fixture
def moved(monkeypatch, tmp_path):
    """``moved("2026-02-13T10:00")`` moves every process to that moment in Hong Kong."""
    file = tmp_path / "clock"
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(file))

    def to(moment: str) -> None:
        file.write_text(datetime.fromisoformat(moment).replace(tzinfo=clock.HONG_KONG).isoformat())

    return to


@pytest.fixture
def serviced(moved, issuer):
    moved("2026-02-10T10:00")  # a Tuesday; Lunar New Year is 17 to 19 February
    return cases.open_case(
        "issuers.breach", subject="LRHKD", owner=issuer.organisation, key="x", actor=SYSTEM, service_days=10,
        params={"rule": "HK-RES-01", "as_of": "2026-02-09"},
    )


def test_a_service_clock_counts_business_days(serviced):
    assert serviced.due_at == end_of(date(2026, 2, 27))


def test_a_service_clock_that_stood_over_lunar_new_year_lost_two_business_days(serviced, moved, bo):
    moved("2026-02-13T15:00")  # Friday
    cases.pause_case(serviced, reason="waiting for the applicant", actor=bo)
    serviced.refresh_from_db()
    assert serviced.due_at is None
    moved("2026-02-20T09:00")  # the Friday after
    assert cases.resume_case(serviced, actor=bo).due_at == end_of(date(2026, 3, 3))


def test_a_closure_entered_afterwards_moves_a_service_clock(serviced, moved, bo):
    moved("2026-02-26T09:00")
    enter_closure(day=date(2026, 2, 25), warning="black_rainstorm", actor=bo)
    cases.refresh_service_clocks()
    serviced.refresh_from_db()
    assert serviced.due_at == end_of(date(2026, 3, 2))
