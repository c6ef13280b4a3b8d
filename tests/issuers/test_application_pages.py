"""The applicant's pages of an application: what they show, what they refuse, what they keep."""

from datetime import UTC, date, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from core.access import SYSTEM
from core.models import AuditEvent, CaseNote, Membership, Message, User
from core.roles import Role
from issuers.forms.drafts import token_of
from issuers.models import Answer, Application, Document, Interview, Submission
from issuers.services.answers import save_answer
from issuers.services.issuers import register_issuer
from tests.issuers.filled import PDF, begin, fill, hand_over, submit
from tests.issuers.pdfs import pdf_of

pytestmark = pytest.mark.django_db
PAGES = ["application", "application_status", "application_documents", "application_check", "application_prepare"]


def address(name: str, application: Application, *args) -> str:
    return reverse(f"portal:{name}", args=[application.reference, *args])


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def draft(issuer):
    return begin(issuer)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_an_empty_draft_says_that_nothing_is_submitted(page, draft, ann, client_for):
    answer = client_for(ann).get(address(page, draft))
    assert answer.status_code == 200
    assert "Nothing is saved yet. Not submitted." in text(answer)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_a_filled_draft_opens(page, draft, ann, client_for):
    answer = client_for(ann).get(address(page, fill(draft, ann)))
    assert answer.status_code == 200
    assert "Not submitted." in text(answer)


def test_every_module_opens_and_can_be_saved_without_script(draft, ann, client_for):
    from issuers.manifest import modules_for

    client = client_for(ann)
    for module in modules_for("company"):
        assert client.get(address("application_module", draft, module.key)).status_code == 200
    sent = {"name": "Lion Rock Dollar", "symbol": "LRHKD", "seen:name": token_of(None), "seen:symbol": token_of(None),
            "deployments-rows": "1", "deployments-0-chain": "eip155:1", "seen:deployments": token_of(None)}
    answer = client.post(address("application_module", draft, "coin"), sent)
    assert (answer.status_code, answer.url) == (302, address("application_module", draft, "business_plan"))
    assert {each.key: each.value for each in Answer.objects.all()} == {
        "coin.name": "Lion Rock Dollar", "coin.symbol": "LRHKD",
        "coin.deployments": [{"chain": "eip155:1", "contract": None, "standard": None, "deployed_on": None}]}


def test_what_can_be_read_is_saved_and_what_cannot_stays_typed_with_its_sentence(draft, ann, client_for):
    answer = client_for(ann).post(address("application_module", draft, "coin"), {
        "name": "Lion Rock Dollar", "seen:name": token_of(None), "symbol": "lion rock", "seen:symbol": token_of(None)})
    assert answer.status_code == 422
    page = text(answer)
    assert page.count("Enter 2 to 12 capital letters, digits or points, a letter first, such as HKDX.") == 2
    assert 'value="lion rock"' in page
    assert [each.key for each in Answer.objects.all()] == ["coin.name"]


def test_autosave_answers_with_when_by_whom_and_the_token_for_the_next(draft, ann, client_for):
    answer = client_for(ann).post(address("application_answer", draft, "coin.name"),
                                  {"name": "Lion Rock Dollar", "seen:name": token_of(None)})
    saved = Answer.objects.get()
    assert (answer.status_code, saved.value) == (200, "Lion Rock Dollar")
    assert "by Ann Lau" in text(answer)
    assert token_of(saved) in text(answer)


def test_autosave_of_what_cannot_be_read_says_so_and_stores_nothing(draft, ann, client_for):
    answer = client_for(ann).post(address("application_answer", draft, "capital.paid_up"),
                                  {"paid_up": "a lot", "seen:paid_up": token_of(None)})
    assert answer.status_code == 422
    assert "Not saved." in text(answer)
    assert "Enter an amount in figures, such as 25,000,000.00." in text(answer)
    assert not Answer.objects.exists()


def test_two_people_who_change_the_same_answer_are_both_shown_and_one_is_chosen(draft, ann, amy, client_for):
    first = save_answer(draft, key="coin.name", value="First", base_version=0, actor=ann)
    seen = token_of(first)
    save_answer(draft, key="coin.name", value="Amy's name", base_version=1, actor=amy)
    client, url = client_for(ann), address("application_module", draft, "coin")
    sent = {"name": "Ann's name", "seen:name": seen}
    answer = client.post(url, sent)
    assert answer.status_code == 409 or answer.status_code == 422
    page = text(answer)
    assert "Not saved: Amy Poon changed this answer on" in page
    assert "Amy&#x27;s name" in page
    assert "Ann&#x27;s name" in page
    assert Answer.objects.get().value == "Amy's name"
    fragment = client.post(address("application_answer", draft, "coin.name"), sent)
    assert fragment.status_code == 409
    assert 'name="keep" value="name"' in text(fragment)
    assert f'value="{seen}"' in text(fragment)  # a second try conflicts too
    kept = client.post(url, sent | {"keep": "name", "standing:name": "2"})
    assert (kept.status_code, Answer.objects.get().value, Answer.objects.get().version) == (302, "Ann's name", 3)


