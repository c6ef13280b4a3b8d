"""Reading the lines of a day beside their own values over the API."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoints import AS_OF, SYMBOL, Endpoint, day_in_path
from core.api.pages import AsStored, PageQuery, page
from core.api.schema import described, paged
from reserves import selectors
from reserves.api.exact import Exact
from reserves.api.result_prudence import ResultMark
from reserves.api.views import DAYS, coin_of
from reserves.services.valued_lines import STATES, matching, valued_lines


class ValuationQuery(PageQuery):
    """Which lines are asked for."""

    state = serializers.ChoiceField(STATES, required=False, help_text=_("What came of pricing the line"))


class ValuedLine(ResultMark):
    """One line beside its own value; carried: of a class that has no market."""

    state = serializers.ChoiceField(choices=STATES)
    prudent_value = Exact(help_text=_("The lower of the two, in the coin's currency"))
    file = serializers.IntegerField()


class Valuation(Endpoint):
    """Every line of a judged day beside its own value."""

    query = ValuationQuery

    @described(
        "valuation_list",
        DAYS,
        _("List the lines of a day beside their own values"),
        paged(ValuedLine),
        query=ValuationQuery,
        parameters=(SYMBOL, AS_OF),
    )
    def get(self, request: Request, symbol: str, as_of: str) -> Response:
        coin = coin_of(request, symbol)
        day = selectors.day(coin, day_in_path(as_of))
        if day is None:
            raise Http404
        day.coin = coin
        found = matching(valued_lines(day).lines, state=self.asked.get("state", ""))
        return page(request, found, AsStored, self.asked)
