"""The endpoint that verifies reports for programs: a PDF or ZIP goes in, what holds of it comes out, none is kept."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import require
from core.api.endpoints import Endpoint
from core.api.schema import BINARY, described
from core.api.serializers import Refusal
from core.roles import Can
from reports.api.views import REPORTS
from reports.builders.verified import verdict_data
from reports.services.archive_verification import MAX_ARCHIVE_BYTES, verify_file
from reports.services.verification import MAX_BYTES


class PdfParser(BaseParser):
    """The body is the file."""

    media_type = "application/pdf"
    most, default_name = MAX_BYTES, "report.pdf"

    def parse(self, stream, media_type=None, parser_context=None):
        # One byte beyond the limit is enough to know that the file is over it.
        return {"file": ContentFile(stream.read(self.most + 1), name=self.default_name)}


class ZipParser(PdfParser):
    """The body is the archive of an evidence pack."""

    media_type = "application/zip"
    most, default_name = MAX_ARCHIVE_BYTES, "pack.zip"


class VerifyForm(serializers.Serializer):
    """A file to verify."""

    file = serializers.FileField(
        allow_empty_file=True, max_length=400, help_text=_("The PDF of a report, or the ZIP of an evidence pack"))


class CheckShape(serializers.Serializer):
    """One question and its answer; null: it cannot be known."""

    code = serializers.CharField()
    holds = serializers.BooleanField(allow_null=True)
    title = serializers.CharField()
    sentence = serializers.CharField()


class FigureShape(serializers.Serializer):
    """One figure that does not agree."""

    path = serializers.CharField(help_text=_("Where it stands in the attached facts"))
    label = serializers.CharField()
    state = serializers.ChoiceField(choices=["differs", "added", "missing", "source"])
    shown = serializers.CharField(help_text=_("As the file has it"))
    stored = serializers.CharField(help_text=_("As it was frozen"))
    source = serializers.CharField(allow_null=True, help_text=_("As the data have it from which it was taken"))


class MemberShape(serializers.Serializer):
    """One file of an evidence pack that is not as its index lists it."""

    name = serializers.CharField()
    state = serializers.ChoiceField(choices=["differs", "added", "missing"])
    label = serializers.CharField()


class VerdictShape(serializers.Serializer):
    """What holds of a file; null where that cannot be known."""

    holds = serializers.BooleanField(allow_null=True)
    reference = serializers.CharField(help_text=_("What the file says that it is"))
    checks = CheckShape(many=True)
    figures = serializers.IntegerField(help_text=_("Figures that were compared"))
    differing = FigureShape(many=True)
    members = serializers.IntegerField(help_text=_("Files of an evidence pack that were compared"))
    wrong_members = MemberShape(many=True)


class VerifyReport(Endpoint):
    """A file that somebody shows."""

    parser_classes = [MultiPartParser, PdfParser, ZipParser]

    @described(
        "reports_verify", REPORTS, _("Verify a report"), VerdictShape,
        request={"multipart/form-data": VerifyForm, "application/pdf": BINARY,
                 "application/zip": BINARY}, answers={409: Refusal, 415: Refusal},
        description=_("Signature, bytes, facts, audit log, version, and each figure against the stored data. The file "
                      "is not kept. Who may not read a report learns of it no more than the file itself says."),
    )
    def post(self, request: Request) -> Response:
        require(request.user, Can.VIEW_REPORTS)
        form = VerifyForm(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(verdict_data(verify_file(form.validated_data["file"].read(), actor=request.user)))
