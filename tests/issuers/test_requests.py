"""Requests for information: numbered, due by business days, with the clock standing and reminders sent once each."""

from datetime import date

import pytest

from core.business_days import enter_closure
from core.deadlines import end_of
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, Message
from issuers.models import Application, InformationRequest, RequestItem
from issuers.services.requests import (
    accept_item,
    cancel_request,
    close_request,
    refresh_due_days,
    reopen_request,
    return_item,
    send_reminders,
    send_request,
)
from issuers.workflows import APPLICATION
from tests.issuers.applications import S, answered, application_in, people_of

pytestmark = pytest.mark.django_db
ITEMS = [{"text": "Where is the trust deed?", "criterion": "s5"}, {"text": "Who audits?", "criterion": ""}]


@pytest.fixture
def at(set_clock):
    set_clock("2026-11-26T10:00")
    return set_clock


@pytest.fixture
def application(at):
    return application_in(S.UNDER_REVIEW)


def notices() -> list[str]:
    return sorted(Message.objects.values_list("notice", flat=True))


def test_a_request_is_numbered_due_by_business_days_and_stops_the_clock(application, bo):
    assert application.case.due_at is not None
    first = send_request(application, items=ITEMS, actor=bo)
    second = send_request(application, items=ITEMS[:1], due_on=date(2026, 12, 3), actor=bo)
    assert [(each.number, each.due_at) for each in (first, second)] == [
        (1, end_of(date(2026, 12, 17))), (2, end_of(date(2026, 12, 3)))]
    assert list(first.items.values_list("number", "text", "criterion")) == [
        (1, "Where is the trust deed?", "s5"), (2, "Who audits?", "")]
    application = Application.objects.get(pk=application.pk)
    assert (application.status, application.case.due_at, application.case.pauses.count()) == (
        S.AWAITING_INFORMATION, None, 1)
    assert [each.move for each in application.steps.all()] == ["submit", "ask"]
    assert notices() == ["issuers/information_requested"] * 4


def test_a_pause_over_new_year_moves_the_due_day_by_business_days(at, bo):
    at("2027-01-04T10:00")
    application = application_in(S.UNDER_REVIEW, service_days=30)
    assert application.case.due_at == end_of(date(2027, 2, 17))  # 8 and 9 February are holidays
    at("2027-02-03T10:00")
    request = send_request(application, items=ITEMS, actor=bo)
    assert Case.objects.get(pk=application.case_id).due_at is None
    at("2027-02-11T10:00")  # the clock stood at the close of 3, 4, 5 and 10 February
    answered(request)
    assert Case.objects.get(pk=application.case_id).due_at == end_of(date(2027, 2, 23))


def test_a_warning_day_moves_the_last_day_to_answer(application, bo, ben, ops, at):
    own = send_request(application, items=ITEMS, actor=bo)
    chosen = send_request(application, items=ITEMS, due_on=date(2026, 12, 3), actor=bo)
    at("2026-12-04T09:00")
    late = APPLICATION.moves["close"]
    application.refresh_from_db()
    assert APPLICATION.refusal(application, late, ben) == ""
    enter_closure(day=date(2026, 12, 3), warning="gale", actor=ops)
    # At once, without a sweep: nobody is late whose last day was closed.
    assert APPLICATION.refusal(application, late, ben) == "No request for information is overdue."
    assert refresh_due_days() == 2
    for request, day in ((own, date(2026, 12, 18)), (chosen, date(2026, 12, 4))):
        request.refresh_from_db()
        assert request.due_at == end_of(day)
        told = AuditEvent.objects.get(verb="issuers.request.moved", target_pk=str(request.pk))
        assert told.data == {"day": day.isoformat()}
    assert refresh_due_days() == 0


def test_asked_again_its_days_run_from_then(application, bo, ops, at):
    request = answered(send_request(application, items=ITEMS[:1], due_on=date(2026, 12, 3), actor=bo))
    return_item(request.items.get(), remark="The name is missing.", actor=bo)
    at("2026-12-01T10:00")
    reopen_request(request, note="", actor=bo)
    at("2026-12-02T10:00")
    enter_closure(day=date(2026, 12, 2), warning="gale", actor=ops)
    assert refresh_due_days() == 1
    request.refresh_from_db()
    assert request.due_at == end_of(date(2026, 12, 23))


@pytest.mark.parametrize(
    "wrong",
    [{"items": []}, {"items": [{"text": "  "}]}, {"items": [{"text": "Why?", "criterion": "s99"}]},
     {"due_on": date(2026, 11, 25)}, {"due_on": date(2026, 11, 28)}, {"due_on": date(2026, 12, 25)}],
)
def test_a_request_that_does_not_stand_leaves_nothing(application, bo, wrong):
    events = AuditEvent.objects.count()
    with pytest.raises(Refused):
        send_request(application, **({"items": ITEMS, "actor": bo} | wrong))
    row = Application.objects.get(pk=application.pk)
    assert (row.status, row.case.pauses.count(), row.steps.count()) == (S.UNDER_REVIEW, 0, 1)
    assert (InformationRequest.objects.count(), AuditEvent.objects.count(), notices()) == (0, events, [])


