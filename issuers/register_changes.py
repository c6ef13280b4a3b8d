"""What differs between two versions of a register entry, field by field in the order of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: The fields of an entry that are one text each (ORD s. 21, and the website).
TEXTS = ("name_en", "name_zh_hant", "name_zh_hans", "address_en", "address_zh_hant", "address_zh_hans", "email",
         "website", "number", "effective_on", "status")


@dataclass(frozen=True, slots=True)
class Change:
    """One field with what it said before and what it says now; "" is nothing."""

    field: str
    before: str
    after: str


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return the fields that differ; coins and contracts are compared as sets."""
    pairs = [(name, str(before.get(name) or ""), str(after.get(name) or "")) for name in TEXTS]
    pairs += [(name, lines(before), lines(after)) for name, lines in (("suspension", _term), ("coins", _coins),
                                                                      ("contracts", _contracts))]
    return [Change(*pair) for pair in pairs if pair[1] != pair[2]]


def _term(fields: Mapping[str, Any]) -> str:
    term = fields.get("suspension")
    return f"{term['since']} – {term['until'] or ''}".strip() if term else ""


def _coins(fields: Mapping[str, Any]) -> str:
    return ", ".join(sorted(f"{coin['symbol']} ({coin['reference_currency']})" for coin in fields.get("coins", ())))


def _contracts(fields: Mapping[str, Any]) -> str:
    return ", ".join(
        sorted(f"{coin['symbol']} {at['chain']}:{at['contract']}"
               for coin in fields.get("coins", ()) for at in coin["contracts"])
    )
