"""Endpoints for coins, their reserve days, findings and breaks."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import require, visible_or_404
from core.api.endpoints import AS_OF, SYMBOL, Endpoint, day_in_path
from core.api.pages import AsStored, PageQuery, page
from core.api.schema import described, paged
from core.api.serializers import Refusal
from core.roles import Can
from issuers.models import Coin
from issuers.selectors import coins_for
from reserves import selectors
from reserves.api.result import DayResult, ResultFinding
from reserves.api.serializers import BreakQuery, BreakShape, CoinShape, DayQuery, DayShape, FindingQuery, LawQuery
from reserves.services.days import run_day

COINS, DAYS = _("Coins"), _("Reserve days")


def coin_of(request: Request, symbol: str) -> Coin:
    """Return the coin, if it is the caller's to know of."""
    coins = coins_for(request.user).prefetch_related("deployments", "issuer__licences")
    coin = visible_or_404(coins, request.user, symbol=symbol)
    require(request.user, Can.VIEW_RESERVES, coin)
    return coin


class Coins(Endpoint):
    """All coins."""

    query = PageQuery

    @described("coins_list", COINS, _("List coins"), paged(CoinShape), query=PageQuery)
    def get(self, request: Request) -> Response:
        coins = coins_for(request.user).prefetch_related("deployments", "issuer__licences")
        return page(request, coins, CoinShape, self.asked)


class OneCoin(Endpoint):
    """One coin."""

    @described("coins_read", COINS, _("Read a coin"), CoinShape, parameters=(SYMBOL,))
    def get(self, request: Request, symbol: str) -> Response:
        return Response(CoinShape(coin_of(request, symbol)).data)


class Days(Endpoint):
    """The judged days of one coin."""

    query = DayQuery

    @described("days_list", DAYS, _("List reserve days"), paged(DayShape), query=DayQuery, parameters=(SYMBOL,))
    def get(self, request: Request, symbol: str) -> Response:
        wanted = self.wanted(since="as_of__gte", until="as_of__lte", verdict="verdict")
        days = selectors.days_of(coin_of(request, symbol), request.user).filter(**wanted)
        return page(request, days.annotate(**DayShape.STATED), DayShape, self.asked)


def account_of(coin: Coin, as_of: str) -> dict[str, Any]:
    """Return the stored account of the day.

    Raises:
        Http404: nobody judged that day.
    """
    day = selectors.day(coin, day_in_path(as_of))
    if day is None or day.result is None:
        raise Http404
    return day.result


class OneDay(Endpoint):
    """The account of one day, as stored or as another day's law would have it."""

    query = LawQuery

    @described(
        "days_read",
        DAYS,
        _("Read a reserve day"),
        DayResult,
        query=LawQuery,
        parameters=(SYMBOL, AS_OF),
        description=_("With law_on the day is judged as if the law of that day applied; nothing is stored."),
    )
    def get(self, request: Request, symbol: str, as_of: str) -> Response:
        coin = coin_of(request, symbol)
        if law_on := self.asked.get("law_on"):  # also for a day that no law was there to judge
            return Response(run_day(coin, day_in_path(as_of), actor=request.user, law_on=law_on))
        return Response(account_of(coin, as_of))


class Findings(Endpoint):
    """What each rule says of one day."""

    query = FindingQuery

    @described(
        "findings_list",
        DAYS,
        _("List the findings of a day"),
        paged(ResultFinding),
        query=FindingQuery,
        parameters=(SYMBOL, AS_OF),
    )
    def get(self, request: Request, symbol: str, as_of: str) -> Response:
        findings = account_of(coin_of(request, symbol), as_of)["findings"]
        wanted = self.asked.get("verdict")
        found = [finding for finding in findings if wanted in (None, finding["verdict"])]
        return page(request, found, AsStored, self.asked)


class RunDay(Endpoint):
    """Judging a day anew, by officers."""

    @described(
        "days_run",
        DAYS,
        _("Reconcile, value and judge a day"),
        DayResult,
        parameters=(SYMBOL, AS_OF),
        answers={409: Refusal},
        description=_("For officers. A day whose files have not changed keeps its version."),
    )
    def post(self, request: Request, symbol: str, as_of: str) -> Response:
        coin = coin_of(request, symbol)
        require(request.user, Can.RUN_DAY, coin)
        return Response(run_day(coin, day_in_path(as_of), actor=request.user))


class Breaks(Endpoint):
    """Differences between books, custodians and chain."""

    query = BreakQuery

    @described(
        "breaks_list", DAYS, _("List the breaks of a coin"), paged(BreakShape), query=BreakQuery, parameters=(SYMBOL,)
    )
    def get(self, request: Request, symbol: str) -> Response:
        breaks = selectors.breaks_of(coin_of(request, symbol), request.user)
        if state := self.asked.get("state"):
            breaks = breaks.filter(resolved_on__isnull=state == "open")
        return page(request, breaks.select_related("case").prefetch_related("days__day"), BreakShape, self.asked)
