"""Countries as lists spell them, and their codes of ISO 3166-1. A name that has none stays a name."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale

from issuers.identifiers import country_codes

#: Spellings of publishers that differ from the English names of Unicode's CLDR.
_SPELLED = """
AE: emirates; AN: netherlands antilles; BA: bosnia-herzegovina, bosnia and herzegovina, bosnia; BO: bolivia
plurinational state of, plurinational state of bolivia; BN: brunei darussalam; BS: bahamas the, the bahamas; CD:
democratic republic of the congo, congo democratic republic of the, congo dem rep, drc, democratic republic of congo,
congo (democratic republic); CF: central african republic; CG: congo republic of the, congo, republic of the congo,
republic of congo, congo (republic); CI: cote d ivoire, cote d'ivoire, ivory coast; CN: people's republic of china,
china people's republic of; CV: cape verde, cabo verde; CZ: czech republic; FM: micronesia federated states of; GB:
uk, england, scotland, wales, northern ireland, great britain, united kingdom of great britain and northern ireland;
GM: gambia, the gambia, gambia the; HK: hong kong, china hong kong special administrative region, hong kong sar china,
hong kong china; IR: iran islamic republic of, iran (islamic republic of), islamic republic of iran; KM: comoros
islands, the comoros; KN: saint kitts and nevis, st kitts and nevis, st. kitts and nevis; KP: korea north, north
korea, dprk, democratic people's republic of korea, korea democratic people's republic of; KR: korea south, south
korea, republic of korea, korea republic of; LA: lao people's democratic republic, laos; MD: republic of moldova,
moldova republic of; MK: macedonia, macedonia the former yugoslav republic of, the former yugoslav republic of
macedonia, north macedonia republic of; MM: burma, myanmar; MO: macau, macao, china macao special administrative
region; NL: the netherlands, netherlands (kingdom of the); PH: the philippines; PS: palestinian, palestine, west bank,
gaza, gaza strip, state of palestine, palestinian territory occupied, occupied palestinian territories, palestine
state of; RU: russian federation, the russian federation; SD: the sudan; SK: slovak republic; ST: sao tome and
principe; SY: syrian arab republic; SZ: swaziland; TL: east timor, timor-leste; TR: turkey, turkiye, türkiye; TT:
trinidad and tobago; TW: taiwan province of china; TZ: united republic of tanzania, tanzania united republic of; US:
usa, united states of america, the united states; VA: holy see; VC: saint vincent and the grenadines, st. vincent and
the grenadines, st vincent and the grenadines; VE: venezuela bolivarian republic of, bolivarian republic of venezuela,
venezuela (bolivarian republic of); VG: virgin islands british, british virgin islands; VI: virgin islands u.s., us
virgin islands; VN: viet nam; XK: kosovo; YE: republic of yemen
"""
_NOISE = re.compile(r"[^\w' .()-]+")


def code_of(text: str | None) -> str:
    """Return the code of the country that the text names, or "" where it names none that has one."""
    name = _plain(text or "")
    if len(name) == 2 and name.upper() in country_codes():
        return name.upper()
    return _codes().get(name, "")


def _plain(text: str) -> str:
    return " ".join(_NOISE.sub(" ", text.casefold().replace("’", "'").replace("&", "and")).split()).strip(". ")


@cache
def _codes() -> dict[str, str]:
    assigned = country_codes()
    found = {_plain(str(name)): str(code) for code, name in Locale("en").territories.items() if code in assigned}
    for part in " ".join(_SPELLED.split()).split(";"):
        code, _, names = part.partition(":")
        found |= {_plain(name): code.strip() for name in names.split(",") if code.strip() in assigned}
    return found
