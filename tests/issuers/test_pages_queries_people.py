"""How many questions the pages on people ask of the database: few, and no more when there is more to show."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import invitations
from core.cases import note_case
from core.models import Invitation, Membership, User
from core.roles import Role
from issuers.models import Contact
from issuers.services.contacts import record_contact
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
#: Page: who reads it, its address, the questions that it asks at most.
PAGES = {
    "people": ("amy", lambda: reverse("portal:people"), 16),
    "people, read": ("ann", lambda: reverse("portal:people"), 15),
    "people, officer": ("bo", lambda: reverse("officer:people", args=["lion-rock-digital-limited"]), 19),
    "contacts": ("bo", lambda: reverse("officer:contacts"), 17),
    "contact": ("bo", lambda: reverse("officer:contact", args=[Contact.objects.earliest("pk").reference]), 19),
    "public": (None, lambda: reverse("public:contact"), 0),
    "link": (None, lambda: reverse("public:invitation", args=["x"]), 1),
}


def _grow(issuer, amy, bo, first: int, count: int) -> None:
    for n in range(first, first + count):
        user = User.objects.create_user(f"a{n}@lion.example", f"Administrator {n}", PASSWORD)
        Membership.objects.create(user=user, organisation=issuer.organisation, role=Role.ISSUER_ADMINISTRATOR)
        for m in range(2):
            invitation = invitations.invite_person(
                issuer.organisation, email=f"p{n}{m}@lion.example", name="P", role="auditor", language="en", actor=amy
            )
        invitations.approve_invitation(invitation, actor=user)
        record_contact(company_en=f"Company {n}", person="P", email="p@c.example", intention="A stablecoin.")
        note_case(Contact.objects.earliest("pk").case, text="Said.", audience="authority", actor=bo)


def _questions(client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return len(asked)


def test_pages_ask_little_and_no_more_when_there_is_more(issuer, coin, authority, amy, ann, bo, client_for):
    _grow(issuer, amy, bo, 0, 1)
    people = {"amy": client_for(amy), "ann": client_for(ann), "bo": client_for(bo), None: client_for(None)}
    for who, address, _ in PAGES.values():
        _questions(people[who], address())
    few = {name: _questions(people[who], address()) for name, (who, address, _) in PAGES.items()}
    _grow(issuer, amy, bo, 1, 4)
    assert Invitation.objects.count() == 10
    many = {name: _questions(people[who], address()) for name, (who, address, _) in PAGES.items()}
    assert {name: (few[name], count) for name, count in many.items() if count > few[name]} == {}
    assert {name: count for name, count in many.items() if count > PAGES[name][2]} == {}
