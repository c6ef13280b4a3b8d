"""Readers of lists: every format by a small list written by hand, and hostile bytes that none of them trusts."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aml.parsers import dates
from aml.parsers.countries import code_of
from aml.parsers.description import describe
from aml.parsers.entry import Entry, ParsedList
from aml.parsers.reading import read_list
from aml.parsers.remarks import read_remarks
from core.problems import SENTENCES
from tests.aml.lists import CANONICAL, ETH, XBT, crypto_json, ofac, un

TODAY = date(2026, 11, 27)
NS = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ADVANCED_XML"


def read(source, name, text) -> ParsedList:
    return read_list(source, [(name, text.encode())], today=TODAY)


def sound(source, name, text) -> dict[str, Entry]:
    parsed = read(source, name, text)
    assert not parsed.problems.count, parsed.problems.kept
    return {entry.key: entry for entry in parsed.entries}


ADVANCED = f"""<?xml version="1.0" encoding="utf-8"?>
<Sanctions xmlns="{NS}" Version="3">
<DateOfIssue CalendarTypeID="1"><Year>2026</Year><Month>8</Month><Day>20</Day></DateOfIssue>
<ReferenceValueSets>
<CountryValues><Country ID="11" ISO2="CN">China</Country></CountryValues>
<DetailReferenceValues><DetailReference ID="91526">Male</DetailReference></DetailReferenceValues>
<FeatureTypeValues><FeatureType ID="8">Birthdate</FeatureType><FeatureType ID="10">Nationality Country</FeatureType>
<FeatureType ID="25">Location</FeatureType><FeatureType ID="224">Gender</FeatureType>
<FeatureType ID="345">Digital Currency Address - ETH</FeatureType></FeatureTypeValues>
<IDRegDocTypeValues><IDRegDocType ID="1571">Passport</IDRegDocType></IDRegDocTypeValues>
<NamePartTypeValues><NamePartType ID="1520">Last Name</NamePartType><NamePartType ID="1521">First Name</NamePartType>
<NamePartType ID="1525">Entity Name</NamePartType></NamePartTypeValues>
<PartySubTypeValues><PartySubType ID="1" PartyTypeID="4">Vessel</PartySubType>
<PartySubType ID="3" PartyTypeID="2">Unknown</PartySubType><PartySubType ID="4" PartyTypeID="1">Unknown</PartySubType>
</PartySubTypeValues>
<PartyTypeValues><PartyType ID="1">Individual</PartyType><PartyType ID="2">Entity</PartyType></PartyTypeValues>
<SanctionsTypeValues><SanctionsType ID="1">Program</SanctionsType><SanctionsType ID="17">Block</SanctionsType>
</SanctionsTypeValues></ReferenceValueSets>
<Locations><Location ID="7"><LocationCountry CountryID="11"/><LocationPart LocPartTypeID="1454"><LocationPartValue
 Primary="true"><Value>Wuhan</Value></LocationPartValue></LocationPart></Location></Locations>
<IDRegDocuments><IDRegDocument ID="1" IDRegDocTypeID="1571" IdentityID="9001" IssuedBy-CountryID="11">
<IDRegistrationNo>A1234567</IDRegistrationNo></IDRegDocument></IDRegDocuments>
<DistinctParties>
<DistinctParty FixedRef="900"><Profile ID="900" PartySubTypeID="4"><Identity ID="9001" Primary="true">
<Alias AliasTypeID="1400" Primary="false" LowQuality="true"><DocumentedName ID="1"><DocumentedNamePart><NamePartValue
 NamePartGroupID="51">Old Chan</NamePartValue></DocumentedNamePart></DocumentedName></Alias>
<Alias AliasTypeID="1403" Primary="true" LowQuality="false"><DocumentedName ID="2"><DocumentedNamePart><NamePartValue
 NamePartGroupID="51">CHAN</NamePartValue></DocumentedNamePart><DocumentedNamePart><NamePartValue NamePartGroupID="52"
