"""What is on record about an issuer and its coin: decisions of the authority, and filings of the licensee, by day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.calendars import HongKongCalendar
from core.rulebook.periods import add_months, quarter_start
from reports.demo.pool import Withdrawal
from reports.demo.world import CoinPlan, IssuerPlan

SET, FILED = "set", "filed"
DAY = timedelta(days=1)
FIRST_STRESS_TEST_AFTER = timedelta(days=18)
LATE_BY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Ruling:
    """One fact from a day on; ``of_coin`` if it is about the coin and not about the issuer."""

    fact: str
    value: Any
    valid_from: date
    origin: str
    source: str
    of_coin: bool = False


def rulings(
    issuer: IssuerPlan, coin: CoinPlan, until: date, calendar: HongKongCalendar, withdrawals: Iterable[Withdrawal]
) -> list[Ruling]:
    """Return all that is on record up to ``until``, oldest first; which quarter a test is of comes before the test."""
    groups = {
        "buffer": _buffer(issuer, coin),
        "trust": _trust(issuer),
        "stress": _stress_tests(issuer, until, calendar),
        "limits": [_filed(issuer, "limits.longest_unnotified_business_days", 0, "Limit monitoring", of_coin=True)],
        "controls": [
            _filed(issuer, name, True, "Report on controls over issue and redemption", of_coin=True)
            for name in ("controls.diligence_first", "controls.registered_only")
        ],
        "withdrawals": _withdrawals(issuer, withdrawals),
        "capital": [_set(issuer, "licence.net_liquid_assets_need_hkd", Decimal(18_000_000))],
        "distress": [_filed(issuer, "distress.unreported_count", 0, "Monthly declaration")],
        "breaches": [_filed(issuer, "breach.unreported_count", 0, "Monthly declaration")],
        "publication": [_filed(issuer, "publication.gap_days", 6, "Weekly statements")],
        "attestation": _attestations(issuer, until, calendar),
        "accounts": _accounts(issuer, until),
        "reviews": _reviews(issuer, until),
    }
    always = [
        _set(issuer, "authority.immediate_report_hours", Decimal(4)),
        _set(issuer, "repo.counterparty_minimal_risk", True, source="List of accepted counterparties"),
    ]
    stated = [ruling for name, group in groups.items() if name in issuer.stated for ruling in group]
    known = [ruling for ruling in (*always, *stated) if ruling.valid_from <= until]
    return sorted(known, key=lambda ruling: (ruling.valid_from, ruling.fact != "stress_test.period_start", ruling.fact))


def _set(issuer: IssuerPlan, fact: str, value: Any, *, source: str = "Letter with the licence",
         of_coin: bool = False) -> Ruling:
    return Ruling(fact, value, issuer.licensed_on, SET, source, of_coin)


def _filed(issuer: IssuerPlan, fact: str, value: Any, source: str, *, of_coin: bool = False) -> Ruling:
    return Ruling(fact, value, issuer.launched_on, FILED, source, of_coin)


def _buffer(issuer: IssuerPlan, coin: CoinPlan) -> list[Ruling]:
    if coin.buffer is None:
        return []
    return [_set(issuer, "licence.buffer_target", Decimal(coin.buffer).scaleb(-6).normalize(), of_coin=True)]


def _trust(issuer: IssuerPlan) -> list[Ruling]:
    names = ("trust.in_place", "trust.opinion_filed")
    return [_filed(issuer, name, True, "Trust deed and legal opinion", of_coin=True) for name in names]


def stress_tests(issuer: IssuerPlan, until: date, calendar: HongKongCalendar) -> Iterator[tuple[date, date]]:
    """Yield the quarter and day of each test: one at launch, then one in the second half of a quarter's last month.

    Who is late with the last quarter that ended files its test in the second week after it.
    """
    meant = issuer.launched_on + FIRST_STRESS_TEST_AFTER
    while meant <= until:
        quarter, at_its_end = quarter_start(meant), meant.month % 3 == 0
        is_late = issuer.late_stress_test and at_its_end and quarter == quarter_start(until, -1)
        filed_on = calendar.next_business_day(quarter_start(quarter, 1) + LATE_BY) if is_late else meant
        if filed_on <= until:
            yield quarter, filed_on
        meant = quarter_start(meant, 2 if at_its_end else 1) - 13 * DAY


def _stress_tests(issuer: IssuerPlan, until: date, calendar: HongKongCalendar) -> Iterator[Ruling]:
    for count, (quarter, filed_on) in enumerate(stress_tests(issuer, until, calendar), start=1):
        for name, value in (("period_start", quarter), ("filed_on", filed_on), ("filed_count", count)):
            yield Ruling(f"stress_test.{name}", value, filed_on, FILED, f"Stress test no. {count}", of_coin=True)


def _withdrawals(issuer: IssuerPlan, withdrawals: Iterable[Withdrawal]) -> Iterator[Ruling]:
    yield _filed(issuer, "withdrawals.count", 0, "Register of withdrawals", of_coin=True)
    for taken in withdrawals:
        source = f"Withdrawal of surplus on {taken.day.isoformat()}"
        left = Decimal(taken.ratio).scaleb(-6)
        yield Ruling("withdrawals.count", 1, taken.day, FILED, source, of_coin=True)
        yield Ruling("withdrawals.lowest_ratio_after", left, taken.day, FILED, source, of_coin=True)
        yield Ruling("withdrawals.count", 0, taken.day + DAY, FILED, "Register of withdrawals", of_coin=True)


def _attestations(issuer: IssuerPlan, until: date, calendar: HongKongCalendar) -> Iterator[Ruling]:
    """One for each quarter, filed within the month after it."""
    yield _set(issuer, "authority.attestation_frequency", "quarterly")
    following = quarter_start(issuer.launched_on, 1)
    while following <= until:
        source = f"Attestation for the quarter to {(following - DAY).isoformat()}"
        filed_on = calendar.on_or_before(following + 23 * DAY)
        yield Ruling("attestation.period_end", calendar.on_or_before(following - DAY), following, FILED, source)
        yield Ruling("attestation.is_filed", False, following, FILED, source)
        for fact, value in (
            ("attestation.is_filed", True), ("attestation.filed_on", filed_on),
            ("attestation.period_end_tested", True), ("attestation.random_day_count", 3),
        ):
            yield Ruling(fact, value, filed_on, FILED, source)
        following = quarter_start(following, 1)


def _accounts(issuer: IssuerPlan, until: date) -> Iterator[Ruling]:
    """Financial years end on 30 June; the audited accounts are filed in the fourth month after."""
    for year in range(issuer.launched_on.year, until.year + 1):
        year_end, filed_on = date(year, 6, 30), date(year, 10, 9)
        source = f"Audited accounts for the year to {year_end.isoformat()}"
        begins = max(year_end + DAY, issuer.licensed_on)
        yield Ruling("accounts.year_end", year_end, begins, FILED, source)
        yield Ruling("accounts.is_filed", False, begins, FILED, source)
        yield Ruling("accounts.is_filed", True, filed_on, FILED, source)
        yield Ruling("accounts.filed_on", filed_on, filed_on, FILED, source)
        yield Ruling("accounts.cover_reserve", True, filed_on, FILED, source)


def _reviews(issuer: IssuerPlan, until: date) -> Iterator[Ruling]:
    """The reserve policy every second month, the other policies every tenth."""
    for fact, every in (
        ("reviews.reserve_policy_on", 2), ("reviews.issuance_policy_on", 10), ("reviews.risk_framework_on", 10),
        ("reviews.continuity_plans_on", 10),
    ):
        reviewed_on, count = issuer.licensed_on, 0
        while reviewed_on <= until:
            yield Ruling(fact, reviewed_on, reviewed_on, FILED, "Minutes of the board")
            count += 1
            reviewed_on = add_months(issuer.licensed_on, every * count)
