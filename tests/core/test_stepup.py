"""Confirming that it is you before an act of legal effect, and coming back after a session has ended."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from allauth.mfa.totp.internal.auth import hotp_value
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from core import clock
from core.models import Invitation
from tests.cast import PASSWORD, TOTP_SECRET

pytestmark = pytest.mark.django_db
FORM = {"name": "Nia Wong", "email": "nia@lion.example", "role": "auditor", "language": "en"}


def code() -> str:
    return f"{hotp_value(TOTP_SECRET, int(clock.now().timestamp()) // 30):06d}"


@pytest.mark.parametrize(("confirm", "given"), [
    ("account_reauthenticate", lambda: {"password": PASSWORD}), ("mfa_reauthenticate", lambda: {"code": code()}),
])
def test_what_was_sent_is_done_once_the_person_confirmed(confirm, given, amy, client_for):
    client, page = client_for(amy), reverse("portal:people")
    answer = client.post(page, FORM)
    assert (answer.status_code, answer["Location"]) == (
        302, f"{reverse('account_reauthenticate')}?next={quote(page, safe='')}")
    assert not Invitation.objects.exists()
    assert client.get(f"{reverse(confirm)}?next={page}").status_code == 200
    answer = client.post(reverse(confirm), {"next": page, **given()})
    assert (answer.status_code, answer["Location"]) == (302, page)
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.invited_by) == ("nia@lion.example", amy)
    assert "Recorded. The link is sent once" in client.get(page).content.decode()
    # The confirmation holds for a while, and nothing is done a second time.
    assert client.post(page, FORM | {"email": "other@lion.example"})["Location"] == page
    assert Invitation.objects.count() == 2


@pytest.mark.parametrize(("confirm", "given"), [
    ("account_reauthenticate", {"password": "not the password"}), ("mfa_reauthenticate", {"code": "000000"}),
])
def test_who_does_not_confirm_does_nothing(confirm, given, amy, client_for):
    client, page = client_for(amy), reverse("portal:people")
    client.post(page, FORM)
    assert client.post(reverse(confirm), {"next": page, **given}).status_code == 200
    assert not Invitation.objects.exists()


def test_who_may_not_is_told_so_and_not_asked_to_confirm(ann, client_for):
    assert client_for(ann).post(reverse("portal:people"), FORM).status_code == 403


def test_a_mistake_in_the_form_comes_before_the_confirmation(amy, client_for):
    assert client_for(amy).post(reverse("portal:people"), FORM | {"email": "x"}).status_code == 422


def sign_in(client, user, address: str):
    client.post(address, {"login": user.email, "password": PASSWORD, "next": address.partition("next=")[2]})
    return client.post(reverse("mfa_authenticate"), {"code": code()})


def test_after_its_time_a_session_ends_and_the_person_returns_to_the_page(ann, client_for):
    client = client_for(ann)
    page = reverse("portal:people")
    assert client.get(page).status_code == 200
    session = Session.objects.get(session_key=client.session.session_key)
    left = session.expire_date - timezone.now()
    assert timedelta(0) < left <= timedelta(seconds=settings.SESSION_COOKIE_AGE)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    answer = client.get(page)
    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('account_login')}?next={page}")
    answer = sign_in(client, ann, answer["Location"])
    assert (answer.status_code, answer["Location"]) == (302, page)


def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(client, issuer):
    act, page = reverse("portal:invitation_act", args=[1]), reverse("portal:people")
    answer = client.post(act, {"action": "approve"}, headers={"referer": f"http://testserver{page}?x=1"})
    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('account_login')}?next={page}%3Fx%3D1")
    assert "What you sent was not done" in client.get(answer["Location"]).content.decode()
    answer = client.post(act, {"action": "approve"}, headers={"referer": "https://elsewhere.example/x"})
    assert answer["Location"] == f"{reverse('account_login')}?next={act}"
