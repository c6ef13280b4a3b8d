"""From what a report prints to its bytes: a template becomes HTML, HTML becomes a PDF/A-3 with its data attached."""

from __future__ import annotations

import functools
import mimetypes
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import weasyprint
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string
from django.utils import translation
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from core.svg import FONT

#: Drawings name their fonts themselves, as browsers read them; here no style sheet reaches into them, only names that
#: stand between bare commas are found, and Chinese takes the forms of the page's language.
DRAWN = {"zh-hans": "Inter,Noto Sans SC,Noto Sans HK"}
DRAWN_ELSE = "Inter,Noto Sans HK,Noto Sans SC"
# An address that no network has (RFC 2606), under which a document finds the static files.
STATIC = "https://static.invalid"


class Annex(NamedTuple):
    """A file that a document carries besides its data."""

    name: str
    raw: bytes
    description: str


class NotOurs(FatalURLFetchingError):
    """A document asked for something that is not one of the project's static files."""


class StaticFiles(URLFetcher):
    """Gives a document the project's static files and nothing else: no network, no disk."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return the file.

        Raises:
            NotOurs: the address leads anywhere else, or there is no such file.
        """
        try:
            path = finders.find(unquote(urlsplit(url).path).lstrip("/")) if url.startswith(f"{STATIC}/") else None
        except SuspiciousFileOperation:  # out of the static files and up
            path = None
        if path is None:
            raise NotOurs(f"{url} is not a static file of this project")
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return URLFetcherResponse(url, BytesIO(Path(path).read_bytes()), {"Content-Type": kind})


@functools.cache
def _stylesheet(name: str) -> tuple[weasyprint.CSS, FontConfiguration]:
    # Reading the Chinese fonts costs most of a second, so a worker does it once.
    fonts = FontConfiguration()
    return weasyprint.CSS(url=f"{STATIC}/{name}", url_fetcher=StaticFiles(), font_config=fonts), fonts


def render_pdf(
    template: str, context: Mapping[str, Any], *, language: str, stylesheet: str,
    attachment: bytes, attachment_name: str, attachment_description: str, made_at: datetime,
    annexes: Sequence[Annex] = (),
) -> bytes:
    """Return the document as PDF/A-3a; equal arguments give equal bytes.

    ``made_at`` dates the attachment, which is the data of the document, and the ``annexes`` that stand beside it; the
    clock is not read.
    """
    with translation.override(language):
        page = render_to_string(template, dict(context))
    html = page.replace(f'font-family="{FONT}"', f'font-family="{DRAWN.get(language, DRAWN_ELSE)}"')
    style, fonts = _stylesheet(stylesheet)
    document = weasyprint.HTML(string=html, base_url=f"{STATIC}/", url_fetcher=StaticFiles())
    data = weasyprint.Attachment(
        string=attachment, name=attachment_name, description=attachment_description,
        created=made_at, modified=made_at, relationship="Data",
    )
    beside = [
        weasyprint.Attachment(
            string=each.raw, name=each.name, description=each.description, created=made_at, modified=made_at,
            relationship="Supplement",
        )
        for each in annexes
    ]
    return document.write_pdf(
        stylesheets=[style], font_config=fonts, attachments=[data, *beside], pdf_variant="pdf/a-3a",
        pdf_identifier=attachment_name.encode(), finisher=_list_attachments_once,
    )


def render_stamp(
    template: str, context: Mapping[str, Any], *, language: str, stylesheet: str, width: Decimal, height: Decimal
) -> bytes:
    """Return one page of so many points, to be shown in the frame of a document of the same style sheet."""
    with translation.override(language):
        html = render_to_string(template, dict(context))
    style, fonts = _stylesheet(stylesheet)
    box = f"{{ size: {width:.3f}pt {height:.3f}pt; margin: 0 }}"
    page = weasyprint.CSS(string=f"@page {box} @page :first {box}", font_config=fonts)
    document = weasyprint.HTML(string=html, base_url=f"{STATIC}/", url_fetcher=StaticFiles())
    return document.write_pdf(stylesheets=[style, page], font_config=fonts)


def _list_attachments_once(document: weasyprint.Document, pdf: Any) -> None:
    """Undo that the writer lists each file twice among those that belong to the document."""
    pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])
