"""Days at the ends of the calendar: refused in words or kept, and never an error."""

from __future__ import annotations

from itertools import product

import pytest
from django.urls import reverse

from core import clock
from core.access import SYSTEM
from core.roles import Role
from issuers.events import EVENTS
from issuers.models import Appointment, EventNotice, Person
from issuers.powers import POWERS
from issuers.services.fees import raise_fee
from issuers.services.requests import send_reminders
from tests.issuers.applications import S, application_in, clear, satisfy

pytestmark = pytest.mark.django_db
FAR = ("0001-01-01", "1000-06-15", "3000-01-06", "9999-12-31")


@pytest.mark.parametrize("day", FAR)
def test_a_notice_of_a_far_day(day, issuer, ann, confirmed_client_for):
    client = confirmed_client_for(ann)
    person = Person.objects.create(issuer=issuer, name_en="Kit Yuen")
    for kind, known in product(EVENTS, (day, clock.today().isoformat())):
        sent = {"known_on": known, "happened_on": day, "person": person.pk}
        answer = client.post(reverse("portal:notify_event", args=[kind]), sent, follow=True)
        assert answer.status_code == (422 if issuer.kind in EVENTS[kind].kinds else 404)
    assert not EventNotice.objects.exists()


@pytest.mark.parametrize("day", FAR)
def test_a_notice_of_a_far_day_from_a_program(day, issuer, client, key_for):
    key = {"Authorization": f"Bearer {key_for(issuer.organisation, Role.COMPLIANCE_OFFICER)}"}
    for kind in EVENTS:
        sent = {"kind": kind, "known_on": day, "happened_on": day, "statements": {}}
        answer = client.post(reverse("api:event_notices"), sent, content_type="application/json", headers=key)
        assert answer.status_code in (201, 400, 409, 422)
    counts = dict.fromkeys(("open_at_start", "received", "acknowledged_in_time", "acknowledged_late", "replied_in_time",
                            "replied_late", "closed", "open_to_30_days", "open_31_to_60_days", "open_over_60_days"), 0)
    for start in (day, day[:4] + "-10-01", day[:4] + "-01-01"):
        answer = client.post(reverse("api:complaint_returns"), counts | {"period_start": start},
                             content_type="application/json", headers=key)
        assert answer.status_code in (201, 400, 409, 422)
    assert client.get(reverse("api:complaint_returns"), headers=key).status_code == 200
    assert client.get(reverse("api:event_notices"), headers=key).status_code == 200
    assert client.get(reverse("api:obligations"), {"due_before": f"{day}T00:00:00Z"}, headers=key).status_code in (
        200, 400)


@pytest.mark.parametrize("day", FAR)
def test_a_proposal_for_a_far_day(day, issuer, bo, confirmed_client_for):
    client = confirmed_client_for(bo)
    sent = {"takes_effect_on": day, "ends_on": day, "grounds": "So.", "kind": "other", "wording_en": "So.",
            "first_due_on": day, "every_months": "1", "reserve_direction": "So.", "measures": ["reprimand"],
            "representation_days": "99999999"}
    for kind in POWERS:
        page = client.post(reverse("officer:propose_power", args=[issuer.licence.number, kind]), sent, follow=True)
        assert page.status_code in (200, 409, 422)
    assert client.get(reverse("officer:licence", args=[issuer.licence.number])).status_code == 200


@pytest.mark.parametrize("day", FAR)
def test_a_payment_and_a_position_on_a_far_day(day, issuer, bo, harbour, harbour_application, kim, confirmed_client_for):
    fee = raise_fee(issuer.licence, years=1, actor=SYSTEM)
    sent = {"paid_on": day, "reference": "FT-1"}
    paid = confirmed_client_for(bo).post(reverse("officer:fee_pay", args=[fee.invoice]), sent, follow=True)
    assert paid.status_code == 422
    person = Person.objects.create(issuer=harbour, name_en="Kit Yuen")
    client = confirmed_client_for(kim)
    for address, form in (
        ("person_positions", {"position": Appointment.Position.DIRECTOR, "since": day}),
        ("person", {"name_en": "Kit", "birth_date": day, "country": "HK"}),
    ):
        assert client.post(reverse(f"portal:{address}", args=[person.pk]), form, follow=True).status_code == 422


@pytest.mark.parametrize("day", FAR)
def test_officers_set_a_far_day(day, bo, cy, dee, confirmed_client_for):
    application = application_in(S.UNDER_REVIEW)
    client, at = confirmed_client_for(bo), [application.reference]
    talk = {"held_at": f"{day}T00:00", "attendees": "Kit", "summary": "So.", "audience": "issuer"}
    assert client.post(reverse("officer:application_record", args=at), talk, follow=True).status_code in (200, 422)
    asked = client.post(reverse("officer:request_new", args=at), {"text_1": "Why?", "due_on": day}, follow=True)
    assert asked.status_code == 422
    assert client.get(reverse("officer:applications")).status_code == 200
    send_reminders()


@pytest.mark.parametrize("day", FAR)
def test_a_licence_from_a_far_day(day, bo, cy, dee, confirmed_client_for):
    application = application_in(S.WITH_COMMITTEE)
    satisfy(application, bo)
    clear(application, dee)
    client, at = confirmed_client_for(bo), [application.reference]
    sent = {"outcome": "grant", "reasons": "Met.", "effective_on": day}
    assert client.post(reverse("officer:application_recommend", args=at), sent, follow=True).status_code == 422
    application.refresh_from_db()
    assert application.status == S.WITH_COMMITTEE
