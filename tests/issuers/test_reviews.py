"""Officers begin, return, refer and close an application, and take each other's steps back."""

from datetime import timedelta

import pytest

from core.access import SYSTEM
from core.cases import pause_case
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, Message
from issuers.models import Application, InformationRequest
from issuers.services.requests import send_request
from issuers.services.reviews import (
    begin_review,
    close_unanswered,
    refer_to_committee,
    return_application,
    take_step_back,
)
from tests.issuers.applications import S, application_in, people_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(set_clock):
    set_clock("2026-11-26T10:00")
    return set_clock


def mails() -> list[str]:
    return sorted(Message.objects.values_list("notice", flat=True))


def unchanged(application: Application, status: str, steps: int, events: int) -> None:
    row = Application.objects.get(pk=application.pk)
    assert (row.status, row.steps.count(), AuditEvent.objects.count(), mails()) == (status, steps, events, [])


def test_the_review_begins_with_a_step_and_a_mail_to_the_applicants_people(bo, at):
    application = application_in(S.SUBMITTED)
    row = begin_review(application, actor=bo)
    last = row.steps.last()
    assert (row.status, last.move, last.by, last.source, last.target) == (
        "under_review", "begin", bo, "submitted", "under_review")
    assert mails() == ["issuers/review_begun"] * 2
    assert set(Message.objects.values_list("recipient", flat=True)) == {each.pk for each in people_of(row.issuer)}


@pytest.mark.parametrize("status", [S.RETURNED, S.UNDER_REVIEW, S.WITH_COMMITTEE, S.GRANTED])
def test_only_what_is_submitted_is_begun_or_returned(bo, status):
    application = application_in(status)
    events = AuditEvent.objects.count()
    for refused in (lambda: begin_review(application, actor=bo),
                    lambda: return_application(application, reason="No plan.", actor=bo)):
        with pytest.raises(Refused):
            refused()
    unchanged(application, status, 1, events)


def test_who_does_not_review_moves_nothing(dee, cy):
    application = application_in(S.SUBMITTED)
    events = AuditEvent.objects.count()
    signatory = people_of(application.issuer)[1]
    for actor in (dee, signatory):
        with pytest.raises(NotPermitted):
            begin_review(application, actor=actor)
        with pytest.raises(NotPermitted):
            return_application(application, reason="No plan.", actor=actor)
    unchanged(application, S.SUBMITTED, 1, events)
    assert begin_review(application, actor=cy).status == S.UNDER_REVIEW


def test_a_return_says_why_stops_the_clock_and_can_be_taken_back_by_another(bo, ben):
    application = application_in(S.SUBMITTED)
    events = AuditEvent.objects.count()
    with pytest.raises(Refused, match="Say why"):
        return_application(application, reason=" ", actor=bo)
    unchanged(application, S.SUBMITTED, 1, events)

    row = return_application(application, reason="The plan covers two years.", actor=bo)
    assert (row.status, row.is_editable, row.steps.last().note) == (S.RETURNED, True, "The plan covers two years.")
    assert row.case.pauses.get().resumed_at is None
    assert mails() == ["issuers/application_returned"] * 2

    with pytest.raises(Refused, match="You made this step"):
        take_step_back(row, actor=bo, note="A mistake.")
    assert Application.objects.get(pk=row.pk).status == S.RETURNED
    back = take_step_back(row, actor=ben, note="A mistake.")
    assert back.status == S.SUBMITTED
    assert back.steps.last().reverses.move == "return"
    assert back.case.pauses.get().resumed_at is not None


def test_a_step_is_taken_back_with_a_reason_and_only_the_last(bo, ben):
    application = begin_review(application_in(S.SUBMITTED), actor=bo)
    with pytest.raises(Refused, match="Say why"):
        take_step_back(application, actor=ben, note="")
    application = refer_to_committee(application, actor=bo)
    application = take_step_back(application, actor=ben, note="Too early.")
    assert application.status == S.UNDER_REVIEW
    steps = application.steps.count()
    with pytest.raises(Refused, match="The last step cannot be taken back"):
        take_step_back(application, actor=bo, note="And this.")
    assert application.steps.count() == steps
    assert [each.move for each in application.steps.all()] == ["submit", "begin", "refer", "undo_refer"]


def test_the_committee_waits_while_a_request_is_open(bo):
    application = begin_review(application_in(S.SUBMITTED), actor=bo)
    send_request(application, items=[{"text": "Where is the trust deed?"}], actor=bo)
    with pytest.raises(Refused):
        refer_to_committee(application, actor=bo)
    assert Application.objects.get(pk=application.pk).status == S.AWAITING_INFORMATION


def test_processing_stops_only_when_a_request_is_overdue_and_by_another_officer(bo, ben, at):
    application = begin_review(application_in(S.SUBMITTED), actor=bo)
    send_request(application, items=[{"text": "Where is the trust deed?"}], actor=bo)
    Message.objects.all().delete()
    with pytest.raises(Refused, match="No request for information is overdue"):
        close_unanswered(application, note="No answer.", actor=ben)
    at("2026-12-18T10:00")
    with pytest.raises(Refused, match="another officer has to close"):
        close_unanswered(application, note="No answer.", actor=bo)
    with pytest.raises(Refused, match="Say why"):
        close_unanswered(application, note="", actor=ben)
    assert (Application.objects.get(pk=application.pk).status, mails()) == (S.AWAITING_INFORMATION, [])

    row = close_unanswered(application, note="No answer came.", actor=ben)
    case = Case.objects.get(pk=row.case_id)
    assert (row.status, case.status, case.outcome) == (S.CLOSED_UNANSWERED, "closed", "closed_unanswered")
    assert mails() == ["issuers/processing_stopped"] * 2


def test_taking_the_end_back_opens_the_same_case_again_with_its_clock_standing(bo, ben, at):
    application = begin_review(application_in(S.SUBMITTED), actor=bo)
    request = send_request(application, items=[{"text": "Where is the trust deed?"}], actor=bo)
    at("2026-12-18T10:00")
    row = close_unanswered(application, note="No answer came.", actor=ben)
    at("2026-12-21T10:00")
    row = take_step_back(row, actor=bo, note="The answer went astray.")
    case = Case.objects.get(pk=row.case_id)
    assert (row.status, case.status, case.closed_at, case.outcome, case.due_at) == (
        S.AWAITING_INFORMATION, "open", None, "", None)
    assert case.reference == application.case.reference
    closed = case.pauses.get(reason="The answer went astray.")
    assert closed.resumed_at - closed.paused_at == timedelta(days=3)
    assert case.pauses.filter(resumed_at=None).count() == 1
    assert InformationRequest.objects.get(pk=request.pk).status == "open"
    assert mails().count("issuers/application_reopened") == 2


def test_a_case_is_not_opened_again_beside_another_about_the_same(bo):
    from core.cases import close_case, open_case, reopen_case

    case = application_in(S.SUBMITTED).case
    close_case(case, outcome="done", actor=bo)
    open_case(case.kind, subject=case.subject, owner=case.owner, key=case.key, actor=SYSTEM)
    with pytest.raises(Refused, match="Another case"):
        reopen_case(case, reason="Again.", actor=bo)
    assert Case.objects.get(pk=case.pk).status == "closed"


def test_beginning_starts_a_clock_that_stood(bo):
    application = application_in(S.SUBMITTED)
    pause_case(application.case, reason="Returned", actor=SYSTEM)
    row = begin_review(application, actor=bo)
    assert Case.objects.get(pk=row.case_id).due_at is not None
