"""The weekly statement of a coin as a document that anybody may take away."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from core import blobs
from reports.selectors.weekly import statement_document


@login_not_required
@require_safe
def statement_pdf(request: HttpRequest, symbol: str, as_at: str) -> FileResponse:
    """The document of the statement that is in force for the day, in the reader's language once it is rendered."""
    try:
        day = date.fromisoformat(as_at)
    except ValueError:
        raise Http404
    found = None if "\x00" in symbol else statement_document(symbol, day, get_language() or "en")
    if found is None:
        raise Http404
    return FileResponse(blobs.path_of(found).open("rb"), as_attachment=True, content_type="application/pdf",
                        filename=f"{symbol}-{day}.pdf")
