"""How many questions the pages about people and documents ask: few, and no more with more people behind an applicant."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from issuers.models import Answer, Appointment, Clearance, Person, Shareholding
from issuers.services.documents import file_document
from tests.issuers.pdfs import pdf_of

pytestmark = pytest.mark.django_db

#: Page and its reader: the questions that it asks at most, eleven of them for who is asking and the frame.
MOST = {
    ("kim", "portal:persons"): 18, ("kim", "portal:ownership"): 20, ("kim", "portal:person"): 19,
    ("kim", "portal:person_positions"): 19, ("kim", "portal:person_form"): 20, ("kim", "portal:person_documents"): 19,
    ("kim", "portal:document"): 15, ("bo", "officer:persons"): 22, ("bo", "officer:ownership"): 22,
    ("bo", "officer:person"): 22, ("bo", "officer:document"): 17,
}


def _grow(harbour, application, kim, first: int, people: int) -> None:
    for number in range(first, first + people):
        body = Person.objects.create(issuer=harbour, kind="body_corporate", name_en=f"Body {number}")
        person = Person.objects.create(issuer=harbour, name_en=f"Person {number}")
        Appointment.objects.create(person=person, position="director")
        Shareholding.objects.create(issuer=harbour, holder=body, votes_percent=Decimal("2.5"))
        Shareholding.objects.create(issuer=harbour, holder=person, held=body, votes_percent=Decimal(60))
        Answer.objects.create(application=application, person=person, key="person.declared", value=True)
        Clearance.objects.create(issuer=harbour, person=person, state="clear", reference="SCR")
        file_document(harbour, raw=pdf_of(f"Form {number}"), filename="form.pdf", actor=kim, person=person,
                      application=application)


def test_pages_ask_little_and_no_more_with_more_people(harbour, harbour_application, kim, bo, client_for):
    _grow(harbour, harbour_application, kim, 0, 2)
    person = Person.objects.get(name_en="Person 0")
    clients = {"kim": client_for(kim), "bo": client_for(bo)}

    def address(page: str) -> str:
        if page.endswith(":document"):
            return reverse(page, args=[person.documents.order_by("pk")[0].pk])
        of_application = page.endswith((":persons", ":ownership"))
        return reverse(page, args=[harbour_application.reference if of_application else person.pk])

    def asked() -> dict[tuple[str, str], int]:
        counts = {}
        for who, page in MOST:
            with CaptureQueriesContext(connection) as questions:
                assert clients[who].get(address(page)).status_code == 200
            counts[who, page] = len(questions)
        return counts

    asked()  # what is remembered between requests is not the matter here
    few = asked()
    _grow(harbour, harbour_application, kim, 2, 6)
    many = asked()
    assert {page: (few[page], count) for page, count in many.items() if count > few[page]} == {}
    assert {page: count for page, count in many.items() if count > MOST[page]} == {}
