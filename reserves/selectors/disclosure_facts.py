"""What the platform knows itself of an issuer's weekly statements and attestations, as facts of the rulebook's table.

Where it knows nothing, it says nothing: what the authority set or the issuer filed otherwise then stands.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from core.deadlines import day_of, end_of
from core.rulebook import load
from issuers.models import Issuer
from reserves.models import AttestationReport, Engagement, TestDay, WeeklyStatement
from reserves.selectors.attestation import owing_coins
from reserves.selectors.day_files import calendar_on
from reserves.selectors.statements import PUBLISHED

Facts = dict[str, Any]


def publication_facts(issuer: Issuer, as_of: date) -> Facts:
    """Return the longest time since a coin's last filing, which is its publication too (HK-REP-02).

    A coin without any is unknown, not zero; an issuer without any has no fact from here.
    """
    filed = WeeklyStatement.objects.filter(coin__issuer=issuer, status__in=PUBLISHED, filed_at__lte=end_of(as_of))
    latest: dict[int, date] = {}
    for coin_id, filed_at in filed.order_by("filed_at").values_list("coin_id", "filed_at"):
        if filed_at:
            latest[coin_id] = day_of(filed_at)
    if not latest:
        return {}
    coins = owing_coins(issuer, as_of)
    gaps = [(as_of - latest[coin.pk]).days if coin.pk in latest else None for coin in coins]
    known = [gap for gap in gaps if gap is not None]
    return {"publication.gap_days": max(known) if coins and len(known) == len(gaps) else None}


def attestation_facts(issuer: Issuer, as_of: date, *, stated_period_end: date | None = None) -> Facts:
    """Return what is known of the latest period that is over, by what is owed or engaged for (HK-REP-03).

    An issuer that never had an auditor here has no facts from here. What was recorded otherwise of that very period
    (``stated_period_end``) stands, unless the reports of all coins are filed here.
    """
    engagements = Engagement.objects.filter(coin__issuer=issuer).exclude(status=Engagement.Status.ENDED)
    if not engagements.exists():
        return {}
    engaged = engagements.filter(period_end__lt=as_of).values_list("period_end", flat=True)
    owed = issuer.obligations.filter(kind="attestation", key__lt=as_of.isoformat()).values_list("key", flat=True)
    period_end = max([*engaged, *map(date.fromisoformat, owed)], default=None)
    if period_end is None:
        return {}
    last = calendar_on(load(), period_end).previous_business_day(period_end + timedelta(days=1))
    coins, first, tested = owing_coins(issuer, period_end), *_filed(issuer, period_end, as_of)
    complete = bool(coins) and all(coin.pk in first for coin in coins)
    if not complete and stated_period_end and stated_period_end >= last:
        return {}
    kinds = [tested.get(coin.pk, []) for coin in coins]
    return {
        "attestation.period_end": last,
        "attestation.is_filed": complete,
        "attestation.filed_on": max(first[coin.pk] for coin in coins) if complete else None,
        "attestation.period_end_tested": all(TestDay.Kind.PERIOD_END in each for each in kinds) if complete else None,
        "attestation.random_day_count": min(each.count(TestDay.Kind.RANDOM) for each in kinds) if complete else None,
    }


def _filed(issuer: Issuer, period_end: date, as_of: date) -> tuple[dict[int, date], dict[int, list[str]]]:
    """Return, by coin, the day its first report was filed and the kinds of days that its last one tested."""
    reports = AttestationReport.objects.filter(
        engagement__coin__issuer=issuer, engagement__period_end=period_end, filed_at__lte=end_of(as_of),
    ).order_by("filed_at").prefetch_related("days__test_day").select_related("engagement")
    first: dict[int, date] = {}
    tested: dict[int, list[str]] = {}
    for report in reports:
        if report.filed_at:
            first.setdefault(report.engagement.coin_id, day_of(report.filed_at))
        tested[report.engagement.coin_id] = [day.test_day.kind for day in report.days.all()]
    return first, tested
