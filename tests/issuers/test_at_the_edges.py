"""What two people do at once, too late, once too often, or with more words than anybody expected."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from core import clock
from core.deadlines import day_of
from core.errors import Refused
from core.models import AuditEvent, Case, Closure, Membership, Message
from core.roles import Role
from issuers.models import Answer, Application, Consent, InformationRequest
from issuers.services import consents, reviews
from issuers.services.answers import save_answer
from issuers.services.applications import open_application
from issuers.services.decisions import decide_application, recommend
from issuers.services.event_notices import draft_notice, submit_notice
from issuers.services.replies import answer_request, reply_to_item
from issuers.services.requests import send_request
from issuers.services.submission import withdraw_application
from issuers.services.warnings import change_draft, draft_warning
from reports.selectors.owed import owed_by
from tests.issuers.applications import S, application_in, people_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(set_clock):
    set_clock("2026-01-15T10:00")
    return set_clock


# --- the applicant ---------------------------------------------------------------------------------
def test_a_long_reason_does_not_stop_a_withdrawal():
    application = application_in(S.UNDER_REVIEW)
    _prepares, signs = people_of(application.issuer)
    row = withdraw_application(application, reason="We do not go on. " * 100, actor=signs)
    case = Case.objects.get(pk=row.case_id)
    assert (row.status, case.status, case.outcome) == ("withdrawn", "closed", "withdrawn")
    assert row.steps.last().note == ("We do not go on. " * 100).strip()


def test_a_request_on_a_withdrawn_application_takes_no_answers_and_is_owed_by_nobody(bo):
    application = application_in(S.UNDER_REVIEW)
    prepares, signs = people_of(application.issuer)
    asked = send_request(application, items=[{"text": "Why?"}], actor=bo)
    reply_to_item(asked.items.get(), text="Because.", actor=prepares)
    withdraw_application(application, reason="We stop.", actor=signs)
    mails, events = Message.objects.count(), AuditEvent.objects.count()
    with pytest.raises(Refused):
        answer_request(asked, actor=prepares)
    assert InformationRequest.objects.get(pk=asked.pk).status == "open"
    assert (Message.objects.count(), AuditEvent.objects.count()) == (mails, events)
    assert owed_by(prepares) == []


def test_what_the_authority_does_inside_is_not_found_by_asking_for_the_state(client, key_for):
    application = application_in(S.WITH_COMMITTEE)
    key = {"Authorization": f"Bearer {key_for(application.issuer.organisation, Role.COMPLIANCE_OFFICER)}"}

    def found(state: str) -> list[str]:
        rows = client.get(reverse("api:applications"), {"state": state}, headers=key).json()["results"]
        return [row["state"] for row in rows]

    assert (found("with_committee"), found("recommended"), found("under_review")) == ([], [], ["under_review"])


# --- steps that are taken back ---------------------------------------------------------------------
@pytest.mark.parametrize("move", ["close", "refuse"])
def test_an_end_is_not_taken_back_once_another_application_is_under_way(move, bo, ben, cy):
    application = application_in(S.AWAITING_INFORMATION if move == "close" else S.WITH_COMMITTEE)
    if move == "close":
        InformationRequest.objects.create(
            application=application, number=7, sent_by=bo, due_at=clock.now().replace(year=2025))
        reviews.close_unanswered(application, note="Nothing came.", actor=cy)
    else:
        recommend(application, outcome="refuse", reasons="Not met.", ground="Not met.", actor=bo)
        decide_application(application, decision="accept", actor=cy)
    open_application(application.issuer, actor=people_of(application.issuer)[0])
    application.refresh_from_db()
    Membership.objects.filter(user=ben).update(role=Role.HEAD_OF_LICENSING)
    events = AuditEvent.objects.count()
    with pytest.raises(Refused):
        reviews.take_step_back(application, note="A mistake.", actor=ben)
    assert (Application.objects.get(pk=application.pk).status, AuditEvent.objects.count()) == (
        application.status, events)


def test_a_return_is_not_taken_back_once_the_applicant_changed_what_was_signed(bo, ben):
    application = application_in(S.SUBMITTED)
    row = reviews.return_application(application, reason="Name the bank.", actor=bo)
    prepares, _signs = people_of(application.issuer)
    answer = Answer.objects.filter(application=application, key="corporate.email").get()
    save_answer(row, key="corporate.email", value="new@peak.example", base_version=answer.version, actor=prepares)
    with pytest.raises(Refused):
        reviews.take_step_back(row, note="By mistake.", actor=ben)
    assert Application.objects.get(pk=application.pk).status == "returned"


def test_a_return_is_taken_back_while_what_was_signed_stands(bo, ben):
    row = reviews.return_application(application_in(S.SUBMITTED), reason="Name the bank.", actor=bo)
    assert reviews.take_step_back(row, note="By mistake.", actor=ben).status == "submitted"


# --- consents --------------------------------------------------------------------------------------
def asked_for(issuer, ann) -> Consent:
    draft = consents.draft_consent(issuer, position="controller", new_name="Kit Yuen", votes_percent=Decimal(12),
                                   reasons="Buys shares.", actor=ann)
    return consents.request_consent(draft, actor=ann)


@pytest.mark.parametrize("outcome", ["grant", "refuse"])
def test_after_the_time_to_decide_nobody_decides_or_adds(outcome, at, issuer, ann, bo, cy):
    consent = asked_for(issuer, ann)
    consents.recommend_consent(consent, outcome=outcome, note="So.", actor=bo)
    at("2026-04-16T00:00:00")
    events, mails = AuditEvent.objects.count(), Message.objects.count()
    with pytest.raises(Refused):
        consents.decide_consent(consent, outcome=outcome, note="So.", actor=cy)
    with pytest.raises(Refused):
        consents.record_further_information(consent, text="More.", actor=ann)
    consent.refresh_from_db()
    assert (consent.status, consent.decide_by) == (
        "requested", datetime.fromisoformat("2026-04-15T23:59:59+08:00"))
    assert (AuditEvent.objects.count(), Message.objects.count()) == (events, mails)


def test_in_the_last_second_a_consent_is_decided(at, issuer, ann, bo, cy):
    consent = asked_for(issuer, ann)
    consents.recommend_consent(consent, outcome="refuse", note="So.", actor=bo)
    at("2026-04-15T23:59:59")
    assert consents.decide_consent(consent, outcome="refuse", note="So.", actor=cy).status == "refused"


def test_a_warning_day_on_the_last_day_gives_the_authority_the_next(at, issuer, ann, ops):
    consent = asked_for(issuer, ann)
    at("2026-04-15T12:00:00")
    Closure.objects.create(day=date(2026, 4, 15), warning="gale", entered_by=ops)
    at("2026-04-16T00:00:00")
    assert consents.deem_consents() == 0
    consent.refresh_from_db()
    assert (consent.status, consent.decide_by) == ("requested", datetime.fromisoformat("2026-04-16T23:59:59+08:00"))
    at("2026-04-17T00:00:00")
    assert consents.deem_consents() == 1


def test_a_consent_that_is_decided_while_the_sweep_runs_holds_up_no_other(at, issuer, ann, monkeypatch):
    first, _second = asked_for(issuer, ann), asked_for(issuer, ann)
    at("2026-04-16T00:00:00")
    deem = consents._deem

    def meanwhile(consent):
        Consent.objects.filter(pk=first.pk).update(status="withdrawn")
        return deem(consent)

    monkeypatch.setattr(consents, "_deem", meanwhile)
    assert consents.deem_consents() == 1
    assert sorted(Consent.objects.values_list("status", flat=True)) == ["deemed", "withdrawn"]


# --- notices ---------------------------------------------------------------------------------------
def test_a_warning_day_entered_after_a_notice_was_saved_counts_when_it_is_submitted(at, issuer, ann, ops):
    notice = draft_notice(issuer, kind="change_of_address", known_on=date(2026, 1, 15), happened_on=date(2026, 1, 15),
                          statements={"email": "new@lionrock.example"}, actor=ann)
    last = day_of(notice.due_at)
    Closure.objects.create(day=last, warning="gale", entered_by=ops)
    at(f"{last + timedelta(days=1)}T09:00:00")
    submitted = submit_notice(notice, actor=ann)
    assert (day_of(submitted.due_at) > last, submitted.is_late) == (True, False)


# --- pages -----------------------------------------------------------------------------------------
def test_what_was_changed_after_it_was_read_is_not_published(bo, ben, cy, confirmed_client_for):
    draft = draft_warning(name_en="Lion Rok", wording_en="It holds no licence.", actor=bo)
    client = confirmed_client_for(cy)
    page = client.get(reverse("officer:warning", args=[draft.reference]))
    digest = page.context["digest"]
    change_draft(draft, name_en="Lion Rock Digital Limited", wording_en="A fraud.", actor=ben)
    answer = client.post(reverse("officer:warning_act", args=[draft.reference]), {"act": "publish", "digest": digest})
    draft.refresh_from_db()
    assert (answer.status_code, draft.status, draft.published_by) == (409, "draft", None)


def test_a_decision_names_what_was_read(bo, cy, confirmed_client_for):
    application = application_in(S.WITH_COMMITTEE)
    recommend(application, outcome="refuse", reasons="Not met.", ground="Not met.", actor=bo)
    answer = confirmed_client_for(cy).post(
        reverse("officer:application_decide", args=[application.reference]), {"decision": "accept"})
    application.refresh_from_db()
    assert (answer.status_code, application.status) == (422, "recommended")


def test_cases_of_withdrawn_applications_are_closed_once():
    application = application_in(S.SUBMITTED)
    withdraw_application(application, reason="We stop.", actor=people_of(application.issuer)[1])
    assert Case.objects.get(pk=application.case_id).status == "closed"
