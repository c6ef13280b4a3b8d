"""Reading over the API which files a coin's days wait for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.api.endpoints import SYMBOL, Endpoint
from core.api.pages import PageQuery, page
from core.api.schema import described, paged
from core.models import FeedFile
from reserves.api.files import TAG
from reserves.api.views import coin_of
from reserves.models import FeedSchedule
from reserves.selectors.schedules import account_of_schedule


class Hour(serializers.CharField):
    """A time of day without seconds or zone."""

    def to_representation(self, value: Any) -> str:
        return f"{value:%H:%M}"


class DueShape(serializers.Serializer):
    """A file that is expected of somebody, and where the one stands that is due next."""

    feed = serializers.CharField(help_text=_("Name of the feed"))
    sender = serializers.CharField(allow_null=True, help_text=_("Slug of who is to send it; null if anybody's will do"))
    days = serializers.ChoiceField(FeedSchedule.Days.choices, help_text=_("For which days one is expected"))
    due = Hour(help_text=_("Hong Kong time, on the business day after"))
    on_request = serializers.BooleanField(help_text=_("Asked for under SUP 2.7.2: late is a breach"))
    by_default = serializers.BooleanField(help_text=_("Expected of every coin where no row says otherwise"))
    as_of = serializers.DateField(help_text=_("The latest day for which it is expected"))
    due_at = serializers.DateTimeField()
    state = serializers.ChoiceField(["missing", *FeedFile.Status.values], help_text=_("Of the file for that day"))


class FeedScheduleOfCoin(Endpoint):
    """What is due for a coin, by whom and when."""

    query = PageQuery

    @described("schedule_read", TAG, _("Read which files are due"), paged(DueShape), query=PageQuery,
               parameters=(SYMBOL,))
    def get(self, request: Request, symbol: str) -> Response:
        return page(request, account_of_schedule(coin_of(request, symbol), clock.today()), DueShape, self.asked)
