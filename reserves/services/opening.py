"""Opening days without being asked: when their files are in, when a file corrects one, when the deadline has passed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings

from core import clock
from core.access import SYSTEM
from core.calendars import DAY, HongKongCalendar
from core.models import FeedFile
from core.rulebook import load
from issuers.models import Coin
from reserves.models import ReserveDay
from reserves.selectors import WAITING, supervised_coins
from reserves.services.days import open_day
from reserves.services.inputs import (
    BUSINESS_DAY_FEEDS,
    FEEDS,
    LONGEST_CLOSURE,
    DayFiles,
    accepted_files,
    calendar_on,
    choose_files,
)

#: How long the sweep leaves a file that came after the deadline to wait for its companions.
SETTLING = timedelta(minutes=10)


def open_days_after(feed_file: FeedFile) -> list[ReserveDay]:
    """Open every day for which the file was the last one needed, or which it changes after it was judged.

    A statement of the last business day also counts for the days without business after it.
    """
    coin = Coin.objects.select_related("issuer").get(symbol=feed_file.subject)
    calendar = calendar_on(load(), feed_file.as_of)
    last = feed_file.as_of
    if feed_file.feed in BUSINESS_DAY_FEEDS:
        last = min(calendar.next_business_day(feed_file.as_of) - DAY, max(clock.today(), feed_file.as_of))
    days = [feed_file.as_of + DAY * count for count in range((last - feed_file.as_of).days + 1)]
    accepted = accepted_files([coin], feed_file.as_of - LONGEST_CLOSURE, last)
    used = _used([coin], days)
    opened = []
    for day in days:
        files = choose_files(day, accepted, calendar, issuer_id=coin.owner_id)
        if not files.missing and used.get((coin.pk, day)) != files.ids:
            opened.append(open_day(coin, day, actor=SYSTEM))
    return opened


def open_overdue_days(now: datetime | None = None) -> list[ReserveDay]:
    """Open every day whose deadline has passed and which nobody has judged on the files that there are now.

    Looks back the authority's number of days; for older days it opens only those that a file came for lately.
    """
    now = now or clock.now()
    look_back = timedelta(days=settings.SERVICE_CLOCKS["late_feed_look_back_days"])
    today = now.astimezone(clock.HONG_KONG).date()
    calendar = calendar_on(load(), today)
    due = {(coin.pk, day) for coin in supervised_coins()
           for day in supervised_days(coin, today - look_back, today - DAY)}
    lately = FeedFile.objects.filter(feed__in=FEEDS, status=FeedFile.Status.ACCEPTED,
                                     judged_at__range=(now - look_back, now - SETTLING))
    touched = set(lately.values_list("subject", "as_of"))
    unsettled = set(FeedFile.objects.filter(
        feed__in=FEEDS, status=FeedFile.Status.ACCEPTED, judged_at__gt=now - SETTLING
    ).values_list("subject", "as_of"))
    coins = list(Coin.objects.select_related("issuer__organisation", "issuer__licence"))
    days = {(coin, day) for coin in coins for pk, day in due if pk == coin.pk}
    days |= {(coin, day) for coin in coins for symbol, day in touched if symbol == coin.symbol}
    days -= {(coin, day) for coin in coins for symbol, day in unsettled if symbol == coin.symbol}
    return _open_changed(days, calendar, now)


def supervised_days(coin: Coin, first: date, last: date) -> list[date]:
    """Return the days from first to last on which a licensed issuer's coin exists, so that its files are due."""
    if coin.launched_on is None:
        return []
    start = max(first, coin.launched_on, coin.issuer.licence.effective_on)
    return [start + DAY * count for count in range((last - start).days + 1)]


def _open_changed(days: Iterable[tuple[Coin, date]], calendar: HongKongCalendar, now: datetime) -> list[ReserveDay]:
    by_coin: dict[Coin, list[date]] = {}
    for coin, day in sorted(days, key=lambda pair: (pair[0].symbol, pair[1])):
        by_coin.setdefault(coin, []).append(day)
    used = _used(by_coin, [day for found in by_coin.values() for day in found])
    opened = []
    for coin, found in by_coin.items():
        accepted = accepted_files([coin], min(found) - LONGEST_CLOSURE, max(found))
        for day in found:
            files: DayFiles = choose_files(day, accepted, calendar, issuer_id=coin.owner_id)
            if files.expected_by <= now and used.get((coin.pk, day)) != files.ids:
                opened.append(open_day(coin, day, actor=SYSTEM))
    return opened


def _used(coins: Iterable[Coin], days: Sequence[date]) -> dict[tuple[int, date], list[int]]:
    """Return the files that each day was last judged on; a day that waits to be reconciled will use what there is."""
    rows = ReserveDay.objects.filter(coin__in=list(coins), as_of__in=days,
                                     status__in=[*WAITING, ReserveDay.Status.JUDGED])
    found: dict[tuple[int, date], list[int]] = {}
    for coin_id, as_of, inputs in rows.order_by("version").values_list("coin_id", "as_of", "result__inputs"):
        found[coin_id, as_of] = [entry["file"] for entry in inputs or ()]
    return found
