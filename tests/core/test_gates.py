"""Nobody acts without a second factor, nobody enters another's site, and a refusal is worded as a page."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value
from allauth.usersessions.models import UserSession
from django.urls import reverse

from core import clock
from core.middleware import SessionsSeen
from core.models import Membership, Message, User
from core.signin import landing_of
from tests.cast import PASSWORD, TOTP_SECRET

pytestmark = pytest.mark.django_db


def test_nobody_signs_up(client):
    answer = client.post("/en/accounts/signup/", {"email": "x@y.example", "password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code in (200, 302, 404, 409)
    assert not User.objects.exists()


def test_a_person_without_a_second_factor_is_sent_to_set_one_up(bo, client_for):
    Authenticator.objects.all().delete()
    answer = client_for(bo).get(reverse("officer:home"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))


def test_the_password_alone_does_not_sign_in(bo, client):
    answer = client.post("/en/accounts/login/", {"login": bo.email, "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_password_and_code_lead_to_the_site_that_is_ones_own(bo, client):
    client.post("/en/accounts/login/", {"login": bo.email, "password": PASSWORD})
    counter = int(clock.now().timestamp()) // 30
    answer = client.post(reverse("mfa_authenticate"), {"code": f"{hotp_value(TOTP_SECRET, counter):06d}"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("officer:home"))


@pytest.mark.parametrize(("name", "page"), [("bo", "officer:home"), ("ann", "portal:home"), ("eli", "portal:home")])
def test_everybody_lands_on_a_page_of_their_own(name, page, request):
    assert landing_of(request.getfixturevalue(name)) == page


@pytest.mark.parametrize(("name", "page"), [("ann", "officer:home"), ("bo", "portal:home"), ("ian", "officer:cases")])
def test_anothers_site_does_not_exist(name, page, request, client_for):
    assert client_for(request.getfixturevalue(name)).get(reverse(page)).status_code == 404


def test_a_membership_that_has_ended_opens_nothing(bo, client_for):
    Membership.objects.filter(user=bo).update(until=clock.yesterday())
    assert client_for(bo).get(reverse("officer:home")).status_code == 404


def test_a_visitor_is_asked_to_sign_in(client):
    answer = client.get(reverse("officer:home"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_a_refusal_is_a_page_that_says_so(ops, client_for, authority):
    client = client_for(ops)
    day = {"day": "2026-11-09", "warning": "gale"}
    assert client.post(reverse("officer:closures"), day).status_code == 302
    answer = client.post(reverse("officer:closures"), day)
    assert answer.status_code == 422
    assert "is entered already" in answer.content.decode()


def test_every_answer_forbids_what_the_page_does_not_need(client):
    policy = client.get(reverse("public:register"))["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_password_reset_goes_through_the_outbox(bo, client):
    answer = client.post(reverse("account_reset_password"), {"email": bo.email})
    assert answer.status_code == 302
    message = Message.objects.get()
    assert (message.recipient, message.status) == (bo, Message.Status.QUEUED)
    assert "/accounts/password/reset/key/" in message.text
    assert "/accounts/password/reset/key/" in message.html


def test_a_reset_for_nobody_looks_the_same_and_writes_to_nobody(client):
    answer = client.post(reverse("account_reset_password"), {"email": "nobody@x.example"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_reset_password_done"))
    assert not Message.objects.exists()


def test_a_session_is_noted_to_the_minute_and_at_once_from_another_browser(bo, client_for, monkeypatch):
    client = client_for(bo)
    seen = UserSession.objects.filter(user=bo).values_list("user_agent", "last_seen_at").all
    client.get(reverse("officer:home"), headers={"user-agent": "One"})
    (first,) = seen()
    client.get(reverse("officer:home"), headers={"user-agent": "One"})
    assert list(seen()) == [first]
    client.get(reverse("officer:home"), headers={"user-agent": "Two"})
    (second,) = seen()
    assert (first[0], second[0]) == ("One", "Two")
    assert second[1] > first[1]
    monkeypatch.setattr(SessionsSeen, "EVERY", 0)
    client.get(reverse("officer:home"), headers={"user-agent": "Two"})
    (third,) = seen()
    assert third[1] > second[1]


def test_a_page_is_offered_in_each_language_at_its_own_address(bo, client_for):
    def offered(answer):
        return [each["url"] for each in answer.context["languages"]()]

    client = client_for(bo)
    assert offered(client.get("/zh-hant/officer/cases/?view=mine&q=%E9%87%91")) == [
        f"/{code}/officer/cases/?view=mine&q=%E9%87%91" for code in ("en", "zh-hant", "zh-hans")
    ]
    assert offered(client.get("/en/")) == ["/en/", "/zh-hant/", "/zh-hans/"]
    assert offered(client.get("/api/v1/")) == ["/api/v1/"] * 3
