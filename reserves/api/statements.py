"""Endpoints for weekly statements and attestations."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import require, visible_or_404
from core.api.endpoints import AS_OF, SYMBOL, Endpoint, day_in_path, in_path
from core.api.pages import PageQuery, Query, page
from core.api.schema import described, paged
from core.api.serializers import Refusal
from core.roles import Can
from reserves.api.views import coin_of
from reserves.models import AttestationReport, AttestedDay, Engagement, WeeklyStatement
from reserves.selectors.attestation import engagements_for, latest_report
from reserves.selectors.statements import statements_for
from reserves.services.statements import approve_statement, prepare_statement

TAG, ATTESTATIONS = _("Weekly statements"), _("Attestations")


class StatedDay(serializers.Serializer):
    """One day of the week as it was judged when the statement was prepared."""

    as_of = serializers.DateField()
    version = serializers.IntegerField(allow_null=True, help_text=_("Null where the day was not judged"))
    digest = serializers.CharField(allow_null=True)
    circulation = serializers.CharField(allow_null=True, help_text=_("Outstanding par value"))
    reserve_market_value = serializers.CharField(allow_null=True)
    surplus = serializers.CharField(allow_null=True)
    backing_ratio = serializers.CharField(allow_null=True)


class StatedPart(serializers.Serializer):
    """What a class of assets is worth."""

    asset_class = serializers.CharField()
    market_value = serializers.CharField()
    share = serializers.CharField(allow_null=True)


class StatementShape(serializers.ModelSerializer):
    """One version of a weekly statement; amounts and ratios are text."""

    reference = serializers.CharField()
    coin = serializers.SlugRelatedField(slug_field="symbol", read_only=True)
    state = serializers.ChoiceField(source="status", choices=WeeklyStatement.Status.choices)
    currency = serializers.CharField(source="content.currency")
    circulation = serializers.CharField(source="content.circulation", help_text=_("Outstanding par value"))
    reserve_market_value = serializers.CharField(source="content.reserve_market_value")
    surplus = serializers.CharField(source="content.surplus", allow_null=True)
    backing_ratio = serializers.CharField(source="content.backing_ratio", allow_null=True)
    composition = StatedPart(source="content.composition", many=True)
    days = StatedDay(source="content.days", many=True)
    sha256 = serializers.CharField(source="digest")

    class Meta:
        model = WeeklyStatement
        fields = ["reference", "coin", "as_at", "version", "state", "currency", "circulation", "reserve_market_value",
                  "surplus", "backing_ratio", "composition", "days", "prepared_by_label", "prepared_at",
                  "approved_by_label", "filed_at", "sha256"]
        read_only_fields = fields


class StatementForm(Query):
    """Which week is stated."""

    as_at = serializers.DateField(required=False, help_text=_("The last such day that has ended, if not given"))


class AttestedShape(serializers.ModelSerializer):
    """What the auditor states of one tested day, and each figure that is not the frozen one."""

    as_of = serializers.DateField(source="test_day.as_of")
    kind = serializers.CharField(source="test_day.kind")
    composition = serializers.DictField(child=serializers.CharField())
    differences = serializers.ListField(child=serializers.DictField(child=serializers.CharField(allow_null=True)))

    class Meta:
        model = AttestedDay
        fields = ["as_of", "kind", "market_value", "outstanding_par", "is_adequate", "composition", "differences"]
        read_only_fields = fields


class ReportShape(serializers.ModelSerializer):
    """The latest version of the auditor's report."""

    days = AttestedShape(many=True)
    sha256 = serializers.CharField(source="document_id")

    class Meta:
        model = AttestationReport
        fields = ["version", "opinion", "exceptions", "comment", "uploaded_at", "filed_at", "sha256", "days"]
        read_only_fields = fields


