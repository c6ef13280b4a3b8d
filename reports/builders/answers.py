"""How an answer of the application form is printed: one text, several lines, or a table of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core import wording

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
    """Return an answer in words: of a choice its label, anything else by the kind of its question."""
    labels = dict(asked.get("choices") or ())
    if isinstance(value, str) and value in labels:
        return _(labels[value])
    return words(value, str(asked.get("kind", "")))


def words(value: Any, kind: str = "") -> str:
    """Return one value in words, "" if there is none: amounts and days by their kind."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return wording.enumerated(words(each, kind) for each in value)
    if kind == "amount_hkd":
        return hong_kong_dollars(str(value))
    if kind == "percent":
        return f"{value}%"
    if kind in ("day", "past_day", "birth_date"):
        return wording.hk_date(str(value)) or str(value)
    return str(value)


def hong_kong_dollars(value: str) -> str:
    """Return an amount with its currency: ``HK$113,020.00``."""
    return _("HK$%(amount)s") % {"amount": wording.amount(value)}


def _columns(field: Field, rows: Sequence[Mapping[str, Any]]) -> Sequence[Field]:
    """The columns as the form declared them, or as the first row has them."""
    return field.get("columns") or [{"key": key, "label": key} for key in rows[0]]
