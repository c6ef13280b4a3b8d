"""How an answer of the application form is printed: one text, several lines, or a table of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from issuers.answer_words import answer_words

Field = Mapping[str, Any]


def question(field: Field) -> dict[str, Any]:
    """Return a question with its answer: ``lines`` of text, or ``head`` and ``rows`` of a table; both empty if none."""
    value = field.get("value")
    shown: dict[str, Any] = {"label": _(field["label"]), "lines": [], "head": [], "rows": []}
    if isinstance(value, Sequence) and not isinstance(value, str) and value and isinstance(value[0], Mapping):
        columns = _columns(field, value)
        return shown | {
            "head": [_(column["label"]) for column in columns],
            "rows": [[answer_to(column, row.get(column["key"])) for column in columns] for row in value],
        }
    return shown | {"lines": answer_to(field, value).splitlines()}


def answer_to(asked: Field, value: Any) -> str:
    """Return an answer in words, by the kind of its question as it was frozen."""
    return answer_words(str(asked.get("kind", "")), value, asked.get("choices") or ())


def _columns(field: Field, rows: Sequence[Mapping[str, Any]]) -> Sequence[Field]:
    """The columns as the form declared them, or as the first row has them."""
    return field.get("columns") or [{"key": key, "label": key} for key in rows[0]]
