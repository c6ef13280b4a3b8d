"""Endpoints for breaks: one with its parts, days and notes, and the issuer's explanation of it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import require, visible_or_404
from core.api.endpoints import SYMBOL, Endpoint, in_path
from core.api.idempotency import answer_once
from core.api.pages import Query
from core.api.schema import IDEMPOTENCY, described
from core.api.serializers import Refusal
from core.api.uploads import fingerprint
from core.roles import Can
from reserves.api.result import Exact, ResultPart
from reserves.api.serializers import BreakDayShape, BreakShape
from reserves.api.views import coin_of
from reserves.models import Break, BreakNote
from reserves.selectors.breaks import breaks_for, days_of_break, notes_of_break
from reserves.services.break_life import LONGEST, explain_break

TAG = _("Reserve days")
REFERENCE = in_path("reference", _("Reference of the break"), pattern=r"^B-[0-9]{4}-[A-Z0-9]+$")


class ExplanationForm(Query):
    """Why the two sides differ."""

    text = serializers.CharField(max_length=LONGEST, help_text=_("What happened, and when the two sides agree again"))


class NoteShape(serializers.ModelSerializer):
    """What was said of a break, of which amount."""

    difference = Exact()

    class Meta:
        model = BreakNote
        fields = ["kind", "text", "difference", "by_label", "at", "filename"]


class BreakDetail(BreakShape):
    """One break with what it looked like on each day and what was said of it."""

    parts = ResultPart(many=True, source="latest.parts", default=list, help_text=_("As it was on the last day"))
    residual = serializers.SerializerMethodField(help_text=_("What nothing explains"))
    days = serializers.SerializerMethodField()
    notes = serializers.SerializerMethodField()

    class Meta(BreakShape.Meta):
        fields = [*BreakShape.Meta.fields, "parts", "residual", "days", "notes"]

    def get_residual(self, standing: Break) -> str | None:
        residual = standing.latest.residual if standing.latest else None
        return None if residual is None else f"{residual.normalize():f}"

    def get_days(self, standing: Break) -> list[dict[str, Any]]:
        return BreakDayShape(days_of_break(standing)[:400], many=True).data

    def get_notes(self, standing: Break) -> list[dict[str, Any]]:
        return NoteShape(notes_of_break(standing, self.context["request"].user), many=True).data


def _break_of(request: Request, symbol: str, reference: str) -> Break:
    rows = breaks_for(request.user).filter(coin=coin_of(request, symbol)).prefetch_related("days__day")
    return visible_or_404(rows, request.user, reference=reference)


class OneBreak(Endpoint):
    """One break."""

    @described("breaks_read", TAG, _("Read a break"), BreakDetail, parameters=(SYMBOL, REFERENCE))
    def get(self, request: Request, symbol: str, reference: str) -> Response:
        standing = _break_of(request, symbol, reference)
        return Response(BreakDetail(standing, context={"request": request}).data)


class ExplainBreak(Endpoint):
    """The issuer's explanation of a break."""

    @described(
        "breaks_explain", TAG, _("Explain a break"), BreakDetail, parameters=(SYMBOL, REFERENCE, IDEMPOTENCY),
        request=ExplanationForm, answers={409: Refusal},
    )
    def post(self, request: Request, symbol: str, reference: str) -> Response:
        standing = _break_of(request, symbol, reference)
        require(request.user, Can.EXPLAIN_BREAK, standing)
        form = ExplanationForm(data=request.data)
        form.is_valid(raise_exception=True)

        def explain() -> Response:
            explain_break(standing, text=form.validated_data["text"], actor=request.user)
            fresh = _break_of(request, symbol, reference)
            return Response(BreakDetail(fresh, context={"request": request}).data)

        return answer_once(request, fingerprint(dict(form.validated_data), b""), explain)
