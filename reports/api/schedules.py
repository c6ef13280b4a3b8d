"""Endpoint for what is made and sent regularly, which only the authority reads."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import require
from core.api.endpoints import Endpoint
from core.api.schema import described
from core.business_days import hong_kong_calendar
from core.roles import Can
from reports.api.views import REPORTS
from reports.builders.schedule_words import account_of
from reports.models import Occasion, ScheduleVersion
from reports.selectors.schedules import versions_in_force


class LastOccasion(serializers.Serializer):
    """The latest period of a schedule and what came of it."""

    first = serializers.DateField()
    last = serializers.DateField()
    period = serializers.CharField(help_text=_("In words"))
    state = serializers.ChoiceField(choices=Occasion.Status.choices)
    due_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class ScheduleLine(serializers.Serializer):
    """One schedule as it is set."""

    name = serializers.CharField()
    active = serializers.BooleanField()
    cadence = serializers.ChoiceField(choices=ScheduleVersion.Cadences.choices)
    at = serializers.CharField(help_text=_("Time of day in Hong Kong"))
    business_day = serializers.IntegerField(help_text=_("1 is the first business day after the period"))
    when = serializers.CharField(help_text=_("In words"))
    version = serializers.IntegerField()
    set_at = serializers.DateTimeField()
    set_by = serializers.CharField()
    next = serializers.DateTimeField(allow_null=True, help_text=_("null while it is off, or an event brings it"))
    last = LastOccasion(allow_null=True)


class ScheduleList(serializers.Serializer):
    """All schedules."""

    schedules = ScheduleLine(many=True)


class Schedules(Endpoint):
    """All schedules."""

    @described("schedules_list", REPORTS, _("List what is made and sent regularly"), ScheduleList)
    def get(self, request: Request) -> Response:
        require(request.user, Can.SCHEDULE_REPORTS)
        found = account_of(versions_in_force(), hong_kong_calendar())
        return Response(ScheduleList({"schedules": found}).data)
