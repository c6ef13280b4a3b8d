"""Reading what a quarter was for all issuers: how coins stood at its end, breaches by rule, the licensing pipeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from issuers.models import ApplicationStep, Issuer, Licence, Submission
from issuers.selectors.licences import ended_on
from issuers.selectors.pipeline import ENDED, STAGES
from reports.selectors.month import CoinPeriod, breaches_in, citation_of
from reports.selectors.periods import Period
from reports.selectors.system import Standing
from reserves.models import ReserveDay
from reserves.selectors.summaries import parts_of_days


def standings(coins: Sequence[CoinPeriod]) -> list[Standing]:
    """Return how each coin stood on its last judged day of the period, in two queries whatever their number."""
    last = [each.closing.key for each in coins if each.closing]
    days = {day.coin_id: day for day in ReserveDay.objects.filter(pk__in=last).defer("result")}
    parts = parts_of_days(list(days.values()))
    return [
        Standing(each.coin, day := days.get(each.coin.pk), parts[day.pk] if day else [],
                 [judged.ratio for judged in each.judged])
        for each in coins
    ]


def breaches_by_rule(period: Period) -> list[dict[str, Any]]:
    """Return, by rule, how many breaches were opened and closed in the period and stood open at its end."""
    counted: dict[str, Counter[str]] = {}
    for row in breaches_in(period, Issuer.objects.all()):
        closed = row.closed_at is not None and row.closed_at < period.ends
        count = counted.setdefault(row.rule, Counter())
        count["opened"] += row.opened_at >= period.begins
        count["closed" if closed else "open"] += 1
    figures = ("opened", "closed", "open")
    return [{"rule": rule, "cite": citation_of(rule, period.last), **{name: count[name] for name in figures}}
            for rule, count in sorted(counted.items())]


def licensing(period: Period) -> dict[str, Any]:
    """Return where submitted applications stood at the end of the period, which ended in it, and licences then held."""
    submitted = Submission.objects.filter(submitted_at__lt=period.ends)
    steps = ApplicationStep.objects.filter(at__lt=period.ends, application__in=submitted.values("application"))
    latest = {application: (target, at) for application, target, at in
              steps.order_by("at", "pk").values_list("application", "target", "at")}
    standing = Counter(target for target, _at in latest.values())
    ended = Counter(target for target, at in latest.values() if at >= period.begins)
    return {
        "stages": [{"stage": stage.name, "applications": sum(standing[state] for state in stage.states)}
                   for stage in STAGES],
        "received": submitted.filter(number=1, submitted_at__gte=period.begins).count(),
        "ended": {state: ended[state] for state in ENDED.states}, "licences": licences_held(period),
    }


def licences_held(period: Period) -> int:
    """Return how many licences were held at the end of the period."""
    began = Licence.objects.filter(effective_on__lte=period.last)
    ends = [ended_on(licence) for licence in began.filter(status__in=Licence.ENDED)]
    return began.exclude(status__in=Licence.ENDED).count() + sum(bool(day and day > period.last) for day in ends)
