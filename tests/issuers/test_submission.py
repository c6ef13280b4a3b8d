"""An application is handed over complete, signed by another person, and submitted exactly as it was handed over."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from core.errors import NotPermitted, Refused
from core.findings import digest_of
from core.models import AuditEvent, Case, Message
from issuers.completeness import completeness_of
from issuers.models import Application, ApplicationStep, Submission
from issuers.selectors.answers_shown import submitted_changes
from issuers.selectors.applications import completeness
from issuers.services.answers import save_answer
from issuers.services.frozen import frozen_content
from issuers.services.steps import move_application
from issuers.services.submission import (
    prepare_application,
    reopen_application,
    submit_application,
    withdraw_application,
)
from tests.issuers.filled import begin, fill, good_answers, hand_over, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(issuer):
    return begin(issuer)


def happened() -> tuple[int, int, int, int]:
    return (AuditEvent.objects.count(), Message.objects.count(), Submission.objects.count(),
            ApplicationStep.objects.count())


def test_a_filled_application_lacks_nothing(draft, ann):
    assert completeness(fill(draft, ann)).gaps == []


def test_an_incomplete_application_is_not_handed_over(draft, ann):
    before = happened()
    with pytest.raises(Refused) as refused:
        prepare_application(draft, actor=ann)
    draft.refresh_from_db()
    assert (refused.value.code, draft.status, draft.prepared_by, happened()) == ("incomplete", "draft", None, before)


def test_two_people_submit_and_everybody_gets_a_receipt(draft, ann, amy, eli, bo, cy, dee):
    submission = submit(draft, ann, amy)
    row = Application.objects.get()
    assert (row.status, submission.number, submission.prepared_by, submission.signed_by) == ("submitted", 1, ann, amy)
    assert submission.digest == digest_of(submission.content) == row.prepared_digest
    assert (row.case.kind, row.case.queue, row.case.service_days) == ("issuers.application", "licensing", 90)
    mailed = {(row.recipient, row.notice) for row in Message.objects.all()}
    assert mailed == {
        (amy, "issuers/application_prepared"), (ann, "issuers/application_submitted"),
        (amy, "issuers/application_submitted"), (bo, "issuers/application_received"),
        (cy, "issuers/application_received"),
    }
    receipt = Message.objects.get(recipient=ann, notice="issuers/application_submitted")
    assert submission.digest in receipt.text
    assert [(step.move, step.by) for step in row.steps.all()] == [("prepare", ann), ("submit", amy)]


def test_what_is_kept_is_every_question_person_holding_and_file(draft, ann, amy):
    content = submit(draft, ann, amy).content
    modules = {module["key"]: {field["key"]: field["value"] for field in module["fields"]}
               for module in content["modules"]}
    assert {f"{module}.{key}": value for module, fields in modules.items() for key, value in fields.items()} == (
        good_answers("company"))
    assert [person["name_en"] for person in content["persons"]] == ["Ada Wong", "Ben Lam"]
    assert content["persons"][0]["positions"] == ["chief_executive", "controller", "director"]
    assert content["shareholdings"] == [{"holder": "Ada Wong", "held": None, "votes_percent": "100"}]
    assert [document["slot"] for document in content["documents"]] == [str(number) for number in range(1, 24)]
    assert len(content["documents"][0]["sha256"]) == 64


def test_a_persons_answers_are_kept_with_their_questions_and_what_changed_in_them_is_listed(draft, ann, amy):
    first = submit(draft, ann, amy)
    fields = {field["key"]: field for field in first.content["persons"][0]["fields"]}
    assert (fields["address"]["label"], fields["address"]["kind"]) == ("Residential address", "long_text")
    assert fields["convicted_details"]["label"] == "If yes: what, where, when, and how it ended"
    assert fields["identity_document"]["choices"][0] == ["hkid", "Hong Kong identity card"]
    draft.answers.filter(person__name_en="Ada Wong", key="person.residence").update(value="FR")
    draft.answers.filter(person__name_en="Ada Wong", key="person.hours_per_week").update(value=None)
    second = Submission(application=draft, number=2, content=frozen_content(draft))
    assert [(each.place, each.label, each.kind, each.after) for each in submitted_changes(first, second)] == [
        ("Ada Wong", "Country of residence", "changed", "France"),
        ("Ada Wong", "Hours a week for the position", "removed", None),
    ]


def test_who_handed_over_cannot_sign(draft, amy):
    ready = hand_over(draft, amy)
    before = happened()
    with pytest.raises(Refused, match="somebody else has to sign"):
        submit_application(ready, digest=ready.prepared_digest, actor=amy)
    ready.refresh_from_db()
    assert (ready.status, happened()) == ("prepared", before)


def test_the_database_refuses_one_person_for_both(draft, ann):
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.create(application=draft, number=1, form_version="x", content={}, digest="0" * 64,
                                  prepared_by=ann, signed_by=ann)


@pytest.mark.parametrize("who", ["ann", "eli", "ian", "bo"])
def test_only_the_issuers_signatories_sign(who, draft, amy, request):
    ready = hand_over(draft, amy)
    before = happened()
    with pytest.raises(NotPermitted):
        submit_application(ready, digest=ready.prepared_digest, actor=request.getfixturevalue(who))
    assert happened()[2:] == before[2:]


def test_what_changed_behind_the_signatorys_back_is_not_signed(draft, ann, amy):
    ready = hand_over(draft, ann)
    ready.answers.filter(key="coin.name").update(value="Another name")
    before = happened()
    with pytest.raises(Refused) as refused:
        submit_application(ready, digest=ready.prepared_digest, actor=amy)
    assert (refused.value.code, happened()) == ("content_changed", before)


def test_a_page_that_showed_another_digest_signs_nothing(draft, ann, amy):
    ready = hand_over(draft, ann)
    with pytest.raises(Refused) as refused:
        submit_application(ready, digest="0" * 64, actor=amy)
    assert (refused.value.code, Submission.objects.count()) == ("content_changed", 0)


def test_taken_back_it_is_a_draft_again_and_needs_a_new_hand_over(draft, ann, amy):
    again = reopen_application(hand_over(draft, ann), actor=amy)
    assert (again.status, again.prepared_by, again.prepared_digest) == ("draft", None, "")
    save_answer(again, key="coin.name", value="Another name", base_version=1, actor=ann)
    ready = prepare_application(again, actor=amy)
    with pytest.raises(NotPermitted):
        submit_application(ready, digest=ready.prepared_digest, actor=ann)


def test_a_resubmission_stays_on_the_same_case_and_has_the_next_number(draft, ann, amy, bo):
    submit(draft, ann, amy)
    returned = move_application(Application.objects.get(), "return", actor=bo, note="Document 7 is unreadable.")
    save_answer(returned, key="coin.name", value="Another name", base_version=1, actor=ann)
    ready = prepare_application(returned, actor=ann)
    second = submit_application(ready, digest=ready.prepared_digest, actor=amy)
    assert (second.number, Case.objects.count()) == (2, 1)
    assert Submission.objects.get(number=1).content != second.content


def test_withdrawing_wants_a_reason_ends_the_case_and_frees_the_way(draft, ann, amy, issuer):
    submit(draft, ann, amy)
    row = Application.objects.get()
    with pytest.raises(Refused) as refused:
        withdraw_application(row, reason=" ", actor=amy)
    assert refused.value.code == "no_reason"
    ended = withdraw_application(row, reason="We merge with another applicant.", actor=amy)
    assert (ended.status, Case.objects.get().status) == ("withdrawn", "closed")
    assert begin(issuer).status == "draft"
    with pytest.raises((ProtectedError, IntegrityError)):
        ended.answers.first().application.delete()


def test_an_editor_does_not_withdraw(draft, ann):
    with pytest.raises(NotPermitted):
        withdraw_application(draft, reason="Enough.", actor=ann)
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_capital_is_measured_after_the_net_debit_balance():
    from datetime import date

    answers = good_answers("company") | {"capital.net_debit": "5000000.01", "capital.other_resources": None}
    found = completeness_of("company", answers, [str(number) for number in range(1, 24)], (), on=date(2026, 11, 26))
    assert [gap.sentence for gap in found.gaps] == [
        "Paid-up capital after the net debit balance is HK$24,999,999.99; the law wants HK$25,000,000.00, or approved"
        " other resources of that amount."]
    assert {each.module.key: each.state for each in found.modules}["capital"] == "needs_attention"
    answers["capital.other_resources"] = "25000000.00"
    assert completeness_of("company", answers, [str(n) for n in range(1, 24)], (), on=date(2026, 11, 26)).is_complete


@pytest.mark.parametrize(("changed", "sentence"), [
    ({"corporate.incorporated_in": "SG"}, "A company that applies must be incorporated in Hong Kong."),
    ({"directors.independent": 2}, "2 of 9 directors are independent; generally at least one third is expected."),
    ({"coin.no_interest": False},
     "“Do you undertake to pay no interest to holders, and to let nobody else pay it?” has to be answered with yes."),
    ({"reserve.same_currency": False, "reserve.mismatch": None},
     "“Which currencies else, and when you ask for approval” needs an answer, because of what you answered above it."),
    ({"coin.name": None}, "“Name of the stablecoin” is not answered."),
    ({"coin.deployments": [{"chain": "eip155:1", "contract": None, "standard": None, "deployed_on": None}]},
     "“Chains and contracts”, row 1: Token standard is missing."),
])
def test_what_does_not_fit_is_named(changed, sentence):
    from datetime import date

    found = completeness_of("company", good_answers("company") | changed, [str(number) for number in range(1, 24)], (),
                            on=date(2026, 11, 26))
    assert [gap.sentence for gap in found.gaps] == [sentence]


def test_a_bank_applies_with_its_own_form(ann, amy, issuer):
    issuer.kind = "authorized_institution"
    issuer.save()
    content = submit(begin(issuer), ann, amy).content
    keys = {module["key"] for module in content["modules"]}
    assert "stablecoin_manager" in keys
    assert not keys & {"capital", "ownership", "directors", "chief_executive"}
    assert {document["slot"] for document in content["documents"]} == {str(n) for n in range(1, 24)} - {"8"}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_sign_at_once_one_submits(draft, ann, amy):
    ready = hand_over(draft, ann)

    def sign(_turn):
        try:
            return submit_application(Application.objects.get(pk=ready.pk), digest=ready.prepared_digest, actor=amy).number
        except Refused as refused:
            return str(refused.code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(map(str, pool.map(sign, range(2)))) == ["1", "refused"]
    assert (Submission.objects.count(), Case.objects.count()) == (1, 1)
