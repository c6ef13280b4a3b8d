"""Reads the consolidated list of the United Nations Security Council (XML)."""

from __future__ import annotations

from lxml import etree

from aml.parsers import countries, dates
from aml.parsers.entry import ALIAS, ORGANISATION, ORIGINAL, PERSON, PRIMARY, WEAK, Entry, ParsedList, clean, join
from aml.parsers.files import below, elements, local, root_of, text
from core.problems import Problems

ROOT = "CONSOLIDATED_LIST"
_NAMES = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")


def read_un(raw: bytes, problems: Problems) -> ParsedList:
    """Return the persons and entities of the list, which is dated by when it was generated."""
    published_on = dates.iso_day(root_of(raw).get("dateGenerated"))
    entries = []
    sections = set()
    for element in elements(raw, "INDIVIDUAL", "ENTITY", "INDIVIDUALS", "ENTITIES"):
        if local(element) in ("INDIVIDUALS", "ENTITIES"):
            sections.add(local(element))
        else:
            entries.append(_entry(element, "INDIVIDUAL" if local(element) == "INDIVIDUAL" else "ENTITY"))
    for section in ("INDIVIDUALS", "ENTITIES"):
        if section not in sections:
            problems.add("list_file_missing", value=section, expected="INDIVIDUALS, ENTITIES")
    return ParsedList(entries, problems, published_on, format="un_xml")


def _entry(element: etree._Element, part: str) -> Entry:
    name = join(*(text(element, tag) for tag in _NAMES))
    key = text(element, "REFERENCE_NUMBER") or text(element, "DATAID")
    entry = Entry(clean(key), PERSON if part == "INDIVIDUAL" else ORGANISATION, name, element.sourceline or 0)
    entry.add_name(name, PRIMARY)
    entry.add_name(text(element, "NAME_ORIGINAL_SCRIPT"), ORIGINAL)
    entry.programmes = [each for each in [clean(text(element, "UN_LIST_TYPE"))] if each]
    entry.listed_on = dates.iso_day(text(element, "LISTED_ON"))
    for alias in below(element, f"{part}_ALIAS"):
        entry.add_name(text(alias, "ALIAS_NAME"), WEAK if text(alias, "QUALITY").lower() == "low" else ALIAS)
        for born in dates.birth_dates(text(alias, "DATE_OF_BIRTH")):
            entry.add_birth_date(born)
    for born in below(element, "INDIVIDUAL_DATE_OF_BIRTH"):
        _add_birth(entry, born)
    for document in below(element, "INDIVIDUAL_DOCUMENT"):
        _add_document(entry, document)
    _add_places(entry, element, part)
    for tag, name in (("TITLE", "titles"), ("DESIGNATION", "titles"), ("LAST_DAY_UPDATED", "updated")):
        for value in below(element, f"{tag}/VALUE"):
            entry.add_detail(name, value.text or "")
    entry.add_detail("remarks", text(element, "COMMENTS1"))
    entry.add_detail("gender", text(element, "GENDER"))
    return entry


def _add_birth(entry: Entry, born: etree._Element) -> None:
    kind, note = text(born, "TYPE_OF_DATE").upper(), text(born, "NOTE")
    if kind == "BETWEEN":
        first, last = text(born, "FROM_YEAR"), text(born, "TO_YEAR")
        if first.isdecimal() and last.isdecimal():
            for year in dates.years(int(first), int(last)):
                entry.add_birth_date(year)
            entry.add_detail("birth", f"{first}-{last}")
    elif found := dates.birth_date(text(born, "DATE") or text(born, "YEAR")):
        entry.add_birth_date(found)
        if kind == "APPROXIMATELY":
            entry.add_detail("birth", f"about {found}")
    entry.add_detail("birth", note)


def _add_document(entry: Entry, document: etree._Element) -> None:
    kind = f"{text(document, 'TYPE_OF_DOCUMENT')} {text(document, 'TYPE_OF_DOCUMENT2')}".lower()
    issued = (text(document, "ISSUING_COUNTRY"), text(document, "COUNTRY_OF_ISSUE"))
    country = next((code for each in issued if (code := countries.code_of(each))), "")
    is_passport = any(word in kind for word in ("passport", "passeport", "pasaporte"))
    entry.add_identifier("passport" if is_passport else "national_id", text(document, "NUMBER"), country)
    told = ("TYPE_OF_DOCUMENT", "TYPE_OF_DOCUMENT2", "NUMBER", "ISSUING_COUNTRY", "COUNTRY_OF_ISSUE",
            "DATE_OF_ISSUE", "NOTE")
    entry.add_detail("documents", join(*(text(document, tag) for tag in told), between=", "))


def _add_places(entry: Entry, element: etree._Element, part: str) -> None:
    for value in below(element, "NATIONALITY/VALUE"):
        entry.add_country(countries.code_of(value.text))
        entry.add_detail("nationalities", value.text or "")
    parts = ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY", "NOTE")
    for tag, name in ((f"{part}_ADDRESS", "addresses"), ("INDIVIDUAL_PLACE_OF_BIRTH", "birth_places")):
        for place in below(element, tag):
            entry.add_country(countries.code_of(text(place, "COUNTRY")))
            entry.add_detail(name, join(*(text(place, each) for each in parts), between=", "))


def is_un(root: etree._Element) -> bool:
    """Say whether a document begins as this list does."""
    return local(root) == ROOT
