"""What a detector or a comparison of addresses found, as pairs of what and how much, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from aml.flow_words import DETECTORS
from aml.models import Alert, Exposure
from core import wording

#: What is shown, in this order, under which name; the rest of an explanation is for programs.
SHOWN: dict[str, Any] = {
    "detector": gettext_lazy("Detector"),
    "coin": gettext_lazy("Coin"),
    "chain": gettext_lazy("Chain"),
    "contract": gettext_lazy("Contract"),
    "address": gettext_lazy("Address"),
    "about": gettext_lazy("Address"),
    "listed": gettext_lazy("Listed address"),
    "listed_as": gettext_lazy("As the list writes it"),
    "listed_on": gettext_lazy("Listed on"),
    "direction": gettext_lazy("Direction"),
    "hops": gettext_lazy("Transfers between"),
    "touching": gettext_lazy("Moved with its neighbours, at most"),
    "transfers": gettext_lazy("Transfers"),
    "parties": gettext_lazy("Other parties"),
    "received": gettext_lazy("Received"),
    "sent": gettext_lazy("Sent"),
    "total_hkd": gettext_lazy("Together, HKD"),
    "largest_hkd": gettext_lazy("Largest, HKD"),
    "threshold_hkd": gettext_lazy("Threshold, HKD"),
    "at_least": gettext_lazy("Unusual from"),
    "began_with": gettext_lazy("Began with"),
    "ended_with": gettext_lazy("Ended with"),
    "freezes": gettext_lazy("Addresses frozen"),
    "act": gettext_lazy("Act of the contract"),
    "name": gettext_lazy("Name of the act"),
    "account": gettext_lazy("Account"),
    "other": gettext_lazy("Other account"),
    "value": gettext_lazy("Amount"),
    "at": gettext_lazy("At"),
    "first_at": gettext_lazy("First"),
    "last_at": gettext_lazy("Last"),
    "sample": gettext_lazy("Sample"),
    "drawn": gettext_lazy("Transfers drawn"),
    "cite": gettext_lazy("Source"),
    "cites": gettext_lazy("Source"),
}
RAW = frozenset({"touching", "received", "sent", "began_with", "ended_with", "value"})
MONEY = frozenset({"total_hkd", "largest_hkd", "threshold_hkd"})
MOMENTS = frozenset({"at", "first_at", "last_at"})


def fired(alert: Alert) -> list[tuple[Any, str]]:
    """Return the figures of an alert that no name fired: labels and values for people.

    Raw units of a contract are scaled by its decimals where these are on record, and said to be raw where not.
    """
    if alert.kind == Alert.Kind.NAME:
        return []
    facts = alert.explanation.get("facts")
    known = alert.explanation | (facts if isinstance(facts, Mapping) else {})
    return [(label, _shown(name, known[name], known.get("decimals")))
            for name, label in SHOWN.items() if known.get(name) not in (None, "", [])]


def _shown(name: str, value: Any, decimals: int | None) -> str:
    if name in RAW:
        return _scaled(value, decimals)
    if name in MONEY:
        return wording.amount(Decimal(value))
    if name in MOMENTS:
        return wording.hk_datetime(value)
    if name == "listed_on":
        return wording.hk_date(value)
    if name == "detector":
        return str(DETECTORS.get(value, value))
    if name == "direction":
        return str(dict(Exposure.Direction.choices).get(value, value))
    return "; ".join(value) if isinstance(value, list) else str(value)


def _scaled(value: Any, decimals: int | None) -> str:
    if decimals is None:
        return gettext("%(value)s raw units") % {"value": wording.amount(int(value), places=0)}
    return wording.amount(Decimal(value).scaleb(-decimals))
