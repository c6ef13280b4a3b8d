"""Reminders of what was begun and left: once for each time that it lay, and never of what is with the authority."""

from __future__ import annotations

from datetime import date

import pytest

from core.models import Message
from issuers.models import Application
from issuers.services.answers import save_answer
from issuers.services.consents import draft_consent, request_consent
from issuers.services.enclosures import enclose_document
from issuers.services.reminders import send_reminders
from issuers.services.reviews import return_application
from issuers.services.submission import prepare_application, reopen_application, submit_application
from tests.issuers.filled import begin, fill
from tests.issuers.pdfs import pdf_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(set_clock):
    set_clock("2026-03-02T09:00:00")  # a Monday
    return set_clock


@pytest.fixture
def draft(at, rival) -> Application:
    return begin(rival)


def told() -> list[tuple[str, str]]:
    """Return what the new reminders are and whom they go to."""
    return [(row.notice.removeprefix("issuers/"), row.address) for row in send_reminders()]


def write(draft: Application, actor, value: str) -> None:
    standing = draft.answers.filter(key="coin.name").first()
    save_answer(draft, key="coin.name", value=value, base_version=standing.version if standing else 0, actor=actor)


def test_a_draft_is_named_once_each_time_it_lies(at, draft, ian):
    write(draft, ian, "First")
    at("2026-03-06T07:00:00")
    assert told() == []
    at("2026-03-09T07:00:00")
    assert told() == [("application_not_submitted", ian.email)]
    assert told() == []
    at("2026-04-30T07:00:00")
    assert told() == []
    write(draft, ian, "Second")
    at("2026-05-06T07:00:00")
    assert told() == []
    at("2026-05-09T07:00:00")  # a Saturday: nobody is mailed
    assert told() == []
    at("2026-05-11T07:00:00")
    assert told() == [("application_not_submitted", ian.email)]
    assert Message.objects.filter(notice="issuers/application_not_submitted").count() == 2


def test_a_draft_that_nobody_touched_is_nobodys_to_be_reminded_of(at, draft):
    at("2026-06-01T07:00:00")
    assert told() == []


def test_the_days_are_the_authoritys_own_setting(at, draft, ian, settings):
    settings.SERVICE_CLOCKS = settings.SERVICE_CLOCKS | {"draft_reminder_days": 2}
    write(draft, ian, "First")
    at("2026-03-04T07:00:00")
    assert told() == [("application_not_submitted", ian.email)]


def test_what_waits_for_a_signature_is_named_to_signatories_and_after_submission_nothing(at, issuer, ann, amy, bo):
    draft = fill(begin(issuer), ann)
    prepare_application(draft, actor=ann)
    at("2026-03-09T07:00:00")
    names = told()
    # One person may sign: so those who may read it are told too.
    assert ("application_not_signed", amy.email) in names
    assert {name for name, _ in names} == {"application_not_signed"}
    assert told() == []
    draft.refresh_from_db()
    submit_application(draft, digest=draft.prepared_digest, actor=amy)
    at("2026-06-01T07:00:00")
    assert told() == []
    return_application(draft, reason="The plan is missing.", actor=bo)
    at("2026-07-02T07:00:00")
    assert told() == []  # it came back, and nothing was changed since
    draft.refresh_from_db()
    write(draft, ann, "Another name")
    at("2026-07-09T07:00:00")
    assert {name for name, _ in told()} == {"application_not_submitted"}


def test_taken_back_from_the_signatory_it_lies_from_then_on(at, issuer, ann, amy):
    draft = fill(begin(issuer), ann)
    prepare_application(draft, actor=ann)
    at("2026-03-06T09:00:00")
    draft.refresh_from_db()
    reopen_application(draft, actor=ann)
    at("2026-03-12T07:00:00")
    assert told() == []
    at("2026-03-13T07:00:00")
    assert {name for name, _ in told()} == {"application_not_submitted"}


def test_a_request_for_consent_that_lies_is_named_once_until_a_document_comes(at, issuer, ann, amy):
    consent = draft_consent(issuer, position="director", new_name="Kit Yuen", reasons="Knows banking.", actor=ann)
    both = [("consent_not_submitted", amy.email), ("consent_not_submitted", ann.email)]
    at("2026-03-09T07:00:00")
    assert sorted(told()) == both
    assert told() == []
    enclose_document(consent, raw=pdf_of("CV"), filename="cv.pdf", actor=ann)
    at("2026-03-13T07:00:00")
    assert told() == []
    at("2026-03-16T07:00:00")
    assert sorted(told()) == both
    request_consent(consent, actor=ann)
    at("2026-04-20T07:00:00")
    assert told() == []
    assert consent.drafted_at.date() == date(2026, 3, 2)
