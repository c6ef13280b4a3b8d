"""Small PDFs of one page, the same bytes each time: what applicants of the demonstration file."""

from __future__ import annotations

import textwrap

WIDTH = 84
_FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"


def page_of(title: str, text: str) -> bytes:
    """Return a PDF with a heading and paragraphs (Latin letters; a line break begins a paragraph)."""
    lines = [line for paragraph in text.split("\n") for line in (*textwrap.wrap(paragraph, WIDTH), "")]
    shown = " ".join(f"({_escaped(line)}) '" for line in lines)
    drawn = f"BT /F2 15 Tf 64 770 Td ({_escaped(title)}) Tj /F1 10.5 Tf 16 TL 0 -14 Td {shown} ET".encode("cp1252")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawn), drawn),
        (_FONT % "Helvetica").encode(),
        (_FONT % "Helvetica-Bold").encode(),
    ]
    return _assembled(objects)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _assembled(objects: list[bytes]) -> bytes:
    made, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, begins = len(objects) + 1, len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, table)
    made += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, begins)
    return bytes(made)
