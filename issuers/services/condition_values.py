"""Reading conditions that somebody recommends: of a known kind, with a value of the type that the kind has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Refused
from core.rulebook.facts import Kind
from issuers.conditions import KINDS, ConditionKind

#: Kinds without a fact whose value is an amount all the same.
AMOUNTS = {"issuance_cap"}


def checked_conditions(conditions: Iterable[Mapping[str, Any]], *, coin: str) -> list[dict[str, Any]]:
    """Return the conditions as they are kept and attached to a licence: values, figures and days as JSON has them.

    Each gives ``kind``, and where they matter ``value`` (text or of the right type), ``wording_en``,
    ``wording_zh_hant``, ``wording_zh_hans``, ``first_due_on`` and ``every_months``. ``coin`` is the symbol for which
    kinds of one coin are set.

    Raises:
        Refused: a kind is unknown, a value not of its type, or a recurring one lacks its day or interval.
    """
    return [_checked(each, coin) for each in conditions]


def _checked(raw: Mapping[str, Any], coin: str) -> dict[str, Any]:
    kind = KINDS.get(str(raw.get("kind")))
    if kind is None:
        raise Refused(_("There is no condition of kind %(kind)s.") % {"kind": raw.get("kind")})
    if kind.of_coin and not coin:
        raise Refused(_("“%(kind)s” is set for a coin, and the application names none.") % {"kind": _(kind.title)})
    value = condition_value(kind, raw.get("value"))
    wording = str(raw.get("wording_en") or "").strip()
    if not wording and value is None:
        raise Refused(_("“%(kind)s” needs its wording.") % {"kind": _(kind.title)})
    return {
        "kind": kind.name,
        "coin": coin if kind.of_coin else None,
        "value": value,
        "wording_en": wording or f"{kind.title}: {value}",
        "wording_zh_hant": str(raw.get("wording_zh_hant") or "").strip(),
        "wording_zh_hans": str(raw.get("wording_zh_hans") or "").strip(),
        **_recurrence(kind, raw),
    }


def condition_value(kind: ConditionKind, value: Any) -> Any:
    """Return the value as JSON keeps it: figures and days as text, yes and no as truth, nothing as None.

    Raises:
        Refused: it is not of the kind's type, or the kind needs one.
    """
    text = value.strip() if isinstance(value, str) else value
    text = None if text == "" else text
    declared = kind.declared
    if text is None:
        if declared or kind.name in AMOUNTS:
            raise Refused(_("“%(kind)s” needs a value.") % {"kind": _(kind.title)})
        return None
    if declared is None and kind.name not in AMOUNTS:
        return str(text)
    typed = _typed(declared.kind if declared else Kind.AMOUNT, text)
    figure = isinstance(typed, Decimal)
    if (declared and not declared.accepts(typed)) or (figure and not (typed.is_finite() and typed >= 0)) or (
        kind.name in AMOUNTS and not figure
    ):
        raise Refused(_("%(value)s is not a value for %(fact)s.") % {"value": text, "fact": _(kind.title)})
    return f"{typed:f}" if figure else typed.isoformat() if isinstance(typed, date) else typed


def _typed(kind: Kind, value: Any) -> Any:
    """Return text as the type; text that is no such value stays text, for the declaration to refuse."""
    if not isinstance(value, str):
        return value
    try:
        if kind in (Kind.AMOUNT, Kind.RATIO):
            return Decimal(value)
        if kind is Kind.INTEGER:
            return int(value)
        if kind is Kind.DAY:
            return date.fromisoformat(value)
    except (ValueError, InvalidOperation):
        return value
    return {"true": True, "false": False}.get(value, value) if kind is Kind.TRUTH else value


def _recurrence(kind: ConditionKind, raw: Mapping[str, Any]) -> dict[str, Any]:
    first, months = raw.get("first_due_on") or None, raw.get("every_months") or None
    if (first or months) and not (kind.recurs and first and months and int(months) > 0):
        raise Refused(_("A condition that recurs needs its first day and its interval in months."))
    return {
        "first_due_on": first.isoformat() if isinstance(first, date) else first,
        "every_months": int(months) if months else None,
    }
