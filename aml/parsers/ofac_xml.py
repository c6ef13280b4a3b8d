"""Reads OFAC's SDN list as advanced XML: reference values, then parties, then why and since when each is listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from lxml import etree

from aml.parsers import countries, dates
from aml.parsers.entry import (
    AIRCRAFT,
    ALIAS,
    ORGANISATION,
    ORIGINAL,
    PERSON,
    PRIMARY,
    UNKNOWN,
    VESSEL,
    WEAK,
    Entry,
    ParsedList,
    clean,
    is_latin,
    join,
)
from aml.parsers.files import below, elements, local, text
from aml.parsers.remarks import document_kind
from core.problems import Problems

ROOT = "Sanctions"
KINDS = {"individual": PERSON, "entity": ORGANISATION, "vessel": VESSEL, "aircraft": AIRCRAFT}
PROGRAMME = "program"
CURRENCY = "digital currency address - "
_VALUES = ("Country", "DetailReference", "FeatureType", "IDRegDocType", "NamePartType", "PartySubType", "PartyType",
           "SanctionsType")
_COUNTRIES = ("nationality country", "citizenship country", "vessel flag", "nationality of registration")
_DETAILS = {"title": "titles", "gender": "gender", "nationality country": "nationalities", "vessel flag": "flags",
            "citizenship country": "nationalities", "place of birth": "birth_places", "vessel type": "vessel_types",
            "vessel owner": "owners", "location": "addresses"}


@dataclass(slots=True)
class _Known:
    """What the file said so far: reference values by kind and number, places, documents and parties."""

    values: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    party_types: dict[str, str] = field(default_factory=dict)  # of a subtype, the type that it belongs to
    places: dict[str, tuple[str, str]] = field(default_factory=dict)  # words, country
    documents: dict[str, list[tuple[str, str, str]]] = field(default_factory=lambda: defaultdict(list))
    parties: dict[str, Entry] = field(default_factory=dict)  # by profile
    published_on: date | None = None

    def value(self, kind: str, element: etree._Element, attribute: str) -> str:
        """Return the reference value that an attribute names by its number."""
        return self.values[kind].get(element.get(attribute, ""), "")


def is_ofac(root: etree._Element) -> bool:
    """Say whether a document begins as this list does."""
    return local(root) == ROOT


def read_ofac_xml(raw: bytes, problems: Problems) -> ParsedList:
    """Return the parties of the file, which says of which day it is."""
    known = _Known()
    entries = []
    names = (*_VALUES, "DateOfIssue", "Location", "IDRegDocument", "DistinctParty", "SanctionsEntry")
    for element in elements(raw, *names):
        name = local(element)
        if name in _VALUES:
            known.values[name][element.get("ID", "")] = clean(element.text)
            if name == "PartySubType":
                known.party_types[element.get("ID", "")] = element.get("PartyTypeID", "")
        elif name == "DateOfIssue":
            known.published_on = _day(element)
        elif name == "Location":
            known.places[element.get("ID", "")] = _place(element, known)
        elif name == "IDRegDocument":
            known.documents[element.get("IdentityID", "")].append((
                known.value("IDRegDocType", element, "IDRegDocTypeID"), text(element, "IDRegistrationNo"),
                known.value("Country", element, "IssuedBy-CountryID"),
            ))
        elif name == "DistinctParty":
            entries.append(_party(element, known))
        else:
            _add_listing(element, known, problems)
    return ParsedList(entries, problems, known.published_on, format="ofac_xml")


def _party(element: etree._Element, known: _Known) -> Entry:
    entry = Entry(clean(element.get("FixedRef")), UNKNOWN, "", element.sourceline or 0)
    for profile in below(element, "Profile"):
        known.parties[profile.get("ID", "")] = entry
        entry.kind = _kind(profile, known)
        for identity in below(profile, "Identity"):
            _add_names(entry, identity, known)
            for kind, number, country in known.documents.get(identity.get("ID", ""), ()):
                entry.add_identifier(document_kind(kind), number, countries.code_of(country))
                entry.add_detail("documents", join(kind, number, country, between=", "))
        for feature in below(profile, "Feature"):
            said = known.value("FeatureType", feature, "FeatureTypeID")
            for version in below(feature, "FeatureVersion"):
                _add_feature(entry, said, version, known)
        entry.add_detail("remarks", text(profile, "Comment"))
    entry.add_detail("remarks", text(element, "Comment"))
    entry.names.sort(key=lambda each: each[1] != PRIMARY)
    entry.name = entry.name or next((name for name, _kind_of in entry.names), "")
    return entry


def _kind(profile: etree._Element, known: _Known) -> str:
    kind = known.value("PartySubType", profile, "PartySubTypeID").lower()
    # The subtype of persons and of entities is "Unknown": then the type above it says which it is.
    above = known.values["PartyType"].get(known.party_types.get(profile.get("PartySubTypeID", ""), ""), "").lower()
    return KINDS.get(kind) or KINDS.get(above, UNKNOWN)


def _add_names(entry: Entry, identity: etree._Element, known: _Known) -> None:
    groups = {
        group.get("ID", ""): known.value("NamePartType", group, "NamePartTypeID").lower()
        for group in identity.iter("{*}NamePartGroup")
    }
    for alias in below(identity, "Alias"):
        is_primary = alias.get("Primary") == "true" and identity.get("Primary", "true") == "true"
        for documented in below(alias, "DocumentedName"):
            name = _name(documented, groups)
            if is_primary and is_latin(name) and not entry.name:
                entry.name = name
                entry.names = [(name, PRIMARY), *(each for each in entry.names if each[0] != name)]
            elif not is_latin(name):
                entry.add_name(name, ORIGINAL)
            else:
                entry.add_name(name, WEAK if alias.get("LowQuality") == "true" else ALIAS)


def _name(documented: etree._Element, groups: dict[str, str]) -> str:
    """Return the name as OFAC's other files write it: surnames, a comma, the others."""
    parts = [(groups.get(part.get("NamePartGroupID", ""), ""), clean(part.text))
             for part in documented.iter("{*}NamePartValue")]
    surnames = join(*(word for kind, word in parts if kind == "last name"))
    others = join(*(word for kind, word in parts if kind != "last name"))
    return join(surnames, others, between=", ")