def test_giving_up_ones_own_answer_keeps_the_others(draft, ann, amy, client_for):
    first = save_answer(draft, key="coin.name", value="First", base_version=0, actor=ann)
    save_answer(draft, key="coin.name", value="Amy's name", base_version=1, actor=amy)
    answer = client_for(ann).post(address("application_module", draft, "coin"),
                                  {"name": "Ann's name", "seen:name": token_of(first), "theirs": "name"})
    assert (answer.status_code, Answer.objects.get().value) == (302, "Amy's name")


def test_a_page_that_is_old_overwrites_nothing_that_was_not_touched_on_it(draft, ann, amy, client_for):
    first = save_answer(draft, key="coin.name", value="First", base_version=0, actor=ann)
    save_answer(draft, key="coin.name", value="Amy's name", base_version=1, actor=amy)
    answer = client_for(ann).post(address("application_module", draft, "coin"), {
        "name": "First", "seen:name": token_of(first), "symbol": "LRHKD", "seen:symbol": token_of(None)})
    assert answer.status_code == 302
    assert {each.key: each.value for each in Answer.objects.all()} == {"coin.name": "Amy's name", "coin.symbol": "LRHKD"}


def test_the_page_says_who_else_wrote_and_when(draft, ann, amy, client_for):
    save_answer(draft, key="coin.name", value="Amy's name", base_version=0, actor=amy)
    assert "Amy Poon changed answers, last on" in text(client_for(ann).get(address("application", draft)))


def test_a_draft_survives_the_end_of_a_session(draft, ann, client_for):
    first = client_for(ann)
    first.post(address("application_answer", draft, "coin.name"), {"name": "Kept", "seen:name": token_of(None)})
    first.logout()
    lost = first.post(address("application_answer", draft, "coin.name"), {"name": "Lost", "seen:name": "1-x"})
    assert lost.status_code == 302
    assert 'value="Kept"' in text(client_for(ann).get(address("application_module", draft, "coin")))


@pytest.mark.parametrize("name", ["application", "application_status", "application_check"])
def test_a_rivals_application_does_not_exist(name, draft, ian, client_for):
    assert client_for(ian).get(address(name, draft)).status_code == 404


def test_nobody_saves_into_another_application(draft, ian, client_for):
    answer = client_for(ian).post(address("application_answer", draft, "coin.name"), {"name": "x"})
    assert (answer.status_code, Answer.objects.count()) == (404, 0)


def test_a_bank_has_no_page_on_capital(draft, ann, issuer, client_for):
    issuer.kind = "authorized_institution"
    issuer.save()
    client = client_for(ann)
    assert client.get(address("application_module", draft, "capital")).status_code == 404
    assert client.get(address("application_module", draft, "stablecoin_manager")).status_code == 200
    assert "Forms of the controllers" not in text(client.get(address("application_documents", draft)))


def _file(name="plan.pdf", raw=PDF):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, raw)


def test_documents_are_filed_in_versions_fetched_and_taken_out(draft, ann, client_for):
    client, url = client_for(ann), address("application_file", draft, "2")
    client.post(url, {"file": _file()})
    second = pdf_of("Filed again.")
    client.post(url, {"file": _file("plan2.pdf", second)})
    assert [(each.version, each.slot) for each in Document.objects.order_by("version")] == [(1, "2"), (2, "2")]
    page = text(client.get(address("application_documents", draft)))
    assert "version 2, filed by Ann Lau" in page
    assert "All versions" in page
    latest = Document.objects.get(version=2)
    got = client.get(address("application_document", draft, latest.pk))
    assert (b"".join(got.streaming_content), got["Content-Disposition"]) == (second, 'attachment; filename="plan2.pdf"')
    client.post(address("application_remove", draft, latest.pk))
    latest.refresh_from_db()
    assert latest.removed_at is not None
    assert "0 of 23 filed" in text(client.get(address("application_documents", draft)))


def test_the_preparer_sees_no_button_to_sign_and_cannot_post_one(draft, amy, confirmed_client_for):
    ready = hand_over(draft, amy)
    client, before = confirmed_client_for(amy), (AuditEvent.objects.count(), Message.objects.count())
    page = text(client.get(address("application_sign", draft)))
    assert "You prepared this application; somebody else has to sign it." in page
    assert "Sign and submit" not in page
    answer = client.post(address("application_sign", draft), {
        "digest": ready.prepared_digest, "read": "on", "true": "on", "entitled": "on"})
    assert (answer.status_code, Submission.objects.count()) == (409, 0)
    assert (AuditEvent.objects.count(), Message.objects.count()) == before


