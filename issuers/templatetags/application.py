"""How questions and answers of an application are worded for a reader."""

from __future__ import annotations

from typing import Any

from django import template

from issuers.answer_values import country_name
from issuers.answer_words import answer_words
from issuers.manifest import Column, Field, FieldKind

register = template.Library()


@register.inclusion_tag("portal/answer_shown.html")
def answer_shown(question: Field, value: Any) -> dict[str, Any]:
    """Show a stored answer: words, lines, or a table of rows; a missing one is named."""
    rows = value if question.kind is FieldKind.TABLE and value else []
    return {
        "label": question.label, "missing": value is None, "required": question.required,
        "text": "" if question.kind is FieldKind.TABLE else words(question, value), "columns": question.columns,
        "rows": [[words(column, row.get(column.key)) for column in question.columns] for row in rows],
    }


@register.filter
def country(code: str) -> str:
    """Return the country's name in the reader's language, "" for none."""
    return str(country_name(code)) if code else ""


def words(question: Field | Column, value: Any) -> str:
    """Return one value in words, "" if there is none."""
    return answer_words(question.kind, value, question.choices)