class EngagementShape(serializers.ModelSerializer):
    """One attestation: the firm, the period, how far it has come; the seed is null until the period is over."""

    coin = serializers.SlugRelatedField(slug_field="symbol", read_only=True)
    firm = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    state = serializers.ChoiceField(source="status", choices=Engagement.Status.choices)
    seed = serializers.SerializerMethodField(help_text=_("Revealed when the period is over"))
    report = serializers.SerializerMethodField()

    class Meta:
        model = Engagement
        fields = ["reference", "coin", "firm", "period_start", "period_end", "access_until", "state", "commitment",
                  "committed_at", "seed", "drawn_at", "report"]
        read_only_fields = fields

    def get_seed(self, row: Engagement) -> str | None:
        return row.draw.get("seed")

    @extend_schema_field(ReportShape(allow_null=True))
    def get_report(self, row: Engagement) -> dict[str, Any] | None:
        report = latest_report(row)
        return ReportShape(report).data if report else None


def _statements(request: Request, symbol: str) -> QuerySet[WeeklyStatement]:
    return statements_for(request.user).filter(coin=coin_of(request, symbol))


def _statement(request: Request, symbol: str, as_at: str) -> WeeklyStatement:
    found = _statements(request, symbol).filter(as_at=day_in_path(as_at)).order_by("-version").first()
    if found is None:
        raise Http404
    return found


class Statements(Endpoint):
    """The weekly statements of one coin."""

    query = PageQuery
    parser_classes = [JSONParser]

    @described("statements_list", TAG, _("List weekly statements"), paged(StatementShape), query=PageQuery,
               parameters=(SYMBOL,))
    def get(self, request: Request, symbol: str) -> Response:
        return page(request, _statements(request, symbol), StatementShape, self.asked)

    @described("statements_prepare", TAG, _("Prepare a weekly statement"), None, parameters=(SYMBOL,),
               request=StatementForm, answers={201: StatementShape, 409: Refusal, 415: Refusal},
               description=_("From the judged days of the week. Another person or key approves it."))
    def post(self, request: Request, symbol: str) -> Response:
        coin = coin_of(request, symbol)
        require(request.user, Can.FILE_NOTICE, coin)
        form = StatementForm(data=request.data)
        form.is_valid(raise_exception=True)
        made = prepare_statement(coin, actor=request.user, **form.validated_data)
        return Response(StatementShape(made).data, status=201)


class OneStatement(Endpoint):
    """The latest version of one weekly statement."""

    @described("statements_read", TAG, _("Read a weekly statement"), StatementShape, parameters=(SYMBOL, AS_OF))
    def get(self, request: Request, symbol: str, as_of: str) -> Response:
        return Response(StatementShape(_statement(request, symbol, as_of)).data)


class ApproveStatement(Endpoint):
    """The approval of a statement that another prepared."""

    @described("statements_approve", TAG, _("Approve a weekly statement"), StatementShape, parameters=(SYMBOL, AS_OF),
               answers={409: Refusal}, description=_("It is filed with the authority and published."))
    def post(self, request: Request, symbol: str, as_of: str) -> Response:
        found = _statement(request, symbol, as_of)
        require(request.user, Can.FILE_NOTICE, found)
        return Response(StatementShape(approve_statement(found, actor=request.user)).data)


class Attestations(Endpoint):
    """All attestations, the latest period first."""

    query = PageQuery

    @described("attestations_list", ATTESTATIONS, _("List attestations"), paged(EngagementShape), query=PageQuery)
    def get(self, request: Request) -> Response:
        return page(request, engagements_for(request.user), EngagementShape, self.asked)


class OneAttestation(Endpoint):
    """One attestation."""

    @described("attestations_read", ATTESTATIONS, _("Read an attestation"), EngagementShape,
               parameters=(in_path("reference", _("Reference of the attestation")),))
    def get(self, request: Request, reference: str) -> Response:
        row = visible_or_404(engagements_for(request.user), request.user, reference=reference)
        require(request.user, Can.VIEW_RESERVES, row)
        return Response(EngagementShape(row).data)