def test_the_signatory_declares_confirms_and_gets_a_receipt(draft, ann, amy, client_for, confirmed_client_for):
    ready = hand_over(draft, ann)
    declared = {"digest": ready.prepared_digest, "read": "on", "true": "on", "entitled": "on"}
    asked = client_for(amy).post(address("application_sign", draft), declared)
    assert (asked.status_code, "reauthenticate" in asked.url, Submission.objects.count()) == (302, True, 0)
    client = confirmed_client_for(amy)
    half = client.post(address("application_sign", draft), {"digest": ready.prepared_digest, "read": "on"})
    assert half.status_code == 422
    assert "Say that the application is true and complete." in text(half)
    page = text(client.post(address("application_sign", draft), declared, follow=True))
    for shown in (draft.reference, ready.prepared_digest, "Ann Lau", "Amy Poon"):
        assert shown in page
    state = text(client.get(address("application_status", draft)))
    assert "Check for completeness" in state
    assert "This is its own service clock; the law sets no time limit." in state


def test_an_editor_gets_no_page_to_sign(draft, ann, client_for):
    assert client_for(ann).get(address("application_sign", draft)).status_code == 403


def test_what_the_authority_does_inside_is_shown_as_review(issuer, ann, client_for):
    for state in ("with_committee", "recommended"):
        Application.objects.all().delete()
        row = begin(issuer, status=state)
        page = text(client_for(ann).get(address("application_status", row)))
        assert "Under review" in page
        assert "committee" not in page.lower()
        assert "ecommended" not in page


@pytest.fixture
def newcomer(db):
    """Somebody of an issuer that holds no licence."""
    issuer = register_issuer(name_en="Harbour Coin Limited", actor=SYSTEM)
    user = User.objects.create_user("may@harbour.example", "May Ho", "correct horse battery staple")
    Membership.objects.create(user=user, organisation=issuer.organisation, role=Role.COMPLIANCE_OFFICER,
                              since=date(2025, 8, 1))
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    return user


def test_an_application_is_started_where_none_is_under_way(newcomer, ann, client_for):
    start = reverse("portal:application_start")
    assert "Start an application" not in text(client_for(ann).get(start))  # there is a licence
    assert client_for(ann).post(start).status_code == 409
    client = client_for(newcomer)
    assert "Start an application" in text(client.get(start))
    assert (client.post(start).status_code, Application.objects.get().status) == (302, "draft")
    assert "Start an application" not in text(client.get(start))
    assert (client.post(start).status_code, Application.objects.count()) == (409, 1)


def test_withdrawing_asks_for_a_reason_and_for_who_one_is(draft, amy, client_for, confirmed_client_for):
    url = address("application_withdraw", draft)
    assert client_for(amy).post(url, {"reason": "Enough."}).status_code == 302
    assert confirmed_client_for(amy).post(url, {"reason": ""}).status_code == 422
    draft.refresh_from_db()
    assert draft.status == "draft"
    assert confirmed_client_for(amy).post(url, {"reason": "Enough."}).status_code == 302
    draft.refresh_from_db()
    assert draft.status == "withdrawn"


def test_submitted_it_is_read_only_on_every_page(draft, ann, amy, client_for):
    submit(draft, ann, amy)
    page = text(client_for(ann).get(address("application_module", draft, "coin")))
    assert "Save and continue" not in page
    assert "hx-post" not in page
    main = page.partition("<main")[2].partition("</main>")[0]
    assert not any(tag in main for tag in ("<form", "<fieldset", "<input", "<textarea", "<select", "disabled"))
    assert "This is what you submitted. It cannot be changed now." in main
    assert '<dt>Symbol' in main
    answer = client_for(ann).post(address("application_answer", draft, "coin.name"), {"name": "x", "seen:name": "1-x"})
    assert answer.status_code == 409
    assert "cannot be changed now" in text(answer)


def test_another_issuers_application_is_another(ann, amy, client_for, draft):
    other = begin(register_issuer(name_en="Harbour Coin Limited", actor=SYSTEM))
    assert client_for(ann).get(address("application", other)).status_code == 404


def test_the_applicant_reads_records_of_talks_meant_for_it_and_no_others(draft, ann, amy, bo, client_for):
    submit(draft, ann, amy)
    given = {"application": draft, "held_at": datetime(2026, 10, 1, 2, 0, tzinfo=UTC), "attendees": "Ann Lau", "by": bo}
    Interview.objects.create(summary="We talked about custody.", audience=CaseNote.Audience.ISSUER, **given)
    Interview.objects.create(summary="We doubt the answers.", audience=CaseNote.Audience.AUTHORITY, **given)
    page = text(client_for(ann).get(address("application_status", draft)))
    assert ("We talked about custody." in page, "With Ann Lau" in page) == (True, True)
    assert "We doubt the answers." not in page
