"""First contacts: taken in from anybody, talked over, invited or closed."""

from __future__ import annotations

import pytest
from django.core import signing
from django.urls import reverse

from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, CaseNote, Invitation, Message, Organisation
from issuers.models import Application, Contact, Issuer
from issuers.services import contacts

pytestmark = pytest.mark.django_db
FORM = {
    "company_en": "Peak Tokens Limited", "company_zh": "山頂代幣有限公司", "kind": "company", "home_regulator": "",
    "intention": "A stablecoin that refers to the Hong Kong dollar.", "person": "Pia Ma", "email": "Pia@Peak.example",
    "language": "zh-hant", "website": "",
}


@pytest.fixture
def contact(authority) -> Contact:
    return contacts.record_contact(**{name: value for name, value in FORM.items() if name != "website"})


def traces() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (
        Contact, Case, CaseNote, Organisation, Application, Invitation, AuditEvent, Message))


def test_a_company_tells_us_and_gets_a_receipt(authority, client):
    answer = client.post(reverse("public:contact"), FORM)
    contact = Contact.objects.get()
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert contact.reference in page
    assert "5 business days" in page
    assert "not a time limit of the law" in page
    assert (contact.reference, contact.status, contact.email, contact.language) == (
        contact.case.reference, "new", "pia@peak.example", "zh-hant")
    case = contact.case
    assert (case.kind, case.queue, case.owner, case.service_days) == ("issuers.contact", "licensing", authority, 5)
    assert case.due_at is not None
    message = Message.objects.get()
    assert (message.address, message.recipient, message.language) == ("pia@peak.example", None, "zh-hant")
    assert contact.reference in message.text
    assert "Peak" not in message.text + message.html + message.subject
    assert [event.verb for event in AuditEvent.objects.order_by("pk")] == ["core.case.opened", "issuers.contact.received"]


def test_who_tells_twice_learns_nothing_of_the_first_time(authority, client):
    client.post(reverse("public:contact"), FORM)
    client.post(reverse("public:contact"), FORM)
    assert len(set(Contact.objects.values_list("reference", flat=True))) == 2


@pytest.mark.parametrize("given", [{"company_en": ""}, {"email": "x"}, {"kind": "club"}, {"intention": "\x00"},
                                   {"website": "http://spam.example"}])
def test_what_will_not_do_is_told_and_leaves_nothing(given, authority, client):
    before = traces()
    answer = client.post(reverse("public:contact"), FORM | given)
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert traces() == before


def test_an_address_tells_ten_times_an_hour(authority, client):
    statuses = [client.post(reverse("public:contact"), FORM).status_code for _ in range(11)]
    assert statuses == [302] * 10 + [429]
    assert Contact.objects.count() == 10


def test_a_receipt_is_the_senders_alone(contact, client):
    for token in ("x", contact.reference, signing.dumps(contact.reference)):
        assert client.get(reverse("public:contact_receipt", args=[token])).status_code == 404


def test_talks_are_taken_up_noted_and_lead_to_an_invitation(contact, bo, confirmed_client_for):
    client = confirmed_client_for(bo)
    page, act = (reverse(f"officer:{name}", args=[contact.reference]) for name in ("contact", "contact_act"))
    assert "refers to the Hong Kong dollar" in client.get(page).content.decode()
    assert client.post(act, {"action": "talk"})["Location"] == page
    contact.refresh_from_db()
    assert (contact.status, contact.case.assignee) == ("talking", bo)
    assert client.post(act, {"action": "note", "text": ""}).status_code == 422
    assert client.post(act, {"action": "note", "text": "They have a bank."}).status_code == 302
    assert [(note.text, note.audience) for note in contact.case.notes.all()] == [("They have a bank.", "authority")]
    assert client.post(act, {"action": "invite"})["Location"] == page
    contact = Contact.objects.get()
    issuer = Issuer.objects.get()
    assert (contact.status, contact.issuer, contact.case.status) == ("invited", issuer, "closed")
    assert (issuer.organisation.name_en, issuer.organisation.name_zh_hant) == (FORM["company_en"], FORM["company_zh"])
    assert issuer.applications.get().status == "draft"
    invitation = Invitation.objects.get()
    assert (invitation.status, invitation.role, invitation.email, invitation.invited_by, invitation.language) == (
        "sent", "issuer_administrator", "pia@peak.example", bo, "zh-hant")
    shown = client.get(page).content.decode()
    assert issuer.applications.get().reference in shown
    assert reverse("officer:people", args=["peak-tokens-limited"]) in shown
    before = traces()
    for action in ("talk", "invite", "close"):
        assert client.post(act, {"action": action, "text": "Again."}).status_code == 409
    assert traces() == before


def test_inviting_asks_to_confirm_first(contact, bo, client_for):
    before = traces()
    answer = client_for(bo).post(reverse("officer:contact_act", args=[contact.reference]), {"action": "invite"})
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert traces() == before


def test_a_name_that_is_taken_leaves_the_contact_open(contact, bo, issuer):
    Organisation.objects.filter(pk=issuer.organisation_id).update(slug="peak-tokens-limited")
    before = traces()
    with pytest.raises(Refused, match="an organisation named"):
        contacts.invite_applicant(contact, actor=bo)
    contact.refresh_from_db()
    assert (contact.status, contact.case.status, traces()) == ("new", "open", before)


def test_a_contact_is_closed_with_its_reason(contact, bo):
    with pytest.raises(Refused, match="Say why"):
        contacts.close_contact(contact, note=" ", actor=bo)
    contacts.close_contact(contact, note="They issue no stablecoin.", actor=bo)
    contact.refresh_from_db()
    assert (contact.status, contact.case.status, contact.issuer) == ("closed", "closed", None)
    assert AuditEvent.objects.get(verb="issuers.contact.closed").data["note"] == "They issue no stablecoin."


@pytest.mark.parametrize("name", ["dee", "ops", "ann"])
def test_who_invites_no_applicants_moves_nothing(name, contact, request):
    person = request.getfixturevalue(name)
    before = traces()
    for move in (contacts.take_up_talks, contacts.invite_applicant):
        with pytest.raises(NotPermitted):
            move(contact, actor=person)
    with pytest.raises(NotPermitted):
        contacts.close_contact(contact, note="No.", actor=person)
    with pytest.raises(NotPermitted):
        contacts.note_talk(contact, text="No.", actor=person)
    assert traces() == before


def test_the_list_shows_states_and_the_queue_shows_the_case(contact, bo, client_for):
    client = client_for(bo)
    assert contact.reference in client.get(reverse("officer:contacts")).content.decode()
    assert contact.reference not in client.get(reverse("officer:contacts") + "?state=closed").content.decode()
    assert "Peak Tokens Limited intends to apply" in client.get(reverse("officer:cases")).content.decode()
    page = client.get(reverse("officer:case", args=[contact.reference])).content.decode()
    assert reverse("officer:contact", args=[contact.reference]) in page
