"""Returns of complaints: counts that agree, versions that supersede, and who may file."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from core.errors import NotPermitted, Refused
from core.models import AuditEvent
from core.roles import Role
from issuers.models import ComplaintReturn
from issuers.selectors.duties import latest_returns
from issuers.services.complaints import file_complaint_return, inconsistencies
from issuers.services.obligations import plan_obligations
from tests.issuers.duties import SOUND_COUNTS

pytestmark = pytest.mark.django_db
QUARTER = date(2026, 7, 1)


@pytest.fixture(autouse=True)
def _october(set_clock):
    set_clock("2026-10-12T09:00:00")


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ({}, []),
        ({"closed": 9}, ["closed"]),
        ({"acknowledged_in_time": 12}, ["acknowledged_in_time"]),
        ({"replied_late": 5}, ["replied_in_time"]),
        ({"open_at_start": 12, "received": 0, "acknowledged_in_time": 0}, ["open_to_30_days"]),
        ({"closed": 0, "acknowledged_late": 90}, ["closed", "acknowledged_in_time"]),
    ],
)
def test_counts_that_cannot_all_be_true_are_named(changed, counts):
    assert [count for count, _sentence in inconsistencies(SOUND_COUNTS | changed)] == counts


def test_a_later_version_supersedes_and_both_stay(issuer, ann, bo):
    first = file_complaint_return(issuer, period_start=QUARTER, actor=ann, **SOUND_COUNTS)
    second = file_complaint_return(issuer, period_start=QUARTER, actor=ann, **(SOUND_COUNTS | {"replied_late": 2}))
    assert (first.version, second.version, second.period_end) == (1, 2, date(2026, 9, 30))
    assert first.digest != second.digest
    assert ComplaintReturn.objects.count() == 2
    assert latest_returns(bo) == [second]


@pytest.mark.parametrize("start", [date(2026, 10, 1), date(2026, 7, 2)])
def test_only_a_quarter_that_has_ended_is_filed(issuer, ann, start):
    with pytest.raises(Refused):
        file_complaint_return(issuer, period_start=start, actor=ann, **SOUND_COUNTS)
    assert not ComplaintReturn.objects.exists()


def test_nothing_is_filed_that_does_not_agree_or_by_who_may_not(issuer, rival, ann, eli, ian, bo):
    events = AuditEvent.objects.count()
    with pytest.raises(Refused):
        file_complaint_return(issuer, period_start=QUARTER, actor=ann, **(SOUND_COUNTS | {"closed": 1}))
    for who in (eli, ian, bo):
        with pytest.raises(NotPermitted):
            file_complaint_return(issuer, period_start=QUARTER, actor=who, **SOUND_COUNTS)
    assert (ComplaintReturn.objects.count(), AuditEvent.objects.count()) == (0, events)


def test_the_page_names_each_inconsistency_at_its_count(issuer, ann, client_for):
    page, where = client_for(ann), reverse("portal:complaints")
    wrong = page.post(where, SOUND_COUNTS | {"period_start": "2026-07-01", "closed": 9, "remarks": ""})
    assert (wrong.status_code, "but 9 closed and 4 still open make 13" in wrong.text) == (422, True)
    right = page.post(where, SOUND_COUNTS | {"period_start": "2026-07-01", "remarks": ""})
    assert (right.status_code, ComplaintReturn.objects.get().filed_by) == (302, ann)
    assert ComplaintReturn.objects.get().digest in page.get(where).text


def test_officers_read_the_trend_by_quarter(issuer, ann, bo, client_for):
    file_complaint_return(issuer, period_start=date(2026, 4, 1), actor=ann, **(SOUND_COUNTS | {"received": 11, "closed": 9}))
    file_complaint_return(issuer, period_start=QUARTER, actor=ann, **SOUND_COUNTS)
    page = client_for(bo).get(reverse("officer:complaints")).text
    assert "1 fewer" in page
    assert "90.0%" in page
    assert "no quarter before" in page


def test_a_program_files_a_return_and_reads_what_is_owed(issuer, rival, client_for, key_for):
    plan_obligations(issuer)
    plan_obligations(rival)
    asked = {"headers": {"Authorization": f"Bearer {key_for(issuer.organisation, Role.COMPLIANCE_OFFICER)}"}}
    caller = client_for(None)
    sent = SOUND_COUNTS | {"period_start": "2026-07-01"}
    filed = caller.post("/api/v1/complaint-returns/", sent, content_type="application/json", **asked)
    assert (filed.status_code, filed.json()["version"], len(filed.json()["sha256"])) == (201, 1, 64)
    wrong = caller.post("/api/v1/complaint-returns/", sent | {"closed": 1}, content_type="application/json", **asked)
    assert (wrong.status_code, wrong.json()["code"], ComplaintReturn.objects.count()) == (409, "inconsistent", 1)
    owed = caller.get("/api/v1/obligations/?state=due&limit=1000", **asked).json()["results"]
    assert {each["issuer"] for each in owed} == {issuer.organisation.slug}
    assert "complaints" in {each["duty"] for each in owed}