>Tai Man</NamePartValue></DocumentedNamePart></DocumentedName><DocumentedName ID="3"><DocumentedNamePart>
<NamePartValue NamePartGroupID="53">陳大文</NamePartValue></DocumentedNamePart></DocumentedName></Alias>
<NamePartGroups><MasterNamePartGroup><NamePartGroup ID="51" NamePartTypeID="1520"/></MasterNamePartGroup>
<MasterNamePartGroup><NamePartGroup ID="52" NamePartTypeID="1521"/></MasterNamePartGroup></NamePartGroups></Identity>
<Feature ID="1" FeatureTypeID="8"><FeatureVersion ID="1"><DatePeriod><Start><From><Year>1971</Year><Month>1</Month>
<Day>1</Day></From></Start><End><To><Year>1972</Year><Month>12</Month><Day>31</Day></To></End></DatePeriod>
</FeatureVersion></Feature>
<Feature ID="2" FeatureTypeID="25"><FeatureVersion ID="2"><VersionLocation LocationID="7"/></FeatureVersion></Feature>
<Feature ID="3" FeatureTypeID="345"><FeatureVersion ID="3"><VersionDetail>{ETH}</VersionDetail></FeatureVersion>
</Feature><Feature ID="4" FeatureTypeID="224"><FeatureVersion ID="4"><VersionDetail DetailReferenceID="91526"/>
</FeatureVersion></Feature></Profile></DistinctParty>
<DistinctParty FixedRef="901"><Profile ID="901" PartySubTypeID="3"><Identity ID="9011" Primary="true">
<Alias Primary="true"><DocumentedName ID="4"><DocumentedNamePart><NamePartValue>EXAMPLE TRADING</NamePartValue>
</DocumentedNamePart></DocumentedName></Alias></Identity></Profile></DistinctParty>
</DistinctParties>
<SanctionsEntries><SanctionsEntry ID="1" ProfileID="900" ListID="1550"><EntryEvent ID="1"><Date><Year>2026</Year>
<Month>7</Month><Day>1</Day></Date></EntryEvent><SanctionsMeasure SanctionsTypeID="17"/><SanctionsMeasure
 SanctionsTypeID="1"><Comment>DPRK3</Comment></SanctionsMeasure></SanctionsEntry></SanctionsEntries></Sanctions>
