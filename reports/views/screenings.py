"""The evidence of a screening to keep apart from the platform."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from aml.selectors.subjects import screenings_for
from core.access import require, visible_or_404
from core.roles import Can
from reports.builders import screening as builder
from reports.services.documents import document


@require_safe
def screening_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The evidence of one screening as a document, with its facts attached."""
    screening = visible_or_404(screenings_for(request.user), request.user, pk=pk)
    require(request.user, Can.VIEW_ALERTS, screening)
    facts = builder.facts(screening)
    response = HttpResponse(document(facts), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{facts["reference"]}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