def _add_feature(entry: Entry, said: str, version: etree._Element, known: _Known) -> None:
    kind = said.lower()
    where = next((each.get("LocationID", "") for each in below(version, "VersionLocation")), "")
    place, country = known.places.get(where, ("", ""))
    values = [clean(detail.text) or known.value("DetailReference", detail, "DetailReferenceID")
              for detail in below(version, "VersionDetail")]
    value = join(*values, place, between=", ")
    if kind.startswith(CURRENCY):
        entry.add_address(said[len(CURRENCY):].strip().upper(), value)
    elif kind == "birthdate":
        for period in below(version, "DatePeriod"):
            for born in _births(period):
                entry.add_birth_date(born)
    elif (identifier := document_kind(said)) != "other":
        entry.add_identifier(identifier, value)
    elif kind in _DETAILS:
        entry.add_detail(_DETAILS[kind], value)
    else:
        entry.add_detail("features", join(said, value, between=": ") if value else "")
    if kind in _COUNTRIES or place:
        entry.add_country(country or countries.code_of(value))


def _place(element: etree._Element, known: _Known) -> tuple[str, str]:
    named = [known.value("Country", each, "CountryID") for each in below(element, "LocationCountry")]
    parts = [text(part, "LocationPartValue/Value") for part in below(element, "LocationPart")]
    return join(*parts, *named, between=", "), next((code for each in named if (code := countries.code_of(each))), "")


def _add_listing(element: etree._Element, known: _Known, problems: Problems) -> None:
    entry = known.parties.get(element.get("ProfileID", ""))
    if entry is None:
        problems.add("list_orphan", row=element.sourceline or 0, value=element.get("ProfileID", ""))
        return
    days = [day for event in below(element, "EntryEvent") for each in below(event, "Date") if (day := _day(each))]
    entry.listed_on = min((*days, *filter(None, [entry.listed_on])), default=None)
    for measure in below(element, "SanctionsMeasure"):
        programme = text(measure, "Comment")
        if known.value("SanctionsType", measure, "SanctionsTypeID").lower() == PROGRAMME and programme:
            entry.programmes = sorted({*entry.programmes, clean(programme)})


def _day(element: etree._Element | None) -> date | None:
    if element is not None:
        with suppress(ValueError):
            return date(*(int(text(element, part)) for part in ("Year", "Month", "Day")))
    return None


def _births(period: etree._Element) -> Iterator[str]:
    """Yield the day, month or year that a period of birth stands for; of a longer one its years."""
    first = _day(next(iter(below(period, "Start/From")), None))
    last = _day(next(iter(below(period, "End/To")), None)) or first
    if first is None or last is None:
        return
    if first == last:
        yield first.isoformat()
    elif (first.year, first.month) == (last.year, last.month):
        yield f"{first.year:04d}-{first.month:02d}"
    else:
        yield from dates.years(first.year, last.year)
