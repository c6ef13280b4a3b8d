"""The certificate of a licence: what the register says of it in one version, on one page, and where to check it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import segno
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from issuers.models import Licence, RegisterEntry
from reports.builders.parties import as_reference, instant

SCHEMA = "assay.licence_certificate/1"
TITLE_ZH = "牌照證明書"
#: A longer name takes smaller letters, and more lines all the same.
LONG_NAME = 60
#: Millimetres that contracts have on the one page, under a short and under a long name; the register has them all.
ROOM, ROOM_UNDER_LONG_NAME = 40, 15
#: Letters that a line of the columns takes.
CHAIN_LETTERS, CONTRACT_LETTERS = 31, 44


def facts(entry: RegisterEntry) -> dict[str, Any]:
    """Return the register entry that the certificate repeats, and the address of the entry that prevails over it."""
    number = entry.licence.number
    return {
        "schema": SCHEMA,
        "reference": as_reference(number, "CERT", entry.version),
        "dated_at": instant(entry.shown_from),
        "version": str(entry.version),
        "entry": entry.fields,
        "entry_digest": entry.digest,
        "register_url": f"{settings.SITE_URL.rstrip('/')}/en/register/{quote(number)}/",
    }


def printed(frozen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of ``pdf/licence_certificate.html``, besides what every document prints."""
    entry = frozen["entry"]
    contracts = [
        {"symbol": coin["symbol"], "currency": coin["reference_currency"], **contract}
        for coin in entry["coins"]
        for contract in coin["contracts"] or [{"chain": "", "contract": ""}]
    ]
    long_name = max(len(entry["name_en"]), len(entry["name_zh_hant"])) > LONG_NAME
    shown = _fitting(contracts, ROOM_UNDER_LONG_NAME if long_name else ROOM)
    return {
        "title": _("Licence certificate"), "title_zh": TITLE_ZH, "subject_line": entry["number"],
        "entry": entry, "status": Licence.Status(entry["status"]).label,
        "long_name": long_name,
        "suspended": entry["status"] == Licence.Status.SUSPENDED,
        "contracts": shown, "more": len(contracts) - len(shown),
        "code": qr_code(frozen["register_url"]),
    }


def _fitting(contracts: list[dict[str, str]], room: int) -> list[dict[str, str]]:
    """The first contracts, as many as the room takes: a row is 3 mm high and 4 mm for each of its lines."""
    shown = []
    for each in contracts:
        lines = max(len(each["contract"]) // CONTRACT_LETTERS, len(each["chain"]) // CHAIN_LETTERS) + 1
        room -= 3 + 4 * lines
        if room < 0:
            break
        shown.append(each)
    return shown


def qr_code(url: str) -> SafeString:
    """Return the address as a QR code in SVG, with the quiet zone that readers need."""
    code = segno.make(url, error="m", micro=False)
    drawing = code.svg_inline(border=4, dark="#08303f", omitsize=True, title=url, svgclass="qr", lineclass=None)
    return mark_safe(drawing)  # noqa: S308 - segno escapes the title, and the rest are numbers
