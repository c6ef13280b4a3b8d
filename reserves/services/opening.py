"""Opening days: when somebody asks, when their files are in or one is corrected, when the deadline has passed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import clock
from core.access import SYSTEM, Actor, require
from core.calendars import DAY, HongKongCalendar
from core.errors import Refused
from core.models import FeedFile
from core.roles import Can
from core.rulebook import load
from issuers.models import Coin
from reserves.evidence import ENTRY_DAYS
from reserves.models import ReserveDay
from reserves.selectors.breaks import days_moved_by
from reserves.selectors.day_files import (
    DAY_FEEDS,
    FEEDS,
    PRICES,
    PRICES_LOOK_BACK,
    accepted_files,
    calendar_on,
    choose_files,
    day_of,
    first_needed,
    need_of,
)
from reserves.selectors.days import WAITING
from reserves.selectors.due import look_back, supervised_coins, supervised_days
from reserves.selectors.schedules import schedules_of

#: How long the sweep leaves a file that came after the deadline to wait for its companions.
SETTLING = timedelta(minutes=10)
#: No stablecoin is older.
FIRST_DAY = date(2000, 1, 1)


def past_day(day: date) -> date:
    """Return the day if a coin can have been judged on it.

    Raises:
        Refused: it is still to come, or lies before any coin.
    """
    if not FIRST_DAY <= day <= clock.today():
        raise Refused(_("Only days up to today can be judged."), code="no_such_day")
    return day


@transaction.atomic
def open_day(coin: Coin, as_of: date, *, actor: Actor) -> ReserveDay:
    """Put the next version of the day in the queue, or return the one that waits there already.

    Raises:
        NotPermitted: the actor does not run days.
        Refused: the day is still to come, or lies before any coin.
    """
    require(actor, Can.RUN_DAY, coin)
    past_day(as_of)
    latest = ReserveDay.objects.filter(coin=coin, as_of=as_of).order_by("-version").defer("result").first()
    if latest and latest.status in WAITING:
        return latest
    try:
        with transaction.atomic():
            return ReserveDay.objects.create(coin=coin, as_of=as_of, version=latest.version + 1 if latest else 1)
    except IntegrityError:  # another process opened it between our look and our insert
        return ReserveDay.objects.get(coin=coin, as_of=as_of, status__in=WAITING)


def open_days_after(feed_file: FeedFile) -> list[ReserveDay]:
    """Open every day for which the file was the last one needed, or which it changes after it was judged.

    A statement of the last business day also counts for the days without business after it. Prices count until the
    source's next ones: where they come late, every day that was judged without them is judged again.
    """
    coin = Coin.objects.select_related("issuer").get(symbol=feed_file.subject)
    first = last = day_of(feed_file)
    calendar = calendar_on(load(), first)
    schedules, need = schedules_of([coin]), need_of(feed_file.feed)
    if feed_file.feed == PRICES:
        last = min(first + PRICES_LOOK_BACK, max(clock.today(), first))
    elif need in FEEDS and schedules.on(coin, first).carries_over(need):
        last = min(calendar.next_business_day(first) - DAY, max(clock.today(), first))
    days = [first + DAY * count for count in range((last - first).days + 1)]
    accepted = accepted_files([coin], first_needed(first, calendar), last, besides=schedules.feeds)
    used = _used([coin], days)
    opened = []
    for day in days:
        files = choose_files(day, accepted, calendar, issuer_id=coin.owner_id, schedule=schedules.on(coin, day))
        if not files.missing and used.get((coin.pk, day)) != files.ids:
            opened.append(open_day(coin, day, actor=SYSTEM))
    return opened


def open_days_explained_by(feed_file: FeedFile) -> list[ReserveDay]:
    """Open again the judged days whose breaks come out otherwise with the movements in the file."""
    first = day_of(feed_file)
    judged = days_moved_by(feed_file, first, first + ENTRY_DAYS)
    if not judged:
        return []
    # Assessing takes pandas, which who only receives files need not have in memory.
    from reserves.services.assessment import assess

    return [open_day(day.coin, day.as_of, actor=SYSTEM) for day in judged
            if assess(day.coin, day.as_of, seen_at=day.opened_at)["digest"] != day.digest]


def open_overdue_days(now: datetime | None = None) -> list[ReserveDay]:
    """Open every day whose deadline has passed and which nobody has judged on the files that there are now.

    Looks back the authority's number of days; of older days it opens only those that a file came for lately. A file
    that came just now is left to wait for its companions.
    """
    now = now or clock.now()
    first, last = look_back(now), now.astimezone(clock.HONG_KONG).date() - DAY
    due = {(coin.symbol, day) for coin in supervised_coins() for day in supervised_days(coin, first, last)}
    lately = FeedFile.objects.filter(feed__in=(*DAY_FEEDS, PRICES), status=FeedFile.Status.ACCEPTED,
                                     judged_at__gt=now - (last - first))
    touched: dict[tuple[str, date], datetime] = {}
    for symbol, as_of, judged_at in lately.order_by("judged_at").values_list("subject", "as_of", "judged_at"):
        if as_of and judged_at:  # an accepted file has both
            touched[symbol, as_of] = judged_at
    days = {key for key in {*due, *touched} if touched.get(key, now - SETTLING) <= now - SETTLING}
    return _open_changed(days, calendar_on(load(), last), now)


def _open_changed(days: Iterable[tuple[str, date]], calendar: HongKongCalendar, now: datetime) -> list[ReserveDay]:
    by_symbol: dict[str, list[date]] = {}
    for symbol, day in sorted(days):
        by_symbol.setdefault(symbol, []).append(day)
    coins = Coin.objects.filter(symbol__in=by_symbol).select_related("issuer__organisation").order_by("symbol")
    used = _used(coins, {day for found in by_symbol.values() for day in found})
    schedules = schedules_of(coins)
    opened = []
    for coin in coins:
        found = by_symbol[coin.symbol]
        accepted = accepted_files([coin], first_needed(min(found), calendar), max(found), besides=schedules.feeds)
        for day in found:
            schedule = schedules.on(coin, day)
            files = choose_files(day, accepted, calendar, issuer_id=coin.owner_id, schedule=schedule)
            if files.expected_by <= now and used.get((coin.pk, day)) != files.ids:
                opened.append(open_day(coin, day, actor=SYSTEM))
    return opened


def _used(coins: Iterable[Coin], days: Collection[date]) -> dict[tuple[int, date], list[int]]:
    """Return the files that each day was last judged on; a day that waits to be reconciled will use what there is."""
    rows = ReserveDay.objects.filter(coin__in=list(coins), as_of__in=list(days),
                                     status__in=[*WAITING, ReserveDay.Status.JUDGED])
    found: dict[tuple[int, date], list[int]] = {}
    for coin_id, as_of, inputs in rows.order_by("version").values_list("coin_id", "as_of", "result__inputs"):
        found[coin_id, as_of] = [entry["file"] for entry in inputs or ()]
    return found
