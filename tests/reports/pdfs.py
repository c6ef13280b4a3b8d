"""Reading documents back: text, fonts and attachments of a PDF."""

from __future__ import annotations

import io

import pikepdf
from pypdf import PdfReader


def text_of(pdf: bytes) -> str:
    """Return the text of all pages; a line that was broken is one with spaces."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def flat_text_of(pdf: bytes) -> str:
    """Return the text of all pages on one line."""
    return " ".join(text_of(pdf).split())


def close(text: str) -> str:
    """Return the text without spaces, which breaks of lines put where they fall."""
    return "".join(text.split())


def page_count(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


def attachment_of(pdf: bytes) -> tuple[str, bytes]:
    """Return name and bytes of the one attachment."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        [(name, spec)] = document.attachments.items()
        return str(spec.filename or name), spec.get_file().read_bytes()


def fonts_of(pdf: bytes) -> set[str]:
    """Return the base names of the fonts, without their subset prefix."""
    names = set()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for each in document.objects:
            if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Font":
                names.add(str(each["/BaseFont"]).lstrip("/").split("+")[-1])
    return names
