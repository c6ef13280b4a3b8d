"""What the endpoints of reports take, and how they show reports and the register."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.reverse import reverse

from core.api.pages import PageQuery, Query
from issuers.models import Coin, Deployment, Licence
from reports.models import ReportRun


# --- what is asked ---------------------------------------------------------------------------------
class ReportQuery(PageQuery):
    """Which reports to list."""

    kind = serializers.ChoiceField(required=False, choices=ReportRun.Kind.choices)
    since = serializers.DateField(required=False, help_text=_("First day"))
    until = serializers.DateField(required=False, help_text=_("Last day"))


class RegisterQuery(PageQuery):
    """Whom to look up in the register."""

    q = serializers.RegexField(
        r"^[^\x00]*$",  # no name holds a NUL byte, and the database refuses it
        required=False,
        allow_blank=True,
        max_length=200,
        help_text=_("A name in any language, a licence number, a symbol or a contract"),
    )
    format = serializers.ChoiceField(
        required=False, choices=["json", "csv"], help_text=_("csv: all entries as a table")
    )


class FormatQuery(Query):
    """In which format to answer."""

    format = serializers.ChoiceField(required=False, choices=["json", "csv"])


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


class RegisterContract(serializers.ModelSerializer):
    """A contract of a registered coin; the chain is a CAIP-2 identifier."""

    class Meta:
        model = Deployment
        fields = ["chain", "contract"]


class RegisterCoin(serializers.ModelSerializer):
    """A coin of a licensee."""

    deployments = RegisterContract(many=True)

    class Meta:
        model = Coin
        fields = ["symbol", "reference_currency", "deployments"]


class RegisterEntry(serializers.ModelSerializer):
    """One licensee as the register shows it (ORD s. 21)."""

    state = serializers.ChoiceField(source="status", choices=Licence.Status.choices)
    name_en = serializers.CharField(source="issuer.organisation.name_en")
    name_zh_hant = serializers.CharField(source="issuer.organisation.name_zh_hant")
    name_zh_hans = serializers.CharField(source="issuer.organisation.name_zh_hans")
    address_en = serializers.CharField(source="issuer.address_en")
    address_zh_hant = serializers.CharField(source="issuer.address_zh_hant")
    email = serializers.CharField(source="issuer.email")
    website = serializers.CharField(source="issuer.website")
    coins = RegisterCoin(source="issuer.coins", many=True)

    class Meta:
        model = Licence
        fields = [
            "number",
            "effective_on",
            "state",
            "name_en",
            "name_zh_hant",
            "name_zh_hans",
            "address_en",
            "address_zh_hant",
            "email",
            "website",
            "coins",
        ]


def as_table(entries: list[dict[str, Any]]) -> list[list[str]]:
    """Return register entries as rows of a table under their names, coins and contracts in one cell each."""
    names = [name for name in RegisterEntry.Meta.fields if name != "coins"]
    rows = [[*names, "coins", "contracts"]]
    for entry in entries:
        contracts = [f"{at['chain']}:{at['contract']}" for coin in entry["coins"] for at in coin["deployments"]]
        rows.append(
            [
                *(str(entry[name]) for name in names),
                " ".join(coin["symbol"] for coin in entry["coins"]),
                " ".join(contracts),
            ]
        )
    return rows
