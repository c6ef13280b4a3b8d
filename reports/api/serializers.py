"""What the endpoints of reports take, and how they show reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.reverse import reverse

from core.api.pages import PageQuery
from reports.models import ReportRun


# --- what is asked ---------------------------------------------------------------------------------
class ReportQuery(PageQuery):
    """Which reports to list."""

    kind = serializers.ChoiceField(required=False, choices=ReportRun.Kind.choices)
    since = serializers.DateField(required=False, help_text=_("First day"))
    until = serializers.DateField(required=False, help_text=_("Last day"))


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


class Report(ReportLine):
    """One report with the facts it says, frozen."""

    facts = serializers.DictField(help_text=_("For a daily reserve report: the account of the day"))

    class Meta(ReportLine.Meta):
        fields = [*ReportLine.Meta.fields, "facts"]
