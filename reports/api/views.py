"""Endpoints for reports."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from core import blobs
from core.access import require, visible_or_404
from core.api.endpoints import SYMBOL, Endpoint, in_path
from core.api.pages import page
from core.api.schema import described, paged
from core.api.serializers import Refusal
from core.errors import Refused
from core.roles import Can
from issuers.selectors import coins_for
from reports import selectors
from reports.api.serializers import LanguageQuery, Report, ReportLine, ReportQuery
from reports.models import ReportRun
from reports.services.giving import readable_blob

REPORTS = _("Reports")
REFERENCE = in_path("reference", _("Reference of the report"))


def reports_for(request: Request) -> QuerySet[ReportRun]:
    """Return the reports that the caller may see and read: those of other kinds do not exist for it.

    Raises:
        NotPermitted: the caller's role reads no reports.
    """
    require(request.user, Can.VIEW_REPORTS)
    return selectors.reports_for(request.user)


class Reports(Endpoint):
    """All reports."""

    query = ReportQuery

    def page(self, request: Request, reports: QuerySet[ReportRun]) -> Response:
        wanted = self.wanted(kind="kind", since="as_of__gte", until="as_of__lte")
        return page(request, reports.filter(**wanted).defer("facts"), ReportLine, self.asked)

    @described("reports_list", REPORTS, _("List reports"), paged(ReportLine), query=ReportQuery)
    def get(self, request: Request) -> Response:
        return self.page(request, reports_for(request))


class CoinReports(Reports):
    """The reports about one coin."""

    @described(
        "coin_reports_list",
        REPORTS,
        _("List the reports about a coin"),
        paged(ReportLine),
        query=ReportQuery,
        parameters=(SYMBOL,),
    )
    def get(self, request: Request, symbol: str) -> Response:
        coin = visible_or_404(coins_for(request.user), request.user, symbol=symbol)
        return self.page(request, reports_for(request).filter(kind=ReportRun.Kind.DAILY_RESERVE, subject=coin.symbol))


class OneReport(Endpoint):
    """One report."""

    @described("reports_read", REPORTS, _("Read a report with its facts"), Report, parameters=(REFERENCE,))
    def get(self, request: Request, reference: str) -> Response:
        run = visible_or_404(reports_for(request), request.user, reference=reference)
        return Response(Report(run, context={"request": request}).data)


class ReportDocument(Endpoint):
    """One report as the document that was rendered."""

    query = LanguageQuery

    @described(
        "reports_pdf",
        REPORTS,
        _("Download a report as PDF"),
        None,
        query=LanguageQuery,
        parameters=(REFERENCE,),
        answers={(200, "application/pdf"): OpenApiTypes.BINARY, 409: Refusal},
        description=_("409 while the document is being rendered, and after the report was withdrawn. A document in "
                      "another language than English is there once it was asked for and written."),
    )
    def get(self, request: Request, reference: str) -> FileResponse:
        run = visible_or_404(reports_for(request), request.user, reference=reference)
        language = self.asked["language"]
        sha256 = readable_blob(run, run.documents.filter(language=language).first(), language)
        if run.status != ReportRun.Status.RENDERED or sha256 is None:
            raise Refused(
                _("This report is not ready: %(state)s.") % {"state": run.get_status_display()}, code="not_ready"
            )
        return FileResponse(
            blobs.path_of(sha256).open("rb"),
            content_type=run.media_type,
            as_attachment=True,
            filename=run.filename_in(language),
        )
