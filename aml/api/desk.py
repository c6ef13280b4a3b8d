"""Endpoints for alerts, subjects and screenings; to whom may not know of them they answer that there is nothing.

Deciding an alert is a person's act, and a key is no person: it is done on the page, or by command as an officer.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aml.api.gate import require_authority
from aml.builders import evidence
from aml.models import Alert, AlertDecision, Screening, Source, Subject
from aml.selectors import alerts as alert_selectors
from aml.selectors import subjects as subject_selectors
from aml.services.screening import screen_on_request
from core.access import require, visible_or_404
from core.api.endpoints import Endpoint
from core.api.idempotency import answer_once
from core.api.pages import PageQuery, page
from core.api.schema import IDEMPOTENCY, described, paged
from core.api.serializers import Refusal
from core.api.uploads import fingerprint
from core.roles import Can

TAG = _("AML")


class AlertQuery(PageQuery):
    """Which alerts."""

    status = serializers.ChoiceField(Alert.Status.choices, required=False)
    kind = serializers.ChoiceField(Alert.Kind.choices, required=False)
    list = serializers.ChoiceField(Source.choices, required=False, help_text=_("Whose list they met"))


class SubjectQuery(PageQuery):
    """Which subjects."""

    issuer = serializers.SlugField(required=False, help_text=_("Slug of the organisation on whose record they are"))
    key = serializers.CharField(required=False, max_length=80, help_text=_("Where on record, for example person:12"))


class AlertShape(serializers.ModelSerializer):
    """One alert."""

    issuer = serializers.SlugField(source="owner.slug")
    subject = serializers.CharField(source="subject.key", default=None)
    wallet = serializers.CharField(source="wallet.address", default=None)
    list = serializers.CharField(source="entry.source", default=None)
    entry = serializers.CharField(source="entry.key", default=None)
    entry_name = serializers.CharField(source="entry.name", default=None)
    case = serializers.CharField(source="case.reference")
    kind = serializers.CharField(help_text=_("What fired, as in the parameter of that name"))
    status = serializers.CharField(help_text=_("As in the parameter of that name"))

    class Meta:
        model = Alert
        fields = ["id", "kind", "status", "issuer", "subject", "wallet", "list", "entry", "entry_name", "case", "score",
                  "opened_at", "seen_at", "seen_count"]


class DecisionShape(serializers.ModelSerializer):
    """What an officer decided."""

    outcome = serializers.CharField(help_text=_("false, unclear or true"))
    decided_by = serializers.CharField(source="decided_by.name")
    confirmed_by = serializers.CharField(source="confirmed_by.name", default=None)

    class Meta:
        model = AlertDecision
        fields = ["outcome", "reason", "text", "evidence", "decided_by", "decided_at", "confirmed_by", "confirmed_at",
                  "expires_on"]


class AlertDetail(AlertShape):
    """One alert with why it fired and what was decided."""

    decisions = DecisionShape(many=True)
    explanation = serializers.JSONField()

    class Meta(AlertShape.Meta):
        fields = [*AlertShape.Meta.fields, "explanation", "decisions"]


class SubjectShape(serializers.ModelSerializer):
    """Somebody who is screened."""

    issuer = serializers.SlugField(source="owner.slug")
    kind = serializers.CharField(help_text=_("person, organisation or vessel"))
    parts = serializers.ListField(child=serializers.CharField(), help_text=_("Which parts it plays"))
    waiting_alerts = serializers.IntegerField()
    screening = serializers.SerializerMethodField(help_text=_("Id of the latest screening"))

    class Meta:
        model = Subject
        fields = ["id", "key", "kind", "parts", "issuer", "name_en", "name_zh", "since", "changed_at", "ended_at",
                  "screened_at", "waiting_alerts", "screening"]

    def get_screening(self, subject: Subject) -> int | None:
        return getattr(subject, "latest_screening", None)


class Alerts(Endpoint):
    """Alerts, the newest first."""

    query = AlertQuery

    @described("alerts_list", TAG, _("List alerts"), paged(AlertShape), query=AlertQuery)
    def get(self, request: Request) -> Response:
        require_authority(request, Can.VIEW_ALERTS)
        wanted = self.wanted(status="status", kind="kind", list="entry__source")
        return page(request, alert_selectors.alerts_for(request.user).filter(**wanted), AlertShape, self.asked)


class OneAlert(Endpoint):
    """One alert."""

    @described("alerts_read", TAG, _("Read an alert"), AlertDetail)
    def get(self, request: Request, pk: int) -> Response:
        require_authority(request, Can.VIEW_ALERTS)
        rows = alert_selectors.alerts_for(request.user).prefetch_related("decisions__decided_by",
                                                                         "decisions__confirmed_by")
        return Response(AlertDetail(visible_or_404(rows, request.user, pk=pk)).data)


def _subjects(request: Request) -> QuerySet[Subject]:
    return subject_selectors.with_latest_screening(subject_selectors.subjects_for(request.user))


class Subjects(Endpoint):
    """Everybody whom the platform screens."""

    query = SubjectQuery

    @described("subjects_list", TAG, _("List subjects"), paged(SubjectShape), query=SubjectQuery)
    def get(self, request: Request) -> Response:
        require_authority(request, Can.VIEW_ALERTS)
        rows = _subjects(request).filter(**self.wanted(issuer="owner__slug", key="key"))
        return page(request, rows, SubjectShape, self.asked)


class OneSubject(Endpoint):
    """One subject."""

    @described("subjects_read", TAG, _("Read a subject"), SubjectShape)
    def get(self, request: Request, pk: int) -> Response:
        require_authority(request, Can.VIEW_ALERTS)
        return Response(SubjectShape(visible_or_404(_subjects(request), request.user, pk=pk)).data)


class ScreenSubject(Endpoint):
    """Screening somebody now."""

    @described(
        "subjects_screen", TAG, _("Screen a subject now"), OpenApiTypes.OBJECT, parameters=(IDEMPOTENCY,),
        answers={409: Refusal},
    )
    def post(self, request: Request, pk: int) -> Response:
        require_authority(request, Can.VIEW_ALERTS)
        subject = visible_or_404(Subject, request.user, pk=pk)
        require(request.user, Can.WORK_ALERTS, subject)

        def screen() -> Response:
            return Response(_facts(screen_on_request(subject, actor=request.user)))

        return answer_once(request, fingerprint({}, b""), screen)


class OneScreening(Endpoint):
    """The evidence of a screening."""

    @described("screenings_read", TAG, _("Read the evidence of a screening"), OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: int) -> Response:
        require_authority(request, Can.VIEW_ALERTS)
        return Response(_facts(visible_or_404(subject_selectors.screenings_for(request.user), request.user, pk=pk)))


def _facts(screening: Screening) -> dict[str, Any]:
    return evidence.facts(screening)
