"""Filing the stress tests of the last quarter that ended, as the licensees of the demonstration did: one was late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db import transaction

from core.calendars import HongKongCalendar
from core.models import User
from core.roles import Role
from core.rulebook.periods import quarter_start
from issuers.models import Coin
from reports.demo.rulings import stress_tests
from reports.demo.stress import ACCEPTED, DATA_SOURCES, METHOD, report_of, results_of
from reports.demo.world import IssuerPlan
from reports.services.demo_clock import PlayedClock, hong_kong
from reserves import selectors
from reserves.models import StressFiling
from reserves.selectors.stress import scenarios_on
from reserves.services.stress import stress_of_day
from reserves.services.stress_filings import accept_stress_test, file_at_once

ANSWERED_AFTER = timedelta(days=9)
DAY = timedelta(days=1)


def file_stress_tests(
    plans: Iterable[IssuerPlan], coins: Mapping[str, Coin], *, until: date, calendar: HongKongCalendar,
    clock: PlayedClock,
) -> None:
    """File and, those in time, accept them, once; what the rules ask for was recorded on the day of filing.

    A world whose first day is too late for it, or a licensee that nobody speaks for, has none.
    """
    quarter = quarter_start(until, -1)
    for plan in plans:
        filed_on = dict(stress_tests(plan, until, calendar)).get(quarter) if "stress" in plan.stated else None
        if filed_on is None:
            continue
        for coin_plan in plan.coins:
            filing = _filed(coins[coin_plan.symbol], quarter, filed_on, calendar, clock)
            answered_on = calendar.on_or_before(filed_on + ANSWERED_AFTER)
            if filing and not plan.late_stress_test and answered_on <= until:
                clock.set(hong_kong(answered_on, 15, 20))
                accept_stress_test(filing, note=ACCEPTED, actor=User.objects.get(name="Bo Chan"))


@transaction.atomic
def _filed(
    coin: Coin, quarter: date, filed_on: date, calendar: HongKongCalendar, clock: PlayedClock
) -> StressFiling | None:
    """File the test on figures of three days before, or of the end of the quarter."""
    as_of = calendar.on_or_before(min(filed_on - 3 * DAY, quarter_start(quarter, 1) - DAY))
    day = selectors.day(coin, as_of)
    speaker = User.objects.filter(
        memberships__organisation=coin.issuer.organisation,
        memberships__role__in=(Role.COMPLIANCE_OFFICER, Role.ISSUER_ADMINISTRATOR),
    ).order_by("pk").first()
    filed = StressFiling.objects.filter(coin=coin, period_start=quarter)
    if day is None or speaker is None or filed.exists():
        return None
    clock.set(hong_kong(filed_on, 16, 10))
    results = results_of(stress_of_day(day, scenarios_on(as_of)))
    report = report_of(coin.issuer.name, coin.symbol, quarter, as_of, results)
    return file_at_once(
        coin, period_start=quarter, actor=speaker, as_of=as_of, method=METHOD, data_sources=DATA_SOURCES,
        results=results, board_on=calendar.on_or_before(filed_on - DAY), report=report,
        report_name=f"{coin.symbol}-stress-{quarter:%Y-%m}.pdf",
    )
