"""How many questions the pages of duties ask of the database: few, and no more when there is more to show."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.access import SYSTEM
from issuers.models import Issuer
from issuers.services.complaints import file_complaint_return
from issuers.services.consents import draft_consent, recommend_consent, request_consent
from issuers.services.event_notices import draft_notice, submit_notice
from issuers.services.issuers import register_issuer
from issuers.services.licences import record_licence
from issuers.services.obligations import meet_obligation, open_overdue_cases, plan_obligations
from tests.issuers.duties import MOVED, SOUND_COUNTS

pytestmark = pytest.mark.django_db
#: Page: who reads it, its address, the questions that it asks at most, some eleven of them for who is asking.
PAGES = {
    "own duties": ("ann", "portal:duties", 22),
    "chooser": ("ann", "portal:notify", 14),
    "consents": ("ann", "portal:consents", 16),
    "complaints": ("ann", "portal:complaints", 16),
    "all duties": ("bo", "officer:duties", 18),
    "one licensee's duties": ("bo", "officer:issuer_duties", 25),
    "notices": ("bo", "officer:notices", 16),
    "consents, officer": ("bo", "officer:consents", 16),
    "complaints, officer": ("bo", "officer:complaints", 15),
}


def _grow(issuer: Issuer, ann, bo, quarter: date) -> None:
    plan_obligations(issuer, actor=SYSTEM)
    meet_obligation(issuer.obligations.filter(status="due", kind="weekly_statement").first(), reference="W", actor=bo)
    for _ in range(2):
        draft_notice(issuer, kind="change_of_address", actor=ann, **MOVED)
        submit_notice(draft_notice(issuer, kind="change_of_address", actor=ann, **MOVED), actor=ann)
        consent = draft_consent(issuer, position="director", new_name="Kit Yuen", reasons="Fit.", actor=ann)
        recommend_consent(request_consent(consent, actor=ann), outcome="grant", note="Fit.", actor=bo)
    file_complaint_return(issuer, period_start=quarter, actor=ann, **SOUND_COUNTS)


def _count(client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_pages_ask_little_and_no_more_when_there_is_more(issuer, coin, ann, bo, client_for, tmp_path, monkeypatch):
    at = tmp_path / "clock"
    at.write_text("2026-10-12T09:30:00+08:00")
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(at))
    people = {"ann": client_for(ann), "bo": client_for(bo)}
    slug = issuer.organisation.slug
    places = {name: (who, reverse(view, args=[slug] if view == "officer:issuer_duties" else []))
              for name, (who, view, _most) in PAGES.items()}
    _grow(issuer, ann, bo, date(2026, 7, 1))
    open_overdue_cases()
    for who, address in places.values():
        _count(people[who], address)
    few = {name: _count(people[who], address) for name, (who, address) in places.items()}

    for quarter in (date(2026, 4, 1), date(2026, 1, 1)):
        _grow(issuer, ann, bo, quarter)
    for number in range(3, 7):
        other = register_issuer(name_en=f"Issuer {number} Limited", actor=SYSTEM)
        record_licence(other, number=f"FRS0{number}", effective_on=date(2026, 1, 8), actor=SYSTEM)
        plan_obligations(other, actor=SYSTEM)
    open_overdue_cases()
    many = {name: _count(people[who], address) for name, (who, address) in places.items()}
    assert {name: (few[name], count) for name, count in many.items() if count > few[name]} == {}
    assert {name: count for name, count in many.items() if count > PAGES[name][2]} == {}