@pytest.mark.parametrize("status", [S.DRAFT, S.SUBMITTED, S.RETURNED, S.WITH_COMMITTEE, S.RECOMMENDED, S.GRANTED])
def test_nothing_is_asked_outside_the_review(status, bo, dee):
    application = application_in(status)
    with pytest.raises(Refused):
        send_request(application, items=ITEMS, actor=bo)
    with pytest.raises(NotPermitted):
        send_request(application, items=ITEMS, actor=dee)
    assert (InformationRequest.objects.count(), RequestItem.objects.count(), notices()) == (0, 0, [])


def test_answers_are_judged_one_by_one_and_asked_again(application, bo, at):
    request = answered(send_request(application, items=ITEMS, actor=bo))
    first, second = request.items.all()
    accept_item(first, actor=bo)
    with pytest.raises(Refused, match="Return at least one answer"):
        reopen_request(request, note="More.", actor=bo)
    assert InformationRequest.objects.get(pk=request.pk).status == "answered"
    with pytest.raises(Refused, match="Say what is missing"):
        return_item(second, remark="", actor=bo)
    return_item(second, remark="The name is missing.", actor=bo)
    with pytest.raises(Refused, match="was returned"):
        close_request(request, actor=bo)
    assert InformationRequest.objects.get(pk=request.pk).status == "answered"

    at("2026-12-01T10:00")
    again = reopen_request(request, note="One more.", actor=bo)
    application = Application.objects.get(pk=application.pk)
    assert (again.status, again.answered_at, again.due_at) == ("open", None, end_of(date(2026, 12, 22)))
    assert (application.status, application.case.due_at) == (S.AWAITING_INFORMATION, None)
    with pytest.raises(Refused, match="not answered"):
        accept_item(second, actor=bo)

    answered(again)
    accept_item(RequestItem.objects.get(pk=second.pk), actor=bo)
    closed = close_request(again, actor=bo)
    assert (closed.status, closed.closed_at is not None) == ("closed", True)
    assert not closed.items.filter(accepted_at=None).exists()
    assert notices().count("issuers/request_ended") == 2


def test_the_review_resumes_when_the_last_open_request_is_withdrawn(application, bo, ben):
    one, two = (send_request(application, items=ITEMS, actor=bo) for _ in range(2))
    with pytest.raises(Refused, match="Say why"):
        cancel_request(one, note="", actor=bo)
    cancel_request(one, note="Known.", actor=ben)
    assert Application.objects.get(pk=application.pk).status == S.AWAITING_INFORMATION
    cancel_request(two, note="Known.", actor=ben)
    application = Application.objects.get(pk=application.pk)
    assert (application.status, application.case.due_at is not None) == (S.UNDER_REVIEW, True)
    assert application.steps.last().move == "resume"
    with pytest.raises(Refused):
        cancel_request(two, note="Known.", actor=ben)


def test_the_applicant_and_the_screening_analyst_judge_nothing(application, bo, dee):
    request = answered(send_request(application, items=ITEMS, actor=bo))
    item = request.items.first()
    for actor in (dee, people_of(application.issuer)[0]):
        for judged in (lambda who: accept_item(item, actor=who), lambda who: return_item(item, remark="No.", actor=who),
                       lambda who: close_request(request, actor=who)):
            with pytest.raises(NotPermitted):
                judged(actor)
    item.refresh_from_db()
    assert (item.accepted_at, item.remark) == (None, "")


def test_reminders_go_out_three_one_and_no_days_before_and_once_after(application, bo, at):
    send_request(application, items=ITEMS, due_on=date(2026, 12, 7), actor=bo)  # a Monday
    Message.objects.all().delete()
    sent = {}
    for day in ("11-27", "11-30", "12-01", "12-02", "12-03", "12-04", "12-05", "12-06", "12-07", "12-08", "12-09"):
        at(f"2026-{day}T08:00")
        sent[day] = (send_reminders(), send_reminders())
    two = len(people_of(application.issuer))
    assert {day: count for day, count in sent.items() if count != (0, 0)} == {
        "12-02": (two, 0), "12-04": (two, 0), "12-07": (two, 0), "12-08": (two, 0)}
    subjects = Message.objects.order_by("pk").values_list("subject", flat=True)[::2]
    name = f"Request 1 on application {application.reference} is"
    assert list(subjects) == [f"{name} due in 3 business days", f"{name} due in 1 business day", f"{name} due today",
                              f"{name} overdue"]


def test_a_reminder_that_no_worker_sent_is_caught_up_but_never_repeats_the_request(application, bo, at):
    send_request(application, items=ITEMS, due_on=date(2026, 12, 7), actor=bo)
    Message.objects.all().delete()
    at("2026-12-03T08:00")  # the second was missed
    assert (send_reminders(), send_reminders()) == (2, 0)
    assert Message.objects.first().subject.endswith("due in 2 business days")
    Message.objects.all().delete()
    send_request(application, items=ITEMS, due_on=date(2026, 12, 4), actor=bo)
    Message.objects.all().delete()
    assert send_reminders() == 2  # of the first request alone
    assert Message.objects.first().subject.startswith("Request 1")


def test_nobody_is_reminded_of_what_was_answered_or_ended(application, bo, at):
    answered(send_request(application, items=ITEMS, due_on=date(2026, 12, 7), actor=bo))
    Message.objects.all().delete()
    at("2026-12-07T08:00")
    assert (send_reminders(), notices()) == (0, [])
