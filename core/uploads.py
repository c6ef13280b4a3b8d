"""Documents that people send: hostile until shown to be what their names say, and never more than that."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.utils.translation import gettext as _

from core import pages
from core.archives import DAMAGED, PACKINGS
from core.errors import Refused
from core.pdfreader import MOST_MEASURED

MEGABYTE = 1_000_000
#: How much a document may unpack to, as a multiple of the limit on its size.
UNPACKED = 10
#: What a form adds around its file: boundaries, other fields.
FORM_AROUND = 100_000
#: As much of a name as is stored.
LONGEST_NAME = 200
#: Parts of an Office file; those of the largest sound ones, with a picture on each of a thousand slides, are fewer.
MAX_PARTS = 10_000
ENCRYPTED_PART = 0x1
MACROS = ("vbaproject.bin", ".docm", ".xlsm", ".pptm", ".xlam")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")

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
    count = None
    if ending == ".pdf":
        count = _pages_of_pdf(raw, name)
    elif ending in OFFICE_PARTS:
        _check_office(raw, name, OFFICE_PARTS[ending], UNPACKED * limit)
    else:
        _check_picture(raw, name, PICTURE_FORMATS[ending])
    return CheckedFile(raw, name, MEDIA_TYPES[ending], count)


def too_large(filename: str) -> RefusedFile:
    """Return the refusal of a file over the limit, for callers that know the size before they read."""
    return RefusedFile(
        _("“%(file)s” is larger than %(limit)d MB. Split it, or save it with smaller pictures.")
        % {"file": _sound_name(filename), "limit": settings.DOCUMENT_MAX_BYTES // MEGABYTE},
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
    """Return the last part of the name without what cannot be shown or stored; cut, it keeps its ending."""
    last = re.split(r"[/\\]", filename)[-1]
    name = "".join(char for char in last if char.isprintable()).strip()
    if name.startswith(".") and not PurePath(name).suffix:  # an ending alone
        name = f"document{name}"
    if len(name) > LONGEST_NAME:
        ending = PurePath(name).suffix[-20:]
        name = name[: LONGEST_NAME - len(ending)] + ending
    return name or "document"


def _not_what_name_says(name: str) -> RefusedFile:
    return RefusedFile(
        _("“%(file)s” is damaged, or is not the kind of file that its name says. Save it again and send that.")
        % {"file": name},
        code="not_what_name_says",
    )


def _encrypted(name: str) -> RefusedFile:
    return RefusedFile(
        _("“%(file)s” is protected with a password. Remove it; the connection itself is encrypted.") % {"file": name},
        code="encrypted_file",
    )


def _bomb(name: str) -> RefusedFile:
    return RefusedFile(
        _("“%(file)s” unpacks to far more than a document of its size holds.") % {"file": name}, code="zip_bomb"
    )


def _pages_of_pdf(raw: bytes, name: str) -> int:
    if not raw[:1024].lstrip().startswith(b"%PDF-"):
        raise _not_what_name_says(name)
    try:
        count = pages.page_count(raw)
    except pages.Locked:
        raise _encrypted(name)
    except pages.Unreadable:
        raise _not_what_name_says(name)
    if not count:
        raise _not_what_name_says(name)
    return count


def _check_office(raw: bytes, name: str, part: str, most: int) -> None:
    if raw.startswith(OLE):  # what Office makes of a document with a password is another kind of file
        raise _encrypted(name) if ENCRYPTED_PACKAGE in raw else _not_what_name_says(name)
    # What stands before the archive could be a file of another kind. The list of parts is counted before it is read.
    if not raw.startswith(b"PK\x03\x04"):
        raise _not_what_name_says(name)
    if raw.count(b"PK\x01\x02") > MAX_PARTS:
        raise _bomb(name)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            _check_parts(archive, name, part, most)
    except DAMAGED:
        raise _not_what_name_says(name)


def _check_parts(archive: zipfile.ZipFile, name: str, part: str, most: int) -> None:
    entries = archive.infolist()
    if sum(entry.file_size for entry in entries) > most:
        raise _bomb(name)
    if any(entry.flag_bits & ENCRYPTED_PART for entry in entries):
        raise _encrypted(name)
    if any(entry.filename.lower().endswith(MACROS) for entry in entries):
        raise RefusedFile(_("“%(file)s” holds macros. Save it without them.") % {"file": name}, code="macros")
    names = [entry.filename for entry in entries]
    if part not in names or len(names) > len(set(names)) or any(each.compress_type not in PACKINGS for each in entries):
        raise _not_what_name_says(name)
    # A part says its size itself: reading stops there, and the sum of its bytes shows whether it told the truth.
    if archive.testzip() is not None:
        raise _not_what_name_says(name)


def _check_picture(raw: bytes, name: str, form: str) -> None:
    try:
        pixels = pages.pixel_count(raw, form)
    except pages.Unreadable:
        raise _not_what_name_says(name)
    if pixels > MOST_MEASURED:
        raise RefusedFile(_("“%(file)s” has more pixels than a scan needs.") % {"file": name}, code="zip_bomb")
