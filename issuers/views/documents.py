"""Filed documents as officers and their issuer read them: facts, versions, pages as pictures, what changed."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import blobs, pages
from core.access import require, visible_or_404
from core.roles import Can
from core.uploads import PDF
from issuers.models import Document
from issuers.selectors.documents import PAGES_SHOWN, documents_for, page_changes, shown_pages, versions_of
from issuers.views.frame import portal_frame

#: What a browser may do with bytes that somebody else made: show or keep them, and nothing more.
HARMLESS = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def document_or_404(request: HttpRequest, pk: int) -> Document:
    """Return the document of the address for who may read it."""
    found = visible_or_404(documents_for(request.user), request.user, pk=pk)
    require(request.user, Can.VIEW_APPLICATION if found.application_id else Can.VIEW_LICENCE, found)
    return found


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: what it is, its other versions, its pages; with ``?against=`` what changed since another."""
    found = document_or_404(request, pk)
    versions = versions_of(found)
    total, first = shown_pages(found), _first(request, shown_pages(found))
    context = {
        "document": found, "versions": versions, "total": total, "first": first,
        "numbers": range(first, min(first + PAGES_SHOWN, total + 1)),
        "windows": [(start, min(start + PAGES_SHOWN - 1, total)) for start in range(1, total + 1, PAGES_SHOWN)],
        **_comparison(request, found, versions),
        **({} if request.user.is_authority else portal_frame(request.user, owner=found.issuer.organisation)),
    }
    return render(request, f"{request.resolver_match.namespace}/document.html", context)


@require_safe
def page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One page as a picture."""
    found = document_or_404(request, pk)
    if not 1 <= number <= shown_pages(found):
        raise Http404
    try:
        drawn = pages.page_picture(found.sha256, number)
    except pages.Unreadable:
        return HttpResponse(status=422, content_type="text/plain")
    response = HttpResponse(drawn, content_type="image/png")
    response["Content-Security-Policy"] = HARMLESS
    response["Cache-Control"] = "private, max-age=600"
    return response


@require_safe
def download(request: HttpRequest, pk: int) -> FileResponse:
    """The document itself, to keep; a browser is told not to open it as a page."""
    return as_attachment(document_or_404(request, pk))


def as_attachment(found: Document) -> FileResponse:
    """Return the answer that hands a document out, and lets a browser do nothing with it but keep it."""
    response = FileResponse(blobs.path_of(found.sha256).open("rb"), as_attachment=True, filename=found.filename,
                            content_type=found.media_type)
    response["Content-Security-Policy"] = HARMLESS
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _first(request: HttpRequest, total: int) -> int:
    asked = request.GET.get("from", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 8 else 1
    return number if 1 <= number <= total else 1


def _comparison(request: HttpRequest, found: Document, versions: list[Document]) -> dict[str, Any]:
    """Return what changed since the version that ``against`` names, where both are PDFs that can be read."""
    asked = request.GET.get("against", "")
    other = next((each for each in versions if str(each.pk) == asked and each.pk != found.pk), None)
    comparable = {each.pk for each in versions if each.media_type == PDF} if found.media_type == PDF else set()
    if other is None or other.pk not in comparable:
        return {"comparable": comparable}
    before, after = sorted((other, found), key=lambda each: each.version)
    try:
        return {"comparable": comparable, "before": before, "after": after, "changes": page_changes(before, after)}
    except pages.Unreadable:
        return {"comparable": comparable, "before": before, "after": after, "unreadable": True}
