"""A request for information is answered question by question, and the last answer lets the review go on."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from core.access import SYSTEM
from core.cases import open_case, pause_case
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Message
from issuers.models import Application, InformationRequest, RequestItem
from issuers.services.replies import ReplyConflict, answer_request, reply_to_item
from tests.issuers.filled import PDF, begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(issuer, bo):
    application = begin(issuer, status="awaiting_information")
    application.case = open_case("issuers.application", subject=application.reference, owner=issuer.organisation,
                                 key="x", actor=SYSTEM, service_days=90)
    application.save()
    pause_case(application.case, reason="Waiting", actor=SYSTEM)
    request = InformationRequest.objects.create(application=application, number=1, sent_by=bo,
                                                due_at=clock.now() + timedelta(days=9))
    for number in (1, 2):
        RequestItem.objects.create(request=request, number=number, text=f"Question {number}?")
    return request


def test_the_last_open_request_answered_starts_review_and_clock_again(asked, ann, bo):
    for item in asked.items.all():
        reply_to_item(item, text="Because of document 7.", actor=ann)
    done = answer_request(asked, actor=ann)
    row = Application.objects.get()
    assert (done.status, done.answered_by, row.status) == ("answered", ann, "under_review")
    assert not row.case.pauses.filter(resumed_at=None).exists()
    assert row.case.due_at is not None
    assert set(Message.objects.values_list("notice", "recipient")) == {("issuers/request_answered", bo.pk)}


def test_a_question_without_an_answer_keeps_the_request_open(asked, ann):
    reply_to_item(asked.items.get(number=1), text="Because.", actor=ann)
    before = AuditEvent.objects.count(), Message.objects.count()
    with pytest.raises(Refused, match="These questions have no answer yet: 2"):
        answer_request(asked, actor=ann)
    asked.refresh_from_db()
    assert (asked.status, Application.objects.get().status) == ("open", "awaiting_information")
    assert (AuditEvent.objects.count(), Message.objects.count()) == before


def test_two_open_requests_are_both_answered_before_the_review_goes_on(asked, ann, bo):
    second = InformationRequest.objects.create(application=asked.application, number=2, sent_by=bo, due_at=clock.now())
    reply_to_item(RequestItem.objects.create(request=second, number=1, text="More?"), text="No.", actor=ann)
    answer_request(second, actor=ann)
    assert Application.objects.get().status == "awaiting_information"
    for item in asked.items.all():
        reply_to_item(item, text="Because.", actor=ann)
    answer_request(asked, actor=ann)
    assert Application.objects.get().status == "under_review"


def test_nobodys_answer_is_overwritten_unseen(asked, ann, amy):
    item = asked.items.get(number=1)
    reply_to_item(item, text="Amy's", actor=amy, seen="")
    with pytest.raises(ReplyConflict) as conflict:
        reply_to_item(item, text="Ann's", actor=ann, seen="")
    assert conflict.value.standing.reply == "Amy's"
    assert RequestItem.objects.get(pk=item.pk).reply == "Amy's"


@pytest.mark.parametrize("who", ["eli", "ian", "bo"])
def test_others_do_not_answer(who, asked, request):
    with pytest.raises(NotPermitted):
        reply_to_item(asked.items.get(number=1), text="x", actor=request.getfixturevalue(who))
    assert RequestItem.objects.get(number=1).reply == ""


def test_an_accepted_answer_is_not_changed(asked, ann):
    RequestItem.objects.filter(number=1).update(accepted_at=clock.now(), reply="Good.")
    with pytest.raises(Refused) as refused:
        reply_to_item(asked.items.get(number=1), text="Worse.", actor=ann)
    assert refused.value.code == "accepted"


def test_the_page_saves_answers_and_files_and_sends_them(asked, ann, client_for):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client, reference = client_for(ann), asked.application.reference
    page = reverse("portal:application_request", args=[reference, 1])
    assert "2 questions have no answer yet." in client.get(page).content.decode()
    for number in (1, 2):
        client.post(reverse("portal:application_reply", args=[reference, 1, number]),
                    {"text": "Because.", "seen": "", "file": SimpleUploadedFile(f"{number}.pdf", PDF)})
    assert [item.documents.count() for item in asked.items.all()] == [1, 1]
    conflict = client.post(reverse("portal:application_reply", args=[reference, 1, 1]), {"text": "Other", "seen": ""})
    assert conflict.status_code == 409
    assert "Save mine instead" in conflict.content.decode()
    assert client.post(page).status_code == 302
    assert Application.objects.get().status == "under_review"
