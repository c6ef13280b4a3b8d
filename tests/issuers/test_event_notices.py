"""Notices of events: what is asked, what is late, what an acknowledgement enters, who may do which."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.urls import reverse

from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, Message
from core.roles import Role
from issuers.events import EVENTS, When, events_for
from issuers.models import Appointment, EventNotice, Obligation, Person
from issuers.services.event_notices import (
    acknowledge_notice,
    draft_notice,
    missing,
    return_notice,
    save_notice,
    submit_notice,
    withdraw_notice,
)
from issuers.services.reminders import send_reminders
from issuers.time_limits import time_limit
from tests.issuers.duties import MOVED

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(set_clock):
    set_clock("2026-10-06T09:00:00")
    return set_clock


@pytest.fixture
def moved(at, issuer, ann) -> EventNotice:
    return draft_notice(issuer, kind="change_of_address", actor=ann, **MOVED)


def test_every_limit_named_exists_and_cites_the_same_law():
    for event in EVENTS.values():
        assert bool(event.limit) is (event.when is When.WITHIN)
        if event.limit:
            assert time_limit(event.limit, date(2026, 1, 1)).cite == event.cite


def test_a_bank_and_a_company_tell_of_different_events():
    company = {event.key for event in events_for("company")}
    bank = {event.key for event in events_for("authorized_institution")}
    assert company - bank == {"change_of_controller", "change_of_chief_executive", "change_of_director"}
    assert bank - company == {"change_of_stablecoin_manager"}


def test_the_limit_runs_from_the_event_or_from_awareness(at, issuer, ann):
    days = {"known_on": date(2026, 10, 5), "happened_on": date(2026, 9, 10)}
    manager = draft_notice(issuer, kind="change_of_manager", actor=ann, **days)
    director = draft_notice(issuer, kind="change_of_director", actor=ann, **days)
    assert manager.due_at == datetime.fromisoformat("2026-09-24T23:59:59+08:00")
    assert director.due_at == datetime.fromisoformat("2026-10-20T23:59:59+08:00")  # the 19th is Chung Yeung
    assert draft_notice(issuer, kind="distress", actor=ann, known_on=date(2026, 10, 5)).due_at is None


def test_a_change_of_address_enters_the_register_once_acknowledged(moved, issuer, ann, bo):
    entries = issuer.licence.entries.count()
    notice = submit_notice(moved, actor=ann)
    assert (notice.status, notice.submitted_by_label, len(notice.digest)) == ("submitted", "Ann Lau", 64)
    issuer.refresh_from_db()
    assert (issuer.address_en, issuer.licence.entries.count()) == ("1 Lion Rock Road, Hong Kong", entries)
    acknowledge_notice(notice, actor=bo)
    issuer.refresh_from_db()
    latest = issuer.licence.entries.order_by("-version").first()
    assert (issuer.address_en, issuer.email) == ("9 Lion Rock Road, Hong Kong", "new@lionrock.example")
    assert (latest.event, latest.fields["address_en"]) == ("changed", "9 Lion Rock Road, Hong Kong")
    assert Case.objects.get(event_notice=notice).status == "closed"
    assert Message.objects.filter(notice="issuers/event_notice_answered").count() == 1


def test_a_licence_that_ended_gets_no_new_entry_by_a_notice(moved, issuer, ann, bo):
    submit_notice(moved, actor=ann)
    issuer.licences.update(status="revoked")
    entries = issuer.licence.entries.count()
    acknowledge_notice(moved, actor=bo)
    issuer.refresh_from_db()
    assert (issuer.address_en, issuer.licence.entries.count()) == ("9 Lion Rock Road, Hong Kong", entries)


def test_a_late_notice_is_taken_and_said_to_be_late(at, moved, ann):
    at("2026-10-13T00:00:01")
    notice = submit_notice(moved, actor=ann)
    assert (notice.status, notice.is_late) == ("submitted", True)


def test_what_is_missing_is_named_and_nothing_is_submitted(at, issuer, ann):
    notice = draft_notice(issuer, kind="change_of_controller", actor=ann, known_on=date(2026, 10, 5))
    assert len(missing(notice)) == 4  # what changed, the reason, who, and when
    events = AuditEvent.objects.count()
    with pytest.raises(Refused):
        submit_notice(notice, actor=ann)
    notice.refresh_from_db()
    assert (notice.status, notice.digest, Case.objects.count()) == ("draft", "", 0)
    assert AuditEvent.objects.count() == events


def test_distress_is_high_risk_and_due_at_once(at, issuer, ann):
    stated = {"ground": "unable", "what": "A run.", "measures": "None yet.", "phone": "+852 2000 0000"}
    notice = submit_notice(
        draft_notice(issuer, kind="distress", known_on=date(2026, 10, 6), statements=stated, actor=ann), actor=ann
    )
    assert (notice.case.risk, notice.case.due_at) == ("high", datetime.fromisoformat("2026-10-06T09:00:00+08:00"))


def test_a_returned_notice_stops_the_clock_until_it_comes_again(at, moved, ann, bo):
    notice = return_notice(submit_notice(moved, actor=ann), remark="Which floor?", actor=bo)
    assert (notice.case.pauses.filter(resumed_at=None).count(), notice.remark) == (1, "Which floor?")
    at("2026-10-08T09:00:00")
    first = notice.digest
    notice = save_notice(notice, actor=ann, **(MOVED | {"statements": {"address_en": "2/F, 9 Lion Rock Road"}}))
    notice = submit_notice(notice, actor=ann)
    assert notice.digest != first
    assert notice.case.pauses.filter(resumed_at=None).count() == 0
    with pytest.raises(Refused):
        save_notice(notice, actor=ann, **MOVED)


def test_a_manager_who_ceased_has_no_current_appointment(at, issuer, ann, bo):
    person = Person.objects.create(issuer=issuer, name_en="Mei Ho")
    Appointment.objects.create(person=person, position="manager", affair="compliance", since=date(2026, 1, 1))
    other = Appointment.objects.create(person=person, position="manager", affair="accounts", since=date(2026, 1, 1))
    notice = draft_notice(issuer, kind="change_of_manager", known_on=date(2026, 10, 5), happened_on=date(2026, 10, 1),
                          person=person, statements={"change": "ceased", "affair": "compliance"}, actor=ann)
    acknowledge_notice(submit_notice(notice, actor=ann), actor=bo)
    assert list(person.appointments.filter(until=None)) == [other]
    assert person.appointments.get(affair="compliance").until == date(2026, 10, 1)


def test_who_may_not_changes_nothing(moved, issuer, rival, ann, eli, ian, bo, dee):
    events = AuditEvent.objects.count()
    for who in (eli, ian, bo):
        with pytest.raises(NotPermitted):
            submit_notice(moved, actor=who)
    with pytest.raises(NotPermitted):
        draft_notice(issuer, kind="distress", known_on=date(2026, 10, 5), actor=ian)
    notice = submit_notice(moved, actor=ann)
    for who in (ann, dee):
        with pytest.raises(NotPermitted):
            acknowledge_notice(notice, actor=who)
    with pytest.raises(Refused):
        withdraw_notice(notice, actor=ann)
    notice.refresh_from_db()
    assert notice.status == "submitted"
    # The case and the submission, and nothing else.
    assert AuditEvent.objects.count() == events + 2


def test_the_day_before_it_is_due_a_saved_notice_is_called_not_submitted(at, moved, issuer, ann, amy):
    at("2026-10-09T07:30:00")  # a Friday; the last day is Monday 12 October
    Obligation.objects.create(issuer=issuer, kind="stress_test", key="Q3", cite="SUP 6.4.7", began_on=date(2026, 7, 1),
                              due_at=datetime.fromisoformat("2026-10-12T23:59:59+08:00"))
    mails = send_reminders()
    assert sorted(row.address for row in mails) == [amy.email, ann.email]
    assert {row.subject for row in mails} == {"2 duties fall due, the first on 12 October 2026"}
    assert f"Saved, not submitted: Change of address or e-mail {moved.reference}\n" in mails[0].text
    assert send_reminders() == []
    at("2026-10-12T07:30:00")
    assert {row.subject for row in send_reminders()} == {"Due 12 October 2026: Stress test of the quarter"}


def test_the_page_saves_says_so_and_submits_only_when_confirmed(at, issuer, ann, client_for, confirmed_client_for):
    page = client_for(ann)
    answer = page.post(reverse("portal:notify_event", args=["change_of_address"]),
                       {"happened_on": "2026-10-05", "known_on": "2026-10-05"})
    notice = EventNotice.objects.get()
    where = reverse("portal:event_notice", args=[notice.reference])
    assert (answer.status_code, answer.url) == (302, where)
    assert "Not submitted." in page.get(where).text
    wrong = page.post(where, {"happened_on": "2026-10-05", "known_on": "2026-10-05", "action": "submit"})
    assert (wrong.status_code, "Enter what is new" in wrong.text) == (422, True)
    sound = {"happened_on": "2026-10-05", "known_on": "2026-10-05", "s_address_en": "9 Hill Road", "action": "submit"}
    unconfirmed = page.post(where, sound)
    notice.refresh_from_db()
    assert unconfirmed.status_code == 302
    assert "reauthenticate" in unconfirmed.url
    assert (notice.status, notice.statements) == ("draft", {"address_en": "9 Hill Road"})
    confirmed = confirmed_client_for(ann)
    assert confirmed.post(where, sound).status_code == 302
    notice.refresh_from_db()
    assert notice.status == "submitted"
    assert notice.digest in confirmed.get(where).text


def test_officers_do_not_see_drafts(at, moved, bo, client_for):
    assert client_for(bo).get(reverse("officer:notice", args=[moved.reference])).status_code == 404


def test_a_program_drafts_and_submits_once(at, issuer, client_for, key_for):
    secret = key_for(issuer.organisation, Role.COMPLIANCE_OFFICER)
    asked = {"headers": {"Authorization": f"Bearer {secret}", "Idempotency-Key": "n-1"},
             "content_type": "application/json"}
    body = {"kind": "change_of_address", "known_on": "2026-10-05", "happened_on": "2026-10-05",
            "statements": {"address_en": "9 Hill Road"}}
    caller = client_for(None)
    first, again = (caller.post("/api/v1/event-notices/", body, **asked) for _ in range(2))
    assert (first.status_code, first.json()["state"]) == (201, "draft")
    assert again.json() == first.json()
    reference = EventNotice.objects.get().reference
    asked["headers"]["Idempotency-Key"] = "n-2"
    submitted = caller.post(f"/api/v1/event-notices/{reference}/submit/", **asked)
    assert (submitted.status_code, submitted.json()["state"], submitted.json()["late"]) == (200, "submitted", False)
    weak = key_for(issuer.organisation, Role.FEED_SENDER)
    refused = caller.post("/api/v1/event-notices/", body, content_type="application/json",
                          headers={"Authorization": f"Bearer {weak}"})
    assert (refused.status_code, EventNotice.objects.count()) == (403, 1)
