"""Documents that people send: hostile until shown to be what their names say, and never more than that."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

import pypdfium2
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from core.errors import Refused

MEGABYTE = 1_000_000
MAX_PIXELS = 60_000_000
#: How much a document may unpack to, as a multiple of the limit on its size.
UNPACKED = 10
#: What a form adds around its file: boundaries, other fields.
FORM_AROUND = 100_000

PDF = "application/pdf"
MEDIA_TYPES = {
    ".pdf": PDF,
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
OFFICE_PARTS = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}
PICTURE_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}


class RefusedFile(Refused):
    """The file itself is why: on a page, the sentence stands beside the field of the file."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """Bytes that are what their name says; ``page_count`` is known of a PDF only."""

    raw: bytes
    filename: str
    media_type: str
    page_count: int | None


def check_document(raw: bytes, filename: str) -> CheckedFile:
    """Return the file if it is a document of an accepted kind, whole, readable and of a sound size.

    Raises:
        RefusedFile: with the sentence for the person who sent it; its codes are ``too_large``, ``empty_file``,
            ``unknown_file_type``, ``not_what_name_says``, ``encrypted_file``, ``macros``, ``zip_bomb``.
    """
    name = _sound_name(filename)
    ending = PurePath(name).suffix.lower()
    limit = settings.DOCUMENT_MAX_BYTES
    if len(raw) > limit:
        raise too_large(name)
    if not raw:
        raise RefusedFile(_("“%(file)s” is empty.") % {"file": name}, code="empty_file")
    if ending not in MEDIA_TYPES:
        raise RefusedFile(
            _("“%(file)s” is of a kind that is not accepted. Send PDF, Word (.docx), Excel (.xlsx), PNG or JPEG.")
            % {"file": name},
            code="unknown_file_type",
        )
    pages = None
    if ending == ".pdf":
        pages = _pages_of_pdf(raw, name)
    elif ending in OFFICE_PARTS:
        _check_office(raw, name, OFFICE_PARTS[ending], UNPACKED * limit)
    else:
        _check_picture(raw, name, PICTURE_FORMATS[ending])
    return CheckedFile(raw, name, MEDIA_TYPES[ending], pages)


def too_large(filename: str) -> RefusedFile:
    """Return the refusal of a file over the limit, for callers that know the size before they read."""
    return RefusedFile(
        _("“%(file)s” is larger than %(limit)d MB. Split it, or save it with smaller pictures.")
        % {"file": filename, "limit": settings.DOCUMENT_MAX_BYTES // MEGABYTE},
        code="too_large",
    )


def refuse_long_body(content_length: str | None) -> None:
    """Refuse a request by the length that it announces, before its body is read.

    Raises:
        RefusedFile: it is longer than a document and the form around it may be.
    """
    length = content_length or "0"
    if length.isdecimal() and int(length) > settings.DOCUMENT_MAX_BYTES + FORM_AROUND:
        raise too_large(_("Your file"))


def _sound_name(filename: str) -> str:
    """Return the last part of the name without what cannot be shown or stored."""
    last = re.split(r"[/\\]", filename)[-1]
    return "".join(char for char in last if char.isprintable()).strip()[:200] or "document"


def _not_what_name_says(name: str) -> RefusedFile:
    return RefusedFile(
        _("“%(file)s” is damaged, or is not the kind of file that its name says. Save it again and send that.")
        % {"file": name},
        code="not_what_name_says",
    )


def _pages_of_pdf(raw: bytes, name: str) -> int:
    if not raw[:1024].lstrip().startswith(b"%PDF-"):
        raise _not_what_name_says(name)
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise RefusedFile(
                _("“%(file)s” is protected with a password. Remove it; the connection itself is encrypted.")
                % {"file": name},
                code="encrypted_file",
            )
        raise _not_what_name_says(name)
    try:
        return len(document)
    finally:
        document.close()


def _check_office(raw: bytes, name: str, part: str, most: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        raise _not_what_name_says(name)
    if sum(entry.file_size for entry in entries) > most:
        raise RefusedFile(_("“%(file)s” unpacks to far more than a document of its size holds.") % {"file": name},
                      code="zip_bomb")
    names = {entry.filename for entry in entries}
    if any(each.lower().endswith("vbaproject.bin") for each in names):
        raise RefusedFile(_("“%(file)s” holds macros. Save it without them.") % {"file": name}, code="macros")
    if part not in names:
        raise _not_what_name_says(name)


def _check_picture(raw: bytes, name: str, form: str) -> None:
    try:
        with Image.open(io.BytesIO(raw), formats=[form]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise RefusedFile(_("“%(file)s” has more pixels than a scan needs.") % {"file": name}, code="zip_bomb")
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        raise _not_what_name_says(name)
