"""Applications for tests: begun, filled in to the last question and file, handed over, submitted."""

from __future__ import annotations

from datetime import date
from typing import Any

from issuers.manifest import Column, Field, FieldKind, modules_for, slots_for
from issuers.models import Answer, Application, Appointment, Issuer, Person, Shareholding
from issuers.selectors.persons import people_of
from issuers.services.slots import file_in_slot
from issuers.services.submission import prepare_application, submit_application
from tests.issuers.pdfs import pdf_of

LEI = "5493001KJTIIGC8Y1R12"
PDF = pdf_of("Filed.")
CONTRACT = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
GOOD: dict[FieldKind, Any] = {
    FieldKind.TEXT: "Lion Rock", FieldKind.LONG_TEXT: "As the policy says.\nIn two lines.", FieldKind.YES_NO: True,
    FieldKind.INTEGER: 9, FieldKind.AMOUNT_HKD: "30000000.00", FieldKind.PERCENT: "100", FieldKind.DAY: "2027-03-01",
    FieldKind.PAST_DAY: "2025-03-27", FieldKind.BIRTH_DATE: "1980-02-29", FieldKind.EMAIL: "hello@lionrock.example",
    FieldKind.PHONE: "+852 2123 4567", FieldKind.URL: "https://lionrock.example/", FieldKind.COUNTRY: "HK",
    FieldKind.CURRENCY: "HKD", FieldKind.LEI: LEI, FieldKind.CHAIN: "eip155:1", FieldKind.SYMBOL: "LRHKD",
    FieldKind.CONTRACT: CONTRACT,
}
#: Answers of which the general one would not fit the others.
FITTING = {"capital.net_debit": "0.00", "directors.independent": 3}


def good_value(question: Field | Column) -> Any:
    """Return an answer of the question's kind."""
    if question.kind is FieldKind.TABLE:
        return [{column.key: good_value(column) for column in question.columns}]
    return question.choices[0][0] if question.kind is FieldKind.CHOICE else GOOD[question.kind]


def good_answers(issuer_kind: str) -> dict[str, Any]:
    """Return an answer to every question of the form, by key."""
    return {
        (key := f"{module.key}.{question.key}"): FITTING.get(key, good_value(question))
        for module in modules_for(issuer_kind) for question in module.fields
    }


def begin(issuer: Issuer, **fields: Any) -> Application:
    """Return a draft of the issuer, which may hold a licence already."""
    number = Application.objects.count() + 1
    return Application.objects.create(issuer=issuer, reference=f"APP-2026-{number:04d}", form_version="2026-11", **fields)


def enter_people(application: Application, actor) -> None:
    """Put forward who is wanted, each with a form filled in to the last question."""
    issuer, company = application.issuer, application.issuer.kind == Issuer.Kind.COMPANY
    ada, ben = (Person.objects.create(issuer=issuer, name_en=name, birth_date=date(1980, 2, 29), country="HK")
                for name in ("Ada Wong", "Ben Lam"))
    parts = [(ada, "chief_executive", False), (ada, "director", False), (ben, "alternate", False),
             (ben, "director", True)] if company else [(ada, "stablecoin_manager", False)]
    for person, position, independent in parts:
        Appointment.objects.create(person=person, position=position, independent=independent)
    for affair in Appointment.Affair:
        Appointment.objects.create(person=ben, position="manager", affair=affair)
    if company:
        Shareholding.objects.create(issuer=issuer, holder=ada, votes_percent=100)
    Answer.objects.bulk_create(
        Answer(application=application, person=row.person, key=f"person.{question.key}", value=good_value(question),
               changed_by=actor, changed_by_label=actor.label)
        for row in people_of(issuer, application).rows for question in row.form.questions
    )


def fill(application: Application, actor) -> Application:
    """Answer every question, enter people and file every document of the form."""
    given = {"application": application, "changed_by": actor, "changed_by_label": actor.label}
    Answer.objects.bulk_create(
        Answer(key=key, value=value, **given) for key, value in good_answers(application.issuer.kind).items()
    )
    enter_people(application, actor)
    for slot in slots_for(application.issuer.kind):
        if not slot.on_request:
            file_in_slot(application, slot, raw=PDF, filename=f"{slot.number}.pdf", actor=actor)
    return application


def hand_over(application: Application, actor) -> Application:
    return prepare_application(fill(application, actor), actor=actor)


def submit(application: Application, preparer, signatory):
    """Return the submission of a filled application."""
    ready = hand_over(application, preparer)
    return submit_application(ready, digest=ready.prepared_digest, actor=signatory)
