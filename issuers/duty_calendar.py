"""What a licensee owes by when, worked out from what is known of it: one entry per duty and period.

An entry's ``key`` names the period it is for and never changes; its last day follows from the calendar in force, so
that a warning day entered afterwards moves it. What cannot be dated is named with what is missing, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from core.calendars import HongKongCalendar
from core.deadlines import Unit, anniversary, last_day, roll
from core.rulebook.periods import add_months, month_end, quarter_start
from issuers.time_limits import time_limit


def _(text: str) -> str:
    """Mark a text for the translators' catalogue; it is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Duty:
    """One kind of duty. ``chained`` ones run from when they were last done; the others fall due by the calendar.

    ``limit`` names the time limit in ``time_limits.toml`` that dates it; an empty ``cite`` says that the authority set
    it itself.
    """

    kind: str
    title: str
    cite: str
    limit: str = ""
    chained: bool = False


_ALL = (
    Duty("weekly_statement", _("Weekly statement, reported and published"), "SUP 2.7.2", "weekly_statement"),
    Duty("attestation", _("Attestation report, filed and published"), "SUP 2.7.3", "attestation_report"),
    Duty("stress_test", _("Stress test of the quarter"), "SUP 6.4.7"),
    Duty("accounts", _("Audited accounts that cover the reserve"), "SUP 8.2.5", "audited_accounts"),
    Duty("reserve_policy", _("Review of the reserve policy"), "SUP 2.7.4", "reserve_policy_review", chained=True),
    Duty("issuance_policy", _("Review of the policy on issue and redemption"), "SUP 3.6.2", "issuance_policy_review",
         chained=True),
    Duty("risk_framework", _("Review of the risk management framework"), "SUP 6.3.5", "risk_framework_review",
         chained=True),
    Duty("continuity_plans", _("Review and test of incident, continuity and exit plans"), "SUP 6.8.18-19",
         "continuity_plans_review", chained=True),
    Duty("smart_contract", _("Audit of the smart contracts"), "SUP 6.5.5", "smart_contract_audit", chained=True),
    Duty("fee", _("Licence fee"), "ORD s. 22, Sch. 3", "first_fee"),
    Duty("condition", _("Condition of the licence"), "ORD s. 17"),
    Duty("complaints", _("Return of complaints of the quarter"), ""),
    Duty("aml_return", _("AML return of the quarter"), ""),
)
DUTIES: dict[str, Duty] = {duty.kind: duty for duty in _ALL}

#: Duties that always stand and have no date of their own: title and citation.
STANDING: tuple[tuple[str, str], ...] = (
    (_("A statement of the reserve for every day, produced when asked for"), "SUP 2.7.2"),
    (_("An audit of a smart contract on each deployment and upgrade"), "SUP 6.5.5"),
    (_("Notice of every event that the law names"), "ORD ss. 25-27, 43, 57, 62, 63, 70, 73, 74; SUP 6.5.7"),
    (_("The licence number on advertising and on the screens of consumers"), "ORD s. 23"),
)

#: How many months lie between the ends of attestation periods.
MONTHS_OF_FREQUENCY = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}


@dataclass(frozen=True, slots=True)
class ConditionOwed:
    """A condition of the licence that falls due on a day, and again at an interval."""

    pk: int
    cite: str
    first_due_on: date
    every_months: int | None = None
    until: date | None = None  # the day from which it is cancelled


@dataclass(frozen=True, slots=True)
class CoinOwed:
    """A coin with a stress test to file for."""

    pk: int
    launched_on: date | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record of a licensee. ``last_done`` holds, by kind of chained duty, the day it was last done."""

    effective_on: date
    complaint_return_days: int
    aml_return_days: int
    attestation_frequency: str | None = None
    year_end: date | None = None
    coins: tuple[CoinOwed, ...] = ()
    conditions: tuple[ConditionOwed, ...] = ()
    last_done: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing due once: its kind and period, the day its time began, and the last day on which it is in time."""

    kind: str
    key: str
    began_on: date
    due_on: date
    cite: str
    coin: int | None = None
    condition: int | None = None


def entries(known: Known, *, until: date, calendar: HongKongCalendar) -> list[Entry]:
    """Return everything that falls due from the licence's first day to ``until``, in the order of its last days."""
    makers = (_weekly, _attestations, _stress_tests, _accounts, _chained, _fees, _conditions, _returns)
    found = [entry for make in makers for entry in make(known, until, calendar)]
    return sorted((entry for entry in found if entry.due_on <= until), key=lambda each: (each.due_on, each.kind))


