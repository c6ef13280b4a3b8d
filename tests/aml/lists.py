"""Small lists in every format, written by hand: three entries each, of whom nobody is real."""

from __future__ import annotations

import json
from pathlib import Path

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
ETH = "0x52908400098527886E0F7030069857D2E4169EE7"
XBT = "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"
TRX = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"

SDN = f"""101,"EXAMPLE TRADING CO., LTD.",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"a.k.a. 'ETC'."
102,"CHAN, Tai Man","individual","DPRK3] [CYBER2","Director",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 02 Mar 1971; POB Hong Kong; nationality China; Passport A1234567 (China); Digital Currency Address - ETH {ETH}; alt. Digital Currency Address - XBT {XBT}."
103,"SEA LARK","vessel","NPWMD",-0- ,"3ABC","General Cargo","5,000","3,000","Panama",-0- ,"Vessel Registration Identification IMO 9187629."
"""
ALT = """102,201,"aka","陳大文",-0-\u0020
102,202,"fka","TAI MAN TRADING",-0-\u0020
"""
ADD = """101,301,"1 Example Street","Havana","Cuba",-0-\u0020
102,302,-0- ,"Kowloon","Hong Kong",-0-\u0020
"""
END = b"\x1a"

UN = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-11-20T00:00:09.554Z"><INDIVIDUALS>
<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>TAI MAN</FIRST_NAME><SECOND_NAME>CHAN</SECOND_NAME>
<UN_LIST_TYPE>DPRK</UN_LIST_TYPE><REFERENCE_NUMBER>KPi.901</REFERENCE_NUMBER><LISTED_ON>2016-11-30</LISTED_ON>
<NAME_ORIGINAL_SCRIPT>陳大文</NAME_ORIGINAL_SCRIPT><NATIONALITY><VALUE>China</VALUE></NATIONALITY>
<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Old Chan</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1970</FROM_YEAR><TO_YEAR>1972</TO_YEAR>
</INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL>
<INDIVIDUAL><DATAID>2</DATAID><FIRST_NAME>BEN</FIRST_NAME><SECOND_NAME>EXAMPLE</SECOND_NAME>
<UN_LIST_TYPE>DRC</UN_LIST_TYPE><REFERENCE_NUMBER>CDi.902</REFERENCE_NUMBER></INDIVIDUAL></INDIVIDUALS>
<ENTITIES><ENTITY><DATAID>3</DATAID><FIRST_NAME>EXAMPLE TRADING</FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE>
<REFERENCE_NUMBER>KPe.903</REFERENCE_NUMBER><ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>ET Co</ALIAS_NAME>
</ENTITY_ALIAS></ENTITY></ENTITIES></CONSOLIDATED_LIST>
"""

CANONICAL = f"""entry_id,type,name,aliases,birth_date,country,programme,listed_on,address
HK-1,person,陳大文,Chan Tai Man; CHAN Dai Man,1971-03-02,HK,Cap. 537,2026-01-05,1 Example Road
HK-2,organisation,Example Trading Limited,,,Hong Kong,Cap. 575,2026-01-05,ETH:{ETH}
HK-3,vessel,Sea Lark,,,Panama,Cap. 537,,
"""

BOMB = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<CONSOLIDATED_LIST dateGenerated="2026-11-21T00:00:00Z"><INDIVIDUALS><INDIVIDUAL><FIRST_NAME>&c;</FIRST_NAME>
</INDIVIDUAL></INDIVIDUALS><ENTITIES></ENTITIES></CONSOLIDATED_LIST>
"""


def ofac(*, without: str = "", end: bytes = END) -> list[tuple[str, bytes]]:
    """Return the three files of OFAC, without what belongs to one entry if it is named."""
    def cut(text: str) -> bytes:
        rows = [row for row in text.splitlines(keepends=True) if not (without and row.startswith(f"{without},"))]
        return "".join(rows).encode() + end

    return [("sdn.csv", cut(SDN)), ("alt.csv", cut(ALT)), ("add.csv", cut(ADD))]


def un(text: str = UN) -> list[tuple[str, bytes]]:
    """Return the one file of the United Nations."""
    return [("consolidated.xml", text.encode())]


def many(count: int, *, first: int = 1) -> list[tuple[str, bytes]]:
    """Return a canonical list of so many organisations."""
    rows = "".join(f"M-{number},organisation,Example {number} Limited\n" for number in range(first, first + count))
    return [("list.csv", f"entry_id,type,name\n{rows}".encode())]


def crypto_json(*rows: tuple[str, list[str], str]) -> list[tuple[str, bytes]]:
    """Return a list of addresses as JSON, of address, assets and day of listing."""
    said = [{"address": address, "ofac_tickers": assets, "date_listed": day, "entity_name": "Example Mixer",
             "entity_id": 7, "programs": ["CYBER2"], "chain": "ethereum"} for address, assets, day in rows]
    return [("ofac_addresses_2026-08.json",
             json.dumps({"addresses": said, "total_address_count": len(said), "source_list": "SDN"}).encode())]


def crypto_text(asset: str, *addresses: str, month: str = "2024-09") -> list[tuple[str, bytes]]:
    """Return a list of the addresses of one asset as text."""
    return [(f"ofac_addresses_{month}_{asset}.txt", "\n".join(addresses).encode())]
