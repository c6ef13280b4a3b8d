"""What an IVMS101 message says, in the columns of the canonical feed (interVASP Messaging Standard IVMS101, 2020).

Names are those of the standard's JSON form, ``nameIdentifier`` in singular or plural as implementations write it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

#: Columns that the envelope states.
OF_TRANSFER = ("transfer_id", "direction", "amount", "currency", "sent_at", "data_received_at")


class NotAMessage(ValueError):
    """The part of the message that is not what the standard has there."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


def cells_of(message: Any) -> dict[str, str]:
    """Return the text of every column that the message states.

    Raises:
        NotAMessage: it, or one of its parts, is not shaped as the standard says.
    """
    transfer, parties = _object(message, "transfer"), _object(message, "ivms101")
    found = {name: _plain(transfer.get(name), f"transfer.{name}") for name in OF_TRANSFER}
    for side, persons in (("originator", "originatorPersons"), ("beneficiary", "beneficiaryPersons")):
        party = _object(parties, side) if side in parties else {}
        people = [_person(each, side) for each in _list(party, persons)]
        found[f"{side}_name"] = "; ".join(filter(None, map(_name, people)))
        found[f"{side}_account"] = "; ".join(_plain(each, f"{side}.accountNumber")
                                             for each in _list(party, "accountNumber"))
        if side == "originator":
            found["originator_address"] = "; ".join(filter(None, map(_address, people)))
            found["originator_id"] = "; ".join(filter(None, map(_identity, people)))
    other = "beneficiaryVASP" if found["direction"] == "sent" else "originatingVASP"
    found["counterparty_vasp"] = _institution(parties.get(other), other)
    return found


def _person(given: Any, side: str) -> dict[str, Any]:
    """Return the natural or legal person of one entry, with what says which it is left out."""
    if isinstance(given, dict):
        for kind in ("naturalPerson", "legalPerson"):
            if isinstance(given.get(kind), dict):
                return given[kind]
    raise NotAMessage(f"{side}.persons")


def _name(person: dict[str, Any]) -> str:
    """Return the first name that is stated: surname and given names, or the company's."""
    for identifier in _name_identifiers(person):
        words = [identifier.get(part, "") for part in ("primaryIdentifier", "secondaryIdentifier",
                                                       "legalPersonName")]
        if name := " ".join(word.strip() for word in words if isinstance(word, str) and word.strip()):
            return name
    return ""


def _name_identifiers(person: dict[str, Any]) -> Iterator[dict[str, Any]]:
    name = person.get("name")
    for holder in name if isinstance(name, list) else [name]:
        if isinstance(holder, dict):
            for field in ("nameIdentifier", "nameIdentifiers"):
                given = holder.get(field) or []
                yield from (each for each in (given if isinstance(given, list) else [given]) if isinstance(each, dict))


def _address(person: dict[str, Any]) -> str:
    """Return the first address, in one line."""
    for given in _list(person, "geographicAddress"):
        if isinstance(given, dict):
            lines = given.get("addressLine") or []
            lines = lines if isinstance(lines, list) else [lines]
            parts = [*lines, *(given.get(part) for part in
                               ("buildingNumber", "streetName", "townName", "postCode", "country"))]
            if address := ", ".join(part for part in parts if isinstance(part, str) and part):
                return address
    return ""


def _identity(person: dict[str, Any]) -> str:
    """Return what identifies the person besides name and address: the law takes any one of these (AML 6.5)."""
    given = person.get("customerIdentification") or person.get("customerNumber")
    if isinstance(given, str) and given:
        return given
    document = person.get("nationalIdentification")
    if isinstance(document, dict) and isinstance(document.get("nationalIdentifier"), str):
        return document["nationalIdentifier"]
    birth = person.get("dateAndPlaceOfBirth")
    if isinstance(birth, dict) and birth.get("dateOfBirth") and birth.get("placeOfBirth"):
        return f"{birth['dateOfBirth']} {birth['placeOfBirth']}"
    return ""


def _institution(given: Any, part: str) -> str:
    if given is None:
        return ""
    holder = given.get(part, given) if isinstance(given, dict) else None
    if not isinstance(holder, dict):
        raise NotAMessage(part)
    return _name(_person(holder, part))


def _object(holder: Any, part: str) -> dict[str, Any]:
    found = holder.get(part) if isinstance(holder, dict) else None
    if not isinstance(found, dict):
        raise NotAMessage(part)
    return found


def _list(holder: dict[str, Any], part: str) -> list[Any]:
    found = holder.get(part) or []
    return found if isinstance(found, list) else [found]


def _plain(given: Any, part: str) -> str:
    """Return text or a number as text, "" where nothing is given."""
    if given is None:
        return ""
    if isinstance(given, bool | dict | list):
        raise NotAMessage(part)
    return str(given)
