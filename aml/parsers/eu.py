"""Reads the full list of the European Union's Financial Sanctions Files (XML 1.1)."""

from __future__ import annotations

from lxml import etree

from aml.parsers import countries, dates
from aml.parsers.entry import ALIAS, ORGANISATION, PERSON, PRIMARY, UNKNOWN, WEAK, Entry, ParsedList, clean, join
from aml.parsers.files import below, elements, root_of
from core.problems import Problems

ROOT = "export"
NAMESPACE = "http://eu.europa.ec/fpi/fsd/export"
_KINDS = {"person": PERSON, "P": PERSON, "enterprise": ORGANISATION, "E": ORGANISATION}
_DOCUMENTS = {"passport": "passport", "diplomatic passport": "passport", "id": "national_id", "ssn": "national_id",
              "fiscalcode": "tax_id", "tax": "tax_id", "regnumber": "registration", "imo": "imo", "swiftbic": "swift"}


def read_eu(raw: bytes, problems: Problems) -> ParsedList:
    """Return the persons and enterprises of the list, which is dated by when it was generated."""
    published_on = dates.iso_day(root_of(raw).get("generationDate"))
    entries = [_entry(element) for element in elements(raw, "sanctionEntity")]
    return ParsedList(entries, problems, published_on, format="eu_xml")


def _entry(element: etree._Element) -> Entry:
    subject = next(iter(below(element, "subjectType")), None)
    codes = (subject.get("code"), subject.get("classificationCode")) if subject is not None else ()
    kind = next((_KINDS[code] for code in codes if code in _KINDS), UNKNOWN)
    key = clean(element.get("euReferenceNumber")) or clean(element.get("logicalId"))
    entry = Entry(key, kind, "", element.sourceline or 0)
    aliases = below(element, "nameAlias")
    for alias in sorted(aliases, key=lambda each: each.get("strong") == "false"):
        name = clean(alias.get("wholeName")) or join(*map(alias.get, ("firstName", "middleName", "lastName")))
        if name and not entry.name:
            entry.name = name
            entry.add_name(name, PRIMARY)
        entry.add_name(name, WEAK if alias.get("strong") == "false" else ALIAS)
        entry.add_detail("titles", join(alias.get("title"), alias.get("function"), between=", "))
    for rule in below(element, "regulation"):
        programme = clean(rule.get("programme"))
        if programme and programme not in entry.programmes:
            entry.programmes.append(programme)
        entry.add_detail("legal_basis", rule.get("numberTitle") or "")
    days = [dates.iso_day(each.get("publicationDate")) for each in below(element, "regulation")]
    entry.listed_on = dates.iso_day(element.get("designationDate")) or min((day for day in days if day), default=None)
    for born in below(element, "birthdate"):
        _add_birth(entry, born)
    _add_places(entry, element)
    for document in below(element, "identification"):
        code = (document.get("identificationTypeCode") or "").lower()
        country = countries.code_of(document.get("countryIso2Code"))
        number = clean(document.get("number")) or clean(document.get("latinNumber"))
        entry.add_identifier(_DOCUMENTS.get(code, "other"), "" if number in ("-", ".") else number, country)
    for remark in below(element, "remark"):
        entry.add_detail("remarks", remark.text or "")
    entry.add_detail("un_reference", element.get("unitedNationId") or "")
    return entry


def _add_birth(entry: Entry, born: etree._Element) -> None:
    exact = dates.birth_date(born.get("birthdate"))
    first, last, year = (clean(born.get(name)) for name in ("yearRangeFrom", "yearRangeTo", "year"))
    if exact:
        entry.add_birth_date(exact)
    elif first.isdecimal() and last.isdecimal() and int(first) and int(last):
        for each in dates.years(int(first), int(last)):
            entry.add_birth_date(each)
    else:
        entry.add_birth_date(dates.birth_date(year))
    if born.get("circa") == "true":
        entry.add_detail("birth", f"about {exact or year}")
    entry.add_country(countries.code_of(born.get("countryIso2Code")))
    parts = ("place", "city", "region", "countryDescription")
    entry.add_detail("birth_places", join(*map(born.get, parts), between=", "))


def _add_places(entry: Entry, element: etree._Element) -> None:
    for citizenship in below(element, "citizenship"):
        entry.add_country(countries.code_of(citizenship.get("countryIso2Code")))
        entry.add_detail("nationalities", citizenship.get("countryDescription") or "")
    parts = ("street", "poBox", "zipCode", "city", "region", "place", "countryDescription")
    for address in below(element, "address"):
        entry.add_country(countries.code_of(address.get("countryIso2Code")))
        entry.add_detail("addresses", join(*map(address.get, parts), between=", "))
        for remark in below(address, "remark"):
            entry.add_detail("addresses", remark.text or "")


def is_eu(root: etree._Element) -> bool:
    """Say whether a document begins as this list does."""
    return bool(root.tag == f"{{{NAMESPACE}}}{ROOT}")
