"""Endpoints for what belongs to one report besides its PDF in English: other languages, tables too long to print."""

from __future__ import annotations

from django.http import FileResponse, Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from core import blobs
from core.access import visible_or_404
from core.api.endpoints import Endpoint, in_path
from core.api.schema import BINARY, described
from core.api.serializers import Refusal
from reports.api.serializers import DocumentLine, LanguageForm, document_line
from reports.api.views import REFERENCE, REPORTS, reports_for
from reports.builders.annexes import MEDIA_TYPES
from reports.selectors.versions import annex_of
from reports.services.rendering import want_document
from reports.tasks import render_document
from reserves.tasks import nudge


class ReportDocuments(Endpoint):
    """The documents of a report by language."""

    @described(
        "reports_want_document", REPORTS, _("Have a report written in another language"), None, request=LanguageForm,
        parameters=(REFERENCE,), answers={202: DocumentLine, 409: Refusal},
        description=_("It is written from the same frozen facts, once. The report says when it is ready."),
    )
    def post(self, request: Request, reference: str) -> Response:
        run = visible_or_404(reports_for(request), request.user, reference=reference)
        form = LanguageForm(data=request.data)
        form.is_valid(raise_exception=True)
        row = want_document(run, form.validated_data["language"], actor=request.user)
        if row.rendered_id is None:
            nudge(render_document, row.pk)
        return Response(document_line(run, row, request), status=202)


class ReportAnnex(Endpoint):
    """One table beside a report."""

    @described(
        "reports_annex", REPORTS, _("Download a table that is too long to print"), None,
        parameters=(REFERENCE, in_path("name", _("Name of the file, as the report lists it"))),
        answers={(200, kind): BINARY for kind in MEDIA_TYPES.values()},
    )
    def get(self, request: Request, reference: str, name: str) -> FileResponse:
        found = annex_of(visible_or_404(reports_for(request), request.user, reference=reference), name)
        if found is None:
            raise Http404
        return FileResponse(blobs.open_blob(found["sha256"]).open("rb"), content_type=found["media_type"],
                            as_attachment=True, filename=found["name"])
