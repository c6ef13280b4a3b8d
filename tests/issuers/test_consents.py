"""Consents: two officers, three months for controllers only, silence, use and lapse."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.access import SYSTEM
from core.business_days import enter_closure
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Message
from issuers.forms.duties import ConsentForm
from issuers.models import Appointment, Consent, Person
from issuers.services.consents import (
    decide_consent,
    deem_consents,
    draft_consent,
    lapse_consents,
    recommend_consent,
    record_further_information,
    request_consent,
    use_consent,
    withdraw_consent,
)
from issuers.workflows import CONSENT

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(set_clock):
    set_clock("2026-01-15T10:00:00")
    return set_clock


def asked(issuer, ann, position: str = "controller") -> Consent:
    draft = draft_consent(issuer, position=position, new_name="Kit Yuen", votes_percent=Decimal(12),
                          reasons="Buys shares.", actor=ann)
    return request_consent(draft, actor=ann)


def test_three_months_run_from_the_request_and_anew_from_the_last_information(at, issuer, ann):
    consent = asked(issuer, ann)
    assert consent.decide_by == datetime.fromisoformat("2026-04-15T23:59:59+08:00")
    at("2026-01-31T10:00:00")
    consent = record_further_information(consent, text="The source of funds.", actor=ann)
    assert consent.decide_by == datetime.fromisoformat("2026-04-30T23:59:59+08:00")
    assert consent.case.notes.get().text == "The source of funds."


def test_silence_lets_a_controller_proceed_and_nobody_else(at, issuer, ann):
    controller, director = asked(issuer, ann), asked(issuer, ann, "director")
    assert (director.decide_by, director.votes_percent) == (None, None)
    at("2026-04-15T23:59:59")
    assert deem_consents() == 0
    at("2026-04-16T00:00:00")
    assert deem_consents() == 1
    controller.refresh_from_db()
    director.refresh_from_db()
    assert (controller.status, director.status) == ("deemed", "requested")
    assert controller.use_by == datetime.fromisoformat("2027-04-15T23:59:59+08:00")
    assert controller.case.status == "closed"
    assert Message.objects.filter(notice="issuers/consent_decided").count() == 1


def test_the_officer_who_recommends_does_not_decide(at, issuer, ann, bo, cy):
    consent = asked(issuer, ann)
    with pytest.raises(Refused):
        decide_consent(consent, outcome="grant", actor=cy)
    recommend_consent(consent, outcome="grant", note="Fit and proper.", actor=cy)
    events = AuditEvent.objects.count()
    with pytest.raises(Refused):
        decide_consent(consent, outcome="grant", actor=cy)
    with pytest.raises(NotPermitted):
        decide_consent(consent, outcome="grant", actor=bo)
    consent.refresh_from_db()
    assert (consent.status, consent.decided_by, AuditEvent.objects.count()) == ("requested", None, events)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.filter(pk=consent.pk).update(decided_by=cy)


def test_a_grant_is_used_within_twelve_months_and_makes_the_appointment(at, issuer, ann, bo, cy):
    consent = asked(issuer, ann)
    recommend_consent(consent, outcome="grant", note="Fit and proper.", actor=bo)
    at("2026-02-10T10:00:00")
    consent = decide_consent(consent, outcome="grant", actor=cy)
    assert consent.use_by == datetime.fromisoformat("2027-02-10T23:59:59+08:00")
    at("2026-03-01T10:00:00")
    for day in (date(2026, 2, 9), date(2026, 3, 2)):
        with pytest.raises(Refused):
            use_consent(consent, on=day, actor=ann)
    appointment = use_consent(consent, on=date(2026, 2, 27), actor=ann)
    assert (appointment.position, appointment.since) == ("controller", date(2026, 2, 27))
    with pytest.raises(Refused):
        use_consent(consent, on=date(2026, 2, 27), actor=ann)
    assert Appointment.objects.count() == 1


def test_a_warning_day_entered_a_moment_ago_gives_the_time_to_decide_and_to_use(at, issuer, ann, bo, cy):
    consent = asked(issuer, ann)
    consent = recommend_consent(consent, outcome="grant", note="Fit and proper.", actor=bo)
    at("2026-04-16T09:00:00")
    with pytest.raises(Refused, match="has run out"):
        decide_consent(consent, outcome="grant", actor=cy)
    enter_closure(day=date(2026, 4, 15), warning="black_rainstorm", actor=bo)
    # No sweep has run since: neither the officer nor the platform goes by the old day.
    assert CONSENT.refusal(consent, CONSENT.moves["grant"], cy) == ""
    assert CONSENT.refusal(consent, CONSENT.moves["deem"], SYSTEM) == "The time for the decision has not run out."
    decided = decide_consent(consent, outcome="grant", actor=cy)
    assert (decided.status, decided.decide_by) == ("granted", datetime.fromisoformat("2026-04-16T23:59:59+08:00"))
    moved = AuditEvent.objects.get(verb="issuers.consent.moved")
    assert moved.data == {"until": "2026-04-16"}
    at("2027-04-17T09:00:00")  # a Saturday, which counts; the last day was Friday 16 April
    with pytest.raises(Refused, match="has lapsed"):
        use_consent(consent, on=date(2027, 4, 16), actor=ann)
    enter_closure(day=date(2027, 4, 16), warning="gale", actor=bo)
    assert use_consent(consent, on=date(2027, 4, 16), actor=ann).position == "controller"


def test_an_unused_consent_lapses_and_is_then_of_no_use(at, issuer, ann, bo, cy):
    consent = asked(issuer, ann)
    recommend_consent(consent, outcome="grant", note="Fit and proper.", actor=bo)
    consent = decide_consent(consent, outcome="grant", actor=cy)
    at("2027-01-15T23:59:59")
    assert lapse_consents() == 0
    at("2027-01-16T00:00:00")
    with pytest.raises(Refused):
        use_consent(consent, on=date(2027, 1, 15), actor=ann)
    assert lapse_consents() == 1
    assert not Appointment.objects.exists()


def test_a_director_may_take_up_the_position_without_a_last_day(at, issuer, ann, bo, cy):
    consent = asked(issuer, ann, "director")
    recommend_consent(consent, outcome="grant", note="Fit and proper.", actor=bo)
    consent = decide_consent(consent, outcome="grant", actor=cy)
    assert consent.use_by is None
    assert use_consent(consent, on=date(2026, 1, 15), actor=ann).position == "director"


def test_a_refusal_says_why(at, issuer, ann, bo, cy):
    consent = asked(issuer, ann)
    recommend_consent(consent, outcome="refuse", note="Convicted.", actor=bo)
    with pytest.raises(Refused):
        decide_consent(consent, outcome="refuse", actor=cy)
    consent.refresh_from_db()
    assert consent.status == "requested"
    assert decide_consent(consent, outcome="refuse", note="Convicted.", actor=cy).decision_note == "Convicted."


def test_a_bank_asks_for_its_stablecoin_manager_only(at, issuer, ann):
    with pytest.raises(Refused):
        asked(issuer, ann, "stablecoin_manager")
    with pytest.raises(Refused):
        asked(issuer, ann, "manager")
    assert not Consent.objects.exists()


def test_a_body_is_asked_for_only_where_a_body_can_hold_the_position(at, issuer, ann, client_for):
    body = Person.objects.create(issuer=issuer, name_en="Peak Holdings", kind="body_corporate")
    page, where = client_for(ann), reverse("portal:consents")
    for named in ({"person": body.pk}, {"new_name": "Hill Holdings", "new_kind": "body_corporate"}):
        answer = page.post(where, {"position": "chief_executive", "reasons": "Runs it.", **named})
        assert (answer.status_code, "Only an individual can hold this position." in answer.text) == (422, True)
    assert not Consent.objects.exists()
    assert page.post(where, {"position": "controller", "reasons": "Buys.", "person": body.pk}).status_code == 302
    issuer.kind = "authorized_institution"
    bank = ConsentForm(issuer)
    assert [value for value, _label in bank.fields["position"].choices] == ["stablecoin_manager"]
    assert "new_kind" not in bank.fields
    assert body not in bank.fields["person"].queryset


def test_a_day_that_cannot_be_stands_on_the_form_of_use(at, issuer, ann, bo, cy, confirmed_client_for):
    consent = recommend_consent(asked(issuer, ann), outcome="grant", note="Fit and proper.", actor=bo)
    decide_consent(consent, outcome="grant", actor=cy)
    page, where = confirmed_client_for(ann), reverse("portal:consent_act", args=[consent.reference])
    for day, words in (("1026-01-15", "cannot be meant"), ("2026-01-16", "between the consent and today")):
        answer = page.post(where, {"action": "use", "on": day})
        assert (answer.status_code, words in answer.text) == (422, True)
    assert not Appointment.objects.exists()


def test_a_draft_is_dropped_at_once_and_a_request_taken_back_by_who_confirms(
    at, issuer, ann, client_for, confirmed_client_for
):
    draft = draft_consent(issuer, position="director", new_name="Kit Yuen", reasons="Able.", actor=ann)
    requested = asked(issuer, ann)
    for consent in (draft, requested):
        client_for(ann).post(reverse("portal:consent_act", args=[consent.reference]), {"action": "withdraw"})
        consent.refresh_from_db()
    assert (draft.status, requested.status) == ("withdrawn", "requested")
    confirmed_client_for(ann).post(reverse("portal:consent_act", args=[requested.reference]), {"action": "withdraw"})
    requested.refresh_from_db()
    assert requested.status == "withdrawn"


def test_another_issuer_and_an_auditor_ask_for_nothing(at, issuer, rival, ann, eli, ian):
    consent = asked(issuer, ann)
    for who in (eli, ian):
        with pytest.raises(NotPermitted):
            withdraw_consent(consent, actor=who)
        with pytest.raises(NotPermitted):
            asked(issuer, who)
    consent.refresh_from_db()
    assert consent.status == "requested"
    assert withdraw_consent(consent, actor=ann).status == "withdrawn"


def test_the_decision_is_made_on_the_page_by_who_confirmed(at, issuer, ann, bo, cy, client_for, confirmed_client_for):
    consent = asked(issuer, ann)
    act = reverse("officer:consent_act", args=[consent.reference])
    page = reverse("officer:consent", args=[consent.reference])
    assert client_for(bo).post(act, {"action": "recommend", "outcome": "grant"}).status_code == 422
    sound = {"action": "recommend", "outcome": "grant", "note": "Fit and proper."}
    assert client_for(bo).post(act, sound).status_code == 302
    assert client_for(bo).post(act, {"action": "grant"}).status_code == 403
    assert "reauthenticate" in client_for(cy).post(act, {"action": "grant"}).url
    consent.refresh_from_db()
    assert consent.status == "requested"
    assert confirmed_client_for(cy).post(act, {"action": "grant"}).url == page
    consent.refresh_from_db()
    assert (consent.status, consent.decided_by) == ("granted", cy)
