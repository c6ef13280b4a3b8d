"""What can be said of the digital signatures in a PDF, and no more: who, whole or not, trusted here or not."""

from __future__ import annotations

import io
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

# pyhanko takes longer to import than all else together, and few processes ever see a signed PDF: it waits for one.
if TYPE_CHECKING:
    from asn1crypto import x509
    from pyhanko_certvalidator import ValidationContext

UNSIGNED, UNREADABLE, SIGNED = "unsigned", "unreadable", "signed"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature: the name in its certificate, and what was checked.

    ``intact``: the bytes that it covers are those that were signed. ``covers_all``: nothing was added after it.
    ``trusted``: its certificate leads to one of the authority's trusted roots; without such roots nothing is trusted.
    """

    signer: str
    intact: bool
    covers_all: bool
    trusted: bool
    stated_time: str | None  # as the signer's own clock had it: nobody vouches for it


def check_signatures(raw: bytes, *, roots: str | None = None) -> dict[str, Any]:
    """Return, as data, whether the PDF is signed and what holds of each signature in it.

    ``roots`` names the certificates that are trusted (PEM: a file, or a directory of them), if not the authority's
    ``SIGNATURE_TRUST_ROOTS``; for documents of the authority's own it is ``REPORT_SIGNING_ROOTS``.

    The library runs an event loop of its own, which it cannot where one runs already: so in a thread of its own.
    """
    with ThreadPoolExecutor(max_workers=1) as apart:
        return apart.submit(_check, raw, settings.SIGNATURE_TRUST_ROOTS if roots is None else roots).result()


def _check(raw: bytes, roots: str) -> dict[str, Any]:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko_certvalidator import ValidationContext

    try:
        reader = PdfFileReader(io.BytesIO(raw), strict=False)
        embedded = list(reader.embedded_regular_signatures)
        context = ValidationContext(trust_roots=list(trust_roots(roots)), allow_fetching=False)
        found = [_checked(each, context) for each in embedded]
    except (PdfError, SignatureValidationError, ValueError, KeyError, TypeError):
        return {"state": UNREADABLE, "signatures": []}
    return {"state": SIGNED if found else UNSIGNED, "signatures": [asdict(each) for each in found]}


def _checked(embedded: Any, context: ValidationContext) -> Signature:
    from pyhanko.sign.validation import validate_pdf_signature

    status = validate_pdf_signature(embedded, context, skip_diff=True)
    at = status.signer_reported_dt
    return Signature(
        signer=status.signing_cert.subject.human_friendly, intact=bool(status.intact and status.valid),
        covers_all=status.coverage is not None and status.coverage.name == "ENTIRE_FILE",
        trusted=bool(status.intact and status.valid and status.trusted),
        stated_time=at.isoformat() if at else None,
    )


def root_files(place: str) -> list[Path]:
    """Return the files of trusted certificates: the one that is named, those of a directory, or none."""
    if not place:
        return []
    return sorted(Path(place).glob("*.pem")) if Path(place).is_dir() else [Path(place)]


def trust_roots(place: str) -> Iterable[x509.Certificate]:
    """Return the certificates of a file or a directory of trusted roots (PEM), if it is named."""
    from asn1crypto import pem, x509

    for path in root_files(place):
        for _type, _headers, der in pem.unarmor(path.read_bytes(), multiple=True):
            yield x509.Certificate.load(der)
