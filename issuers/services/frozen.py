"""What is submitted, word for word: every question with its answer, every person, holding and file, in one order."""

from __future__ import annotations

from typing import Any

from issuers.manifest import Column, Field, modules_for
from issuers.models import Application, Document, Shareholding
from issuers.selectors.applications import answers_of, standing_documents
from issuers.selectors.persons import Behind, people_of


def frozen_content(application: Application) -> dict[str, Any]:
    """Return the content of the application now; its digest is what two people sign.

    ``modules`` [{key, title, fields: [{key, label, kind, value, columns?}]}], ``persons`` [{id, kind, name_en, name_zh,
    birth_date, country, registration_number, lei, positions, appointments, fields: as of a module}], ``shareholdings``
    [{holder, held, votes_percent}], ``documents`` [{slot, title, filename, version, pages, sha256, person}].
    """
    answers, issuer = answers_of(application), application.issuer
    rows = sorted(people_of(issuer, application).rows, key=lambda row: row.person.pk)
    holdings = issuer.shareholdings.order_by("pk").select_related("holder", "held")
    documents = sorted(standing_documents(application), key=lambda row: (len(row.slot), row.slot, row.pk))
    return {
        "application": application.reference,
        "form_version": application.form_version,
        "issuer": {"name_en": issuer.organisation.name_en, "name_zh": issuer.organisation.name_zh_hant,
                   "kind": issuer.kind},
        "modules": [
            {"key": module.key, "title": module.title,
             "fields": [_question(question, answer.value if (answer := answers.get(f"{module.key}.{question.key}"))
                                  else None) for question in module.fields]}
            for module in modules_for(issuer.kind)
        ],
        "persons": [_person(row) for row in rows],
        "shareholdings": [_holding(each) for each in holdings],
        "documents": [_document(each) for each in documents],
    }


def _question(question: Field, value: Any) -> dict[str, Any]:
    frozen: dict[str, Any] = {"key": question.key, "label": question.label, "kind": str(question.kind),
                              "value": value}
    if question.choices:
        frozen["choices"] = [list(choice) for choice in question.choices]
    if question.columns:
        frozen["columns"] = [_column(column) for column in question.columns]
    return frozen


def _column(column: Column) -> dict[str, Any]:
    frozen: dict[str, Any] = {"key": column.key, "label": column.label, "kind": str(column.kind)}
    if column.choices:
        frozen["choices"] = [list(choice) for choice in column.choices]
    return frozen


def _person(row: Behind) -> dict[str, Any]:
    person = row.person
    return {
        "id": person.pk, "kind": person.kind, "name_en": person.name_en, "name_zh": person.name_zh,
        "birth_date": person.birth_date.isoformat() if person.birth_date else None,
        "country": person.country, "registration_number": person.registration_number, "lei": person.lei,
        "positions": sorted(row.positions),
        "appointments": [
            {"position": each.position, "affair": each.affair, "independent": each.independent}
            for each in sorted(row.appointments, key=lambda each: (each.position, each.affair))
        ],
        "fields": [_question(question, row.form.values.get(question.key)) for question in row.form.questions],
    }


def _holding(holding: Shareholding) -> dict[str, Any]:
    return {"holder": holding.holder.name_en, "held": holding.held.name_en if holding.held else None,
            "votes_percent": f"{holding.votes_percent.normalize():f}"}


def _document(document: Document) -> dict[str, Any]:
    return {"slot": document.slot, "title": document.title, "filename": document.filename,
            "version": document.version, "pages": document.page_count, "sha256": document.sha256,
            "person": document.person.name_en if document.person else None}
