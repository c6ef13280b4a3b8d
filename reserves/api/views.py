"""Endpoints for coins, their reserve days, findings and breaks."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import require, visible_or_404
from core.api.endpoints import AS_OF, SYMBOL, Endpoint, day_in_path
from core.api.pages import PageQuery, page
from core.api.schema import described, paged
from core.api.serializers import Refusal
from core.roles import Can
from issuers.models import Coin
from issuers.selectors import coins_for
from reserves.api.result import DayResult, ResultFinding
from reserves.api.serializers import BreakQuery, BreakShape, CoinShape, DayQuery, DayShape, FindingQuery, LawQuery
from reserves.models import Break, ReserveDay

COINS, DAYS = "Coins", "Reserve days"


def coin_of(request: Request, symbol: str) -> Coin:
    """Return the coin, if it is the caller's to know of."""
    coin = visible_or_404(coins_for(request.user).prefetch_related("deployments"), request.user, symbol=symbol)
    require(request.user, Can.VIEW_RESERVES, coin)
    return coin


def judged_days(request: Request, coin: Coin) -> QuerySet[ReserveDay]:
    """Return the latest judged version of each day."""
    return ReserveDay.objects.visible_to(request.user).filter(coin=coin, status=ReserveDay.Status.JUDGED)


class Coins(Endpoint):
    """All coins."""

    query = PageQuery

    @described("coins_list", COINS, "List coins", paged(CoinShape), query=PageQuery)
    def get(self, request: Request) -> Response:
        coins = coins_for(request.user).prefetch_related("deployments")
        return page(request, coins, CoinShape, self.asked)


class OneCoin(Endpoint):
    """One coin."""

    @described("coins_read", COINS, "Read a coin", CoinShape, parameters=(SYMBOL,))
    def get(self, request: Request, symbol: str) -> Response:
        return Response(CoinShape(coin_of(request, symbol)).data)


class Days(Endpoint):
    """The days of one coin."""

    query = DayQuery

    @described("days_list", DAYS, "List reserve days", paged(DayShape), query=DayQuery, parameters=(SYMBOL,))
    def get(self, request: Request, symbol: str) -> Response:
        wanted = self.wanted(since="as_of__gte", until="as_of__lte", verdict="verdict")
        days = judged_days(request, coin_of(request, symbol)).filter(**wanted)
        return page(request, days.select_related("coin").defer("result"), DayShape, self.asked)
