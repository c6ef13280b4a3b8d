"""Counting what AML supervision of one issuer came to in a month. Counts only; no issuer is ever shown them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count

from aml.models import Alert, AlertDecision, AmlReturn, ListVersion, SampledTransfer, TravelRuleSample
from core.money import ratio, round_down
from core.rulebook.periods import quarter_start
from issuers.models import Coin, Issuer
from reports.selectors.periods import Period


def aml_in(period: Period, issuer: Issuer, coins: Iterable[Coin]) -> dict[str, Any]:
    """Return the counts; those of alerts are None where nothing was ever screened: nobody can say there are none."""
    opened = Alert.objects.filter(owner=issuer.organisation, opened_at__gte=period.begins, opened_at__lt=period.ends)
    decisions = AlertDecision.objects.filter(alert__owner=issuer.organisation, decided_at__gte=period.begins,
                                             decided_at__lt=period.ends)
    decided = dict(decisions.order_by().values_list("outcome").annotate(Count("pk")))
    known = opened.exists() or bool(decided) or ListVersion.objects.filter(screened_at__lt=period.ends).exists()
    return {
        "opened": dict(opened.order_by().values_list("kind").annotate(Count("pk"))) if known else None,
        "decided": {outcome: decided.get(outcome, 0) for outcome in AlertDecision.Outcome.values} if known else None,
        "lists": _lists(period), "travel_rule": _travel_rule(period, coins), "return": _last_return(period, issuer),
    }


def _lists(period: Period) -> list[dict[str, Any]]:
    rows = ListVersion.objects.filter(screened_at__gte=period.begins, screened_at__lt=period.ends)
    versions: dict[str, list[int]] = {}
    for source, number in rows.order_by("source", "number").values_list("source", "number"):
        versions.setdefault(source, []).append(number)
    return [{"source": source, "versions": len(numbers), "latest": numbers[-1]} for source, numbers in versions.items()]


def _travel_rule(period: Period, coins: Iterable[Coin]) -> list[dict[str, Any]]:
    samples = TravelRuleSample.objects.filter(coin__in=list(coins), drawn_at__gte=period.begins,
                                              drawn_at__lt=period.ends)
    return [
        {"reference": sample.reference, "coin": sample.coin.symbol, "from": sample.period_start,
         "to": sample.period_end, **_outcomes(sample)}
        for sample in samples.select_related("coin").order_by("drawn_at", "pk")
    ]


def _outcomes(sample: TravelRuleSample) -> dict[str, Any]:
    """How many transfers were drawn, and which share of those that could be judged has a complete record."""
    rows = SampledTransfer.objects.filter(sample=sample).order_by().values_list("outcome").annotate(Count("pk"))
    counted = Counter(dict(rows))
    judged = counted.total() - counted[SampledTransfer.Outcome.UNKNOWN]
    complete = counted[SampledTransfer.Outcome.COMPLETE]
    share = ratio(Decimal(complete), Decimal(judged))
    return {"drawn": counted.total(), "judged": judged, "complete": complete,
            "share": None if share is None else round_down(share)}


def _last_return(period: Period, issuer: Issuer) -> dict[str, Any]:
    """The return of the last quarter that had ended: when it was first filed, and which version stood at the end."""
    quarter_end = quarter_start(period.last + timedelta(days=1)) - timedelta(days=1)
    filed = AmlReturn.objects.filter(issuer=issuer, period_end=quarter_end, filed_at__lt=period.ends)
    rows = list(filed.order_by("version").values_list("filed_at", "version"))
    return {"period_end": quarter_end, "filed_at": rows[0][0] if rows else None,
            "version": rows[-1][1] if rows else None}
