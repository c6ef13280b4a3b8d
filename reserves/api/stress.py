"""Endpoints for stress: run scenarios on a judged day, list the tests filed, file one."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from core.access import require
from core.api.endpoints import AS_OF, SYMBOL, Endpoint, day_in_path
from core.api.idempotency import answer_once
from core.api.pages import PageQuery, Query, page
from core.api.schema import IDEMPOTENCY, described, paged
from core.api.serializers import Refusal
from core.api.uploads import fingerprint
from core.roles import Can
from reserves.api.views import coin_of
from reserves.models import StressFiling
from reserves.selectors.stress import stress_filings_for
from reserves.services.stress import run_stress
from reserves.services.stress_filings import file_at_once

TAG = _("Stress")


class StressQuery(Query):
    """Which scenarios."""

    scenario = serializers.CharField(required=False, max_length=400, help_text=_("Codes, with commas between them"))


class PaymentShape(serializers.Serializer):
    """From where one payment came."""

    source = serializers.ChoiceField(choices=["at_hand", "matured", "proceeds", "sold"])
    asset_class = serializers.CharField(allow_null=True)
    amount = serializers.CharField()
    given_up = serializers.CharField(help_text=_("Value of what was sold for it"))


class StressDayShape(serializers.Serializer):
    """One business day of a scenario."""

    day = serializers.DateField()
    due = serializers.CharField()
    paid = serializers.CharField()
    unpaid = serializers.CharField()
    payments = PaymentShape(many=True)


class ScenarioShape(serializers.Serializer):
    """What one scenario does; its assumptions are its own and no law. Null: not known."""

    code = serializers.CharField()
    title = serializers.DictField(child=serializers.CharField())
    valid_from = serializers.DateField()
    source = serializers.CharField()
    assumptions = serializers.DictField()
    verdict = serializers.ChoiceField(choices=["holds", "falls_short", "unknown"])
    survival_days = serializers.IntegerField(help_text=_("Business days paid in full before the first that was not"))
    horizon_days = serializers.IntegerField()
    first_short_on = serializers.DateField(allow_null=True)
    custodian = serializers.CharField(allow_null=True)
    out_of_reach = serializers.CharField()
    price_loss = serializers.CharField()
    rate_loss = serializers.CharField(allow_null=True)
    custodian_loss = serializers.CharField()
    sale_loss = serializers.CharField()
    total_loss = serializers.CharField(allow_null=True)
    redeemed = serializers.CharField()
    largest_shortfall = serializers.CharField()
    value_after = serializers.CharField(allow_null=True)
    not_priced = serializers.CharField()
    circulation_after = serializers.CharField()
    ratio_after = serializers.CharField(allow_null=True)
    days = StressDayShape(many=True)


class StressShape(serializers.Serializer):
    """What scenarios do to the pool of one judged day (assay.stress/1): a what-if, nothing is stored."""

    schema = serializers.CharField()
    coin = serializers.CharField()
    as_of = serializers.DateField()
    version = serializers.IntegerField()
    day_digest = serializers.CharField()
    currency = serializers.CharField()
    circulation = serializers.CharField()
    reserve_market_value = serializers.CharField(allow_null=True)
    backing_ratio = serializers.CharField(allow_null=True)
    whole = serializers.BooleanField(help_text=_("Whether every line of the pool is counted"))
    scenarios = ScenarioShape(many=True)
    digest = serializers.CharField()


class FilingShape(serializers.ModelSerializer):
    """One version of the stress test of a quarter."""

    coin = serializers.SlugRelatedField(slug_field="symbol", read_only=True)
    state = serializers.ChoiceField(source="status", choices=StressFiling.Status.choices)
    report_sha256 = serializers.CharField(source="report_id", allow_null=True)
    sha256 = serializers.CharField(source="digest", help_text=_("Of everything that was filed; empty before"))
    pack_digest = serializers.SerializerMethodField(help_text=_("Of the platform's figures as frozen"))

    class Meta:
        model = StressFiling
        fields = ["reference", "coin", "period_start", "period_end", "version", "state", "as_of", "method",
                  "data_sources", "results", "board_on", "report_name", "report_sha256", "filed_at", "filed_by_label",
                  "sha256", "pack_digest", "decided_at", "remark"]
        read_only_fields = fields

    def get_pack_digest(self, filing: StressFiling) -> str | None:
        return filing.pack["digest"] if filing.pack else None


class FilingForm(Query):
    """A stress test as it is filed."""

    period_start = serializers.DateField(help_text=_("First day of the calendar quarter"))
    as_of = serializers.DateField(help_text=_("Judged day of the quarter that the platform's figures are of"))
    board_on = serializers.DateField(help_text=_("Day on which the board received it"))
    method = serializers.CharField(max_length=10_000)
    data_sources = serializers.CharField(max_length=10_000)
    results = serializers.CharField(max_length=10_000)
    report = serializers.FileField(max_length=200, help_text=_("The report as PDF"))


class Stress(Endpoint):
    """What scenarios do to one day."""

    query = StressQuery

    @described(
        "days_stress", TAG, _("Run stress scenarios on a judged day"), StressShape, query=StressQuery,
        parameters=(SYMBOL, AS_OF), answers={409: Refusal},
        description=_("A what-if: nothing is stored. All scenarios that hold on the day, or those named."),
    )
    def get(self, request: Request, symbol: str, as_of: str) -> Response:
        codes = [code.strip() for code in self.asked.get("scenario", "").split(",") if code.strip()]
        return Response(run_stress(coin_of(request, symbol), day_in_path(as_of), codes=codes))


class StressTests(Endpoint):
    """Stress tests of one coin, by quarter."""

    parser_classes = [MultiPartParser]
    query = PageQuery

    @described("stress_tests_list", TAG, _("List stress tests"), paged(FilingShape), query=PageQuery,
               parameters=(SYMBOL,))
    def get(self, request: Request, symbol: str) -> Response:
        coin = coin_of(request, symbol)
        require(request.user, Can.VIEW_LICENCE, coin)
        return page(request, stress_filings_for(request.user).filter(coin=coin), FilingShape, self.asked)

    @described(
        "stress_tests_file", TAG, _("File the stress test of a quarter"), None,
        request={"multipart/form-data": FilingForm}, parameters=(SYMBOL, IDEMPOTENCY),
        answers={201: FilingShape, 409: Refusal, 415: Refusal},
        description=_("Frozen with the platform's figures of its day; after a query the next version is filed."),
    )
    def post(self, request: Request, symbol: str) -> Response:
        coin = coin_of(request, symbol)
        require(request.user, Can.FILE_NOTICE, coin)
        form = FilingForm(data=request.data)
        form.is_valid(raise_exception=True)
        stated: dict[str, Any] = dict(form.validated_data)
        file = stated.pop("report")
        raw = file.read()

        def act() -> Response:
            filed = file_at_once(coin, report=raw, report_name=file.name, actor=request.user, **stated)
            answer = FilingShape(filed, context={"request": request}).data
            return Response(answer, status=201, headers={
                "Location": reverse("api:stress_tests", args=[coin.symbol], request=request)})

        return answer_once(request, fingerprint({**stated, "file": file.name}, raw), act)


urlpatterns = [
    path("coins/<str:symbol>/days/<str:as_of>/stress/", Stress.as_view(), name="stress"),
    path("coins/<str:symbol>/stress-tests/", StressTests.as_view(), name="stress_tests"),
]