"""


def test_ofac_advanced_xml():
    parsed = read("ofac", "sdn_advanced.xml", ADVANCED)
    assert (parsed.problems.kept, parsed.published_on) == ([], date(2026, 8, 20))
    chan, trading = parsed.entries
    assert (chan.key, chan.kind, chan.name) == ("900", "person", "CHAN, Tai Man")
    assert chan.names == [("CHAN, Tai Man", "primary"), ("Old Chan", "weak"), ("陳大文", "original")]
    assert (chan.birth_dates, chan.countries, chan.listed_on) == (["1971", "1972"], ["CN"], date(2026, 7, 1))
    assert chan.identifiers == [{"kind": "passport", "value": "A1234567", "country": "CN"}]
    assert chan.addresses == [("ETH", ETH, None)]
    assert (chan.programmes, chan.details["addresses"], chan.details["gender"]) == (["DPRK3"], ["Wuhan, China"], ["Male"])
    assert (trading.key, trading.kind, trading.name) == ("901", "organisation", "EXAMPLE TRADING")


@pytest.mark.parametrize("share", [10, 35, 60, 85, 99])
def test_advanced_xml_that_breaks_off_is_refused_wherever_it_does(share):
    parsed = read("ofac", "sdn_advanced.xml", ADVANCED[: len(ADVANCED) * share // 100])
    assert [problem.rule for problem in parsed.problems.kept] == ["list_xml_broken"]


def test_further_remarks_of_ofac_go_on_in_the_middle_of_a_word():
    files = ofac()
    first, second = files[0][1].split(b"Digital Currency Address - XBT 1Boat")
    files[0] = ("sdn.csv", first + b'Digital Currency Address - XBT 1Boat"\n' + second.split(b"\n", 1)[1])
    rest = f"102,\"{XBT.removeprefix('1Boat')}.\"\n".encode() + b"\x1a"
    parsed = read_list("ofac", [*files, ("sdn_comments.csv", rest)], today=TODAY)
    assert not parsed.problems.count, parsed.problems.kept
    assert ("XBT", XBT, None) in parsed.entries[1].addresses


EU = """<?xml version="1.0" encoding="UTF-8"?>
<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-11-20T10:00:00.000+01:00">
<sanctionEntity euReferenceNumber="EU.1.1" logicalId="13" unitedNationId="KPi.901"><remark>Known.</remark>
<regulation programme="PRK" numberTitle="2017/1509" publicationDate="2017-08-31"/><subjectType code="person"/>
<nameAlias firstName="Tai Man" lastName="Chan" wholeName="Chan Tai Man" function="Director" strong="true"/>
<nameAlias wholeName="陳大文" strong="true"/><nameAlias wholeName="Uncle" strong="false"/>
<citizenship countryIso2Code="CN" countryDescription="CHINA"/>
<birthdate birthdate="1971-03-02" countryIso2Code="HK" city="Kowloon"/>
<identification identificationTypeCode="passport" number="A1234567" countryIso2Code="CN"/></sanctionEntity>
</export>
"""


def test_eu_xml():
    entry = sound("eu", "eu.xml", EU)["EU.1.1"]
    assert (entry.kind, entry.name, entry.programmes) == ("person", "Chan Tai Man", ["PRK"])
    assert entry.names == [("Chan Tai Man", "primary"), ("陳大文", "original"), ("Uncle", "weak")]
    assert (entry.birth_dates, sorted(entry.countries), entry.listed_on) == (["1971-03-02"], ["CN", "HK"],
                                                                          date(2017, 8, 31))
    assert read("eu", "eu.xml", EU).published_on == date(2026, 11, 20)


UK = """<?xml version="1.0" encoding="utf-8"?>
<Designations><DateGenerated>20/11/2026</DateGenerated><Designation><DateDesignated>30/11/2016</DateDesignated>
<UniqueID>DPR0001</UniqueID><IndividualEntityShip>Individual</IndividualEntityShip><RegimeName>DPRK</RegimeName>
<Names><Name><Name6>CHAN</Name6><Name1>Tai</Name1><Name2>Man</Name2><NameType>Primary Name</NameType></Name>
<Name><Name6>OLD CHAN</Name6><NameType>Alias</NameType><AliasStrength>Low Quality</AliasStrength></Name></Names>
<NonLatinNames><NonLatinName><NameNonLatinScript>陳大文</NameNonLatinScript></NonLatinName></NonLatinNames>
<IndividualDetails><Individual><DOBs><DOB>02/03/1971</DOB></DOBs><Nationalities><Nationality>China</Nationality>
</Nationalities></Individual></IndividualDetails></Designation></Designations>
"""
UK_CSV = """Report Date: 20-Nov-2026
Unique ID,Name 6,Name 1,Name type,Designation Type,Regime Name,D.O.B,Date Designated
DPR0001,CHAN,Tai Man,Primary Name,Individual,DPRK,02/03/1971,30/11/2016
DPR0001,OLD CHAN,,Alias,Individual,DPRK,,
"""


@pytest.mark.parametrize(("name", "text"), [("uk.xml", UK), ("uk.csv", UK_CSV)])
def test_uk_as_xml_and_as_csv(name, text):
    entry = sound("uk", name, text)["DPR0001"]
    assert (entry.kind, entry.birth_dates, entry.programmes) == ("person", ["1971-03-02"], ["DPRK"])
    assert (entry.name, entry.listed_on) == (("Tai Man CHAN"), date(2016, 11, 30))
    assert read("uk", name, text).published_on == date(2026, 11, 20)


@pytest.mark.parametrize("source", ["eu", "uk", "hk", "own"])
def test_the_canonical_csv_is_read_for_every_list_that_takes_it(source):
    entries = sound(source, "list.csv", CANONICAL)
    assert entries["HK-1"].names == [("陳大文", "primary"), ("Chan Tai Man", "alias"), ("CHAN Dai Man", "alias")]
    assert entries["HK-2"].addresses == [("ETH", ETH, date(2026, 1, 5))]
    assert (entries["HK-3"].kind, entries["HK-3"].countries, entries["HK-3"].listed_on) == ("vessel", ["PA"], None)


@pytest.mark.parametrize(("before", "after", "rule"), [
    ("person", "spaceship", "list_kind"), ("1971-03-02", "yesterday", "list_date"), ("Panama", "Atlantis", "list_country"),
    ("HK-3", "HK-1", "list_key_twice"), ("HK-3", "", "list_no_key"), (",Sea Lark,", ",,", "list_no_name"),
    ("type", "kind", "list_column_missing"), (",Cap. 537,,", ",Cap. 537", "list_cells"),
    ("Sea Lark", "x" * 601, "list_too_long"),
])
def test_what_is_wrong_in_a_canonical_csv_is_named(before, after, rule):
    assert rule in [problem.rule for problem in read("hk", "list.csv", CANONICAL.replace(before, after)).problems.kept]


def test_a_list_of_addresses_holds_as_many_as_it_says():
    ((name, raw),) = crypto_json((ETH, ["ETH"], "2024-01-02"), (XBT, ["XBT"], "2024-02-03"))
    assert read("crypto", name, raw.decode()).published_on == date(2026, 8, 1)
    short = raw.decode().replace('"total_address_count": 2', '"total_address_count": 3')
    assert [problem.rule for problem in read("crypto", name, short).problems.kept] == ["list_count"]
    assert [p.rule for p in read("crypto", "addresses.txt", ETH).problems.kept] == ["list_file_name"]
    assert [p.rule for p in read("crypto", "ofac_addresses_2024-09_ETH.txt", "not an address").problems.kept] == [
        "list_address"]


@pytest.mark.parametrize(("remarks", "asset"), [
    (f"Digital Currency Address - ETH {ETH}; Gender Male.", "ETH"),
    (f"DOB 1971; alt. Digital Currency Address - XBT {XBT}.", "XBT"),
])
def test_addresses_are_taken_out_of_remarks(remarks, asset):
    entry = Entry("1", "person", "X")
    read_remarks(entry, remarks)
    assert [found[0] for found in entry.addresses] == [asset]


@given(st.binary(max_size=400) | st.text(max_size=300).map(str.encode),
       st.sampled_from(["ofac", "un", "eu", "uk", "hk", "crypto"]))
@example(b"%(", "ofac")
def test_no_bytes_break_a_reader(raw, source):
    parsed = read_list(source, [("ofac_addresses_2024-09_ETH.txt", raw)], today=TODAY)
    assert parsed.entries or parsed.problems.count or not raw.strip() or source == "crypto"
    # A sentence whose parameter a reader forgot raises KeyError here; the file's own text may well hold a "%(".
    for problem in parsed.problems.kept:
        assert problem.message().strip()
        assert problem.fix().strip()


@given(st.integers(min_value=0, max_value=len(un()[0][1]) - 2))
def test_a_list_that_breaks_off_anywhere_is_refused(position):
    (name, raw), = un()
    if raw[position:].strip():
        assert read_list("un", [(name, raw[:position])], today=TODAY).problems.count


@given(st.text(max_size=40))
def test_no_text_breaks_dates_and_countries(text):
    for found in dates.birth_dates(text):
        assert 4 <= len(found) <= 10
    assert len(code_of(text)) in (0, 2)


def test_every_list_is_described_and_every_refusal_has_its_sentence():
    for source in ("ofac", "un", "eu", "uk", "hk", "own", "crypto"):
        assert describe(source).source == source
    assert all(message and fix for name, (message, fix) in SENTENCES.items() if name.startswith("list_"))
