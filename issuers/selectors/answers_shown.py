"""Answers in words for a reader, as answered now and as submitted, and what changed between two submissions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.wording import clauses, enumerated
from issuers.answer_words import answer_words
from issuers.manifest import Column, Field, FieldKind, Module, modules_for
from issuers.models import Application, Appointment, Submission
from issuers.selectors.assessment import answer_values


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """One question with its answer in words: a text, or rows under headings; None where there is no answer."""

    label: str
    cite: str
    text: str | None
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class ShownModule:
    """One module of the form with its answers."""

    module: Module
    answers: tuple[ShownAnswer, ...]


def shown_modules(application: Application, keys: Iterable[str]) -> list[ShownModule]:
    """Return the modules that bear on a criterion, as they are answered now."""
    values, wanted = answer_values(application), set(keys)
    return [
        ShownModule(module, tuple(shown_answer(field, values.get(f"{module.key}.{field.key}"))
                                  for field in module.fields))
        for module in modules_for(application.issuer.kind) if module.key in wanted
    ]


def shown_answer(field: Field, value: Any) -> ShownAnswer:
    """Return one answer in words."""
    label = _(field.label)
    if field.kind is not FieldKind.TABLE or not value:
        return ShownAnswer(label, field.cite, None if value in (None, []) else worded(field, value))
    rows = tuple(tuple(worded(column, row.get(column.key)) for column in field.columns) for row in value)
    return ShownAnswer(label, field.cite, None, tuple(_(column.label) for column in field.columns), rows)


def worded(question: Field | Column, value: Any) -> str:
    """Return a stored value as a reader of the page reads it."""
    if value is None or value == "":
        return _("Not answered")
    if question.kind is FieldKind.TABLE and isinstance(question, Field):
        return "\n".join(
            clauses(f"{_(column.label)}: {worded(column, row.get(column.key))}" for column in question.columns)
            for row in value
        )
    return answer_words(question.kind, value, question.choices)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs between two submissions: where, what, how it was worded before and after."""

    place: str
    label: str
    before: str | None
    after: str | None

    @property
    def kind(self) -> str:
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


PERSON_LABELS = {
    "name_en": gettext_lazy("Name in English"), "name_zh": gettext_lazy("Name in Chinese"),
    "birth_date": gettext_lazy("Date of birth"), "country": gettext_lazy("Country"),
    "registration_number": gettext_lazy("Registration number"), "lei": gettext_lazy("Legal entity identifier (LEI)"),
    "positions": gettext_lazy("Positions"),
}
#: As which kinds of answers particulars are worded.
KINDS = {"birth_date": FieldKind.BIRTH_DATE, "country": FieldKind.COUNTRY}


def submitted_changes(older: Submission, newer: Submission) -> list[Change]:
    """Return what was added, changed and removed, in the order of the form: answers, people, holdings, documents."""
    before, after = _flat(older.content), _flat(newer.content)
    keys = [*after, *(key for key in before if key not in after)]
    return [
        Change(*(after.get(key) or before[key])[:2], before[key][2] if key in before else None,
               after[key][2] if key in after else None)
        for key in keys if before.get(key, (None,) * 3)[2] != after.get(key, (None,) * 3)[2]
    ]


Flat = dict[tuple[Any, ...], tuple[str, str, str]]


def _flat(content: Mapping[str, Any]) -> Flat:
    """Return everything that was submitted by what identifies it: place, label and the value in words."""
    flat: Flat = {}
    for module in content.get("modules", ()):
        for question in module["fields"]:
            if question["value"] is not None:
                field = _frozen(question)
                flat["answer", module["key"], field.key] = (
                    _(module["title"]), _(field.label), worded(field, question["value"]))
    for person in content.get("persons", ()):
        flat |= _flat_person(person)
    for each in content.get("shareholdings", ()):
        flat["holding", each["holder"], each["held"]] = (
            pgettext("votes", "Holdings"), _holding_label(each), f"{each['votes_percent']}%")
    for each in content.get("documents", ()):
        flat["document", each["slot"], each["title"], str(each.get("person"))] = (
            _("Documents"), each["title"],
            _("%(file)s, version %(version)s, SHA-256 %(digest)s") % {
                "file": each["filename"], "version": each["version"], "digest": each["sha256"][:16]})
    return flat


def _holding_label(holding: Mapping[str, Any]) -> str:
    if holding["held"]:
        return _("Votes of %(holder)s in %(held)s") % holding
    return _("Votes of %(holder)s in the applicant") % holding


def _flat_person(person: Mapping[str, Any]) -> Flat:
    name: str = person["name_en"]
    flat: Flat = {}
    positions = dict(Appointment.Position.choices)
    for key, label in PERSON_LABELS.items():
        value = person.get(key)
        if key == "positions" and value:
            value = enumerated(positions.get(each, each) for each in value)
        if value:
            flat["person", person["id"], key] = (name, str(label), answer_words(KINDS.get(key, ""), value))
    for question in person.get("fields", ()):
        if question["value"] is not None:
            field = _frozen(question)
            flat["person", person["id"], "answer", field.key] = (
                name, _(field.label), worded(field, question["value"]))
    return flat


def _frozen(question: Mapping[str, Any]) -> Field:
    """Return the question as it was put when it was answered."""
    columns = tuple(
        Column(each["key"], each["label"], FieldKind(each["kind"]),
               choices=tuple((code, label) for code, label in each.get("choices", ())))
        for each in question.get("columns", ())
    )
    choices = tuple((code, label) for code, label in question.get("choices", ()))
    return Field(question["key"], question["label"], FieldKind(question["kind"]), choices=choices, columns=columns)
