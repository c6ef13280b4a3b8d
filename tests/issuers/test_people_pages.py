"""What the pages on people show, to whom, and with which buttons."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from core import invitations
from core.access import SYSTEM
from core.models import Invitation, Membership, User
from core.roles import Role
from issuers.services.contacts import invite_company
from tests.cast import PASSWORD, TOTP_SECRET

pytestmark = pytest.mark.django_db
FORM = {"name": "Nia Wong", "email": "nia@lion.example", "role": "auditor", "language": "zh-hant"}


@pytest.fixture
def applicant(authority):
    return invite_company(name_en="Peak Tokens Limited", person="Pia Ma", email="pia@peak.example", actor=SYSTEM)


def test_an_administrator_invites_and_sees_who_is_waited_for(amy, ada, ann, confirmed_client_for):
    client = confirmed_client_for(amy)
    answer = client.post(reverse("portal:people"), FORM)
    assert (answer.status_code, answer["Location"]) == (302, reverse("portal:people"))
    page = client.get(reverse("portal:people")).content.decode()
    assert "May approve: Ada Kwok" in page
    assert "Invited by Amy Poon" in page
    assert "Approve and send" not in page  # not hers to press
    assert ann.email in page
    assert Invitation.objects.get().language == "zh-hant"


def test_the_second_one_approves_withdraws_and_sends_again(amy, ada, issuer, confirmed_client_for, client_for):
    invitation = invitations.invite_person(issuer.organisation, actor=amy, **FORM)
    address = reverse("portal:invitation_act", args=[invitation.pk])
    Authenticator.objects.create(user=ada, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})
    assert "reauthenticate" in client_for(ada).post(address, {"action": "approve"})["Location"]
    client = confirmed_client_for(ada)
    assert "Approve and send" in client.get(reverse("portal:people")).content.decode()
    assert client.post(address, {"action": "approve"})["Location"] == reverse("portal:people")
    first = Invitation.objects.get()
    assert (first.status, first.approved_by) == ("sent", ada)
    assert client.post(address, {"action": "send_again"}).status_code == 302
    assert Invitation.objects.get().token_digest != first.token_digest
    assert client.post(address, {"action": "revoke"}).status_code == 302
    assert Invitation.objects.get().status == "revoked"
    assert client.post(address, {"action": "approve"}).status_code == 409
    assert client.post(address, {"action": "fly"}).status_code == 404


def test_others_of_the_organisation_see_names_and_whom_to_ask(amy, ann, client_for):
    page = client_for(ann).get(reverse("portal:people")).content.decode()
    assert "Ask Amy Poon to let somebody in" in page
    assert amy.email not in page
    assert "Invite somebody" not in page


def test_ending_access_asks_to_confirm_and_then_ends_it(amy, ann, client_for, confirmed_client_for):
    member = Membership.objects.get(user=ann)
    address = reverse("portal:membership_end", args=[member.pk])
    assert "reauthenticate" in client_for(amy).post(address)["Location"]
    member.refresh_from_db()
    assert member.until is None
    assert client_for(ann).post(reverse("portal:membership_end", args=[Membership.objects.get(user=amy).pk])).status_code == 403
    assert confirmed_client_for(amy).post(address)["Location"] == reverse("portal:people")
    member.refresh_from_db()
    assert member.until is not None
    assert client_for(ann).get(reverse("portal:home")).status_code == 404


def test_an_officer_approves_where_there_is_no_second_administrator(issuer, amy, bo, dee, confirmed_client_for):
    invitation = invitations.invite_person(issuer.organisation, actor=amy, **FORM)
    client, slug = confirmed_client_for(bo), issuer.organisation.slug
    assert "Nia Wong" in client.get(reverse("officer:contacts")).content.decode()
    page = client.get(reverse("officer:people", args=[slug])).content.decode()
    assert "an officer of the authority has to approve" in page
    assert "Approve and send" in page
    assert "Invite the first administrator" not in page
    assert "Approve and send" not in confirmed_client_for(dee).get(reverse("officer:people", args=[slug])).content.decode()
    address = reverse("officer:invitation_act", args=[invitation.pk])
    assert confirmed_client_for(dee).post(address, {"action": "approve"}).status_code == 403
    assert client.post(address, {"action": "approve"})["Location"] == reverse("officer:people", args=[slug])
    assert Invitation.objects.get().approved_by == bo
    assert "Nia Wong" not in client.get(reverse("officer:contacts")).content.decode()


def test_an_officer_invites_another_first_administrator(applicant, bo, confirmed_client_for):
    address = reverse("officer:people", args=[applicant.issuer.organisation.slug])
    client = confirmed_client_for(bo)
    assert "Nobody administers this organisation" in client.get(address).content.decode()
    answer = client.post(address, {"name": "Pat Ma", "email": "pat@peak.example", "role": "issuer_administrator",
                                   "language": "en"})
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert Invitation.objects.get(email="pat@peak.example").status == "sent"
    assert client.get(reverse("officer:people", args=["monetary-authority"])).status_code == 404


@pytest.mark.parametrize("page", ["home", "people", "reports"])
def test_an_applicant_without_coins_has_pages(page, applicant, client_for):
    pia = User.objects.create_user("pia@peak.example", "Pia Ma", PASSWORD)
    Membership.objects.create(user=pia, organisation=applicant.issuer.organisation, role=Role.ISSUER_ADMINISTRATOR)
    client = client_for(pia)
    assert client.get(reverse(f"portal:{page}"))["Location"] == reverse("mfa_index")
    Authenticator.objects.create(user=pia, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})
    answer = client.get(reverse(f"portal:{page}"))
    assert answer.status_code == 200
    assert "Peak Tokens Limited" in answer.content.decode()
