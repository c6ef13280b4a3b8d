"""A place that signs: certificates of a demonstration made once for a test run, and settings that name them."""

from __future__ import annotations

import functools
import tempfile
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

from core import clock
from reports.demo.certificates import ROOT, SIGNER, SIGNER_KEY, make_certificates


class Place:
    """Settings to be, of a place that no test runs in."""


_PLACE = tempfile.TemporaryDirectory(prefix="assay-certificates-")


@functools.cache
def certificates() -> Path:
    """Return the directory of root and signing certificate."""
    make_certificates(Path(_PLACE.name), now=clock.now())
    return Path(_PLACE.name)


def sign_here(settings: Any) -> None:
    """Let the platform sign with the demonstration's certificates."""
    place = certificates()
    settings.REPORT_SIGNING_KEY, settings.REPORT_SIGNING_CERTIFICATES = str(place / SIGNER_KEY), str(place / SIGNER)
    settings.REPORT_SIGNING_ROOTS, settings.REPORT_SIGNING_DEMONSTRATION = str(place / ROOT), True


def statuses_of(pdf: bytes) -> list[Any]:
    """Return what pyHanko says of each signature, trusting the demonstration's root alone."""

    def found() -> list[Any]:
        from pyhanko.keys import load_cert_from_pemder
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.validation import validate_pdf_signature
        from pyhanko_certvalidator import ValidationContext

        root = load_cert_from_pemder(str(certificates() / ROOT))
        context = ValidationContext(trust_roots=[root], allow_fetching=False)
        return [validate_pdf_signature(each, context)
                for each in PdfFileReader(BytesIO(pdf)).embedded_regular_signatures]

    with ThreadPoolExecutor(max_workers=1) as apart:  # a browser's event loop may run in this one
        return apart.submit(found).result()
