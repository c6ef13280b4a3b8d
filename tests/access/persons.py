"""Somebody behind the issuer, with a position, a holding and a document, in the application that is under way."""

from __future__ import annotations

from decimal import Decimal

from issuers.models import Application, Appointment, Person, Shareholding
from issuers.services.documents import file_document
from tests.issuers.pdfs import pdf_of

_PERSON = {"pk": "persons_person"}
_APPLICATION = {"reference": "persons_application"}
_DOCUMENT = {"pk": "persons_document", "number": "persons_page"}

PARTS = {
    "officer:persons": _APPLICATION,
    "officer:ownership": _APPLICATION,
    "officer:screen_issuer": _APPLICATION,
    "officer:person": _PERSON,
    "officer:screen_person": _PERSON,
    "officer:document": _DOCUMENT,
    "officer:document_file": _DOCUMENT,
    "officer:document_page": _DOCUMENT,
    "portal:persons": _APPLICATION,
    "portal:ownership": _APPLICATION,
    "portal:shareholding_remove": _APPLICATION | {"pk": "persons_holding"},
    "portal:person": _PERSON,
    "portal:person_positions": _PERSON,
    "portal:person_position_end": _PERSON | {"position": "persons_position"},
    "portal:person_form": _PERSON,
    "portal:person_documents": _PERSON,
    "portal:person_remove": {"pk": "persons_other"},
    "portal:document": _DOCUMENT,
    "portal:document_file": _DOCUMENT,
    "portal:document_page": _DOCUMENT,
}


def build(world, request) -> None:
    issuer, ann = request.getfixturevalue("issuer"), request.getfixturevalue("ann")
    application = Application.objects.filter(issuer=issuer).exclude(status__in=Application.ENDED).first()
    if application is None:
        application = Application.objects.create(reference="APP-2026-9001", issuer=issuer, form_version="2026-11")
    person = Person.objects.create(issuer=issuer, name_en="Anna Sze", country="HK")
    other = Person.objects.create(issuer=issuer, name_en="Bella Tam", country="HK")
    position = Appointment.objects.create(person=person, position="director")
    holding = Shareholding.objects.create(issuer=issuer, holder=person, votes_percent=Decimal(10))
    document = file_document(issuer, raw=pdf_of("Signed form"), filename="form.pdf", title="Signed form", actor=ann,
                             person=person, application=application)
    world |= {
        "persons_application": application.reference, "persons_person": person.pk, "persons_other": other.pk,
        "persons_position": position.pk, "persons_holding": holding.pk, "persons_document": document.pk,
        "persons_page": 1,
    }
