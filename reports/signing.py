"""The signature that is added at the end of a document's bytes: PAdES baseline B, still PDF/A-3 and tagged."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

# pyhanko takes longer to import than all else together, and few processes ever sign: it waits for one that does.
if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import Signer

#: The names of the corners, above left and below right, of the room that templates leave for the signature.
PLACE, END = "signature-place", "signature-end"
FIELD = "Signature"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document leaves room: page, counted from 0, and the corners of the room, from below left, in points."""

    page: int
    box: tuple[Decimal, Decimal, Decimal, Decimal]

    @property
    def size(self) -> tuple[Decimal, Decimal]:
        """Width and height."""
        return self.box[2] - self.box[0], self.box[3] - self.box[1]


def sign_pdf(
    raw: bytes, *, signer: Signer, signed_at: datetime, name: str, reason: str, lines: str, appearance: bytes | None,
) -> bytes:
    """Return the document with one signature more; its first bytes are those of ``raw``.

    ``appearance`` is a PDF of one page, as large as the room that the document leaves (``place_of``), and shown there;
    ``lines`` is what it says, for who cannot see it. Where there is no room the signature is not shown.

    The library runs an event loop of its own, which it cannot where one runs already: so in a thread of its own.
    """
    with ThreadPoolExecutor(max_workers=1) as apart:
        return apart.submit(_signed, raw, signer, signed_at, name, reason, lines, appearance).result()


def _signed(
    raw: bytes, signer: Signer, signed_at: datetime, name: str, reason: str, lines: str,
    appearance: bytes | None,
) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
    from pyhanko.sign.signers.pdf_signer import PdfSigningSession

    class SignerAt(PdfSigner):
        """Signs at the moment that the document shows."""

        def init_signing_session(self, *args: Any, **kwargs: Any) -> PdfSigningSession:
            session = super().init_signing_session(*args, **kwargs)
            session.system_time = signed_at
            return session

    writer = IncrementalPdfFileWriter(io.BytesIO(raw))
    place = _place_in(writer) if appearance else None
    append_signature_field(writer, SigFieldSpec(
        FIELD, on_page=place.page if place else 0, box=place.box if place else None,  # type: ignore[arg-type]
        readable_field_name=lines,
    ))
    _put_into_structure(writer, lines)
    metadata = PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=name, reason=reason,
    )
    out = io.BytesIO()
    stamp = _stamp(appearance, place) if appearance and place else None
    SignerAt(metadata, signer=signer, stamp_style=stamp).sign_pdf(
        writer, existing_fields_only=True, output=out)
    return out.getvalue()


def place_of(raw: bytes) -> Place | None:
    """Return where the document leaves room for a signature: between the destinations that its template names."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    return _place_in(PdfFileReader(io.BytesIO(raw)))


def _place_in(document: Any) -> Place | None:
    names = document.root
    for step in ("/Names", "/Dests", "/Names"):
        if step not in names:
            return None
        names = names[step]
    found = {str(names[at]): names[at + 1].get_object() for at in range(0, len(names), 2)}
    if PLACE not in found or END not in found:
        return None
    (page, _kind, left, top, *_), (_page, _kind, right, bottom, *_) = (
        [found[name].raw_get(at) for at in range(len(found[name]))] for name in (PLACE, END))
    pages = [each.reference.idnum for each in _pages(document.root.raw_get("/Pages"))]
    return Place(pages.index(page.reference.idnum), (Decimal(left), Decimal(bottom), Decimal(right), Decimal(top)))


def _pages(node: Any) -> Iterator[Any]:
    """Yield the references of the pages below a node of the tree of pages, in their order."""
    kids = node.get_object().get("/Kids")
    if kids is None:
        yield node
        return
    for at in range(len(kids)):
        yield from _pages(kids.raw_get(at))


def _stamp(appearance: bytes, place: Place) -> Any:
    """Return the style that shows a page where the signature is, as large as it is."""
    from pyhanko.pdf_utils.content import PdfContent
    from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, InnerScaling, Margins, SimpleBoxLayoutRule
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.stamp import StaticStampStyle

    class Page(PdfContent):
        def render(self) -> bytes:
            drawn = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(appearance)))
            self.resources.xobject["/Page"] = drawn
            self.box = BoxConstraints(*place.size)  # type: ignore[arg-type]
            return b"/Page Do"

    middle = SimpleBoxLayoutRule(
        AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MIN, Margins(), inner_content_scaling=InnerScaling.NO_SCALING)
    return StaticStampStyle(border_width=0, background=Page(), background_layout=middle, background_opacity=1)


def _put_into_structure(writer: IncrementalPdfFileWriter, lines: str) -> None:
    """Make the field a part of the tagged document: read after all else, as ``lines``."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.generic import NameObject, NumberObject, pdf_name

    if "/StructTreeRoot" not in writer.root:
        return
    tree = writer.root["/StructTreeRoot"]
    field_ref = writer.root["/AcroForm"]["/Fields"].raw_get(0)
    field = field_ref.get_object()
    numbers = tree["/ParentTree"]["/Nums"]
    key = max((int(numbers[at]) for at in range(0, len(numbers), 2)), default=-1) + 1
    top_kids = tree["/K"]
    top_ref = top_kids.raw_get(0) if isinstance(top_kids, generic.ArrayObject) else tree.raw_get("/K")
    top = top_ref.get_object()
    element = generic.DictionaryObject({
        pdf_name("/Type"): NameObject("/StructElem"), pdf_name("/S"): NameObject("/Form"), pdf_name("/P"): top_ref,
        pdf_name("/Alt"): generic.TextStringObject(lines), pdf_name("/Pg"): field.raw_get("/P"),
        pdf_name("/K"): generic.DictionaryObject({
            pdf_name("/Type"): NameObject("/OBJR"), pdf_name("/Obj"): field_ref, pdf_name("/Pg"): field.raw_get("/P"),
        }),
    })
    element_ref = writer.add_object(element)
    kids = top["/K"]
    if not isinstance(kids, generic.ArrayObject):
        kids = top[pdf_name("/K")] = generic.ArrayObject([top.raw_get("/K")])
    kids.append(element_ref)
    writer.update_container(kids)
    writer.update_container(top)
    numbers.extend([NumberObject(key), element_ref])
    writer.update_container(numbers)
    tree[pdf_name("/ParentTreeNextKey")] = NumberObject(key + 1)
    writer.update_container(tree)
    field[pdf_name("/StructParent")] = NumberObject(key)
    writer.update_container(field)