def not_dated(known: Known) -> list[Duty]:
    """Return the duties that cannot be dated because the figure they rest on is not on record."""
    missing = []
    if known.attestation_frequency is None:
        missing.append(DUTIES["attestation"])
    if known.year_end is None:
        missing.append(DUTIES["accounts"])
    return missing


def _entry(kind: str, key: date | str, began_on: date, due_on: date, *, cite: str = "", **about: int | None) -> Entry:
    return Entry(kind, str(key), began_on, due_on, cite or DUTIES[kind].cite, **about)


def _limit_day(kind: str, event_on: date, calendar: HongKongCalendar) -> date:
    limit = time_limit(DUTIES[kind].limit, event_on)
    return last_day(event_on, limit.count, limit.unit, calendar)


def _weekly(known: Known, until: date, calendar: HongKongCalendar) -> Iterator[Entry]:
    """Each week runs from the same weekday, however late the week before ended."""
    began = known.effective_on
    while began <= until:
        yield _entry("weekly_statement", began, began, _limit_day("weekly_statement", began, calendar))
        began += timedelta(days=7)


def _attestations(known: Known, until: date, calendar: HongKongCalendar) -> Iterator[Entry]:
    """Periods end with calendar months; the month to file runs from the period's last business day."""
    months = MONTHS_OF_FREQUENCY.get(known.attestation_frequency or "")
    if months is None:
        return
    begins = date(known.effective_on.year, 1, 1)
    while begins <= until:
        following = add_months(begins, months)
        end = following - timedelta(days=1)
        if end >= known.effective_on:
            last = calendar.last_business_day_of_month(end)
            yield _entry("attestation", end, max(begins, known.effective_on), _limit_day("attestation", last, calendar))
        begins = following


def _stress_tests(known: Known, until: date, calendar: HongKongCalendar) -> Iterator[Entry]:
    """One per coin and calendar quarter, from the first quarter that began under the licence and saw the coin."""
    for coin in known.coins:
        begins = quarter_start(known.effective_on)
        while begins <= until:
            following = quarter_start(begins, 1)
            end = following - timedelta(days=1)
            if begins >= known.effective_on and (coin.launched_on is None or coin.launched_on <= end):
                yield _entry("stress_test", begins, begins, roll(end, calendar), coin=coin.pk)
            begins = following


def _accounts(known: Known, until: date, calendar: HongKongCalendar) -> Iterator[Entry]:
    """Of each financial year that ends under the licence; a year that ends with a month ends with it every year."""
    if known.year_end is None:
        return
    years, ends_month = 0, known.year_end == month_end(known.year_end)
    while (end := add_months(known.year_end, 12 * years)) <= until:
        end = month_end(end) if ends_month else end
        if end >= known.effective_on:
            yield _entry("accounts", end, end, _limit_day("accounts", end, calendar))
        years += 1


def _chained(known: Known, until: date, calendar: HongKongCalendar) -> Iterator[Entry]:
    """The next time only: the time after that runs from when it is done."""
    for duty in _ALL:
        if duty.chained:
            began = known.last_done.get(duty.kind, known.effective_on)
            yield _entry(duty.kind, began, began, _limit_day(duty.kind, began, calendar))


def _fees(known: Known, until: date, calendar: HongKongCalendar) -> Iterator[Entry]:
    first = known.effective_on
    yield _entry("fee", first, first, _limit_day("fee", first, calendar))
    years = 1
    while (day := anniversary(first, years)) <= until:
        yield _entry("fee", day, anniversary(first, years - 1), roll(day, calendar))
        years += 1


def _conditions(known: Known, until: date, calendar: HongKongCalendar) -> Iterator[Entry]:
    for condition in known.conditions:
        times = 0
        while (day := add_months(condition.first_due_on, times * (condition.every_months or 0))) <= until:
            if condition.until is None or day < condition.until:
                began = add_months(day, -(condition.every_months or 0))
                yield _entry("condition", f"{condition.pk}:{day}", began, roll(day, calendar), cite=condition.cite,
                             condition=condition.pk)
            times += 1
            if not condition.every_months:
                break


def _returns(known: Known, until: date, calendar: HongKongCalendar) -> Iterator[Entry]:
    """Of each calendar quarter in which the licence was held; the days to file them in are the authority's own."""
    begins = quarter_start(known.effective_on)
    while begins <= until:
        following = quarter_start(begins, 1)
        end = following - timedelta(days=1)
        for kind, count in (("complaints", known.complaint_return_days), ("aml_return", known.aml_return_days)):
            yield _entry(kind, end, begins, last_day(end, count, Unit.DAYS, calendar))
        begins = following
