"""Where a document is verified: the address of its reference, in words and as a code."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from issuers.builders.qr import qr_svg


@dataclass(frozen=True, slots=True)
class Verification:
    url: str
    code: SafeString


def verification(reference: str) -> Verification:
    """Return the address at which anybody checks a document of the reference, on pages in the active language."""
    url = f"{settings.SITE_URL.rstrip('/')}/{get_language()}/verify/{quote(reference)}/"
    return Verification(url, qr_svg(url, _("Code of the address %(url)s") % {"url": url}))
