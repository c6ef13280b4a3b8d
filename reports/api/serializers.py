"""What the endpoints of reports take, and how they show reports."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.reverse import reverse

from core.api.pages import PageQuery, Query
from reports.models import ReportDocument, ReportRun
from reports.selectors.versions import annexes_of
from reports.services.giving import FIRST_LANGUAGE, awaits_signature, readable_blob


# --- what is asked ---------------------------------------------------------------------------------
class ReportQuery(PageQuery):
    """Which reports to list."""

    kind = serializers.ChoiceField(required=False, choices=ReportRun.Kind.choices)
    since = serializers.DateField(required=False, help_text=_("First day"))
    until = serializers.DateField(required=False, help_text=_("Last day"))


class LanguageQuery(Query):
    """In which language a document is wanted."""

    language = serializers.ChoiceField(choices=settings.LANGUAGES, default=FIRST_LANGUAGE)


class LanguageForm(serializers.Serializer):
    """A document to have written."""

    language = serializers.ChoiceField(choices=settings.LANGUAGES)


# --- what is answered ------------------------------------------------------------------------------
class ReportLine(serializers.ModelSerializer):
    """One report, without what it says."""

    state = serializers.ChoiceField(source="status", choices=ReportRun.Status.choices)
    digest = serializers.CharField(help_text=_("SHA-256 of the facts that the report says"))
    document_sha256 = serializers.CharField(source="document_id", allow_null=True, help_text=_("Of the PDF"))
    url = serializers.SerializerMethodField()
    pdf = serializers.SerializerMethodField(help_text=_("null until the document is rendered"))

    class Meta:
        model = ReportRun
        fields = [
            "reference",
            "url",
            "kind",
            "subject",
            "as_of",
            "version",
            "state",
            "digest",
            "document_sha256",
            "pdf",
            "frozen_at",
            "rendered_at",
        ]

    def get_url(self, run: ReportRun) -> str:
        return reverse("api:report", [run.reference], request=self.context["request"])

    def get_pdf(self, run: ReportRun) -> str | None:
        return reverse("api:report_pdf", [run.reference], request=self.context["request"]) if run.document_id else None


class DocumentLine(serializers.Serializer):
    """The document of a report in one language."""

    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    state = serializers.ChoiceField(choices=["ready", "waits_for_signature", "being_written"])
    sha256 = serializers.CharField(allow_null=True)
    pdf = serializers.URLField(allow_null=True, help_text=_("null until it is ready"))


class AnnexLine(serializers.Serializer):
    """A table beside a report, as one file."""

    name = serializers.CharField()
    table = serializers.CharField()
    media_type = serializers.CharField()
    rows = serializers.IntegerField()
    size = serializers.IntegerField(help_text=_("Bytes"))
    sha256 = serializers.CharField()
    url = serializers.URLField()


def document_line(run: ReportRun, row: ReportDocument, request: Request) -> dict[str, Any]:
    """Return how the document of a report in one language stands."""
    sha256 = readable_blob(run, row, row.language)
    waits = "waits_for_signature" if awaits_signature(row, run) else "being_written"
    address = reverse("api:report_pdf", [run.reference], request=request)
    return {"language": row.language, "state": "ready" if sha256 else waits, "sha256": sha256,
            "pdf": f"{address}?language={row.language}" if sha256 else None}


class Report(ReportLine):
    """One report with the facts it says, frozen."""

    facts = serializers.DictField(help_text=_("For a daily reserve report: the account of the day"))
    documents = serializers.SerializerMethodField(help_text=_("The document in each language that was asked for"))
    annexes = serializers.SerializerMethodField(help_text=_("Tables that are too long to print"))

    class Meta(ReportLine.Meta):
        fields = [*ReportLine.Meta.fields, "facts", "documents", "annexes"]

    @extend_schema_field(DocumentLine(many=True))
    def get_documents(self, run: ReportRun) -> list[dict[str, Any]]:
        return [document_line(run, row, self.context["request"]) for row in run.documents.order_by("language")]

    @extend_schema_field(AnnexLine(many=True))
    def get_annexes(self, run: ReportRun) -> list[dict[str, Any]]:
        request = self.context["request"]
        return [
            {name: each[name] for name in ("name", "table", "media_type", "sha256")}
            | {"rows": int(each["rows"]), "size": int(each["size"]),
               "url": reverse("api:report_annex", [run.reference, each["name"]], request=request)}
            for each in annexes_of(run)
        ]
