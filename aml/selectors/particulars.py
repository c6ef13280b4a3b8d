"""Whom to screen and by which particulars: everybody on record behind issuers, and the firms that deal with them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from aml.models import Subject
from core import clock
from core.findings import digest_of
from core.models import Organisation
from issuers.models import Answer, Appointment, Issuer, Person, Shareholding

Part, Kind = Subject.Part, Subject.Kind
#: Which part a position makes; a chief executive, an alternate and a stablecoin manager manage.
PART_OF_POSITION = {
    Appointment.Position.CONTROLLER: Part.CONTROLLER,
    Appointment.Position.DIRECTOR: Part.DIRECTOR,
    Appointment.Position.CHIEF_EXECUTIVE: Part.MANAGER,
    Appointment.Position.ALTERNATE: Part.MANAGER,
    Appointment.Position.STABLECOIN_MANAGER: Part.MANAGER,
    Appointment.Position.MANAGER: Part.MANAGER,
}
#: Which part an organisation plays by being one of the kind.
PART_OF_ORGANISATION = {
    Organisation.Kind.CUSTODIAN: Part.CUSTODIAN,
    Organisation.Kind.BANK: Part.CUSTODIAN,
    Organisation.Kind.AUDITOR: Part.AUDITOR,
}
#: Answers of a person's form that a screening uses.
OTHER_NAMES, ID_KIND, ID_NUMBER, ID_COUNTRY = (
    "person.other_names", "person.identity_document", "person.identity_number", "person.identity_country",
)
_BETWEEN_NAMES = re.compile(r"[;,\n、，；/]+")
_LONGEST_KEY = 80


@dataclass(frozen=True, slots=True)
class Particulars:
    """Somebody to be screened: where on record (``key``), whose, in which parts, and what the search uses."""

    key: str
    kind: str
    owner_id: int
    name_en: str
    parts: tuple[str, ...] = ()
    name_zh: str = ""
    other_names: tuple[str, ...] = ()
    birth_date: date | None = None
    country: str = ""
    identifiers: tuple[tuple[str, str, str], ...] = ()  # kind, value, country

    @property
    def fields(self) -> dict[str, Any]:
        """The columns of a subject."""
        searched = {
            "kind": self.kind, "name_en": self.name_en, "name_zh": self.name_zh,
            "other_names": list(self.other_names), "birth_date": self.birth_date, "country": self.country,
            "identifiers": [dict(zip(("kind", "value", "country"), each, strict=True)) for each in self.identifiers],
        }
        born = self.birth_date.isoformat() if self.birth_date else ""
        return searched | {
            "parts": list(self.parts), "owner_id": self.owner_id, "digest": digest_of(searched | {"birth_date": born}),
        }


Source = Callable[[], Iterable[Particulars]]
_sources: list[Source] = []


def also_screen(source: Source) -> Source:
    """Let a register of another app name whom to screen too; called once when that app is ready."""
    if source not in _sources:
        _sources.append(source)
    return source


def everybody() -> Iterator[Particulars]:
    """Yield everybody whom the platform screens today."""
    yield from _people()
    yield from _issuers()
    yield from _firms()
    for source in _sources:
        yield from source()


def _people() -> Iterator[Particulars]:
    parts, holders, answers = _parts(), _holders(), _answers()
    for person in Person.objects.filter(removed_at=None).select_related("issuer"):
        individual = person.kind == Person.Kind.INDIVIDUAL
        played = parts[person.pk] | ({Part.BENEFICIAL_OWNER if individual else Part.SHAREHOLDER}
                                     if person.pk in holders else set())
        said = answers[person.pk]
        yield Particulars(
            key=f"person:{person.pk}", kind=Kind.PERSON if individual else Kind.ORGANISATION,
            owner_id=person.issuer.organisation_id, name_en=person.name_en, name_zh=person.name_zh,
            parts=tuple(part for part in Part.values if part in played), birth_date=person.birth_date,
            country=person.country, other_names=_names(said.get(OTHER_NAMES)),
            identifiers=tuple(_identifiers(person, said)),
        )


def _parts() -> dict[int, set[str]]:
    today = clock.today()
    parts: dict[int, set[str]] = defaultdict(set)
    standing = Appointment.objects.filter(Q(until=None) | Q(until__gte=today), person__removed_at=None)
    for person, position in standing.values_list("person", "position"):
        parts[person].add(PART_OF_POSITION[Appointment.Position(position)])
    return parts


def _holders() -> set[int]:
    return set(Shareholding.objects.values_list("holder", flat=True))


def _answers() -> dict[int, dict[str, Any]]:
    """Return the answers that a screening uses, by person; those of the latest application count."""
    rows = Answer.objects.filter(key__in=(OTHER_NAMES, ID_KIND, ID_NUMBER, ID_COUNTRY), person__removed_at=None)
    said: dict[int, dict[str, Any]] = defaultdict(dict)
    for person, key, value in rows.order_by("application", "pk").values_list("person", "key", "value"):
        if person is not None:
            said[person][key] = value
    return said


def _names(text: Any) -> tuple[str, ...]:
    parts = (" ".join(part.split()) for part in _BETWEEN_NAMES.split(str(text or "")))
    return tuple(dict.fromkeys(part[:200] for part in parts if part))


def _identifiers(person: Person, said: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    if person.registration_number:
        yield "registration_number", person.registration_number, person.country
    if person.lei:
        yield "lei", person.lei, ""
    if number := str(said.get(ID_NUMBER) or "").strip():
        yield str(said.get(ID_KIND) or "identity_document"), number[:80], str(said.get(ID_COUNTRY) or "")[:2]


def _issuers() -> Iterator[Particulars]:
    for issuer in Issuer.objects.select_related("organisation"):
        yield _organisation(issuer.organisation, f"issuer:{issuer.pk}", Part.ISSUER)


def _firms() -> Iterator[Particulars]:
    for firm in Organisation.objects.filter(kind__in=PART_OF_ORGANISATION):
        yield _organisation(firm, f"organisation:{firm.pk}", PART_OF_ORGANISATION[Organisation.Kind(firm.kind)])


def _organisation(row: Organisation, key: str, part: str) -> Particulars:
    chinese = [name for name in (row.name_zh_hant, row.name_zh_hans) if name]
    return Particulars(
        key=key[:_LONGEST_KEY], kind=Kind.ORGANISATION, owner_id=row.pk, name_en=row.name_en, parts=(part,),
        name_zh=chinese[0] if chinese else "", other_names=tuple(dict.fromkeys(chinese[1:])),
    )


def counterparty_key(name: str) -> str:
    """Return the key of a counterparty that is on record by its name alone."""
    return f"counterparty:{digest_of(name)[:32]}"
