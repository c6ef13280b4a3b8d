"""Reads the remarks of OFAC's classic CSV: what it knows of an entry beyond names, in one cell of short statements."""

from __future__ import annotations

import re

from aml.parsers import countries, dates
from aml.parsers.entry import ALIAS, WEAK, Entry, clean

_PART = re.compile(r";\s+")
_NAME = re.compile(r"(a\.k\.a\.|f\.k\.a\.|n\.k\.a\.) ['\"](.+)['\"]$")
_CURRENCY = re.compile(r"Digital Currency Address - ([A-Z0-9]{2,12}) ([0-9A-Za-z]+)$")
_FLAG = re.compile(r"(?:Former )?(?:Vessel )?Flag (.+)$")
_DOCUMENT = re.compile(r"(?P<value>[^()]*?)\s*(?:\((?P<country>[^()]*)\))?\s*(?:issued .*|expires .*)?$")
#: How a document begins, and what kind of identifier it is; the longest beginning that fits counts.
DOCUMENTS = {
    "Passport": "passport", "Stateless Person Passport": "passport", "Diplomatic Passport": "passport",
    "National ID No.": "national_id", "Cedula No.": "national_id", "Identification Number": "national_id",
    "C.U.R.P.": "national_id", "D.N.I.": "national_id", "Citizen's Card Number": "national_id",
    "Electoral Registry No.": "national_id", "SSN": "national_id", "Birth Certificate Number": "national_id",
    "Personal ID Card": "national_id", "Numero de Identidad": "national_id", "Residency Number": "national_id",
    "Tax ID No.": "tax_id", "R.F.C.": "tax_id", "RFC": "tax_id", "NIT #": "tax_id", "RUC #": "tax_id",
    "V.A.T. Number": "tax_id", "Italian Fiscal Code": "tax_id", "C.U.I.T.": "tax_id", "C.U.I.P.": "tax_id",
    "Driver's License No.": "driving_licence", "Registration ID": "registration", "Registration Number": "registration",
    "Company Number IMO": "imo_company", "Identification Number IMO": "imo_company", "Company Number": "registration",
    "Business Registration Number": "registration", "Business Registration Document #": "registration",
    "Commercial Registry Number": "registration", "C.R. No.": "registration", "Folio Mercantil No.": "registration",
    "Matricula Mercantil No": "registration", "Trade License No.": "registration", "D-U-N-S Number": "registration",
    "Government Gazette Number": "registration", "Public Registration Number": "registration",
    "United Social Credit Code Certificate (USCCC)": "registration",
    "Unified Social Credit Code (USCC)": "registration",
    "Legal Entity Number": "lei", "SWIFT/BIC": "swift", "Vessel Registration Identification IMO": "imo",
    "Vessel Registration Identification": "imo", "MMSI": "mmsi", "Aircraft Tail Number": "aircraft_tail",
    "Aircraft Manufacturer's Serial Number (MSN)": "aircraft_serial", "Chinese Commercial Code": "chinese_code",
}
_BEGINNINGS = sorted(DOCUMENTS, key=len, reverse=True)


def read_remarks(entry: Entry, remarks: str) -> None:
    """Add to the entry what its remarks say, and the remarks themselves."""
    entry.add_detail("remarks", remarks)
    for part in _PART.split(clean(remarks)):
        _read(entry, part.removesuffix(".").strip().removeprefix("alt. "))


def _read(entry: Entry, said: str) -> None:
    if found := _CURRENCY.match(said):
        entry.add_address(found[1], found[2])
    elif found := _NAME.match(said):
        # The names that OFAC writes into remarks are those that it calls weak; former ones of vessels are not.
        entry.add_name(found[2], WEAK if found[1] == "a.k.a." else ALIAS)
    elif said.startswith("DOB "):
        for born in dates.birth_dates(said.removeprefix("DOB ")):
            entry.add_birth_date(born)
        if said.startswith("DOB circa") or " to " in said:
            entry.add_detail("birth", said.removeprefix("DOB "))
    elif said.startswith("POB "):
        place = said.removeprefix("POB ")
        entry.add_detail("birth_places", place)
        entry.add_country(_country_at_end(place))
    elif said.startswith(("nationality ", "citizen ")):
        country = said.partition(" ")[2]
        entry.add_detail("nationalities", country)
        entry.add_country(countries.code_of(country))
    elif found := _FLAG.match(said):
        entry.add_detail("flags", found[1])
        if not said.startswith("Former"):
            entry.add_country(countries.code_of(found[1]))
    else:
        _read_document(entry, said)


def document_kind(said: str) -> str:
    """Return what kind of identifier a document of this name is."""
    return next((DOCUMENTS[each] for each in _BEGINNINGS if said.startswith(each)), "other")


def _read_document(entry: Entry, said: str) -> None:
    beginning = next((each for each in _BEGINNINGS if said.startswith(f"{each} ")), "")
    if not beginning:
        return
    found = _DOCUMENT.match(said.removeprefix(beginning).strip())
    if found and found["value"].strip():
        entry.add_identifier(DOCUMENTS[beginning], found["value"], countries.code_of(found["country"]))


def _country_at_end(place: str) -> str:
    """Return the country that a place ends with: "Pyongyang, Korea, North" and "Wuhan City, Hubei, China"."""
    parts = place.split(", ")
    return countries.code_of(", ".join(parts[-2:])) or countries.code_of(parts[-1])
