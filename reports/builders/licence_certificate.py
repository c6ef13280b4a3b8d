"""The certificate of a licence: what the register says of it in one version, on one page, and where to check it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import segno
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from issuers.models import Licence, RegisterEntry
from reports.builders.parties import as_reference, instant

SCHEMA = "assay.licence_certificate/1"
TITLE_ZH = "牌照證明書"
#: More contracts than this do not fit on one page; the register has them all.
SHOWN_CONTRACTS = 8


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
        "register_url": f"{settings.SITE_URL.rstrip('/')}/en/register/{number}/",
    }


def printed(frozen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of ``pdf/licence_certificate.html``, besides what every document prints."""
    entry = frozen["entry"]
    contracts = [
        {"symbol": coin["symbol"], "currency": coin["reference_currency"], **contract}
        for coin in entry["coins"]
        for contract in coin["contracts"] or [{"chain": "", "contract": ""}]
    ]
    return {
        "title": _("Licence certificate"), "title_zh": TITLE_ZH, "subject_line": entry["number"],
        "entry": entry, "status": Licence.Status(entry["status"]).label,
        "suspended": entry["status"] == Licence.Status.SUSPENDED,
        "contracts": contracts[:SHOWN_CONTRACTS], "more": len(contracts[SHOWN_CONTRACTS:]),
        "code": qr_code(frozen["register_url"]),
    }


def qr_code(url: str) -> SafeString:
    """Return the address as a QR code in SVG, with the quiet zone that readers need."""
    code = segno.make(url, error="m", micro=False)
    drawing = code.svg_inline(border=4, dark="#08303f", omitsize=True, title=url, svgclass="qr", lineclass=None)
    return mark_safe(drawing)  # noqa: S308 - segno escapes the title, and the rest are numbers
