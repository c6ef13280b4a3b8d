"""PDFs to file in tests, with a text on each page."""

from __future__ import annotations

import io

import pikepdf


def pdf_of(*texts: str, box: tuple[int, int] = (595, 842)) -> bytes:
    """Return a PDF with one page per text (Latin letters), each of the size."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        for text in texts:
            page = document.add_blank_page()
            page.MediaBox = [0, 0, *box]
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            written = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            lines = "".join(f"({line}) Tj T* " for line in written.split("\n"))
            page.Contents = pikepdf.Stream(document, f"BT /F1 14 Tf 18 TL 60 {box[1] - 80} Td {lines}ET".encode("latin-1"))
        document.save(out)
    return out.getvalue()
