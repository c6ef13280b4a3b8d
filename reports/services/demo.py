"""The demonstration world, from nothing to yesterday, through the services that real data goes through.

Determinism: the parent process enters the world and puts every file in the queue, in one order, so that numbers of
files are the same each time; then each coin is played by one process alone, and what a coin's days say depends on
that coin only. Which process plays which coin does not matter.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core import clock as real_clock
from core.access import SYSTEM
from core.calendars import HongKongCalendar
from core.errors import Refused
from core.findings import digest_of
from core.models import ApiKey, AuditEvent, Organisation
from core.roles import Role
from core.rulebook import load
from issuers.models import Breach, Coin
from reports.demo.book import Security
from reports.demo.cast import AUTHORITY_SLUG
from reports.demo.files import files_of
from reports.demo.licensing import has_licensing
from reports.demo.market import Market
from reports.demo.pool import Pool, Withdrawal
from reports.demo.world import ISSUERS, IssuerPlan
from reports.models import ReportRun
from reports.services.demo_attestation import play_disclosures
from reports.services.demo_clock import PlayedClock, hong_kong, played_clock
from reports.services.demo_days import PlayedDay, send_files
from reports.services.demo_held import send_doubtful_file
from reports.services.demo_people import cast_file, unfinished_cast_file
from reports.services.demo_setup import enter_world
from reports.services.demo_stress import file_stress_tests
from reports.services.demo_watch import play_watch
from reports.services.demo_workers import Task, played
from reports.services.judgement import judge_issuer
from reports.services.reports import freeze_report
from reports.services.schedules import enter_default_schedules
from reports.verbs import BEGUN, SEEDED
from reserves.models import ReserveDay
from reserves.selectors.day_files import calendar_on
from reserves.services.late_feeds import open_late_feed_cases

Say = Callable[[str], None]
#: On the last business day bills fall, by as many parts per million of yield.
LAST_SHOCK = 3_500
#: One for each coin, so that no core idles while the last of them is played.
PROCESSES = 5
#: Issuers are judged for so many days back from the last.
JUDGED_DAYS = 7


@dataclass(frozen=True, slots=True)
class World:
    """A world that is computed and not yet entered."""

    plans: tuple[IssuerPlan, ...]
    start: date
    until: date
    calendar: HongKongCalendar
    days: dict[str, list[PlayedDay]]
    withdrawals: dict[str, list[Withdrawal]]
    securities: dict[str, Security]


def seed_demo(
    *, days: int = 400, issuers: int = len(ISSUERS), until: date | None = None, processes: int = PROCESSES,
    say: Say = lambda sentence: None,
) -> dict[str, Any]:
    """Make the world unless it is there; return counts, verdicts of the last day and one digest of all days.

    ``until`` is yesterday in Hong Kong if not given. With ``processes`` 0 everything happens in this process. A
    world whose making was interrupted is completed, with the arguments that it was begun with.

    Raises:
        Refused: the window is empty, not over yet, or begins before the issuers' coins were there.
    """
    started = time.monotonic()
    if AuditEvent.objects.filter(verb=SEEDED).exists():
        return {"seeded": False, **_account()}
    until = until or real_clock.yesterday()
    if begun := AuditEvent.objects.filter(verb=BEGUN).first():
        days, issuers = begun.data["days"], begun.data["issuers"]
        until = date.fromisoformat(begun.data["until"])
        say(f"Completing the world that was begun: {issuers} issuers, {days} days until {until}.")
    world = compute_world(days=days, issuers=issuers, until=until)
    say(f"{sum(len(day.files) for played in world.days.values() for day in played)} files computed.")
    with _in_bulk(), played_clock(real_clock.now()) as clock:
        coins = _entered(world, {"days": days, "issuers": issuers, "until": until.isoformat()}, clock, say)
        _play(world, coins, clock, processes, say)
        file_stress_tests(world.plans, coins, until=world.until, calendar=world.calendar, clock=clock)
        send_doubtful_file(coins[world.plans[-1].coins[-1].symbol], world.until, clock=clock,
                           sent_on=world.calendar.next_business_day(world.until))
        if has_licensing(world.until):
            play_disclosures(coins[world.plans[0].coins[0].symbol], start=world.start, until=world.until,
                             calendar=world.calendar, clock=clock)
            play_watch(coins[world.plans[0].coins[0].symbol], until=world.until, calendar=world.calendar, clock=clock)
        # Reports that fell due in the month of the last day are made as soon as workers run.
        enter_default_schedules(since=hong_kong(world.until.replace(day=1), 0, 0))
    audit.record(SEEDED, target=Organisation.objects.get(slug=AUTHORITY_SLUG), actor=SYSTEM)
    if unfinished_cast_file().exists():
        unfinished_cast_file().replace(cast_file())
    return {"seeded": True, **_account(), "seconds": round(time.monotonic() - started, 1)}


def compute_world(*, days: int, issuers: int, until: date) -> World:
    """Compute every file of the window; nothing is stored.

    Raises:
        Refused: the window is empty, not over yet, or begins before the issuers' coins were there.
    """
    plans = ISSUERS[:issuers]
    start = until - timedelta(days=days - 1)
    if days < 1 or not plans:
        raise Refused(_("A world needs at least one day and one issuer."))
    if until > real_clock.today():
        raise Refused(_("%(day)s is not over yet.") % {"day": until})
    if start < max(plan.launched_on for plan in plans):
        raise Refused(_("The coins of the demonstration were not all launched on %(day)s.") % {"day": start})
    calendar = calendar_on(load(), until)
    market = Market("HKD", {calendar.on_or_before(until): LAST_SHOCK})
    played: dict[str, list[PlayedDay]] = {}
    withdrawals: dict[str, list[Withdrawal]] = {}
    securities: dict[str, Security] = {}
    for plan in plans:
        for coin in plan.coins:
            pool = Pool(coin, market, calendar, start, until)
            of_coin = played.setdefault(coin.symbol, [])
            for close in pool.closes():
                of_coin.append(PlayedDay(close.as_of, files_of(coin, close, market), close.lacks_holdings))
                securities |= {security.isin: security for security in close.book.securities}
            withdrawals[coin.symbol] = pool.withdrawals
    return World(plans, start, until, calendar, played, withdrawals, securities)


@contextmanager
def _in_bulk() -> Iterator[None]:
    """Sync the disk once and not for each file, and keep no log of queries for a debugger."""
    before = settings.BLOB_FSYNC, settings.DEBUG
    settings.BLOB_FSYNC, settings.DEBUG = False, False
    try:
        yield
        os.sync()
    finally:
        settings.BLOB_FSYNC, settings.DEBUG = before


def _entered(world: World, arguments: dict[str, Any], clock: PlayedClock, say: Say) -> dict[str, Coin]:
    """Enter bodies and people in one transaction, or find those that are there."""
    with transaction.atomic():
        if not AuditEvent.objects.filter(verb=BEGUN).exists():
            enter_world(world.plans, world.withdrawals, world.securities, start=world.start, until=world.until,
                        calendar=world.calendar, clock=clock)
            audit.record(BEGUN, target=Organisation.objects.get(slug=AUTHORITY_SLUG), actor=SYSTEM, data=arguments)
            say("Issuers, people, reference data and decisions are entered.")
    return Coin.objects.select_related("issuer__organisation").in_bulk(list(world.days), field_name="symbol")


def _play(world: World, coins: dict[str, Coin], clock: PlayedClock, processes: int, say: Say) -> None:
    """Send the files, play the coins as their files are there, judge the issuers, render the reports."""
    senders = {row.slug: row for row in Organisation.objects.all()}
    with played(world.days, world.calendar, processes, clock.until, say) as workers:
        for number, plan in enumerate(world.plans):
            owner = coins[plan.coins[0].symbol].issuer.organisation
            key = ApiKey.objects.select_related("organisation").get(organisation=owner, role=Role.FEED_SENDER)
            for coin in plan.coins:
                with transaction.atomic():
                    send_files(coins[coin.symbol], world.days[coin.symbol], key=key, senders=senders, clock=clock)
                workers.submit(Task("play", coin.symbol, number, None))
        workers.wait()
        for run in _reports(world, coins, clock):
            workers.submit(Task("render", run.subject, 0, run.pk))
        workers.wait()


def _reports(world: World, coins: dict[str, Coin], clock: PlayedClock) -> list[ReportRun]:
    """Judge the issuers for the last week, look for late files, and freeze the reports of the last day."""
    first = max(world.start, world.until - timedelta(days=JUDGED_DAYS - 1))
    for offset in range((world.until - first).days + 1):
        as_of = first + timedelta(days=offset)
        clock.set(hong_kong(world.calendar.next_business_day(as_of), 9, 6))
        for coin in coins.values():
            judge_issuer(coin.issuer, as_of, actor=SYSTEM)
    clock.set(hong_kong(world.calendar.next_business_day(world.until), 9, 10))
    open_late_feed_cases()
    last = ReserveDay.objects.filter(coin__in=coins.values(), as_of=world.until, status=ReserveDay.Status.JUDGED)
    return [freeze_report(ReportRun.Kind.DAILY_RESERVE, day, actor=SYSTEM)
            for day in last.select_related("coin").order_by("coin__symbol")]


def _account() -> dict[str, Any]:
    """Return what there is, for the command's answer."""
    begun = AuditEvent.objects.get(verb=BEGUN)
    judged = ReserveDay.objects.filter(status=ReserveDay.Status.JUDGED)
    until = begun.data["until"]
    digests = judged.order_by("coin__symbol", "as_of").values_list("coin__symbol", "as_of", "digest")
    return {
        **begun.data,
        "coins": Coin.objects.count(),
        "reserve_days": judged.count(),
        "breaches": Breach.objects.count(),
        "open_breaches": Breach.objects.filter(closed_at=None).count(),
        "reports": ReportRun.objects.filter(status=ReportRun.Status.RENDERED).count(),
        "verdicts": dict(judged.filter(as_of=until).order_by("coin__symbol").values_list("coin__symbol", "verdict")),
        "digest": digest_of([[symbol, as_of.isoformat(), digest] for symbol, as_of, digest in digests]),
    }
