"""The API of AML returns, travel-rule samples, suspicions and retention."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from aml.api.gate import require_authority
from aml.models import AmlReturn, RecordKind, SampledTransfer, Suspicion, TravelRuleSample
from aml.selectors.aml_returns import aml_returns_for
from aml.selectors.retention import disposables
from aml.selectors.suspicions import suspicions_for
from aml.selectors.travel_rule import samples_for, shares
from aml.services.aml_returns import COUNTS, file_aml_return
from aml.services.suspicions import note_suspicion
from aml.services.travel_rule import draw_sample
from core.access import require, visible_or_404
from core.api.endpoints import Endpoint, in_path
from core.api.idempotency import answer_once
from core.api.pages import PageQuery, Query, page
from core.api.schema import IDEMPOTENCY, described, paged
from core.api.serializers import Refusal
from core.api.uploads import fingerprint
from core.roles import Can
from issuers.selectors import coins_for, issuers_for
from issuers.selectors.duties import own_issuer

TAG = _("AML")
REFERENCE = in_path("reference", _("Reference of the sample"))
_MOST = 2_000_000_000


class AmlReturnShape(serializers.ModelSerializer):
    """One version of the AML return of a quarter."""

    reference = serializers.CharField()
    issuer = serializers.SlugRelatedField(source="issuer.organisation", slug_field="slug", read_only=True)
    sha256 = serializers.CharField(source="digest")

    class Meta:
        model = AmlReturn
        fields = ["reference", "issuer", "period_start", "period_end", "version", *COUNTS, "remarks", "filed_at",
                  "filed_by_label", "sha256"]
        read_only_fields = fields


class AmlReturnCounts(Query):
    """The counts of one quarter."""

    period_start = serializers.DateField(help_text=_("First day of a calendar quarter that has ended"))
    remarks = serializers.CharField(required=False, allow_blank=True, default="", max_length=4000)

    def get_fields(self) -> dict[str, Any]:
        counts = {name: serializers.IntegerField(min_value=0, max_value=_MOST) for name in COUNTS}
        return super().get_fields() | counts


class StratumShape(Query):
    """What was found among the transfers of one kind."""

    stratum = serializers.ChoiceField(choices=SampledTransfer.Stratum.choices)
    drawn = serializers.IntegerField()
    complete = serializers.IntegerField()
    incomplete = serializers.IntegerField()
    late = serializers.IntegerField()
    missing = serializers.IntegerField()
    unknown = serializers.IntegerField()
    share_complete = serializers.DecimalField(max_digits=12, decimal_places=8, allow_null=True,
                                              help_text=_("Of those that are known"))


class SampledShape(serializers.ModelSerializer):
    """One transfer of a sample."""

    lacking = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = SampledTransfer
        fields = ["chain", "tx_hash", "log_index", "block_time", "amount", "stratum", "outcome", "lacking",
                  "record_file", "record_line"]
        read_only_fields = fields


class SampleShape(serializers.ModelSerializer):
    """One draw of transfers."""

    coin = serializers.SlugRelatedField(slug_field="symbol", read_only=True)

    class Meta:
        model = TravelRuleSample
        fields = ["reference", "coin", "period_start", "period_end", "per_stratum", "seed", "threshold_hkd", "cite",
                  "drawn_at"]
        read_only_fields = fields


class WholeSampleShape(SampleShape):
    """One draw of transfers, with each of them and what was found by kind."""

    transfers = SampledShape(many=True)
    shares = serializers.SerializerMethodField()

    class Meta(SampleShape.Meta):
        fields = [*SampleShape.Meta.fields, "shares", "transfers"]
        read_only_fields = fields

    @extend_schema_field(StratumShape(many=True))
    def get_shares(self, sample: TravelRuleSample) -> Any:
        return StratumShape(shares([sample])[sample.pk], many=True).data


class DrawForm(Query):
    """Which transfers to draw."""

    coin = serializers.CharField(max_length=12)
    period_start = serializers.DateField()
    period_end = serializers.DateField()
    per_stratum = serializers.IntegerField(min_value=1, max_value=500, default=30)


class SuspicionShape(serializers.ModelSerializer):
    """One entry of the register of suspicions."""

    issuer = serializers.SlugRelatedField(source="owner", slug_field="slug", read_only=True)
    state = serializers.ChoiceField(source="status", choices=Suspicion.Status.choices)

    class Meta:
        model = Suspicion
        fields = ["reference", "issuer", "state", "grounds", "noted_at", "decided_at", "decision_note",
                  "jfiu_reference", "reported_on", "review_on", "reviewed_at", "review_outcome"]
        read_only_fields = fields


class SuspicionForm(Query):
    """What is thought suspicious of which issuer."""

    issuer = serializers.CharField(max_length=80, help_text=_("The issuer's short name"))
    grounds = serializers.CharField(max_length=4000)


class DisposableShape(Query):
    """What may be deleted of one kind of records."""

    kind = serializers.ChoiceField(choices=RecordKind.choices)
    before = serializers.DateField(help_text=_("The first day whose records stay"))
    years = serializers.IntegerField()
    cite = serializers.CharField()
    count = serializers.IntegerField()
    digest = serializers.CharField()


def _sent(form: type[Query], request: Request) -> dict[str, Any]:
    read = form(data=request.data)
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)


class AmlReturns(Endpoint):
    """AML returns."""

    parser_classes = [JSONParser]
    query = PageQuery

    @described("aml_returns_list", TAG, _("List AML returns"), paged(AmlReturnShape), query=PageQuery)
    def get(self, request: Request) -> Response:
        require(request.user, Can.VIEW_LICENCE)
        return page(request, aml_returns_for(request.user), AmlReturnShape, self.asked)

    @described(
        "aml_returns_file", TAG, _("File an AML return"), None, request=AmlReturnCounts, parameters=(IDEMPOTENCY,),
        answers={201: AmlReturnShape, 409: Refusal, 415: Refusal},
        description=_("A later return of the same quarter supersedes the earlier one; all are kept."),
    )
    def post(self, request: Request) -> Response:
        issuer = own_issuer(request.user)
        require(request.user, Can.FILE_AML_RETURN, issuer)
        stated = _sent(AmlReturnCounts, request)

        def file() -> Response:
            return Response(AmlReturnShape(file_aml_return(issuer, actor=request.user, **stated)).data, status=201)

        return answer_once(request, fingerprint(stated, b""), file)


class TravelRuleSamples(Endpoint):
    """Travel-rule samples."""

    parser_classes = [JSONParser]
    query = PageQuery

    @described("travel_rule_samples_list", TAG, _("List travel-rule samples"), paged(SampleShape), query=PageQuery)
    def get(self, request: Request) -> Response:
        require_authority(request, Can.VIEW_ALERTS)
        return page(request, samples_for(request.user), SampleShape, self.asked)

    @described(
        "travel_rule_samples_draw", TAG, _("Draw a travel-rule sample"), None, request=DrawForm,
        parameters=(IDEMPOTENCY,), answers={201: WholeSampleShape, 409: Refusal, 415: Refusal},
    )
    def post(self, request: Request) -> Response:
        require_authority(request, Can.WORK_ALERTS)
        stated = _sent(DrawForm, request)
        coin = visible_or_404(coins_for(request.user), request.user, symbol=stated["coin"])

        def draw() -> Response:
            sample = draw_sample(**stated | {"coin": coin}, actor=request.user)
            address = reverse("api:travel_rule_sample", [sample.reference], request=request)
            return Response(WholeSampleShape(sample).data, status=201, headers={"Location": address})

        return answer_once(request, fingerprint(stated, b""), draw)


class OneTravelRuleSample(Endpoint):
    """One travel-rule sample."""

    @described("travel_rule_samples_read", TAG, _("Read a travel-rule sample"), WholeSampleShape,
               parameters=(REFERENCE,))
    def get(self, request: Request, reference: str) -> Response:
        require_authority(request, Can.VIEW_ALERTS)
        sample = visible_or_404(samples_for(request.user), request.user, reference=reference)
        return Response(WholeSampleShape(sample).data)


class Suspicions(Endpoint):
    """The register of suspicions."""

    parser_classes = [JSONParser]
    query = PageQuery

    @described("suspicions_list", TAG, _("List suspicions"), paged(SuspicionShape), query=PageQuery)
    def get(self, request: Request) -> Response:
        require_authority(request, Can.VIEW_ALERTS)
        return page(request, suspicions_for(request.user), SuspicionShape, self.asked)

    @described(
        "suspicions_note", TAG, _("Enter a suspicion"), None, request=SuspicionForm, parameters=(IDEMPOTENCY,),
        answers={201: SuspicionShape, 409: Refusal, 415: Refusal},
    )
    def post(self, request: Request) -> Response:
        require_authority(request, Can.WORK_ALERTS)
        stated = _sent(SuspicionForm, request)
        issuer = visible_or_404(issuers_for(request.user), request.user, organisation__slug=stated["issuer"])

        def note() -> Response:
            row = note_suspicion(issuer.organisation, grounds=stated["grounds"], actor=request.user)
            return Response(SuspicionShape(row).data, status=201)

        return answer_once(request, fingerprint(stated, b""), note)


class Retention(Endpoint):
    """What need no longer be kept."""

    @described("retention_read", TAG, _("Read what may be deleted"), DisposableShape(many=True))
    def get(self, request: Request) -> Response:
        require_authority(request, Can.VIEW_ALERTS)
        return Response(DisposableShape(disposables(), many=True).data)


urlpatterns: list[URLPattern] = [
    path("aml/returns/", AmlReturns.as_view(), name="aml_returns"),
    path("aml/travel-rule-samples/", TravelRuleSamples.as_view(), name="travel_rule_samples"),
    path("aml/travel-rule-samples/<str:reference>/", OneTravelRuleSample.as_view(), name="travel_rule_sample"),
    path("aml/suspicions/", Suspicions.as_view(), name="suspicions"),
    path("aml/retention/", Retention.as_view(), name="retention"),
]
