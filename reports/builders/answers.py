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
            "head": [label for _key, label, _kind in columns],
            "rows": [[words(row.get(key), kind) for key, _label, kind in columns] for row in value],
        }
    return shown | {"lines": words(value, str(field.get("kind", ""))).splitlines()}


def words(value: Any, kind: str = "") -> str:
    """Return one value in words, "" if there is none: amounts and days by the kind of their question."""
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


def _columns(field: Field, rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """Key, label and kind of each column: as the form declared them, or as the first row has them."""
    declared = field.get("columns") or [{"key": key, "label": key} for key in rows[0]]
    return [(each["key"], _(each["label"]), str(each.get("kind", ""))) for each in declared]
