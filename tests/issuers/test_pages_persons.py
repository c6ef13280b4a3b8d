"""The pages about people: entering, refusing with a sentence beside the field, and what officers see of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import clock
from core.models import AuditEvent
from issuers.models import Answer, Clearance, Document, Person, Shareholding
from issuers.selectors.person_problems import person_problems
from issuers.selectors.persons import people_of
from issuers.services.documents import file_document
from issuers.services.persons import appoint, remove_person, set_shareholding
from issuers.services.steps import move_application
from tests.issuers.pdfs import pdf_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(set_clock):
    set_clock("2026-11-26T10:00:00")


def text_of(response) -> str:
    return response.content.decode()


def test_a_person_is_entered_and_goes_on_to_particulars(harbour_application, kim, client_for):
    client, address = client_for(kim), reverse("portal:persons", args=[harbour_application.reference])
    assert "Nobody is entered yet" in text_of(client.get(address))
    sent = client.post(address, {"kind": "individual", "name_en": "Anna Sze", "name_zh": "施安娜"})
    made = Person.objects.get(name_en="Anna Sze")
    assert sent.url == reverse("portal:person", args=[made.pk])
    assert client.post(address, {"kind": "individual", "name_en": ""}).status_code == 422
    assert Person.objects.count() == 1


def test_the_list_names_who_is_entered_and_stands_under_applications(harbour_application, anna, kim, client_for):
    page = text_of(client_for(kim).get(reverse("portal:persons", args=[harbour_application.reference])))
    assert f'<a class="ref" href="{reverse("portal:person", args=[anna.pk])}">Anna Sze</a>' in page
    assert "Nobody is entered yet" not in page
    assert f'<a href="{reverse("portal:application_start")}" aria-current="true">' in page


@pytest.mark.parametrize("sent, sentence", [
    ({"birth_date": "2008-11-27"}, "The person is under 18: born on 27 November 2008."),
    ({"birth_date": "2027-01-01"}, "1 January 2027 is in the future."),
])
def test_particulars_that_cannot_be_right_stand_beside_their_field(anna, kim, client_for, sent, sentence):
    before = AuditEvent.objects.count()
    response = client_for(kim).post(reverse("portal:person", args=[anna.pk]), {"name_en": "Anna", "country": "HK"} | sent)
    assert response.status_code == 422
    assert sentence in text_of(response)
    anna.refresh_from_db()
    assert (anna.name_en, anna.birth_date, AuditEvent.objects.count()) == ("Anna Sze", date(1980, 5, 1), before)


def test_identifiers_of_a_body(body, kim, client_for):
    client, address = client_for(kim), reverse("portal:person", args=[body.pk])
    page = text_of(client.get(address))
    assert "Only the number&#x27;s shape is checked: it has no check digit, and no register is asked." in page
    wrong = client.post(address, {"name_en": "H", "country": "HK", "registration_number": "12", "lei": "2HI3YI5320L3RW6NJ958"})
    assert wrong.status_code == 422
    assert "“12” is not a business registration number (8 digits)" in text_of(wrong)
    assert "“2HI3YI5320L3RW6NJ958” is not an LEI: its check digits do not fit." in text_of(wrong)
    right = client.post(address, {"name_en": "Harbour Holdings Limited", "country": "HK",
                                  "registration_number": "1234-5678", "lei": "2hi3yi5320l3rw6nj957"})
    assert right.status_code == 302
    body.refresh_from_db()
    assert (body.registration_number, body.lei) == ("12345678", "2HI3YI5320L3RW6NJ957")


def test_the_chart_refuses_more_than_the_whole_and_adds_up(harbour_application, anna, body, kim, client_for):
    client, address = client_for(kim), reverse("portal:ownership", args=[harbour_application.reference])
    assert client.post(address, {"holder": body.pk, "held": "issuer", "percent": "60"}).status_code == 302
    assert client.post(address, {"holder": anna.pk, "held": body.pk, "percent": "75"}).status_code == 302
    before = AuditEvent.objects.count()
    refused = client.post(address, {"holder": anna.pk, "held": "issuer", "percent": "40.5"})
    assert refused.status_code == 422
    assert "The holders of Harbour Coin Limited would have 100.5% of its votes: 0.5% too much." in text_of(refused)
    assert (Shareholding.objects.count(), AuditEvent.objects.count()) == (2, before)
    page = text_of(client.get(address))
    assert "40% not explained" in page
    assert "45%" in page  # 60 x 75 %
    assert "Majority controller" in page
    line = Shareholding.objects.get(held=body)
    assert client.post(reverse("portal:shareholding_remove", args=[harbour_application.reference, line.pk])).status_code == 302
    assert not Shareholding.objects.filter(pk=line.pk).exists()


def test_positions_are_given_and_ended(anna, kim, client_for):
    client, address = client_for(kim), reverse("portal:person_positions", args=[anna.pk])
    assert client.post(address, {"position": "director", "independent": "on"}).status_code == 302
    refused = client.post(address, {"position": "manager"})
    assert refused.status_code == 422
    assert "A manager heads one of the affairs of Schedule 1; other positions have none." in text_of(refused)
    future = client.post(address, {"position": "alternate", "since": "2026-11-27"})
    assert "The day is in the future." in text_of(future)
    held = anna.appointments.get()
    assert client.post(reverse("portal:person_position_end", args=[anna.pk, held.pk])).status_code == 302
    held.refresh_from_db()
    assert held.until == clock.today()


def test_the_form_follows_from_the_positions_and_keeps_what_can_be_read(anna, kim, client_for):
    client, address = client_for(kim), reverse("portal:person_form", args=[anna.pk])
    assert "The form follows from the position: choose it first." in text_of(client.get(address))
    appoint(anna, position="director", actor=kim)
    assert "Hours a week for the position" in text_of(client.get(address))
    sent = client.post(address, {"email": "anna", "identity_number": "A123456(7)", "convicted": "yes"})
    assert sent.status_code == 422
    assert "Enter an e-mail address, such as name@example.com." in text_of(sent)
    stored = dict(Answer.objects.filter(person=anna).values_list("key", "value"))
    assert stored == {"person.identity_number": "A123456(7)", "person.convicted": True}
    row = people_of(anna.issuer, anna.issuer.applications.get()).row_of(anna)
    assert "convicted_details" in {question.key for question in row.form.missing}


def test_what_another_saved_meanwhile_is_shown_and_not_overwritten(anna, kim, client_for):
    appoint(anna, position="director", actor=kim)
    client, address = client_for(kim), reverse("portal:person_form", args=[anna.pk])
    assert client.post(address, {"declared_by": "Anna Sze"}).status_code == 302
    stale = client.post(address, {"declared_by": "Somebody", "seen:declared_by": "0-x"})
    assert stale.status_code == 422
    assert Answer.objects.get(key="person.declared_by").value == "Anna Sze"
    assert "Save mine instead" in text_of(stale)


def test_papers_are_filed_with_the_person(anna, kim, client_for):
    client, address = client_for(kim), reverse("portal:person_documents", args=[anna.pk])
    file = SimpleUploadedFile("form.pdf", pdf_of("Signed"))
    assert client.post(address, {"title": "Signed form", "file": file}).status_code == 302
    filed = Document.objects.get()
    assert (filed.person, filed.application, filed.page_count) == (anna, anna.issuer.applications.get(), 1)
    bad = client.post(address, {"title": "Signed form", "file": SimpleUploadedFile("form.pdf", b"no")})
    assert bad.status_code == 422
    assert "is damaged, or is not the kind of file that its name says" in text_of(bad)
    assert Document.objects.count() == 1


def test_an_application_with_its_signatory_is_only_read(anna, harbour_application, kim, client_for):
    appoint(anna, position="director", actor=kim)
    move_application(harbour_application, "prepare", actor=kim)
    form = text_of(client_for(kim).get(reverse("portal:person_form", args=[anna.pk])))
    assert "<dt>Residential address</dt>" in form  # read, not a form that takes nothing
    assert "<textarea" not in form
    client = client_for(kim)
    page = text_of(client.get(reverse("portal:persons", args=[harbour_application.reference])))
    assert "Nothing can be changed here now" in page
    assert "Enter and go on" not in page
    before = AuditEvent.objects.count()
    sent = client.post(reverse("portal:person", args=[anna.pk]), {"name_en": "Other", "country": "HK"})
    assert sent.status_code == 409
    assert "The application is not open for changes." in text_of(sent)
    anna.refresh_from_db()
    assert (anna.name_en, AuditEvent.objects.count()) == ("Anna Sze", before)


def test_who_was_taken_out_has_no_page(anna, kim, client_for):
    assert client_for(kim).post(reverse("portal:person_remove", args=[anna.pk])).status_code == 302
    assert client_for(kim).get(reverse("portal:person", args=[anna.pk])).status_code == 404


def test_the_coach_names_what_is_missing(harbour_application, anna, body, kim):
    sentences = [gap.sentence for gap in person_problems(harbour_application)]
    assert sentences[:10] == [
        "Nobody is put forward as chief executive.",
        "Nobody is put forward as alternate chief executive; at least one is needed.",
        "No director is entered.",
        *(f"Nobody is entered as manager for this affair: {affair}." for affair in (
            "Accounts", "Risk control", "Anti-money-laundering control", "Computer systems", "Internal audit", "Compliance")),
        "No holder of the applicant is entered.",
    ]
    Person.objects.filter(pk=body.pk).update(registration_number="")
    set_shareholding(body, percent=Decimal(60), actor=kim)
    appoint(anna, position="director", actor=kim)
    sentences = [gap.sentence for gap in person_problems(harbour_application)]
    assert "0 of 1 directors are independent; generally at least one third is expected." in sentences
    assert "40% of the votes in the applicant are not explained." in sentences
    assert "100% of the votes in Harbour Holdings Limited, a controller, are not explained." in sentences
    assert "The form of Anna Sze is not begun." in sentences
    assert "The registration number of Harbour Holdings Limited is missing." in sentences


def test_a_bank_lacks_its_stablecoin_manager_and_no_board(harbour, harbour_application):
    harbour.kind = "authorized_institution"
    harbour.save()
    harbour_application.issuer = harbour
    assert [gap.sentence for gap in person_problems(harbour_application)] == ["Nobody is put forward as stablecoin manager."]


def test_an_analyst_records_a_screening_and_who_was_not_screened_is_named(anna, dee, bo, client_for, harbour_application):
    page = text_of(client_for(bo).get(reverse("officer:persons", args=[harbour_application.reference])))
    assert page.count("Not screened") == 2
    address = reverse("officer:screen_person", args=[anna.pk])
    sent = {"state": "clear", "reference": "SCR-1"}
    before = AuditEvent.objects.count()
    assert client_for(bo).post(address, sent).status_code == 403
    assert (Clearance.objects.count(), AuditEvent.objects.count()) == (0, before)
    assert client_for(dee).post(address, {"state": "clear"}).status_code == 409
    assert client_for(dee).post(address, sent).status_code == 302
    cleared = Clearance.objects.get()
    assert (cleared.person, cleared.state, cleared.recorded_by) == (anna, "clear", dee)
    assert "Screened, nothing found" in text_of(client_for(bo).get(reverse("officer:person", args=[anna.pk])))
    assert client_for(dee).post(reverse("officer:screen_issuer", args=[harbour_application.reference]), sent).status_code == 302
    assert "Not screened" not in text_of(client_for(bo).get(reverse("officer:persons", args=[harbour_application.reference])))


def test_a_document_is_read_compared_and_downloaded(anna, harbour, harbour_application, kim, bo, client_for):
    first = file_document(harbour, raw=pdf_of("The cap is 10 million", "Same"), filename="plan.pdf", title="Plan",
                          actor=kim, application=harbour_application, slot="2")
    second = file_document(harbour, raw=pdf_of("The cap is 25 million", "Same"), filename="plan.pdf", title="Plan",
                           actor=kim, application=harbour_application, slot="2", replaces=first)
    client = client_for(bo)
    page = text_of(client.get(reverse("officer:document", args=[second.pk])))
    assert second.sha256 in page
    assert 'id="page-2"' in page
    compared = text_of(client.get(reverse("officer:document", args=[second.pk]) + f"?against={first.pk}"))
    assert "<del>10</del> <ins>25</ins>" in compared
    picture = client.get(reverse("officer:document_page", args=[second.pk, 1]))
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert "sandbox" in picture["Content-Security-Policy"]
    assert client.get(reverse("officer:document_page", args=[second.pk, 3])).status_code == 404
    file = client.get(reverse("officer:document_file", args=[second.pk]))
    assert file["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert file["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in file["Content-Security-Policy"]
    assert b"".join(file.streaming_content).startswith(b"%PDF-")
    old = text_of(client_for(kim).get(reverse("portal:document", args=[first.pk])))
    assert "There is a later version" in old


def test_a_removed_person_leaves_the_list(anna, kim, harbour_application):
    remove_person(anna, actor=kim)
    assert people_of(anna.issuer, harbour_application).rows == ()
