"""Reading how punctually holders were paid in a month, from the issuer's own statements and the judged days."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.models import FeedFile, Finding
from core.rulebook import NotInForce, load
from core.rulebook.facts import Scope
from issuers.models import Coin
from reports.selectors.month import JudgedDay
from reports.selectors.periods import Period
from reserves import models
from reserves.flows import Request, requests_on
from reserves.lines import RedemptionLine
from reserves.selectors.day_files import REDEMPTIONS, calendar_on
from reserves.selectors.redemptions import PAYMENT_RULE


def requests_in(period: Period, coin: Coin) -> tuple[int, dict[str, Request]]:
    """Return how many days have a statement, and every request that was open in the period as it stood at its end.

    A statement has every request that was open on its day, so the last that names a request says how it stood.
    """
    files = FeedFile.objects.filter(
        feed=REDEMPTIONS, subject=coin.symbol, sender=coin.issuer.organisation, status=FeedFile.Status.ACCEPTED,
        as_of__range=(period.first, period.last),
    ).order_by("as_of")
    calendar = calendar_on(load(), period.last)
    found: dict[str, Request] = {}
    for file in files:
        assert file.as_of is not None  # the range says so
        rows = models.RedemptionLine.objects.filter(file=file).order_by("line").values_list(*RedemptionLine._fields)
        lines = map(RedemptionLine._make, rows)
        for request in requests_on(lines, as_of=file.as_of, currency=coin.reference_currency, calendar=calendar):
            found[request.line.request_id] = request
    in_it = {name: each for name, each in found.items() if each.paid_on is None or each.paid_on >= period.first}
    return len(files), in_it


def limit_on(period: Period) -> int | None:
    """Return after how many business days a payment is late, by the law of the last day; None where none says."""
    try:
        return int(load().rule(PAYMENT_RULE).on(period.last).params["limit"])
    except NotInForce:
        return None


def payment_verdicts(coin: Coin, days: Iterable[JudgedDay]) -> dict[Any, str]:
    """Return, by day, what the rule on payment within the limit said of the version that stands."""
    standing = {day.as_of: day.version for day in days}
    rows = Finding.objects.filter(rule=PAYMENT_RULE, scope=Scope.REDEMPTION, subject=coin.symbol,
                                  as_of__in=list(standing))
    return {as_of: verdict for as_of, version, verdict in rows.values_list("as_of", "version", "verdict")
            if standing[as_of] == version}
