"""Reading requests to redeem over the API."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import SYMBOL, Endpoint
from core.api.pages import PageQuery, page
from core.api.schema import described, paged
from reserves.api.views import DAYS, coin_of
from reserves.selectors.redemptions import request_account, statement_of


class RedemptionQuery(PageQuery):
    """Which statement of requests is asked for."""

    as_of = serializers.DateField(required=False, help_text=_("Day of the statement; the latest if not given"))
    state = serializers.ChoiceField(["late", "open", "paid"], required=False, help_text=_("Where the request stands"))


class RedemptionShape(serializers.Serializer):
    """One request to redeem as it stood at the end of the day."""

    request_id = serializers.CharField()
    received_at = serializers.DateTimeField()
    amount = serializers.CharField(help_text=_("Coins"))
    par_value = serializers.CharField(help_text=_("Down to the smallest unit of the reference currency"))
    paid_at = serializers.DateTimeField(allow_null=True)
    paid_amount = serializers.CharField(allow_null=True)
    fee = serializers.CharField(allow_null=True)
    business_days = serializers.IntegerField(help_text=_("From receipt to payment, or to the day of the statement"))
    state = serializers.ChoiceField(["late", "open", "paid"])


class Redemptions(Endpoint):
    """Requests to redeem, as the issuer stated them for a day."""

    query = RedemptionQuery

    @described("redemptions_list", DAYS, _("List the requests to redeem of a day"), paged(RedemptionShape),
               query=RedemptionQuery, parameters=(SYMBOL,))
    def get(self, request: Request, symbol: str) -> Response:
        statement = statement_of(coin_of(request, symbol), self.asked.get("as_of"))
        if statement is None:
            raise Http404
        found = [request_account(statement, each) for each in statement.requests]
        wanted = self.asked.get("state")
        return page(request, [each for each in found if wanted in (None, each["state"])], RedemptionShape, self.asked)
