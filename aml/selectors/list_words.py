"""Loads and entries in the words and figures that pages, API and commands share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from aml.models import ListEntry, ListLoad
from core.feeds import worded

#: What a publisher says of an entry beside what is searched, by the names that readers of lists give it.
DETAILS: dict[str, Any] = {
    "titles": _("Titles and posts"), "gender": _("Gender"), "birth": _("Of the birth"),
    "birth_places": _("Born in"), "nationalities": _("Nationalities"), "addresses": _("Addresses"),
    "flags": _("Flags"), "vessel_types": _("Types of vessel"), "tonnage": _("Tonnage"), "owners": _("Owners"),
    "documents": _("Documents"), "features": _("Other features"), "legal_basis": _("Legal basis"),
    "measures": _("Measures"), "un_reference": _("Reference of the United Nations"), "updated": _("Updated"),
    "chains": _("Chains"), "entity": _("Number of who is behind it"), "remarks": _("Remarks"),
}
IDENTIFIERS: dict[str, Any] = {
    "passport": _("Passport"), "national_id": _("Identity document"), "tax_id": _("Tax number"),
    "registration": _("Registration"), "driving_licence": _("Driving licence"), "lei": _("LEI"),
    "swift": _("SWIFT/BIC"), "imo": _("IMO number"), "imo_company": _("IMO number of a company"), "mmsi": _("MMSI"),
    "call_sign": _("Call sign"), "aircraft_tail": _("Tail number"),
    "aircraft_serial": _("Serial number of an aircraft"), "chinese_code": _("Chinese commercial code"),
    "other": _("Other"),
}


def particulars_of(entry: ListEntry) -> list[tuple[Any, list[str]]]:
    """Return what else was published of an entry, each kind with its label."""
    return [(label, entry.details[name]) for name, label in DETAILS.items() if entry.details.get(name)]


def identifiers_of(entry: ListEntry) -> list[tuple[Any, str, str]]:
    """Return kind, number and country of every identifier of an entry."""
    return [(IDENTIFIERS.get(each["kind"], each["kind"]), each["value"], each["country"]) for each in entry.identifiers]


def first_problems(loads: Iterable[ListLoad]) -> list[tuple[ListLoad, str]]:
    """Return each load with the first thing that was wrong with it, or with nothing."""
    return [(load, worded(load.problems[:1])[0]["message"] if load.problems else "") for load in loads]


def account_of_load(load: ListLoad) -> dict[str, Any]:
    """Return what became of a load: the version with its counts, or every reason why there is none."""
    version = load.version
    return {
        "load": load.pk,
        "list": load.source,
        "outcome": load.outcome,
        "files": load.files,
        "origin": load.origin,
        "tried_at": load.tried_at.isoformat(),
        "version": version.number if version else None,
        "sha256": version.sha256 if version else None,
        "published_on": version.published_on.isoformat() if version and version.published_on else None,
        "entries": version.entry_count if version else None,
        "names": version.name_count if version else None,
        "addresses": version.address_count if version else None,
        "assets": version.assets if version else [],
        "added": version.added if version else None,
        "changed": version.changed if version else None,
        "removed": version.removed if version else None,
        "problem_count": load.problem_count,
        "problems": [
            {name: problem[name] for name in ("rule", "file", "row", "column", "value", "message", "fix")}
            for problem in worded(load.problems)
        ],
    }
