"""The API of obligations, notices of events, consents and complaints."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from core.access import require, visible_or_404
from core.api.endpoints import Endpoint, in_path
from core.api.idempotency import answer_once
from core.api.pages import PageQuery, Query, page
from core.api.schema import IDEMPOTENCY, described, paged
from core.api.serializers import Refusal
from core.api.uploads import fingerprint
from core.roles import Can
from issuers.events import CHOICES
from issuers.models import ComplaintReturn, EventNotice, Issuer, Obligation
from issuers.selectors.duties import notices_for, obligations_for, own_issuer, people_of, returns_for
from issuers.services.complaints import COUNTS, file_complaint_return
from issuers.services.event_notices import draft_notice, submit_notice

TAG = _("Duties")
REFERENCE = in_path("reference", _("Reference of the notice"))


class ObligationShape(serializers.ModelSerializer):
    """One thing due once."""

    issuer = serializers.SlugRelatedField(source="issuer.organisation", slug_field="slug", read_only=True)
    duty = serializers.CharField(source="kind", help_text=_("Kind of duty"))
    period = serializers.CharField(source="key", help_text=_("The period, coin or condition it is for"))
    coin = serializers.SlugRelatedField(slug_field="symbol", read_only=True, allow_null=True)
    cite = serializers.CharField(help_text=_("The law; empty where the authority set it itself"))
    state = serializers.ChoiceField(source="status", choices=Obligation.Status.choices)

    class Meta:
        model = Obligation
        fields = ["id", "issuer", "duty", "period", "coin", "cite", "due_at", "state", "met_at", "met_with"]
        read_only_fields = fields


class NoticeShape(serializers.ModelSerializer):
    """A notice of an event, and its receipt once it is submitted."""

    issuer = serializers.SlugRelatedField(source="issuer.organisation", slug_field="slug", read_only=True)
    state = serializers.ChoiceField(source="status", choices=EventNotice.Status.choices)
    late = serializers.BooleanField(source="is_late", help_text=_("Submitted, or still not, after its last day"))
    sha256 = serializers.CharField(source="digest", help_text=_("Of what was submitted; empty before"))
    person = serializers.IntegerField(source="person_id", allow_null=True)
    statements = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = EventNotice
        fields = ["reference", "issuer", "kind", "state", "person", "happened_on", "known_on", "due_at", "late",
                  "statements", "submitted_at", "submitted_by_label", "sha256", "remark"]
        read_only_fields = fields


class ReturnShape(serializers.ModelSerializer):
    """One version of the return of complaints of a quarter."""

    reference = serializers.CharField()
    issuer = serializers.SlugRelatedField(source="issuer.organisation", slug_field="slug", read_only=True)
    sha256 = serializers.CharField(source="digest")

    class Meta:
        model = ComplaintReturn
        fields = ["reference", "issuer", "period_start", "period_end", "version", *COUNTS, "remarks", "filed_at",
                  "filed_by_label", "sha256"]
        read_only_fields = fields


class ObligationQuery(PageQuery):
    """Which obligations."""

    state = serializers.ChoiceField(choices=Obligation.Status.choices, required=False)
    due_before = serializers.DateTimeField(required=False, help_text=_("Due before this instant"))


class NoticeForm(Query):
    """What a notice states; it is saved as a draft, and submitted at its own address."""

    kind = serializers.ChoiceField(choices=CHOICES)
    known_on = serializers.DateField(help_text=_("Day on which the licensee came to know of it"))
    happened_on = serializers.DateField(required=False, allow_null=True, default=None)
    person = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=2**62)
    statements = serializers.DictField(child=serializers.CharField(max_length=4000, allow_blank=True), default=dict)

    def validate_person(self, pk: int | None) -> Any:
        if pk is None:
            return None
        if person := people_of(self.context["issuer"]).filter(pk=pk).first():
            return person
        raise serializers.ValidationError(_("The licensee has no person with that id."), code="does_not_exist")


class ReturnForm(Query):
    """The counts of one quarter."""

    period_start = serializers.DateField(help_text=_("First day of a calendar quarter that has ended"))
    open_at_start = serializers.IntegerField(min_value=0, max_value=1_000_000)
    received = serializers.IntegerField(min_value=0, max_value=1_000_000)
    acknowledged_in_time = serializers.IntegerField(min_value=0, max_value=1_000_000)
    acknowledged_late = serializers.IntegerField(min_value=0, max_value=1_000_000)
    replied_in_time = serializers.IntegerField(min_value=0, max_value=1_000_000)
    replied_late = serializers.IntegerField(min_value=0, max_value=1_000_000)
    closed = serializers.IntegerField(min_value=0, max_value=1_000_000)
    open_to_30_days = serializers.IntegerField(min_value=0, max_value=1_000_000)
    open_31_to_60_days = serializers.IntegerField(min_value=0, max_value=1_000_000)
    open_over_60_days = serializers.IntegerField(min_value=0, max_value=1_000_000)
    remarks = serializers.CharField(required=False, allow_blank=True, default="", max_length=4000)


def _filing(request: Request) -> Issuer:
    issuer = own_issuer(request.user)
    require(request.user, Can.FILE_NOTICE, issuer)
    return issuer


def _sent(form: type[Query], request: Request, issuer: Issuer) -> dict[str, Any]:
    read = form(data=request.data, context={"issuer": issuer})
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)


class Obligations(Endpoint):
    """What is owed and was owed."""

    query = ObligationQuery

    @described("obligations_list", TAG, _("List obligations"), paged(ObligationShape), query=ObligationQuery)
    def get(self, request: Request) -> Response:
        require(request.user, Can.VIEW_LICENCE)
        wanted = self.wanted(state="status", due_before="due_at__lt")
        return page(request, obligations_for(request.user).filter(**wanted), ObligationShape, self.asked)


class Notices(Endpoint):
    """Notices of events."""

    parser_classes = [JSONParser]
    query = PageQuery

    @described("notices_list", TAG, _("List notices of events"), paged(NoticeShape), query=PageQuery)
    def get(self, request: Request) -> Response:
        require(request.user, Can.VIEW_LICENCE)
        return page(request, notices_for(request.user), NoticeShape, self.asked)

    @described(
        "notices_draft", TAG, _("Draft a notice of an event"), None, request=NoticeForm, parameters=(IDEMPOTENCY,),
        answers={201: NoticeShape, 409: Refusal, 415: Refusal},
        description=_("Saved, not submitted: submit it at its own address."),
    )
    def post(self, request: Request) -> Response:
        issuer = _filing(request)
        stated = _sent(NoticeForm, request, issuer)

        def draft() -> Response:
            notice = draft_notice(issuer, actor=request.user, **stated)
            address = reverse("api:event_notice", [notice.reference], request=request)
            return Response(NoticeShape(notice).data, status=201, headers={"Location": address})

        return answer_once(request, fingerprint(stated, b""), draft)


class OneNotice(Endpoint):
    """One notice of an event."""

    @described("notices_read", TAG, _("Read a notice of an event"), NoticeShape, parameters=(REFERENCE,))
    def get(self, request: Request, reference: str) -> Response:
        notice = visible_or_404(notices_for(request.user), request.user, reference=reference)
        require(request.user, Can.VIEW_LICENCE, notice)
        return Response(NoticeShape(notice).data)


class SubmitNotice(Endpoint):
    """Giving a notice."""

    @described(
        "notices_submit", TAG, _("Submit a notice of an event"), NoticeShape, parameters=(REFERENCE, IDEMPOTENCY),
        answers={409: Refusal}, description=_("A notice that is late is taken, and said to be late."),
    )
    def post(self, request: Request, reference: str) -> Response:
        notice = visible_or_404(notices_for(request.user), request.user, reference=reference)
        require(request.user, Can.FILE_NOTICE, notice)

        def submit() -> Response:
            return Response(NoticeShape(submit_notice(notice, actor=request.user)).data)

        return answer_once(request, fingerprint({}, b""), submit)


class Returns(Endpoint):
    """Returns of complaints."""

    parser_classes = [JSONParser]
    query = PageQuery

    @described("complaints_list", TAG, _("List returns of complaints"), paged(ReturnShape), query=PageQuery)
    def get(self, request: Request) -> Response:
        require(request.user, Can.VIEW_LICENCE)
        return page(request, returns_for(request.user), ReturnShape, self.asked)

    @described(
        "complaints_file", TAG, _("File a return of complaints"), None, request=ReturnForm, parameters=(IDEMPOTENCY,),
        answers={201: ReturnShape, 409: Refusal, 415: Refusal},
        description=_("A later return of the same quarter supersedes the earlier one; all are kept."),
    )
    def post(self, request: Request) -> Response:
        issuer = _filing(request)
        stated = _sent(ReturnForm, request, issuer)

        def file() -> Response:
            filed = file_complaint_return(issuer, actor=request.user, **stated)
            return Response(ReturnShape(filed).data, status=201)

        return answer_once(request, fingerprint(stated, b""), file)


urlpatterns: list[URLPattern] = [
    path("obligations/", Obligations.as_view(), name="obligations"),
    path("event-notices/", Notices.as_view(), name="event_notices"),
    path("event-notices/<str:reference>/", OneNotice.as_view(), name="event_notice"),
    path("event-notices/<str:reference>/submit/", SubmitNotice.as_view(), name="event_notice_submit"),
    path("complaint-returns/", Returns.as_view(), name="complaint_returns"),
]
