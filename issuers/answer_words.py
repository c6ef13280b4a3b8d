"""How one stored answer of the form is worded: the same on every page, in what changed, and on paper."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from core.wording import amount, enumerated, hk_date
from issuers.answer_values import country_name

_DAYS = ("day", "past_day", "birth_date")


def answer_words(kind: str, value: Any, choices: Iterable[tuple[str, str]] = ()) -> str:
    """Return one value in words, "" if there is none: by the ``kind`` of its question and, of a choice, its label.

    A frozen answer may be of a question that is asked no more, or of a kind unknown here: then it is said as it is.
    """
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    labels: dict[str, str] = dict(choices)
    if isinstance(value, list | tuple):
        return enumerated(answer_words(kind, each, labels.items()) for each in value)
    if value in labels:
        return _(labels[value])
    if kind == "amount_hkd":
        return hong_kong_dollars(value)
    if kind == "percent":
        return f"{value}%"
    if kind in _DAYS:
        return hk_date(value) or str(value)
    return str(country_name(value)) if kind == "country" else str(value)


def hong_kong_dollars(value: Any) -> str:
    """Return an amount with its currency: ``HK$113,020.00``."""
    return _("HK$%(amount)s") % {"amount": amount(value)}
