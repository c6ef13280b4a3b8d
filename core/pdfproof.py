"""A program of its own that reads of a PDF what can be proved of it: attached facts, printed digest, signatures.

Like ``core.pdfreader`` it runs apart from the server, within limits of memory and time that the operating system keeps,
and knows neither Django nor the database. ``core.signed_documents`` starts it.

    python pdfproof.py   on stdin one line of JSON, ``{"roots": [PEM, ...], "moment": ISO 8601}``, and then the PDF;
                         on stdout one JSON object: see ``main``
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import resource
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

MEMORY = 700_000_000
SECONDS = 12
#: What a report of the largest kind has, many times over.
MOST_ATTACHMENTS, MOST_FACTS_BYTES, MOST_DEPTH, MOST_VALUES = 100, 20_000_000, 30, 200_000
MOST_PAGES_READ, MOST_OBJECTS, MOST_REVISIONS = 200, 2_000, 16
NOT_PDF, LOCKED, UNREADABLE, READ = "not_pdf", "locked", "unreadable", "read"
_NO_TEXT = re.compile(r"[\s\u00ad\ufffe\uffff-]+")


def main() -> None:
    """Answer with the state, what is attached, whether the facts' digest is printed, and what holds of signatures."""
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0),
                        (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(limit, (most, most))
    asked = json.loads(sys.stdin.buffer.readline())
    json.dump(proved(sys.stdin.buffer.read(), asked["roots"], datetime.fromisoformat(asked["moment"])), sys.stdout)


def proved(raw: bytes, roots: list[str], moment: datetime) -> dict[str, Any]:
    """Return, as data, what can be said of the PDF."""
    answer: dict[str, Any] = {"state": NOT_PDF, "facts": [], "attachments": 0, "signatures": [], "added": []}
    if not raw[:1024].lstrip().startswith(b"%PDF-"):
        return answer
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    damaged = (PdfError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError,
               MemoryError, OSError, ArithmeticError)
    try:
        reader = PdfFileReader(io.BytesIO(raw), strict=False)
        if reader.encrypted:
            return answer | {"state": LOCKED}
        files = list(attachments(reader.root))
        facts = [each for name, content in files if (each := facts_in(name, content))]
        if facts:
            text = printed_text(raw)
            for each in facts:
                each["printed"] = is_printed(each["sha256"], text)
        signed = signatures(reader, roots, moment) if b"/ByteRange" in raw else []
        added = [] if signed else _added_since(reader, 1)
    except damaged:
        return answer | {"state": UNREADABLE}
    return answer | {"state": READ, "facts": facts, "attachments": len(files), "signatures": signed,
                     "added": added}


def attachments(root: Any) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every attached file."""
    waiting, seen = [_held(_held(root, "/Names"), "/EmbeddedFiles")], 0
    while waiting and seen < MOST_ATTACHMENTS:
        node = waiting.pop().get_object()
        seen += 1  # a tree that leads back to itself ends too
        waiting.extend(list(_held(node, "/Kids"))[:MOST_ATTACHMENTS])
        names = list(_held(node, "/Names"))
        for at in range(1, len(names), 2):
            seen += 1
            if seen > MOST_ATTACHMENTS:
                return
            spec = names[at].get_object()
            held = _held(spec, "/EF")
            stream = _held(held, "/UF") if "/UF" in held else _held(held, "/F")
            name = spec["/UF"] if "/UF" in spec else spec["/F"] if "/F" in spec else names[at - 1].get_object()
            yield str(name), stream.data


def _held(thing: Any, name: str) -> Any:
    from pyhanko.pdf_utils.generic import DictionaryObject

    return thing[name] if name in thing else DictionaryObject()


def facts_in(name: str, content: bytes) -> dict[str, Any] | None:
    """Return what an attached file says if it is the facts of a report: JSON with a schema of ours and a reference."""
    if not name.lower().endswith(".json") or len(content) > MOST_FACTS_BYTES:
        return None
    try:
        data = json.loads(content, parse_constant=_refused)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not _is_small(data):
        return None
    schema, reference = data.get("schema"), data.get("reference")
    if not isinstance(schema, str) or not isinstance(reference, str) or not schema.startswith("assay."):
        return None
    return {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "data": data}


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _is_small(data: Any) -> bool:
    waiting, count = [(data, 0)], 0
    while waiting:
        value, depth = waiting.pop()
        count += 1
        if depth > MOST_DEPTH or count > MOST_VALUES:
            return False
        if isinstance(value, dict):
            waiting.extend((each, depth + 1) for each in value.values())
        elif isinstance(value, list):
            waiting.extend((each, depth + 1) for each in value)
    return True


def printed_text(raw: bytes) -> str:
    """Return the text of the pages without spaces and breaks."""
    import pypdfium2

    document, texts = pypdfium2.PdfDocument(raw), []
    for number in range(min(len(document), MOST_PAGES_READ)):
        page = document[number]
        texts.append(page.get_textpage().get_text_range()[:100_000])
        page.close()
    return _NO_TEXT.sub("", "".join(texts))


def is_printed(digest: str, text: str) -> bool:
    """Say whether a digest stands in the text, whole or in the short form of the footer."""
    return digest in text or f"{digest[:8]}…{digest[-4:]}" in text


def signatures(reader: Any, roots: list[str], moment: datetime) -> list[dict[str, Any]]:
    """Return what holds of each signature; the parameters say whom to trust, and at which time."""
    from asn1crypto import pem, x509

    trusted = [
        x509.Certificate.load(der) for text in roots for _kind, _headers, der in pem.unarmor(text.encode(), True)
    ]
    return [_signature(reader, each, trusted, moment) for each in reader.embedded_regular_signatures]


def _signature(reader: Any, embedded: Any, roots: list[Any], moment: datetime) -> dict[str, Any]:
    from pyhanko.sign.validation.errors import SignatureValidationError

    try:
        status = _status(embedded, roots, moment)
        stated = status.signer_reported_dt
        whole = bool(status.intact and status.valid)
        then = bool(whole and not status.trusted and stated and _status(embedded, roots, stated).trusted)
    except (SignatureValidationError, ValueError, KeyError, TypeError):
        return {"signer": "", "intact": False, "covers_all": False, "trusted": False, "trusted_then": False,
                "stated_time": None, "added": []}
    named = status.signing_cert.subject.native
    coverage = status.coverage.name if status.coverage is not None else ""
    return {
        "signer": str(named.get("common_name") or status.signing_cert.subject.human_friendly),
        "intact": whole and coverage in ("ENTIRE_FILE", "ENTIRE_REVISION"), "covers_all": coverage == "ENTIRE_FILE",
        "trusted": bool(whole and status.trusted), "trusted_then": then,
        "stated_time": stated.isoformat() if stated else None,
        "added": _added_since(reader, embedded.signed_revision + 1),
    }


def _status(embedded: Any, roots: list[Any], moment: datetime) -> Any:
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=moment)
    return validate_pdf_signature(embedded, context, skip_diff=True)


def _added_since(reader: Any, first: int) -> list[str]:
    """Return what kinds of things stand in the file from a revision on, in codes."""
    kinds: set[str] = set()
    drawn = _drawings(reader.root) if reader.total_revisions > first else set()
    for revision in range(first, min(reader.total_revisions, first + MOST_REVISIONS)):
        refs = sorted(reader.xrefs.explicit_refs_in_revision(revision), key=lambda each: each.idnum)[:MOST_OBJECTS]
        before = reader.get_historical_resolver(revision - 1)
        kinds |= {"page" if ref.idnum in drawn else _kind_of(reader.get_object(ref), ref, before) for ref in refs}
    return sorted(kinds)


def _drawings(root: Any) -> set[int]:
    """Return the numbers of the objects that draw the pages."""
    waiting, numbers, seen = [root["/Pages"]], set(), 0
    while waiting and seen < MOST_OBJECTS:
        node, seen = waiting.pop().get_object(), seen + 1
        waiting.extend(list(_held(node, "/Kids"))[:MOST_OBJECTS])
        held = node.raw_get("/Contents") if "/Contents" in node else None
        if held is not None:
            each = held.get_object()
            refs = [held, *each] if isinstance(each, list) else [held]
            numbers |= {ref.idnum for ref in refs if hasattr(ref, "idnum")}
    return numbers


def _drawn(page: Any) -> dict[str, str]:
    """Return what a page is drawn from: all that it has but the list of its fields and notes."""
    return {str(name): repr(page.raw_get(name)) for name in page if name not in ("/Annots", "/Tabs")}


def _before(ref: Any, before: Any) -> dict[str, str] | None:
    from pyhanko.pdf_utils.misc import PdfReadError

    try:
        return _drawn(before.get_object(ref))
    except (PdfReadError, KeyError):  # a page that was not there
        return None


def _kind_of(thing: Any, ref: Any, before: Any) -> str:
    if not hasattr(thing, "get"):
        return "other"
    named, sub = str(thing.get("/Type", "")), str(thing.get("/Subtype", ""))
    if named in ("/EmbeddedFile", "/Filespec", "/F"):
        return "attachment"
    if named == "/Page":
        return "annotation" if _drawn(thing) == _before(ref, before) else "page"
    if named == "/Pages":
        return "page"
    if named == "/Sig" or "/ByteRange" in thing:
        return "signature"
    if named == "/Annot" or str(thing.get("/FT", "")) or sub == "/Widget":
        return "annotation"
    if named == "/DSS" or "/VRI" in thing:
        return "validation"
    if named == "/Metadata":
        return "metadata"
    if named in ("/XObject", "/Font"):
        return "page"
    return "catalog" if named == "/Catalog" else "other"


if __name__ == "__main__":
    main()
